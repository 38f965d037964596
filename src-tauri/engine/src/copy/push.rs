//! Sends files out to the disk while they grow, so that little is left to wait for in the end.

use super::error::CopyError;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;

/// A thread that waits for the disk in the place of those that compress.
#[derive(Debug)]
pub(super) struct Pusher {
    due: mpsc::Sender<PathBuf>,
    /// None where the system has no thread to spare: then the end of the dump waits for the disk.
    thread: Option<JoinHandle<Result<(), CopyError>>>,
}

impl Pusher {
    /// Starts it.
    pub(super) fn begin() -> Self {
        let (due, taken) = mpsc::channel();
        let thread = std::thread::Builder::new().name("holdfast-disk".into());
        Self { due, thread: thread.spawn(move || push_out(&taken)).ok() }
    }

    /// What is in a file by now is to go out. Never waits.
    pub(super) fn push(&self, path: PathBuf) {
        // After a failure nobody takes it, and the end tells why; without a thread nobody does either.
        let _ = self.due.send(path);
    }

    /// Waits until all is out.
    ///
    /// # Errors
    /// What could not be written. The system tells it to who asks first and to nobody later, so that the dump has failed.
    pub(super) fn end(self) -> Result<(), CopyError> {
        drop(self.due);
        let ended = || CopyError::Unexpected("the thread that waits for the disk ended early".into());
        self.thread.map_or(Ok(()), |thread| thread.join().unwrap_or_else(|_| Err(ended())))
    }
}

fn push_out(taken: &mpsc::Receiver<PathBuf>) -> Result<(), CopyError> {
    while let Ok(path) = taken.recv() {
        // Once for each, however often it grew meanwhile.
        let due: BTreeSet<PathBuf> = std::iter::once(path).chain(taken.try_iter()).collect();
        for path in due {
            let opened = File::options().write(true).open(&path);
            opened.and_then(|file| file.sync_data()).map_err(CopyError::io(&path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_end_tells_what_could_not_go_out() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("there");
        std::fs::write(&there, "rows").unwrap();
        let well = Pusher::begin();
        well.push(there.clone());
        well.push(there.clone());
        well.end().unwrap();
        let badly = Pusher::begin();
        badly.push(folder.path().join("gone"));
        badly.push(there);
        let Err(CopyError::Io(path, _)) = badly.end() else { panic!("a lost write must fail the dump") };
        assert!(path.ends_with("gone"), "and says where: {}", path.display());
    }
}
