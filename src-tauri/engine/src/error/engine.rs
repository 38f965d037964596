//! Words the engine's own errors for people.

use super::postgres::word_access;
use super::{Error, Refusal};
use crate::postgres::access::AccessProblem;
use crate::vault::VaultError;
use holdfast_types::{ApiError, ErrorCode};

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
        Error::Refused(refusal) => refused(refusal),
        Error::Io { path, source } => (
            ErrorCode::Storage,
            format!("{} cannot be used: {source}.", path.display()),
            "Check that the folder exists, belongs to you and has space.".into(),
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
            "The bound counts all databases of a run. Raise the job's bound (or BACKUP_MAX_SIZE_MB) if they are meant \
             to be that large. The unfinished backup was removed; earlier ones are untouched."
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
        other => (
            ErrorCode::Internal,
            format!("Holdfast met a defect: {other}."),
            "Try again. If it stays, report it with the newest log file of the data directory.".into(),
        ),
    };
    ApiError { code, message, hint }
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

fn refused(refusal: &Refusal) -> (ErrorCode, String, String) {
    let (message, hint) = match refusal {
        Refusal::ServerInUse(jobs) => (
            format!("The server is used by {}.", quoted(jobs)),
            "Remove these jobs first, or give them another server.".to_owned(),
        ),
        Refusal::JobRunning(job) => {
            (format!("A run of \"{job}\" is going on."), "Wait for its end, or cancel it first.".to_owned())
        }
        Refusal::RunEnded => {
            ("The run has ended already.".to_owned(), "There is nothing to cancel.".to_owned())
        }
        Refusal::NewestGood(database) => (
            format!("This is the newest good backup of \"{database}\"."),
            "Holdfast never deletes the last good one: make a newer backup first.".to_owned(),
        ),
        Refusal::Pinned => ("The backup is pinned.".to_owned(), "Unpin it first.".to_owned()),
        Refusal::UnknownSetting(key) => {
            (format!("There is no setting \"{key}\"."), "List them with: holdfast config get".to_owned())
        }
        Refusal::NoServerPrograms => (
            "No PostgreSQL server programs (initdb, postgres) were found on this machine.".to_owned(),
            "Install them, on Debian or Ubuntu with: apt install postgresql".to_owned(),
        ),
        Refusal::SafetyJob(name) => (
            format!("The job \"{name}\" is made before restores and has no schedule."),
            "Add a job of your own for backups on a schedule.".to_owned(),
        ),
        Refusal::RestoreBarred(obstacles) => (
            obstacles.iter().map(|(message, _)| message.as_str()).collect::<Vec<_>>().join(" "),
            obstacles.first().map(|(_, hint)| hint.clone()).unwrap_or_default(),
        ),
        Refusal::BackupUnfit(reason) => (
            format!("The backup did not pass its check, so nothing was restored. {reason}"),
            "The target is untouched. Choose another backup.".to_owned(),
        ),
        Refusal::RoleNotMade(role, reason) => (
            format!("The role \"{role}\" could not be made. {reason}"),
            "Restore with a role that may make roles, or as the connecting role's own (--no-owner)."
                .to_owned(),
        ),
        Refusal::BrokenOff(reason) => (
            format!("pg_restore could not go on: {reason}"),
            "The unfinished database was dropped; the target is as it was.".to_owned(),
        ),
        Refusal::NotSwapped(reason) => (
            format!("The database was not replaced, as the restored one is not whole: {reason}"),
            "The present database is untouched. Restore into a new database to look at what is there."
                .to_owned(),
        ),
        Refusal::PropertyNotCarried(statement, reason) => (
            format!(
                "The database was not replaced, as the restored one could not be given all that the present one has: \
                 {reason} ({statement})"
            ),
            "The present database is untouched. Restore as a role that may (a superuser), or into a new database."
                .to_owned(),
        ),
        Refusal::GlobalsRefused(statement, reason) => (
            format!("The server refused a part of the globals, so none of it was restored: {reason} ({statement})"),
            "Mend the reason, or leave that part out.".to_owned(),
        ),
        Refusal::NoSafetyBackup(reason) => (
            format!("The database could not be backed up as it is, so it was not changed. {reason}"),
            "Mend the reason, restore into a new database, or decline the safety backup.".to_owned(),
        ),
        Refusal::NotRestoring => (
            "This restore does not go on in this process.".to_owned(),
            "It has ended, or the process that carries it out must be asked.".to_owned(),
        ),
        Refusal::NothingToUndo => (
            "This restore kept no former database that could be put back.".to_owned(),
            "Only a completed swap can be undone, once, while the former database is there. See which can: holdfast \
             restores list".to_owned(),
        ),
        Refusal::MayNotCreate(server) => (
            format!("The role may not make databases on \"{server}\", and a drill there needs one."),
            "Grant it with: ALTER ROLE name CREATEDB. Or drill on this machine.".to_owned(),
        ),
        Refusal::AssertionUnasked(statement, reason) => (
            format!("The assertion \"{statement}\" could not be asked. {reason}"),
            "Correct it in the job. The restored rows were compared before, and say nothing against the backup.".to_owned(),
        ),
        Refusal::NeverVerified => (
            "The backup was not verified yet.".to_owned(),
            "Verify it first: holdfast verify BACKUP --level restore".to_owned(),
        ),
        Refusal::Verifying => (
            "The backup is being verified already.".to_owned(),
            "Wait for its end, or cancel it first.".to_owned(),
        ),
        Refusal::NotVerifying => (
            "No verification of this backup goes on in this process.".to_owned(),
            "One of another process ends when that process is told to.".to_owned(),
        ),
        Refusal::BackupAway(repository) => (
            format!("The disk that holds the backup is not at {}.", repository.display()),
            "Mount it, then verify the backup again. Nothing is said about the backup meanwhile.".to_owned(),
        ),
        Refusal::NoDrillPrograms(major) => (
            format!(
                "A drill needs PostgreSQL {major} or newer on this machine, server programs included; there is none."
            ),
            format!("Install them, on Debian or Ubuntu with: apt install postgresql-{major}"),
        ),
        Refusal::NoExtensions(names) => (
            format!(
                "The extensions {} are not installed for the PostgreSQL that would be restored into.",
                quoted(names)
            ),
            "Install their packages for that version, then try again.".to_owned(),
        ),
    };
    (ErrorCode::Refused, message, hint)
}

