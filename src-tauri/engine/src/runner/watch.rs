//! Watches a growing archive: measures it a few times a second, and stops it at its bound.

use super::tracker::Tracker;
use crate::archive::TOC_FILE;
use crate::archive::toc::Toc;
use crate::error::Error;
use crate::repository::measure::{Measured, measure};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How often the archive is measured: no event tells of a growing file.
const INTERVAL: Duration = Duration::from_millis(250);

/// What is watched.
pub(super) struct Watch {
    /// The archive, and the folder of what becomes part of it.
    pub(super) folders: Vec<PathBuf>,
    /// The bound of the whole run in MiB.
    pub(super) max_size_mb: Option<u64>,
    /// What the run's earlier databases took of it already, in bytes.
    pub(super) taken: u64,
    /// Cancelled when the bound is passed.
    pub(super) stop: CancellationToken,
}

/// A watch that is going on; it ends with this.
pub(super) struct Watching {
    done: DropGuard,
    task: JoinHandle<Result<(), Error>>,
}

impl Watch {
    /// Begins to watch.
    pub(super) fn begin(self, tracker: Tracker) -> Watching {
        let done = CancellationToken::new();
        let ended = done.clone();
        let task = tokio::spawn(async move {
            let mut toc_known = false;
            loop {
                let last = tokio::select! {
                    () = ended.cancelled() => true,
                    () = tokio::time::sleep(INTERVAL) => false,
                };
                let folders = self.folders.clone();
                let looked = tokio::task::spawn_blocking(move || {
                    // pg_dump writes the table of contents whole before any data.
                    let toc =
                        if toc_known { None } else { folders.iter().find_map(|folder| contents(folder)) };
                    (
                        folders
                            .iter()
                            .map(|folder| measure(folder))
                            .fold(Measured::default(), Measured::with),
                        toc,
                    )
                })
                .await;
                let Ok((measured, toc)) = looked else { continue };
                if let Some(toc) = toc {
                    toc_known = true;
                    tracker.contents(&toc);
                }
                let bytes = measured.total_bytes;
                tracker.measured(measured);
                match self.max_size_mb {
                    Some(limit_mb) if is_past(limit_mb, self.taken.saturating_add(bytes)) => {
                        self.stop.cancel();
                        return Err(Error::TooLarge { limit_mb });
                    }
                    _ if last => return Ok(()),
                    _ => {}
                }
            }
        });
        Watching { done: done.drop_guard(), task }
    }
}

impl Watching {
    /// Measures once more and ends the watch.
    ///
    /// # Errors
    /// The archive grew past its bound.
    pub(super) async fn end(self) -> Result<(), Error> {
        drop(self.done);
        match self.task.await {
            Ok(result) => result,
            Err(error) => Err(Error::Internal(error.to_string())),
        }
    }
}

/// The table of contents in a folder, once it is there.
fn contents(folder: &Path) -> Option<Toc> {
    Toc::read(&folder.join(TOC_FILE)).ok()
}

/// Whether so many bytes are more than the bound in MiB.
fn is_past(limit_mb: u64, bytes: u64) -> bool {
    bytes > limit_mb.saturating_mul(1024 * 1024)
}
