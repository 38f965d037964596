//! Locks between processes: one for the scheduler, one for each job's run, one that tells a process alive.
//!
//! All are advisory file locks, which the system releases when a process dies, however it dies. Who holds
//! the scheduler's lock is written beside it for people.
//!
//! A process's lock file is made and then locked, which is two steps. A `Door` is held for both, and by
//! whoever probes or removes such a file: otherwise a sweep could remove the file of a process that lives.

use crate::error::Error;
use crate::home::Home;
use crate::platform::modes::{self, create_private_file};
use holdfast_types::{BackupId, JobId, LockHolder, ProcessKind, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Held {
    file: File,
}

impl Held {
    /// Whether the file at `path` is the one that is locked. Another or none means that somebody removed it, and
    /// that whoever comes next locks a file of its own.
    fn is_at(&self, path: &Path) -> bool {
        modes::is_same_file(&self.file, path)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Closing is not enough: a child process that is just being started shares the open file for a moment, and
        // the lock with it. A failure leaves what closing does.
        let _ = self.file.unlock();
    }
}

/// Takes the lock at `path` if it is free.
fn try_take(path: &Path) -> Result<Option<Held>, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            match create_private_file(path) {
                Ok(file) => file,
                // Another process made it at the same moment.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => open(path).map_err(failed)?,
                Err(error) => return Err(failed(error)),
            }
        }
        Err(error) => return Err(failed(error)),
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(Held { file }).filter(|held| held.is_at(path))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Takes the lock of the file at `path` if it is free, making the file.
pub fn file(path: &Path) -> Result<Option<Held>, Error> {
    try_take(path)
}

/// Takes the lock of a job's runs if it is free.
pub fn job(home: &Home, id: JobId) -> Result<Option<Held>, Error> {
    try_take(&home.locks().join(format!("job-{id}.lock")))
}

fn verification_path(home: &Home, id: BackupId) -> PathBuf {
    home.locks().join(format!("verify-{id}.lock"))
}

/// Takes the lock of a backup's verification if it is free: one verifies at a time, and what is verified is not
/// deleted meanwhile.
pub fn verification(home: &Home, id: BackupId) -> Result<Option<Held>, Error> {
    try_take(&verification_path(home, id))
}

/// Removes the lock of a backup that is deleted, and lets it go.
pub fn forget_verification(home: &Home, id: BackupId, held: Held) {
    let _ = std::fs::remove_file(verification_path(home, id));
    drop(held);
}

/// Held for moments, while the lock files of processes are made, probed or removed.
struct Door {
    _file: File,
}

