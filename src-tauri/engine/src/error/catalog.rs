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
        CatalogError::NameTaken { kind, name } => (
            ErrorCode::Refused,
            format!("There is already a {kind} named \"{name}\"."),
            "Choose another name.".into(),
        ),
        CatalogError::NotFound { kind, id } => (
            ErrorCode::NotFound,
            format!("There is no {kind} with the number {id}."),
            "It may have been removed. List what exists and try again.".into(),
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
            "Put back the newest copy from the folder catalog-copies in the data directory as catalog.db."
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
