//! The paths of backups in a repository, and back. Pure.

use super::names::encode_name;
use chrono::{DateTime, NaiveDateTime, Utc};
use holdfast_types::RunId;
use std::path::{Path, PathBuf};

/// The archive within a backup's folder.
pub const ARCHIVE_DIR: &str = "archive";
/// The roles and tablespaces of the server within a backup's folder.
pub const GLOBALS_FILE: &str = "globals.sql";
/// The notes on how to restore within a backup's folder.
pub const RESTORE_NOTES_FILE: &str = "RESTORE.md";

/// Ends the name of a backup that is being made.
const PARTIAL_SUFFIX: &str = ".partial";
/// Ends the name of the lock that the maker of a backup holds, beside the folder: on Windows a folder in
/// which a file is open cannot be renamed.
const LOCK_SUFFIX: &str = ".lock";
/// Begins the name of what is being deleted.
const DELETING_PREFIX: &str = ".deleting-";
/// The moment in a backup's name: RFC 3339 without the colons, which Windows refuses.
const MOMENT: &str = "%Y-%m-%dT%H%M%SZ";

/// The folder name of a backup, for example `2026-11-23T020000Z-42`.
pub fn backup_folder_name(started_at: DateTime<Utc>, run_id: RunId) -> String {
    format!("{}-{run_id}", started_at.format(MOMENT))
}

/// What [`backup_folder_name`] was made of; none for any other name.
pub fn parse_backup_folder_name(folder: &str) -> Option<(DateTime<Utc>, RunId)> {
    let (moment, id) = folder.split_once("Z-")?;
    let moment = NaiveDateTime::parse_from_str(&format!("{moment}Z"), MOMENT).ok()?.and_utc();
    let run_id: RunId = id.parse().ok()?;
    (backup_folder_name(moment, run_id) == folder).then_some((moment, run_id))
}

/// The folder that holds the backups of a database by a job.
pub fn database_path(repository: &Path, job: &str, database: &str) -> PathBuf {
    repository.join(encode_name(job)).join(encode_name(database))
}

/// The folder of a backup.
pub fn backup_path(
    repository: &Path,
    job: &str,
    database: &str,
    started_at: DateTime<Utc>,
    run_id: RunId,
) -> PathBuf {
    database_path(repository, job, database).join(backup_folder_name(started_at, run_id))
}

/// The folder of the job to which the backup in that folder belongs: see [`backup_path`].
pub fn job_path_of(backup: &Path) -> &Path {
    backup.parent().and_then(Path::parent).unwrap_or(backup)
}

/// What a name beside the backups of a database means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// A published backup.
    Published,
    /// A backup being made, or left behind; with the name that it was to have.
    Partial(&'a str),
    /// The lock of a backup being made, or left behind; with the name that the backup was to have.
    Lock(&'a str),
    /// A deletion that goes on, or was left behind.
    Deleting,
    /// Not of Holdfast.
    Foreign,
}

impl<'a> Item<'a> {
    pub(super) fn of(name: &'a str) -> Self {
        let is_backup = |name: &str| parse_backup_folder_name(name).is_some();
        let without = |suffix| name.strip_suffix(suffix).filter(|rest| is_backup(rest));
        if is_backup(name) {
            Self::Published
        } else if let Some(rest) = without(PARTIAL_SUFFIX) {
            Self::Partial(rest)
        } else if let Some(rest) = without(LOCK_SUFFIX) {
            Self::Lock(rest)
        } else if name
            .strip_prefix(DELETING_PREFIX)
            .is_some_and(|rest| is_backup(rest.strip_suffix(PARTIAL_SUFFIX).unwrap_or(rest)))
        {
            Self::Deleting
        } else {
            Self::Foreign
        }
    }
}

/// The name of a backup while it is being made.
pub(super) fn partial_name(published: &str) -> String {
    format!("{published}{PARTIAL_SUFFIX}")
}

/// The name of the lock of a backup while it is being made.
pub(super) fn lock_name(published: &str) -> String {
    format!("{published}{LOCK_SUFFIX}")
}

/// The name of a folder while it is being deleted.
pub(super) fn deleting_name(name: &str) -> String {
    format!("{DELETING_PREFIX}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> DateTime<Utc> {
        "2026-11-23T02:00:00.750Z".parse().expect("a moment")
    }

    #[test]
    fn a_backup_lies_beneath_its_job_and_database() {
        let path = backup_path(Path::new("/backups"), "nightly", "a/b", moment(), RunId(42));
        let expected = Path::new("/backups/nightly/a%2Fb/2026-11-23T020000Z-42");
        assert_eq!(path, expected, "people find their way by these names");
    }

    #[test]
    fn a_folder_name_is_parsed_back_and_no_other_is() {
        let name = backup_folder_name(moment(), RunId(42));
        let whole_seconds = "2026-11-23T02:00:00Z".parse().expect("a moment");
        assert_eq!(parse_backup_folder_name(&name), Some((whole_seconds, RunId(42))), "{name} is a backup");
        for foreign in [
            "2026-11-23T020000Z-42.partial",
            ".deleting-2026-11-23T020000Z-42",
            "2026-11-23T020000Z-042",
            "2026-11-23T020000Z-+42",
            "2026-11-23T020000Z-",
            "2026-13-23T020000Z-42",
            "2026-11-23 020000Z-42",
            "photos",
            "",
        ] {
            assert_eq!(
                parse_backup_folder_name(foreign),
                None,
                "{foreign:?} must never be taken for a backup"
            );
        }
    }

    #[test]
    fn only_names_that_holdfast_makes_are_swept() {
        let name = backup_folder_name(moment(), RunId(42));
        assert_eq!(Item::of(&name), Item::Published, "a backup");
        assert_eq!(Item::of(&partial_name(&name)), Item::Partial(&name), "being made");
        assert_eq!(Item::of(&lock_name(&name)), Item::Lock(&name), "its lock");
        assert_eq!(Item::of(&deleting_name(&name)), Item::Deleting, "being deleted");
        assert_eq!(
            Item::of(&deleting_name(&partial_name(&name))),
            Item::Deleting,
            "a leftover being deleted"
        );
        for foreign in ["thesis.partial", ".deleting-photos", "x.lock", ".deleting-", ".partial"] {
            assert_eq!(Item::of(foreign), Item::Foreign, "{foreign} belongs to somebody else");
        }
    }
}