impl Door {
    /// Waits until nobody else of any process holds it.
    fn enter(home: &Home) -> Result<Self, Error> {
        let path = home.locks().join("door.lock");
        let opened = match create_private_file(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => open(&path),
            other => other,
        };
        let file = opened.and_then(|file| file.lock().map(|()| file));
        Ok(Self { _file: file.map_err(|source| Error::Io { path, source })? })
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// A process on the data directory; its lock tells others that it lives.
#[derive(Debug)]
pub struct ProcessIdentity {
    id: String,
    path: PathBuf,
    lock: Mutex<Held>,
}

impl ProcessIdentity {
    /// Announces this process.
    pub fn announce(home: &Home) -> Result<Self, Error> {
        let id = uuid::Uuid::now_v7().to_string();
        let path = process_path(home, &id);
        let _door = Door::enter(home)?;
        let lock = try_take(&path)?.ok_or_else(|| Error::Internal("a new process id was in use".into()))?;
        Ok(Self { id, path, lock: Mutex::new(lock) })
    }

    /// Announces this process again if somebody removed its file: others would take it for dead, and its runs for
    /// interrupted. Returns whether that was so.
    pub fn renew(&self, home: &Home) -> Result<bool, Error> {
        let mut lock = self.lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if lock.is_at(&self.path) {
            return Ok(false);
        }
        let _door = Door::enter(home)?;
        let taken = try_take(&self.path)?;
        *lock = taken.ok_or_else(|| Error::Internal("another process has this one's id".into()))?;
        Ok(true)
    }

    /// The id that runs carry.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Drop for ProcessIdentity {
    fn drop(&mut self) {
        // Best effort: a file left behind is no lock, and the next start removes it.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn process_path(home: &Home, id: &str) -> PathBuf {
    home.locks().join(format!("process-{id}.lock"))
}

/// Whether the process of that id lives.
pub fn is_alive(home: &Home, process: &str) -> Result<bool, Error> {
    // Ids come from the catalog; anything else than an id names no process.
    if uuid::Uuid::parse_str(process).is_err() {
        return Ok(false);
    }
    // Two who probe at once would each take the other's probe for the process.
    let _door = Door::enter(home)?;
    let path = process_path(home, process);
    if !path.exists() {
        return Ok(false);
    }
    Ok(try_take(&path)?.is_none())
}

/// Removes the announcements of processes that are gone.
pub fn sweep(home: &Home) {
    let Ok(_door) = Door::enter(home) else { return };
    let Ok(entries) = std::fs::read_dir(home.locks()) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        let is_process =
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("process-"));
        if is_process && matches!(try_take(&path), Ok(Some(_))) {
            let _ = std::fs::remove_file(&path);
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Holder {
    pid: u32,
    kind: ProcessKind,
    since: Timestamp,
    process: String,
}

fn scheduler_path(home: &Home) -> PathBuf {
    home.locks().join("scheduler.lock")
}

fn holder_path(home: &Home) -> PathBuf {
    home.locks().join("scheduler.json")
}

/// Takes the scheduler's lock if it is free, and writes down who holds it.
pub fn scheduler(
    home: &Home,
    kind: ProcessKind,
    process: &ProcessIdentity,
    now: i64,
) -> Result<Option<Held>, Error> {
    let Some(held) = try_take(&scheduler_path(home))? else { return Ok(None) };
    let holder = Holder {
        pid: std::process::id(),
        kind,
        since: crate::time::text(now),
        process: process.id().to_owned(),
    };
    let path = holder_path(home);
    let text = serde_json::to_vec(&holder).map_err(|error| Error::Internal(error.to_string()))?;
    std::fs::write(&path, text).map_err(|source| Error::Io { path, source })?;
    Ok(Some(held))
}

/// Whether the scheduler's lock is still the one that others meet: its file may have been removed by hand.
pub fn is_scheduler(home: &Home, held: &Held) -> bool {
    held.is_at(&scheduler_path(home))
}

/// Marks the time of a beat on the scheduler's lock file, for processes that do not beat themselves.
pub fn mark_beat(held: &Held, now: i64) {
    if let Err(error) = held.file.set_modified(crate::time::moment(now).into()) {
        tracing::debug!("the time of a beat cannot be marked: {error}");
    }
}

/// The beat that was marked last, in UTC milliseconds.
pub fn marked_beat(home: &Home) -> Option<i64> {
    let modified = std::fs::metadata(scheduler_path(home)).and_then(|there| there.modified()).ok()?;
    Some(chrono::DateTime::<chrono::Utc>::from(modified).timestamp_millis())
}

/// Who holds the scheduler's lock, if anybody.
pub fn scheduler_holder(home: &Home, this: &ProcessIdentity) -> Result<Option<LockHolder>, Error> {
    let text = match std::fs::read(holder_path(home)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Io { path: holder_path(home), source }),
    };
    // A file cut short by a crash names nobody; the lock itself is what counts.
    let Ok(holder) = serde_json::from_slice::<Holder>(&text) else { return Ok(None) };
    let this_process = holder.process == this.id();
    // The lock itself is not probed: a probe would hold it for a moment, and a taker would miss its turn.
    if !this_process && !is_alive(home, &holder.process)? {
        return Ok(None);
    }
    Ok(Some(LockHolder { pid: holder.pid, kind: holder.kind, since: holder.since, this_process }))
}

/// Forgets who held the scheduler's lock, when it is released on purpose.
pub fn release_scheduler(home: &Home, held: Held) {
    let _ = std::fs::remove_file(holder_path(home));
    drop(held);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_locked_once_and_free_again_when_its_run_ends() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let home = Home::create(dir.path()).expect("home");
        let first = job(&home, JobId(1)).expect("lockable");
        assert!(first.is_some(), "a free job must be lockable");
        assert!(job(&home, JobId(1)).expect("lockable").is_none(), "two runs of a job would overlap");
        assert!(job(&home, JobId(2)).expect("lockable").is_some(), "jobs must not wait for each other");
        drop(first);
        assert!(job(&home, JobId(1)).expect("lockable").is_some(), "a job would never run again");
    }

    #[test]
    fn a_lock_is_free_at_once_though_a_child_process_still_shares_its_file() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let home = Home::create(dir.path()).expect("home");
        let held = job(&home, JobId(1)).expect("lockable").expect("free");
        // What a process has between fork and exec.
        let shared = held.file.try_clone().expect("a second descriptor");
        drop(held);
        assert!(job(&home, JobId(1)).expect("lockable").is_some(), "the next run would be skipped by chance");
        drop(shared);
    }

    #[test]
    fn a_process_counts_as_alive_exactly_while_it_holds_its_lock() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let home = Home::create(dir.path()).expect("home");
        let process = ProcessIdentity::announce(&home).expect("announced");
        let id = process.id().to_owned();
        assert!(is_alive(&home, &id).expect("asked"), "its runs would be called interrupted");
        sweep(&home);
        assert!(is_alive(&home, &id).expect("asked"), "the sweep must spare the living");
        drop(process);
        assert!(!is_alive(&home, &id).expect("asked"), "its runs would stay processing for ever");
        assert!(!is_alive(&home, "../../etc/passwd").expect("asked"), "an id is not a path");
    }

    #[cfg(unix)]
    #[test]
    fn lock_files_that_were_removed_by_hand_are_noticed() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let home = Home::create(dir.path()).expect("home");
        let process = ProcessIdentity::announce(&home).expect("announced");
        let held = scheduler(&home, ProcessKind::Agent, &process, 0).expect("lockable").expect("free");
        assert!(is_scheduler(&home, &held), "an untouched lock holds");
        assert!(!process.renew(&home).expect("asked"), "and an untouched process needs no renewal");
        for entry in std::fs::read_dir(home.locks()).expect("readable") {
            std::fs::remove_file(entry.expect("an entry").path()).expect("removable");
        }
        assert!(!is_scheduler(&home, &held), "a second process would carry out the schedule, too");
        assert!(process.renew(&home).expect("asked"), "others would call its runs interrupted");
        assert!(is_alive(&home, process.id()).expect("asked"), "it lives again for all");
        let other = scheduler(&home, ProcessKind::Agent, &process, 0).expect("lockable");
        assert!(other.is_some(), "the schedule goes on under a new lock");
        assert!(!is_scheduler(&home, &held), "whoever held the old one stands down");
    }

    #[test]
    fn a_process_that_is_just_being_announced_survives_every_sweep() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let home = Home::create(dir.path()).expect("home");
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !done.load(std::sync::atomic::Ordering::Relaxed) {
                        sweep(&home);
                    }
                });
            }
            for _ in 0..500 {
                let process = ProcessIdentity::announce(&home).expect("a sweep must not be in the way");
                assert!(
                    is_alive(&home, process.id()).expect("asked"),
                    "its runs would be called interrupted while they go on"
                );
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    }
}