fn vault(error: &VaultError) -> (ErrorCode, String, String) {
    match error {
        VaultError::Locked { seconds } => (
            ErrorCode::Connection,
            format!("The keyring did not answer within {seconds} seconds; it is probably locked."),
            "Unlock it by logging in, or let Holdfast keep passwords in a private file: holdfast config set \
             password_store file, then enter the password again."
                .into(),
        ),
        VaultError::Unavailable(detail) => (
            ErrorCode::Connection,
            format!("The keyring cannot be used: {detail}."),
            "Start a keyring (Secret Service) in your session, or use: holdfast config set password_store file"
                .into(),
        ),
        VaultError::Gone => (
            ErrorCode::Connection,
            "The server's stored password is gone from the password store.".into(),
            "Enter it again: edit the server, or holdfast server update NAME --password-stdin".into(),
        ),
        VaultError::File { path, source } => (
            ErrorCode::Storage,
            format!("The password file {} cannot be used: {source}.", path.display()),
            "Check that it belongs to you and that its mode is 0600.".into(),
        ),
    }
}

/// The first few problems in words, how many more there are, and what grants the first of them.
fn access(problems: &[AccessProblem], role: &str) -> (String, String) {
    let words: Vec<_> = problems.iter().take(5).map(|problem| word_access(problem, role)).collect();
    let mut message: String =
        words.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ");
    if problems.len() > words.len() {
        message.push_str(&format!(" And {} more of the kind.", problems.len() - words.len()));
    }
    let hint = words.first().map(|problem| problem.hint.clone()).unwrap_or_default();
    (message, format!("{hint} Nothing was dumped."))
}

fn quoted(names: &[String]) -> String {
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
