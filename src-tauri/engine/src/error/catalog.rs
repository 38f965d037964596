//! Words the errors of `catalog` for people.

use crate::catalog::CatalogError;
use holdfast_types::{ApiError, ErrorCode};

/// The failure in plain words, with what to do next.
pub(crate) fn word(error: &CatalogError) -> ApiError {
    let (code, message, hint) = match error {
        CatalogError::Newer { found, known } => (
            ErrorCode::Refused,
            format!(
                "This data directory was written by a newer Holdfast (schema {found}; this one knows {known})."
            ),
            "Install the newer version, or choose another data directory with --home. Nothing was changed."
                .into(),
        ),
        CatalogError::Lost { path, copy } => (
            ErrorCode::Refused,
            format!(
                "Holdfast's catalog {} is missing or empty, though this data directory has copies of it.",
                path.display()
            ),
            format!(
                "End every Holdfast here, remove {path}-wal and {path}-shm if they exist, and copy the newest copy, \
                 {}, to {path}. To begin anew on purpose, move the folder catalog-copies elsewhere. Nothing was changed.",
                copy.display(),
                path = path.display()
            ),
        ),
        CatalogError::NameTaken { kind, name } => (
            ErrorCode::Refused,
            format!("There is already a {kind} named \"{name}\"."),
            "Choose another name.".into(),
        ),
        CatalogError::NotFound { kind, id } => (
            ErrorCode::NotFound,
            format!("There is no {kind} with the number {id}."),
            format!("It may have been removed.{}", listing(kind)),
        ),
        error if error.is_disk_full() => (
            ErrorCode::Storage,
            "The disk that holds Holdfast's data directory is full.".into(),
            "Free some space there; the catalog itself is undamaged.".into(),
        ),
        error if error.is_not_permitted() => (
            ErrorCode::Storage,
            "Holdfast's catalog cannot be opened or written.".into(),
            "Check that the data directory belongs to you and is on a local, writable disk.".into(),
        ),
        error if error.is_corrupt() => (
            ErrorCode::Internal,
            "Holdfast's catalog is damaged or is no catalog.".into(),
            "End every Holdfast, remove catalog.db-wal and catalog.db-shm, and put back the newest copy from the \
             folder catalog-copies in the data directory as catalog.db."
                .into(),
        ),
        other => (
            ErrorCode::Internal,
            format!("Holdfast's catalog failed: {other}."),
            "Try again; if it stays, put back a copy from the folder catalog-copies in the data directory."
                .into(),
        ),
    };
    ApiError { code, message, hint }
}

/// How the things of a kind are listed.
fn listing(kind: &str) -> String {
    match kind {
        "server" | "job" => {
            format!(" See which {kind}s there are (on the command line: holdfast {kind} list).")
        }
        "run" | "backup" | "restore" => {
            format!(" See which {kind}s there are (on the command line: holdfast {kind}s list).")
        }
        _ => " List what exists and try again.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_nothing_has_is_told_with_the_command_that_lists_those_there_are() {
        let hint = |kind| word(&CatalogError::NotFound { kind, id: "99".into() }).hint;
        for (kind, command) in [
            ("restore", "holdfast restores list"),
            ("backup", "holdfast backups list"),
            ("run", "holdfast runs list"),
            ("job", "holdfast job list"),
            ("server", "holdfast server list"),
        ] {
            assert!(hint(kind).contains(command), "who mistypes a number needs the list: {}", hint(kind));
        }
    }
}
