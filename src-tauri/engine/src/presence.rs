//! Whether the backups that the catalog lists are there, and whether their disk is.
//!
//! A repository is known by its marker. The ids that were seen at a path are remembered under an internal key;
//! a path without a known id is a disk that is not mounted, or another one. Then nothing is called missing,
//! and nothing is written there.

use crate::archive::Manifest;
use crate::catalog::{CatalogError, Tx, backups, settings};
use crate::context::{Context, off_runtime};
use crate::error::{Error, Refusal};
use crate::repository::marker::{self, Marker};
use holdfast_types::{Backup, BackupId, BackupStatus, CatalogScope, TrustLevel};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What is to be written to a repository's path has this standing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// The disk is one that was used before at this path.
    Known,
    /// Nothing was ever written to this path, or an operator asks for a new beginning.
    New,
    /// A disk that was used elsewhere: its id is to be remembered.
    Joins(String),
    /// The disk that was used is not there.
    Absent,
    /// Another disk is there.
    Other,
}

/// Compares what is remembered of a path with what is found there.
fn standing(known: &[String], found: Marker) -> Standing {
    match found {
        Marker::Id(id) if known.contains(&id) => Standing::Known,
        Marker::Id(id) if known.is_empty() => Standing::Joins(id),
        Marker::Id(_) => Standing::Other,
        Marker::Empty => Standing::New,
        Marker::Absent if known.is_empty() => Standing::New,
        Marker::Absent => Standing::Absent,
    }
}

/// Makes sure, before anything is written, that the disk at a repository's path is the one that was used
/// before; a path that is new is given its marker.
///
/// # Errors
/// The disk is not there or is another one, or the marker cannot be read or made.
pub(crate) async fn enter(context: &Arc<Context>, repository: &Path) -> Result<(), Error> {
    let known = known(context, repository).await?;
    let path = repository.to_owned();
    let id = off_runtime(move || match standing(&known, marker::read(&path)?) {
        Standing::Known => Ok(None),
        Standing::Joins(id) => Ok(Some(id)),
        Standing::New => Ok(Some(marker::begin(&path)?)),
        Standing::Absent => Err(Error::DiskAbsent { marker: path.join(marker::MARKER_FILE), path }),
        Standing::Other => Err(Error::OtherDisk { marker: path.join(marker::MARKER_FILE), path }),
    })
    .await?;
    let Some(id) = id else { return Ok(()) };
    let (path, now) = (repository.to_owned(), context.now());
    context.write_quietly(move |tx| remember(tx, &path, &id, now)).await
}

/// Why a run could not enter a repository now, if it could not; writes nothing.
///
/// # Errors
/// The catalog cannot be read.
pub(crate) async fn doubt(context: &Arc<Context>, repository: &Path) -> Result<Option<Error>, Error> {
    let known = known(context, repository).await?;
    let path = repository.to_owned();
    off_runtime(move || {
        Ok(match marker::read(&path) {
            Err(error) => Some(error.into()),
            Ok(found) => match standing(&known, found) {
                Standing::Known | Standing::Joins(_) | Standing::New => None,
                Standing::Absent => Some(Error::DiskAbsent { marker: path.join(marker::MARKER_FILE), path }),
                Standing::Other => Some(Error::OtherDisk { marker: path.join(marker::MARKER_FILE), path }),
            },
        })
    })
    .await
}

/// Whether the disk at a repository's path is one that was used before. One that cannot be read is not.
async fn is_reachable(context: &Arc<Context>, repository: &Path) -> Result<bool, Error> {
    let known = known(context, repository).await?;
    let path = repository.to_owned();
    off_runtime(move || Ok(marker::read(&path).is_ok_and(|found| standing(&known, found) == Standing::Known)))
        .await
}

/// How often an operator who looks at the backups has their files looked for at most, in milliseconds.
const PAUSE: i64 = 60_000;

/// Looks for the files of all backups in the background, as somebody looks at what is listed of them. What changed is
/// told as any change of the backups is.
pub(crate) fn look_soon(context: &Arc<Context>) {
    let (now, last) = (context.now(), context.looked_for_backups.load(Ordering::Relaxed));
    if context.closing.is_cancelled() || (0..PAUSE).contains(&(now - last)) {
        return;
    }
    context.looked_for_backups.store(now, Ordering::Relaxed);
    let context = Arc::clone(context);
    tokio::spawn(async move {
        let looked = async {
            let all = context.read(|tx| backups::all(tx, None)).await?;
            tokio::select! {
                missing = look(&context, &all) => missing,
                () = context.closing.cancelled() => Ok(Vec::new()),
            }
        };
        match looked.await {
            Ok(missing) => missing.iter().for_each(|id| {
                tracing::warn!("the files of backup {id} are gone; it is marked missing");
            }),
            Err(error) => tracing::warn!("the backups could not be looked for: {}", error.to_api()),
        }
    });
}

