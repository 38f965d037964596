//! Writes to the catalog what must not get lost: tries again while the catalog is full or busy.

use crate::catalog::CatalogError;
use crate::error::Error;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The pause after the first failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How often is tried what must not be tried for ever: about eight seconds of pauses, beside the catalog's own
/// patience with other writers.
const FEW: u32 = 6;

/// How long to insist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// A few attempts.
    Few,
    /// Until the engine closes.
    Closing,
}

/// Attempts until one succeeds or insisting is no use. `what` names the matter for the log of the program.
pub(super) async fn insist<T, F>(
    what: &str,
    until: Until,
    closing: &CancellationToken,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut pause = FIRST_PAUSE;
    let mut attempts = 0_u32;
    loop {
        // Asked before the attempt, so that the last one is made after the closing began.
        let last = closing.is_cancelled();
        let error = match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        attempts = attempts.saturating_add(1);
        if last || !may_pass(&error) || (until == Until::Few && attempts >= FEW) {
            return Err(error);
        }
        tracing::warn!("{what} cannot be recorded and is tried again in {pause:?}: {}", error.to_api());
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = closing.cancelled() => {}
        }
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

/// Whether a later attempt may meet a catalog in a better state: what SQLite refuses may pass, a row that is
/// gone stays gone.
fn may_pass(error: &Error) -> bool {
    matches!(error, Error::Catalog(CatalogError::Sqlite(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{CatalogError, testing};
    use std::sync::atomic::{AtomicU32, Ordering};

    /// An error that SQLite itself gives.
    fn refused() -> Error {
        let (_dir, catalog) = testing::empty();
        let refused = catalog.write(|tx| Ok(tx.execute_batch("SELECT nothing FROM nowhere")?));
        Error::Catalog(refused.expect_err("there is no such table"))
    }

    #[tokio::test]
    async fn what_fails_twice_is_tried_a_third_time() {
        let tried = AtomicU32::new(0);
        let result = insist("a run's end", Until::Closing, &CancellationToken::new(), || async {
            match tried.fetch_add(1, Ordering::Relaxed) {
                0 | 1 => Err(refused()),
                _ => Ok("recorded"),
            }
        })
        .await;
        assert_eq!(result.ok(), Some("recorded"), "a full disk that is freed again must not cost a record");
    }

    #[tokio::test]
    async fn a_closing_engine_tries_once_more_and_lets_go() {
        let (tried, closing) = (AtomicU32::new(0), CancellationToken::new());
        let result: Result<(), Error> = insist("a run's end", Until::Closing, &closing, || async {
            if tried.fetch_add(1, Ordering::Relaxed) == 1 {
                closing.cancel();
            }
            Err(refused())
        })
        .await;
        assert!(result.is_err(), "the next start heals what stayed unrecorded");
        assert_eq!(tried.load(Ordering::Relaxed), 3, "one more attempt after the closing, without a pause");
    }

    #[tokio::test]
    async fn what_cannot_get_better_is_not_tried_again() {
        let tried = AtomicU32::new(0);
        let result: Result<(), Error> =
            insist("a run's end", Until::Closing, &CancellationToken::new(), || async {
                tried.fetch_add(1, Ordering::Relaxed);
                Err(Error::Catalog(CatalogError::NotFound { kind: "run", id: "1".into() }))
            })
            .await;
        assert!(result.is_err(), "the failure is told");
        assert_eq!(tried.load(Ordering::Relaxed), 1, "a run that was removed does not come back");
    }
}
