//! Words the errors of `repository` for people.

use crate::platform::user::current_user;
use crate::repository::{RepositoryAction, RepositoryError, StorageFault};
use holdfast_types::{ApiError, ErrorCode};

/// What went wrong, and what to do about it.
pub(crate) fn word(error: &RepositoryError) -> ApiError {
    match error {
        RepositoryError::NotABackup { path } => ApiError {
            code: ErrorCode::Refused,
            message: format!(
                "{} is not the folder of a backup, so nothing was deleted there.",
                path.display()
            ),
            hint: "Look at the backup's path in its details; it may have been moved by hand.".to_owned(),
        },
        RepositoryError::Link { path } => ApiError {
            code: ErrorCode::Storage,
            message: format!(
                "{} is a symbolic link, and backups are not written through links within a repository.",
                path.display()
            ),
            hint: "Put a folder in its place, or choose the folder that it leads to as the job's repository."
                .to_owned(),
        },
        RepositoryError::Io { action, path, fault, source } => {
            let code = match fault {
                StorageFault::Missing if *action == RepositoryAction::Delete => ErrorCode::NotFound,
                _ => ErrorCode::Storage,
            };
            let what = format!("{} {}", doing(*action), path.display());
            // The folder above is there: what is missing is a file system that takes folders.
            let (reason, hint) = match (action, fault) {
                (RepositoryAction::Create, StorageFault::Missing) => {
                    ("the system makes no folders there".to_owned(), "Choose a folder on a disk.".to_owned())
                }
                _ => (reason(*fault, source), hint(*fault)),
            };
            ApiError { code, message: format!("{what}: {reason}."), hint }
        }
    }
}

fn doing(action: RepositoryAction) -> &'static str {
    match action {
        RepositoryAction::Create => "Cannot create",
        RepositoryAction::Read => "Cannot read",
        RepositoryAction::Write => "Cannot write",
        RepositoryAction::Sync => "Cannot write to the disk for good",
        RepositoryAction::Rename => "Cannot put in its final place",
        RepositoryAction::Delete => "Cannot delete",
        RepositoryAction::Lock => "Cannot lock",
        RepositoryAction::Space => "Cannot tell the free space of",
    }
}

/// Why the system refused, as the end of a sentence.
pub(super) fn reason(fault: StorageFault, source: &std::io::Error) -> String {
    match fault {
        StorageFault::NoSpace => "the disk is full".to_owned(),
        StorageFault::Permission => format!("permission denied{}", for_user()),
        StorageFault::ReadOnly => "the file system is read-only".to_owned(),
        StorageFault::NotADirectory => "a file stands where a folder is needed".to_owned(),
        StorageFault::Missing => "it does not exist".to_owned(),
        StorageFault::Exists => "it exists already".to_owned(),
        StorageFault::InUse => "another process uses it".to_owned(),
        StorageFault::BadName => "the system does not accept this path; it may be too long".to_owned(),
        StorageFault::Other => source.to_string(),
    }
}

/// What to do about it.
pub(super) fn hint(fault: StorageFault) -> String {
    match fault {
        StorageFault::NoSpace => {
            "Free space on that disk, keep backups for a shorter time, or choose a repository on another disk."
        }
        StorageFault::Permission => "Give this user access to the folder, or choose another repository.",
        StorageFault::ReadOnly => "Mount it writable, or choose another repository.",
        StorageFault::NotADirectory => "Remove or rename that file, or choose another repository.",
        StorageFault::Missing => {
            "Check that the disk is mounted and that nothing moved or removed the files behind Holdfast's back."
        }
        StorageFault::Exists => "Look what it is; if it is not needed, move it away and try again.",
        StorageFault::InUse => "Wait until the other process has ended and try again.",
        StorageFault::BadName => "Choose a repository with a shorter path.",
        StorageFault::Other => "Check the disk and its cables, and the system's log.",
    }
    .to_owned()
}

fn for_user() -> String {
    current_user().map(|user| format!(" for the user {user}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;
    use std::path::Path;

    #[test]
    fn every_failure_names_the_path_and_says_what_to_do() {
        let path = Path::new("/backups/nightly");
        let kinds = [
            (ErrorKind::StorageFull, "the disk is full"),
            (ErrorKind::PermissionDenied, "permission denied"),
            (ErrorKind::ReadOnlyFilesystem, "read-only"),
            (ErrorKind::NotADirectory, "a file stands where a folder is needed"),
            (ErrorKind::NotFound, "the system makes no folders there"),
            (ErrorKind::AlreadyExists, "it exists already"),
            (ErrorKind::InvalidFilename, "too long"),
        ];
        for (kind, part) in kinds {
            let worded = word(&RepositoryError::io(RepositoryAction::Create, path)(kind.into()));
            assert!(worded.message.contains("/backups/nightly"), "the path is needed: {}", worded.message);
            assert!(worded.message.contains(part), "the reason is needed: {}", worded.message);
            assert!(!worded.hint.is_empty(), "{kind}: a failure without advice leaves people alone");
            assert_eq!(worded.code, ErrorCode::Storage, "{kind}: the exit status depends on it");
        }
    }
}
