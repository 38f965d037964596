//! Reads many files on several threads and stops all of them at the first failure.

use super::{ArchiveError, CancellationToken, OnProgress, Progress};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Counts what the threads have read.
pub(super) struct Tally<'a> {
    files_total: u64,
    bytes_total: u64,
    files_done: AtomicU64,
    bytes_done: AtomicU64,
    on_progress: OnProgress<'a>,
}

impl<'a> Tally<'a> {
    pub(super) fn new(files_total: u64, bytes_total: u64, on_progress: OnProgress<'a>) -> Self {
        let (files_done, bytes_done) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { files_total, bytes_total, files_done, bytes_done, on_progress }
    }

    pub(super) fn add_bytes(&self, bytes: u64) {
        let bytes_done = self.bytes_done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.tell(self.files_done.load(Ordering::Relaxed), bytes_done);
    }

    fn add_file(&self) {
        let files_done = self.files_done.fetch_add(1, Ordering::Relaxed) + 1;
        self.tell(files_done, self.bytes_done.load(Ordering::Relaxed));
    }

    fn tell(&self, files_done: u64, bytes_done: u64) {
        let (files_total, bytes_total) = (self.files_total, self.bytes_total);
        (self.on_progress)(Progress { files_done, files_total, bytes_done, bytes_total });
    }
}

/// Does `work` for each item, in their order, on up to `threads` threads; the results keep the order.
///
/// # Errors
/// The first failure. The others are cancelled by the token that `work` is given.
pub(super) fn for_each<T: Sync, R: Send>(
    items: &[T],
    threads: NonZeroUsize,
    tally: &Tally<'_>,
    cancel: &CancellationToken,
    work: impl Fn(&T, &CancellationToken) -> Result<R, ArchiveError> + Sync,
) -> Result<Vec<R>, ArchiveError> {
    let stop = cancel.child_token();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let failure: Mutex<Option<ArchiveError>> = Mutex::new(None);
    let take_turns = || {
        while let Some((at, item)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            items.get(at).map(|item| (at, item))
        } {
            match work(item, &stop) {
                Ok(result) => {
                    lock(&done).push((at, result));
                    tally.add_file();
                }
                Err(error) => {
                    // The one that came first; the others were stopped by it.
                    lock(&failure).get_or_insert(error);
                    stop.cancel();
                    return;
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let helpers = threads.get().min(items.len()).saturating_sub(1);
        for _ in 0..helpers {
            scope.spawn(take_turns);
        }
        take_turns();
    });
    if let Some(error) = lock(&failure).take() {
        return Err(error);
    }
    let mut results = std::mem::take(&mut *lock(&done));
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
