//! Words the engine's own errors for people.

use super::Error;
use super::postgres::word_access;
use super::refusal::word as refused;
use crate::postgres::access::AccessProblem;
use crate::vault::VaultError;
use holdfast_types::{ApiError, ErrorCode};
use std::io::ErrorKind;
use std::path::Path;

/// The failure in plain words, with what to do next. Errors of modules have their own files.
pub(super) fn word(error: &Error) -> ApiError {
    let (code, message, hint) = match error {
        Error::Vault(error) => vault(error),
        Error::Invalid { field, problem, accepts } => {
            (ErrorCode::InvalidInput, format!("{field} {problem}."), accepts.clone())
        }
        Error::NoSuchName { kind, name, near } => (
            ErrorCode::NotFound,
            format!("There is no {kind} named \"{name}\"."),
            match near.as_slice() {
                [] => format!("Add one, or list the {kind}s that exist."),
                names => format!("Did you mean {}?", quoted(names)),
            },
        ),
        Error::NoSuchTable { backup, name, is } => {
            let list = format!(
                "Look at what the backup holds (on the command line: holdfast backups contents {backup})."
            );
            match is {
                None => (ErrorCode::NotFound, format!("Backup {backup} holds no table {name}."), list),
                Some(kind) => (
                    ErrorCode::NotFound,
                    format!("{name} is {kind}, not a table, and has no rows of its own in backup {backup}."),
                    format!("Look at the tables that it is made from or belongs to. {list}"),
                ),
            }
        }
        Error::Refused(refusal) => refused(refusal),
        Error::Io { path, source } => (
            ErrorCode::Storage,
            format!("{} cannot be used: {source}.", path.display()),
            "Check that the folder exists, belongs to you and has space.".into(),
        ),
        Error::NotWritten { path, source } => not_written(path, source),
        Error::ConnectionDatabase(database) => (
            ErrorCode::Connection,
            format!("The database {database}, which the connection names, does not exist on this server."),
            "Correct the database in the server's connection; most servers have one named postgres.".into(),
        ),
        Error::NoSpace { path, needed, available } => (
            ErrorCode::Storage,
            format!(
                "Not enough space at {}: about {} needed, {} free.",
                path.display(),
                bytes(*needed),
                bytes(*available)
            ),
            "Free some space, shorten the retention, or choose a repository on another disk. Earlier backups are \
             untouched."
                .into(),
        ),
        Error::DiskAbsent { path, marker } => (
            ErrorCode::Storage,
            format!(
                "The disk with the backups is not at {}: that folder has lost its marker or was never mounted.",
                path.display()
            ),
            format!(
                "Mount the disk and run the job again. If a new, empty disk is meant to be there, create the empty \
                 file {} on it and run the job again. Nothing was written.",
                marker.display()
            ),
        ),
        Error::OtherDisk { path, marker } => (
            ErrorCode::Storage,
            format!("Another disk than before is at {}.", path.display()),
            format!(
                "Mount the disk that held the backups, or choose another repository. If this disk is meant to take \
                 its place, empty the file {} and run the job again. Nothing was written.",
                marker.display()
            ),
        ),
        Error::NoRoomForDrill { path, needed, available } => (
            ErrorCode::Storage,
            format!(
                "Not enough space for a drill at {}: about {} needed, {} free.",
                path.display(),
                bytes(*needed),
                bytes(*available)
            ),
            "Free some space, or verify with decode, which needs none. The backup itself is untouched.".into(),
        ),
        Error::TooLarge { limit_mb } => (
            ErrorCode::Failed,
            format!("The backup grew past the run's bound of {limit_mb} MiB and was stopped."),
            "The bound counts all databases of a run. Raise the job's bound (or Largest archive in the \
             settings, BACKUP_MAX_SIZE_MB) if they are meant to be that large. The unfinished backup was removed; earlier \
             ones are untouched."
                .into(),
        ),
        Error::Unreadable { problems, role } => {
            let (message, hint) = access(problems, role);
            (ErrorCode::Failed, message, hint)
        }
        Error::NoDatabases { server } => (
            ErrorCode::Failed,
            format!("The server \"{server}\" has no database that this job could back up."),
            "Check the job's databases, and that the role may connect to them.".into(),
        ),
        Error::SomeDatabases { failed, total } => some_databases(failed, *total),
        Error::Cancelled => {
            (ErrorCode::Cancelled, "The run was cancelled.".into(), "Run it again when it suits.".into())
        }
        Error::RestoreCancelled => (
            ErrorCode::Cancelled,
            "The restore was cancelled.".into(),
            "The target is as it was. Restore again when it suits.".into(),
        ),
        other => (
            ErrorCode::Internal,
            format!("Holdfast met a defect: {other}."),
            "Try again. If it stays, report it with the newest log file of the data directory.".into(),
        ),
    };
    ApiError { code, message, hint }
}

/// A file that was asked for and could not be written.
fn not_written(path: &Path, source: &std::io::Error) -> (ErrorCode, String, String) {
    let path = path.display();
    let (message, hint) = match source.kind() {
        ErrorKind::AlreadyExists => (
            format!("{path} exists already and is not replaced."),
            "Name another file, or remove that one first.",
        ),
        ErrorKind::NotFound => (
            format!("{path} cannot be written: its folder does not exist."),
            "Make the folder, or name a file elsewhere.",
        ),
        ErrorKind::PermissionDenied => {
            (format!("{path} cannot be written: this user may not."), "Name a file in a folder of yours.")
        }
        ErrorKind::StorageFull => (
            format!("{path} cannot be written: the disk is full."),
            "Free some space, or name a file elsewhere.",
        ),
        _ => (
            format!("{path} cannot be written: {source}."),
            "Check that it can be a file of yours, or name one elsewhere.",
        ),
    };
    (ErrorCode::Storage, message, hint.to_owned())
}