/// Looks at the files of these backups and records what changed: good ones whose folder is gone from a disk
/// that is there become missing and lose what was proven of them, missing ones whose manifest can be read again become
/// good, to be verified anew. Returns those that became missing.
pub(crate) async fn look(context: &Arc<Context>, backups: &[Backup]) -> Result<Vec<BackupId>, Error> {
    let mut reachable: HashMap<PathBuf, bool> = HashMap::new();
    let mut missing = Vec::new();
    for backup in backups {
        let path = PathBuf::from(&backup.path);
        let status = backup.status;
        let found = off_runtime(move || {
            Ok(match status {
                BackupStatus::Good if is_gone(&path) => BackupStatus::Missing,
                BackupStatus::Missing if Manifest::read(&path).is_ok() => BackupStatus::Good,
                other => other,
            })
        });
        let became = found.await?;
        if became == status {
            continue;
        }
        if became == BackupStatus::Missing {
            let repository = repository_of(backup);
            let there = match reachable.get(&repository) {
                Some(there) => *there,
                None => is_reachable(context, &repository).await?,
            };
            reachable.insert(repository, there);
            if !there {
                continue;
            }
            missing.push(backup.id);
        }
        let id = backup.id;
        context
            .write(CatalogScope::Backups, move |tx| match backups::get(tx, id) {
                Ok(now) if now.status == status => {
                    backups::record_status(tx, id, became)?;
                    match became {
                        // What was proven is proven of files that nobody knows any more: those that come back are read first.
                        BackupStatus::Missing => backups::record_trust(tx, id, TrustLevel::L0),
                        _ => Ok(()),
                    }
                }
                // It was verified or deleted since it was listed, by somebody who knows more.
                Ok(_) | Err(CatalogError::NotFound { .. }) => Ok(()),
                Err(error) => Err(error),
            })
            .await?;
    }
    Ok(missing)
}

/// Whether a backup's files are gone for certain: its disk is there, or an operator saw them missing before.
pub(crate) async fn is_lost(context: &Arc<Context>, backup: &Backup) -> Result<bool, Error> {
    Ok(backup.status == BackupStatus::Missing || is_reachable(context, &repository_of(backup)).await?)
}

/// Refuses to judge a backup whose disk is not there: its folder is gone, and nobody can tell whether for good.
///
/// # Errors
/// The disk is not there, or the catalog cannot be read.
pub(crate) async fn insist(context: &Arc<Context>, backup: &Backup) -> Result<(), Error> {
    let path = PathBuf::from(&backup.path);
    if !off_runtime(move || Ok(is_gone(&path))).await? || is_lost(context, backup).await? {
        return Ok(());
    }
    Err(Error::Refused(Refusal::BackupAway(repository_of(backup))))
}

/// A folder that cannot be looked at is not gone.
fn is_gone(path: &Path) -> bool {
    matches!(path.try_exists(), Ok(false))
}

/// The repository of a backup, from `REPOSITORY/JOB/DATABASE/FOLDER`.
fn repository_of(backup: &Backup) -> PathBuf {
    let path = Path::new(&backup.path);
    path.ancestors().nth(3).unwrap_or(path).to_owned()
}

async fn known(context: &Arc<Context>, repository: &Path) -> Result<Vec<String>, Error> {
    let key = key(repository);
    context.read(move |tx| ids(tx, &key)).await
}

fn ids(tx: &Tx, key: &str) -> Result<Vec<String>, CatalogError> {
    let stored = settings::get(tx, key)?;
    Ok(stored.map_or_else(Vec::new, |stored| stored.value.split(' ').map(str::to_owned).collect()))
}

/// Adds an id to those of a path: disks that take turns at one path are all known.
fn remember(tx: &Tx, repository: &Path, id: &str, now: i64) -> Result<(), CatalogError> {
    let key = key(repository);
    let mut all = ids(tx, &key)?;
    if all.iter().all(|known| known != id) {
        all.push(id.to_owned());
        settings::put(tx, &key, &all.join(" "), "internal", now)?;
    }
    Ok(())
}

fn key(repository: &Path) -> String {
    // The same folder with and without a slash at its end has one key.
    let plain: PathBuf = repository.components().collect();
    format!("internal.repository.{}", plain.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_disk_that_was_used_before_is_trusted() {
        let id = |id: &str| Marker::Id(id.to_owned());
        let known = ["a".to_owned(), "b".to_owned()];
        let cases = [
            (&known[..], id("b"), Standing::Known, "disks that take turns are all known"),
            (&known[..], id("c"), Standing::Other, "backups must not go to somebody else's disk"),
            (&known[..], Marker::Absent, Standing::Absent, "an empty mount point is no repository"),
            (&known[..], Marker::Empty, Standing::New, "an operator can begin anew on purpose"),
            (&[][..], id("c"), Standing::Joins("c".to_owned()), "a disk is moved to another data directory"),
            (&[][..], Marker::Absent, Standing::New, "the first run needs no preparation"),
        ];
        for (known, found, expected, why) in cases {
            assert_eq!(standing(known, found), expected, "{why}");
        }
    }

    #[test]
    fn a_slash_at_the_end_makes_no_other_repository() {
        assert_eq!(key(Path::new("/mnt/disk/")), key(Path::new("/mnt/disk")), "it would be unknown for ever");
    }
}
