//! Why requests are refused, and the words for it.

use super::engine::quoted;
use crate::sql::bare_or_quoted;
use holdfast_types::{ErrorCode, table_name};
use std::path::PathBuf;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The server is used by these jobs.
    ServerInUse(Vec<String>),
    /// A run of the job is going on.
    JobRunning(String),
    /// The run ended already.
    RunEnded,
    /// It is the newest good backup of its database.
    NewestGood(String),
    /// It is pinned.
    Pinned,
    /// The setting is unknown.
    UnknownSetting(String),
    /// The job is the one whose backups are made before restores; it has no schedule.
    SafetyJob(String),
    /// A restore is barred by these.
    RestoreBarred(Vec<(String, String)>),
    /// The backup did not pass its check, for this reason, so nothing was restored.
    BackupUnfit(String),
    /// This role could not be made, for this reason.
    RoleNotMade(String, String),
    /// pg_restore could not go on, for this reason.
    BrokenOff(String),
    /// The database was not replaced, for this reason.
    NotSwapped(String),
    /// The present database has something, by this statement, that could not be carried over, for this reason.
    PropertyNotCarried(String, String),
    /// The server refused this statement of the globals, for this reason.
    GlobalsRefused(String, String),
    /// The safety backup failed, for this reason.
    NoSafetyBackup(String),
    /// The restore has ended already, or another process carries it out.
    NotRestoring,
    /// There is no former database to go back to.
    NothingToUndo,
    /// The role (second) may not make databases on this server (first).
    MayNotCreate(String, String),
    /// Somebody made a database of this name while another was being filled.
    NameTaken(String),
    /// No backup lies in this folder.
    NoBackupsIn(PathBuf),
    /// This name fits several tables, each written so that it fits only one.
    SeveralTables(String, Vec<String>),
    /// This assertion could not be asked, for this reason.
    AssertionUnasked(String, String),
    /// The backup was never verified.
    NeverVerified,
    /// The backup is being verified.
    Verifying,
    /// Nothing is being verified here.
    NotVerifying,
    /// The disk that holds the backup is not there; its repository.
    BackupAway(PathBuf),
    /// No initdb on this machine.
    NoServerPrograms,
    /// No PostgreSQL of this major version or newer that can be a server here.
    NoDrillPrograms(u32),
    /// Extensions that the backup needs are not installed for the server.
    NoExtensions(Vec<String>),
}

impl Refusal {
    /// A name that fits several tables, by schema and name.
    pub(crate) fn several_tables(text: &str, tables: &[(String, String)]) -> Self {
        let forms = tables.iter().map(|(schema, name)| table_name(schema, name)).collect();
        Self::SeveralTables(text.to_owned(), forms)
    }
}

/// The refusal in plain words, with what to do next.
pub(super) fn word(refusal: &Refusal) -> (ErrorCode, String, String) {
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
            let hint = "The settings show those that there are (on the command line: holdfast config get).";
            (format!("There is no setting \"{key}\"."), hint.to_owned())
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
            "The target is untouched. Choose another backup, or tables of this one that are not damaged.".to_owned(),
        ),
        Refusal::RoleNotMade(role, reason) => (
            format!("The role \"{role}\" could not be made. {reason}"),
            "Restore with a role that may make roles, or as the connecting role's own (on the command \
             line: --no-owner)."
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
            "Only a completed swap can be undone, once, while the former database is there. The list of restores \
             says which can (on the command line: holdfast restores list)."
                .to_owned(),
        ),
        Refusal::NameTaken(database) => (
            format!("Somebody made a database \"{database}\" meanwhile, so the restored one could not get that name."),
            "The restored one was dropped, and theirs is untouched. Restore again under another name.".to_owned(),
        ),
        Refusal::NoBackupsIn(folder) => (
            format!("There are no backups in {}.", folder.display()),
            "Name the repository itself, the folder that holds JOB/DATABASE/TIME-RUN, and check that its disk is mounted."
                .to_owned(),
        ),
        Refusal::SeveralTables(text, forms) => (
            format!("\"{text}\" can mean {}.", forms.join(" or ")),
            format!(
                "Write the one that is meant with its quotes; a shell needs single ones around them: '{}'",
                forms.first().map(String::as_str).unwrap_or_default()
            ),
        ),
        Refusal::MayNotCreate(server, role) => (
            format!("The role may not make databases on \"{server}\", and a drill there needs one."),
            format!("Grant it with: ALTER ROLE {} CREATEDB; Or drill on this machine.", bare_or_quoted(role)),
        ),
        Refusal::AssertionUnasked(statement, reason) => (
            format!("The assertion \"{statement}\" could not be asked. {reason}"),
            "Correct it in the job. The restored rows were compared before, and say nothing against the backup.".to_owned(),
        ),
        Refusal::NeverVerified => (
            "The backup was not verified yet.".to_owned(),
            "Verify it first (on the command line: holdfast verify BACKUP --level restore).".to_owned(),
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
