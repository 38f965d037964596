//! The progress of a run as other processes see it: a small file beside the run's private ones, written once a second.
//!
//! The catalog would write the disk for each figure; a file in the page cache costs nothing, and one that is lost
//! with the power was out of date anyway.

use crate::context::{Context, LiveRun, off_runtime};
use crate::error::Error;
use crate::home::Home;
use crate::platform::modes::create_private_file;
use holdfast_types::{RunId, RunProgress};
use std::convert::Infallible;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often the file is written while figures change.
const INTERVAL: Duration = Duration::from_secs(1);

/// The most that is read of one, in bytes: 200 tables with the longest names take a fraction.
const LARGEST: u64 = 1 << 20;

fn path(home: &Home, run: RunId) -> PathBuf {
    home.scratch().join(format!("progress-{run}.json"))
}

/// Writes the newest progress of a run for others, for as long as it goes on.
pub(super) async fn tell(context: &Arc<Context>, run: RunId, live: &LiveRun) -> Infallible {
    let mut told = None;
    loop {
        tokio::time::sleep(INTERVAL).await;
        let newest = live.newest_progress();
        let (Some(progress), true) = (&newest, newest != told) else { continue };
        let (path, text) = (path(&context.home, run), serde_json::to_vec(progress).unwrap_or_default());
        if let Err(error) =
            off_runtime(move || write(&path, &text).map_err(|source| Error::Io { path, source })).await
        {
            // Others then see no figures; the run is none the worse.
            tracing::debug!("run {run}: its progress is not told to other processes: {error:?}");
        }
        told = newest;
    }
}

/// Where the next text is written before it replaces the file.
fn fresh(path: &Path) -> PathBuf {
    path.with_extension("new")
}

/// Replaces the file, so that a reader sees the old one or the new one.
fn write(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let fresh = fresh(path);
    let _ = std::fs::remove_file(&fresh);
    create_private_file(&fresh)?.write_all(text)?;
    std::fs::rename(&fresh, path)
}

/// Removes what was told of a run that ended.
pub(crate) async fn forget(context: &Arc<Context>, run: RunId) {
    let path = path(&context.home, run);
    // A run that told nothing has no file, and one that was not killed while it wrote has no fresh one.
    let remove = move || [fresh(&path), path].map(std::fs::remove_file);
    let _ = tokio::task::spawn_blocking(remove).await;
}

/// What the process that carries a run out told last; none if it told nothing that can be read.
pub(crate) fn newest(home: &Home, run: RunId) -> Option<RunProgress> {
    let mut text = Vec::new();
    std::fs::File::open(path(home, run)).ok()?.take(LARGEST).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok().filter(|progress: &RunProgress| progress.run_id == run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_the_runs_progress_tells_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let home = Home::create(dir.path()).expect("a data directory");
        assert_eq!(newest(&home, RunId(7)), None, "a run that is not told of has no figures");
        write(&path(&home, RunId(7)), b"{\"run_id\": 7").expect("a file");
        assert_eq!(newest(&home, RunId(7)), None, "half a file must not stop the window");
        write(&path(&home, RunId(7)), b"[]").expect("the file can be replaced");
        assert_eq!(newest(&home, RunId(7)), None, "nor anything else that lies there");
    }
}