fn some_databases(failed: &[(String, ApiError)], total: usize) -> (ErrorCode, String, String) {
    let words: Vec<String> =
        failed.iter().map(|(database, error)| format!("{database}: {}", error.message)).collect();
    let hints: Vec<&str> = {
        let mut hints: Vec<&str> = failed.iter().map(|(_, error)| error.hint.as_str()).collect();
        hints.dedup();
        hints
    };
    let hint = hints.first().copied().unwrap_or_default();
    let message = match (failed, total) {
        ([(_, only)], 1) => only.message.clone(),
        _ => format!("{} of {total} databases failed. {}", failed.len(), words.join(" ")),
    };
    (failed.first().map_or(ErrorCode::Failed, |(_, error)| error.code), message, hint.to_owned())
}

/// What mends a keyring that does not work.
const IN_A_FILE: &str = "let a private file keep passwords (in the settings: Where passwords are kept; on the command \
                         line: holdfast config set password_store file) and enter the password again.";

fn vault(error: &VaultError) -> (ErrorCode, String, String) {
    match error {
        VaultError::Locked { seconds } => (
            ErrorCode::Connection,
            format!("The keyring did not answer within {seconds} seconds; it is probably locked."),
            format!("Unlock it by logging in, or {IN_A_FILE}"),
        ),
        VaultError::Unavailable(detail) => (
            ErrorCode::Connection,
            format!("The keyring cannot be used: {detail}."),
            format!("Start a keyring (Secret Service) in your session, or {IN_A_FILE}"),
        ),
        VaultError::Gone => (
            ErrorCode::Connection,
            "The server's stored password is gone from the password store.".into(),
            "Enter it again in the server's settings (on the command line: holdfast server update NAME \
             --password-stdin)."
                .into(),
        ),
        VaultError::File { path, source } => (
            ErrorCode::Storage,
            format!("The password file {} cannot be used: {source}.", path.display()),
            "Check that it belongs to you and that its mode is 0600.".into(),
        ),
    }
}

/// The first few problems in words, how many more there are, and what mends the first of each kind.
fn access(problems: &[AccessProblem], role: &str) -> (String, String) {
    let words: Vec<_> = problems.iter().take(5).map(|problem| word_access(problem, role)).collect();
    let mut message: String =
        words.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ");
    if problems.len() > words.len() {
        message.push_str(&format!(" And {} more of the kind.", problems.len() - words.len()));
    }
    let mut kinds = Vec::new();
    let mut hints = Vec::new();
    for problem in problems {
        let kind = std::mem::discriminant(problem);
        if !kinds.contains(&kind) {
            kinds.push(kind);
            hints.push(word_access(problem, role).hint);
        }
    }
    (message, hints.join(" "))
}

pub(super) fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// Bytes in binary units with three digits.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = if value < 10.0 { 1 } else { 0 };
    format!("{value:.digits$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_what_may_not_be_read_is_told_how_it_is_mended() {
        let problems = vec![
            AccessProblem::RowSecurity { table: "public.secret".into() },
            AccessProblem::RowSecurity { table: "public.other".into() },
            AccessProblem::LargeObjects { count: 2, some: vec![17] },
        ];
        let hint = word(&Error::Unreadable { problems, role: "backup".into() }).hint;
        assert_eq!(hint.matches("BYPASSRLS").count(), 1, "one statement mends both tables: {hint}");
        assert!(hint.contains("LARGE OBJECT 17"), "who mends the first would only meet the second: {hint}");
        assert!(!hint.contains("; Nothing"), "a statement is followed by no sentence in small: {hint}");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told_with_what_to_do() {
        let told =
            |kind: ErrorKind| word(&Error::NotWritten { path: "/r/x.html".into(), source: kind.into() });
        let there = told(ErrorKind::AlreadyExists);
        assert_eq!(there.message, "/r/x.html exists already and is not replaced.", "no number of the system");
        assert!(told(ErrorKind::NotFound).message.contains("folder"), "what is missing is its folder");
        for kind in
            [ErrorKind::AlreadyExists, ErrorKind::NotFound, ErrorKind::PermissionDenied, ErrorKind::Other]
        {
            assert!(!told(kind).hint.is_empty(), "{kind:?}: a failure without advice leaves people alone");
        }
    }

    #[test]
    fn a_cancelled_restore_is_called_a_restore_and_is_no_failure() {
        let told = word(&Error::RestoreCancelled);
        assert_eq!(told.code, ErrorCode::Cancelled, "an operator asked for it");
        assert!(!format!("{told}").contains("run"), "nobody can run it again: {told}");
    }

    #[test]
    fn a_database_that_the_connection_names_is_mended_in_the_connection() {
        let gone = crate::postgres::PostgresError::NoSuchDatabase { database: "nowhere".into() };
        let told = Error::of_connection(gone).to_api();
        assert!(told.message.contains("nowhere"), "{told}");
        assert!(
            told.hint.contains("server's connection") && !told.hint.contains("job"),
            "no job is at fault: {told}"
        );
    }
}
