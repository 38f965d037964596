//! The verifications, copies and restores that this process carries out: one a backup or restore at a time, each cancellable.

use holdfast_types::{BackupId, RestoreId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// A piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    /// A verification of this backup.
    Verification(BackupId),
    /// A copy of this backup elsewhere.
    Copy(BackupId),
    /// This restore.
    Restore(RestoreId),
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct AtWork {
    live: Mutex<HashMap<Work, CancellationToken>>,
    ended: Notify,
}

/// One that goes on; over when dropped.
#[derive(Debug)]
pub(crate) struct Working {
    all: Arc<AtWork>,
    work: Work,
    /// Cancelled when an operator wants its end, or the process ends.
    pub(crate) cancel: CancellationToken,
}

impl AtWork {
    fn live(&self) -> MutexGuard<'_, HashMap<Work, CancellationToken>> {
        self.live.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Begins a piece of work; none when it goes on already.
    pub(crate) fn begin(self: &Arc<Self>, work: Work) -> Option<Working> {
        let mut live = self.live();
        if live.contains_key(&work) {
            return None;
        }
        let cancel = CancellationToken::new();
        live.insert(work, cancel.clone());
        Some(Working { all: Arc::clone(self), work, cancel })
    }

    /// Asks a piece of work to end; whether there was any.
    pub(crate) fn cancel(&self, work: Work) -> Option<()> {
        self.live().get(&work).map(CancellationToken::cancel)
    }

    /// Whether anything goes on.
    pub(crate) fn is_busy(&self) -> bool {
        !self.live().is_empty()
    }

    /// Asks everything to end, and waits until it has.
    pub(crate) async fn end_all(&self) {
        loop {
            let ended = self.ended.notified();
            {
                let live = self.live();
                if live.is_empty() {
                    return;
                }
                live.values().for_each(CancellationToken::cancel);
            }
            // The deadline only guards against a lost wake-up.
            let _ = tokio::time::timeout(Duration::from_secs(1), ended).await;
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.all.live().remove(&self.work);
        self.all.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_verified_once_at_a_time_and_again_afterwards() {
        let all = Arc::new(AtWork::default());
        let work = Work::Verification(BackupId(1));
        let first = all.begin(work);
        assert!(all.begin(work).is_none(), "two would fight for the same files");
        assert!(all.cancel(work).is_some(), "what goes on can be cancelled");
        assert!(first.as_ref().is_some_and(|first| first.cancel.is_cancelled()), "and learns of it");
        drop(first);
        assert!(all.cancel(work).is_none(), "what ended cannot");
        assert!(all.begin(work).is_some(), "another verification may begin");
    }
}
