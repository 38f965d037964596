//! Work that gives way to a cancellation.

use crate::Error;
use tokio_util::sync::CancellationToken;

/// Does `work` unless the operator cancels meanwhile.
///
/// # Errors
/// Those of `work`; [`Error::Cancelled`] when the token was cancelled first.
pub async fn or_cancelled<T>(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::select! {
        done = work => done,
        () = cancel.cancelled() => Err(Error::Cancelled),
    }
}
