//! A copy of a backup elsewhere: another disk, to be carried away. It is compared with the manifest before it gets its
//! name, needs no Holdfast to be restored, and is no backup of the catalog.

use super::Engine;
use crate::archive::manifest::MANIFEST_FILE;
use crate::archive::{ArchiveError, CancellationToken, Manifest, Progress};
use crate::at_work::Work;
use crate::catalog::backups;
use crate::context::off_runtime;
use crate::error::{Error, Refusal};
use crate::locks;
use crate::platform::modes;
use crate::proof::progress::Meter;
use crate::repository::names::encode_name;
use crate::repository::space::available_bytes;
use holdfast_types::{CancelBackupCopy, CatalogScope, Delivered, SaveBackupCopy};
use std::io::{ErrorKind, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// Bytes that are read at once.
const BLOCK: usize = 1024 * 1024;

/// Ends the name of a copy that is not whole yet.
const UNFINISHED: &str = ".partial";

impl Engine {
    /// Copies a backup into a folder, as a folder of its own, and answers where it is.
    ///
    /// # Errors
    /// The backup is not there or not what its manifest says, the folder has no room or cannot be written, the copy
    /// exists already, or it was cancelled. No half copy stays.
    pub async fn save_backup_copy(&self, request: SaveBackupCopy) -> Result<Delivered, Error> {
        let id = request.id;
        let backup = self.context.read(move |tx| backups::get(tx, id)).await?;
        let Some(folder) = request.folder.filter(|folder| !folder.is_empty()) else {
            return Err(invalid("is not named".into(), "It accepts the path of a folder."));
        };
        let busy = || Error::Refused(Refusal::Verifying);
        let working = self.context.at_work.begin(Work::Copy(id)).ok_or_else(busy)?;
        // Nothing may delete the files while they are read.
        let lock = locks::verification(&self.context.home, id)?.ok_or_else(busy)?;
        let meter = Meter::new(&self.context, id);
        let from = PathBuf::from(&backup.path);
        let to = std::path::absolute(&folder).unwrap_or_else(|_| PathBuf::from(&folder));
        let name = copy_name(&backup.database, &from);
        let cancel = working.cancel.clone();
        let made = off_runtime(move || copy(&from, &to, &name, &meter, &cancel)).await;
        drop((working, lock));
        let made = made?.display().to_string();
        let detail =
            format!("The copy is in {made}. Its RESTORE.md says how it is restored without Holdfast.");
        let (subject, place) = (backup.database, made);
        self.change(CatalogScope::Backups, "backup.copy", move |_| Ok(((), subject, place))).await?;
        Ok(Delivered { detail })
    }

    /// Ends a copy that this process makes.
    ///
    /// # Errors
    /// There is none.
    pub async fn cancel_backup_copy(&self, request: CancelBackupCopy) -> Result<Delivered, Error> {
        match self.context.at_work.cancel(Work::Copy(request.backup_id)) {
            Some(()) => Ok(Delivered { detail: "The copy is being ended.".into() }),
            None => Err(Error::Refused(Refusal::NotVerifying)),
        }
    }
}

fn invalid(problem: String, accepts: &'static str) -> Error {
    Error::Invalid { field: "The folder", problem, accepts: accepts.into() }
}

/// The database and the moment: what somebody who finds the folder wants to know.
fn copy_name(database: &str, from: &Path) -> String {
    let moment = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{}-{moment}", encode_name(database))
}

/// Copies, compares, and only then gives the copy its name.
fn copy(
    from: &Path,
    folder: &Path,
    name: &str,
    meter: &Meter,
    cancel: &CancellationToken,
) -> Result<PathBuf, Error> {
    let manifest = Manifest::read(from)?;
    let whole = folder.join(name);
    if whole.exists() {
        return Err(invalid(
            format!("holds {name} already"),
            "Choose another folder, or remove that copy first.",
        ));
    }
    let needed: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let available = available_bytes(folder)?;
    if available < needed {
        return Err(Error::NoSpace { path: folder.to_owned(), needed, available });
    }
    let unfinished = Unfinished(folder.join(format!("{name}{UNFINISHED}")));
    unfinished.clear()?;
    meter.step("Copying");
    let mut done = Progress {
        files_done: 0,
        files_total: manifest.files.len() as u64,
        bytes_done: 0,
        bytes_total: needed,
    };
    // The manifest last: a folder without one is no backup to anybody.
    let files = manifest.files.iter().map(|file| file.path.as_str()).chain([MANIFEST_FILE]);
    for path in files {
        copy_file(&from.join(path), &unfinished.0.join(path), cancel, &mut |bytes| {
            done.bytes_done = (done.bytes_done + bytes).min(needed);
            meter.files(done);
        })?;
        done.files_done += 1;
    }
    meter.step("Comparing the copy with the manifest");
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Manifest::read(&unfinished.0)?.verify_against(
        &unfinished.0,
        threads,
        &|progress| meter.files(progress),
        cancel,
    )?;
    let failed = |source| Error::Io { path: whole.clone(), source };
    std::fs::rename(&unfinished.0, &whole).map_err(failed)?;
    modes::sync_folder(folder).map_err(failed)?;
    Ok(whole)
}

/// A copy that is not whole: removed unless it got its name.
struct Unfinished(PathBuf);

impl Unfinished {
    /// Removes what a killed process left of the same copy.
    fn clear(&self) -> Result<(), Error> {
        match std::fs::remove_dir_all(&self.0) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(Error::Io { path: self.0.clone(), source })
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            tracing::warn!("{} cannot be removed: {}", self.0.display(), error.to_api());
        }
    }
}

fn copy_file(
    from: &Path,
    to: &Path,
    cancel: &CancellationToken,
    moved: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let reading = |source| Error::Io { path: from.to_owned(), source };
    let writing = |source| Error::Io { path: to.to_owned(), source };
    let parent = to.parent().unwrap_or(to);
    modes::create_private_folder(parent).map_err(writing)?;
    let mut source = std::fs::File::open(from).map_err(reading)?;
    let mut target = modes::create_private_file(to).map_err(writing)?;
    let mut block = vec![0; BLOCK];
    loop {
        if cancel.is_cancelled() {
            return Err(ArchiveError::Cancelled { path: from.to_owned() }.into());
        }
        let read = source.read(&mut block).map_err(reading)?;
        if read == 0 {
            break;
        }
        target.write_all(&block[..read]).map_err(writing)?;
        moved(read as u64);
    }
    target.sync_all().map_err(writing)?;
    modes::sync_folder(parent).map_err(writing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_named_for_its_database_and_moment() {
        let from = Path::new("/srv/backups/nightly/shop/2026-11-23T020000Z-7");
        assert_eq!(copy_name("shop", from), "shop-2026-11-23T020000Z-7", "found on a disk years later");
        assert!(!copy_name("a/b", from).contains('/'), "no name leads out of the folder");
    }

    #[test]
    fn a_cancelled_copy_stops_before_the_next_block() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let from = dir.path().join("data");
        std::fs::write(&from, vec![7; 3 * BLOCK]).expect("a file");
        let cancel = CancellationToken::new();
        let mut moved = 0;
        let ended = copy_file(&from, &dir.path().join("to/data"), &cancel, &mut |bytes| {
            moved += bytes;
            cancel.cancel();
        });
        assert!(matches!(ended, Err(Error::Archive(ArchiveError::Cancelled { .. }))), "it is told as that");
        assert_eq!(moved, BLOCK as u64, "a huge file must not be copied to its end first");
    }
}
