//! Words the errors of `archive` for people.

use super::repository::{hint as storage_hint, reason};
use crate::archive::error::FileChange;
use crate::archive::{ArchiveError, Difference};
use crate::repository::StorageFault;
use holdfast_types::{ApiError, ErrorCode};
use std::fmt::Display;

/// How many differences are named; the rest is counted.
const NAMED: usize = 3;

/// What went wrong, and what to do about it.
pub(crate) fn word(error: &ArchiveError) -> ApiError {
    let path = error.path().display();
    let (code, message, hint) = match error {
        ArchiveError::Io { source, .. } => {
            let fault = StorageFault::of(source);
            let message = format!("Cannot read or write {path}: {}.", reason(fault, source));
            (ErrorCode::Storage, message, storage_hint(fault))
        }
        ArchiveError::Truncated { what, offset, .. } => {
            (ErrorCode::Failed, format!("{path} is cut: it ends inside {what}, at byte {offset}."), damaged())
        }
        ArchiveError::Malformed { what, offset, .. } => {
            (ErrorCode::Failed, format!("{path} is damaged at byte {offset}: {what}."), damaged())
        }
        ArchiveError::Undecodable { codec, detail, .. } => {
            (ErrorCode::Failed, format!("{path} cannot be decoded to its end as {codec}: {detail}."), damaged())
        }
        ArchiveError::NoEndMarker { .. } => (
            ErrorCode::Failed,
            format!("{path} is cut: the end marker that pg_dump writes after a table's rows is missing."),
            damaged(),
        ),
        ArchiveError::UnknownVersion { major, minor, revision, .. } => (
            ErrorCode::Failed,
            format!("{path} has the archive version {major}.{minor}.{revision}, which Holdfast does not know."),
            "It was made by a pg_dump that is newer than this Holdfast, or older than 12: update Holdfast, or \
             use another pg_dump."
                .to_owned(),
        ),
        ArchiveError::Differs { differences, .. } => (
            ErrorCode::Failed,
            format!("The archive {path} is not complete: {}.", first_few(differences.iter())),
            differences_hint(differences),
        ),
        ArchiveError::Manifest { detail, .. } => {
            (ErrorCode::Failed, format!("{path} is not a manifest of a backup: {detail}."), damaged())
        }
        ArchiveError::ManifestChanged { .. } => (
            ErrorCode::Failed,
            format!("{path} was changed after the backup was made."),
            "Do not rely on this backup. Put the manifest back as it was, from a copy if there is one, and verify the \
             backup again; otherwise make a new one."
                .to_owned(),
        ),
        ArchiveError::UnknownManifestFormat { format, .. } => (
            ErrorCode::Failed,
            format!("{path} has the format {format}, which this Holdfast does not know."),
            "It was made by a newer Holdfast: update this one.".to_owned(),
        ),
        ArchiveError::UnsafePath { named, .. } => (
            ErrorCode::Refused,
            format!("{path} names the file {named:?}, which is outside the backup; nothing there was read."),
            "Somebody changed the manifest: do not trust this backup.".to_owned(),
        ),
        ArchiveError::FilesDiffer { changes, tables, .. } => (
            ErrorCode::Failed,
            format!(
                "The backup {path} was changed after it was made: {}.{}",
                first_few(changes.iter().map(change)),
                rows_in(tables)
            ),
            match changes.len() == tables.len() {
                true => format!("{} Its other tables can be restored: choose them there.", damaged()),
                false => damaged(),
            },
        ),
        ArchiveError::Cancelled { .. } => (
            ErrorCode::Cancelled,
            format!("Cancelled while {path} was read."),
            "Nothing was changed.".to_owned(),
        ),
    };
    ApiError { code, message, hint }
}

fn damaged() -> String {
    "Do not rely on this backup: make a new one, keep what other backups there are, and check the disk."
        .to_owned()
}

/// Whose rows the changed files hold.
fn rows_in(tables: &[String]) -> String {
    match tables {
        [] => String::new(),
        [one] => format!(" It holds the rows of {one}."),
        several => format!(" They hold the rows of {}.", first_few(several.iter())),
    }
}

fn differences_hint(differences: &[Difference]) -> String {
    let lacks_relation = |difference: &Difference| {
        matches!(difference, Difference::MissingDefinition { .. } | Difference::MissingData { .. })
    };
    if differences.iter().any(lacks_relation) {
        "A table that was dropped or made while the dump began has this effect: run the job again. If it stays, \
         see the run's log for what pg_dump left out."
            .to_owned()
    } else {
        damaged()
    }
}

fn change(change: &FileChange) -> String {
    match change {
        FileChange::Missing { path } => format!("{path} is missing"),
        FileChange::Length { path, recorded, found } => {
            format!("{path} has {found} bytes instead of {recorded}")
        }
        FileChange::Content { path } => format!("the contents of {path} changed"),
        FileChange::Extra { path } => format!("{path} was added"),
    }
}

fn first_few(items: impl ExactSizeIterator<Item = impl Display>) -> String {
    let rest = items.len().saturating_sub(NAMED);
    let mut named: Vec<String> = items.take(NAMED).map(|item| item.to_string()).collect();
    if rest > 0 {
        named.push(format!("and {rest} more"));
    }
    named.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn the_file_and_the_table_are_named_and_many_are_counted() {
        let missing = |name: &str| Difference::MissingFile {
            file: format!("{name}.dat"),
            of: format!("public.{name}"),
        };
        let differences = ["a", "b", "c", "d", "e"].map(missing).to_vec();
        let worded = word(&ArchiveError::Differs { path: PathBuf::from("/b/archive"), differences });
        assert_eq!(
            worded.message,
            "The archive /b/archive is not complete: the file a.dat with the data of public.a is missing; the file \
             b.dat with the data of public.b is missing; the file c.dat with the data of public.c is missing; and 2 \
             more.",
            "the operator must see what is lost"
        );
        assert!(!worded.hint.is_empty(), "a failure without advice leaves people alone");
    }

    #[test]
    fn a_full_disk_is_worded_as_such_and_a_cancel_is_no_failure() {
        let path = PathBuf::from("/b/manifest.json");
        let full = ArchiveError::Io { path: path.clone(), source: std::io::ErrorKind::StorageFull.into() };
        let worded = word(&full);
        assert_eq!(worded.message, "Cannot read or write /b/manifest.json: the disk is full.", "plain words");
        assert_eq!(worded.code, ErrorCode::Storage, "the exit status depends on it");
        assert_eq!(
            word(&ArchiveError::Cancelled { path }).code,
            ErrorCode::Cancelled,
            "the operator asked for it"
        );
    }
}
