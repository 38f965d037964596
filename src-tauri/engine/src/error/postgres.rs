//! Words the errors of `postgres` for people.

use crate::postgres::PostgresError;
use crate::postgres::access::AccessProblem;
use crate::postgres::error::{TlsProblem, UrlProblem};
use holdfast_types::{ApiError, ErrorCode, Problem};

/// What went wrong, and what to do about it.
#[allow(dead_code)]
pub(crate) fn word(error: &PostgresError) -> ApiError {
    let (code, message, hint) = words(error);
    ApiError { code, message, hint }
}

/// What the role may not read, and what to do about it.
#[allow(dead_code)]
pub(crate) fn word_access(problem: &AccessProblem, role: &str) -> Problem {
    let (message, hint) = match problem {
        AccessProblem::NoSelect { table } => (
            format!("The role {role} may not read the table {table}."),
            format!(
                "Run: GRANT SELECT ON {table} TO {role}; or, from PostgreSQL 14 on, GRANT pg_read_all_data TO {role};"
            ),
        ),
        AccessProblem::NoSelectOnSequence { sequence } => (
            format!("The role {role} may not read the sequence {sequence}."),
            format!("Run: GRANT SELECT ON SEQUENCE {sequence} TO {role};"),
        ),
        AccessProblem::RowSecurity { table } => (
            format!("Row security hides rows of {table} from the role {role}."),
            format!("Back up with a role that sees every row: ALTER ROLE {role} BYPASSRLS;"),
        ),
        AccessProblem::NoUsage { schema } => (
            format!("The role {role} may not enter the schema {schema}."),
            format!("Run: GRANT USAGE ON SCHEMA {schema} TO {role};"),
        ),
        AccessProblem::LargeObjects { count, some } => (
            format!(
                "The role {role} may not read {count} large object{}, for example {}.",
                if *count == 1 { "" } else { "s" },
                some.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
            ),
            format!(
                "pg_read_all_data does not cover large objects. Grant each of them (GRANT SELECT ON LARGE OBJECT {} TO \
                 {role};), or back up with their owner or a superuser.",
                some.first().copied().unwrap_or_default(),
            ),
        ),
    };
    Problem { message, hint }
}

fn words(error: &PostgresError) -> (ErrorCode, String, String) {
    use ErrorCode::{Cancelled, Connection, Failed, InvalidInput, MissingTool, Refused, Storage};
    let say = |code, message: String, hint: &str| (code, message, hint.to_owned());
    match error {
        PostgresError::BadUrl { reason } => (InvalidInput, url_words(reason), url_hint(reason)),
        PostgresError::BadValue { field, reason } if field == "dbname" => say(
            InvalidInput,
            format!("The name of the database cannot be used: {reason}."),
            "PostgreSQL's own programs refuse such a name too. Rename the database on the server with ALTER DATABASE, or \
             correct the name in the job.",
        ),
        PostgresError::BadValue { field, reason } => {
            say(InvalidInput, format!("The connection's {field} cannot be used: {reason}."), "Correct it in the server's settings.")
        }
        PostgresError::UnsupportedSetting { name, value, met } => (
            InvalidInput,
            format!("The setting {name} ({value}) cannot be honoured, and a backup that ignores it is not made."),
            match met {
                Some(met) => format!("Unset {name} for Holdfast, take it out of the service file, or set it to {met}."),
                None => format!("Unset {name} for Holdfast, or take it out of the service file."),
            },
        ),
        PostgresError::NoSuchService { name, searched } => {
            let files: Vec<_> = searched.iter().map(|path| path.display().to_string()).collect();
            (
                InvalidInput,
                format!("No service file defines the service {name}."),
                format!("Add a section [{name}] to one of these: {}.", files.join(", ")),
            )
        }
        PostgresError::BadFile { field, path, reason } => (
            InvalidInput,
            format!("The file {} ({field}) cannot be used: {reason}.", path.display()),
            "Check that it exists and that this user may read it.".into(),
        ),
        PostgresError::BadPassfile { path, mode } => (
            Refused,
            format!("The password file {} can be read by others (mode {mode:03o}), so it is not used.", path.display()),
            format!("Run: chmod 600 {}", path.display()),
        ),
        PostgresError::UnknownHost { host } => say(
            Connection,
            format!("The host {host} is not known."),
            "Check its spelling, and that this machine has a network and a name server.",
        ),
        PostgresError::Refused { host, port, detail } => (
            Connection,
            format!("No PostgreSQL server answers at {host}, port {port} ({detail})."),
            match host.starts_with('/') {
                true => "Start the server, or correct the socket's folder and the port.".into(),
                false => "Start the server, or correct host and port. A server that listens on a socket only needs the socket's folder as host.".into(),
            },
        ),
        PostgresError::Timeout { host, port, seconds } => (
            Connection,
            format!("The server at {host}, port {port} did not answer within {seconds} seconds."),
            "Check the network and firewalls between this machine and the server.".into(),
        ),
        PostgresError::WrongPassword { user } => say(
            Connection,
            format!("The server rejected the password of the role {user}."),
            "Set the right password in the server's settings, or in the password file that is used.",
        ),
        PostgresError::NoPassword { user, ignored_passfile: Some(path) } => (
            Connection,
            format!(
                "The server wants a password for the role {user}, and {} was not used because others can read it.",
                path.display()
            ),
            format!("Run: chmod 600 {}", path.display()),
        ),
        PostgresError::NoPassword { user, ignored_passfile: None } => say(
            Connection,
            format!("The server wants a password for the role {user}, and none is stored."),
            "Store one in the server's settings, or add a line to ~/.pgpass.",
        ),
        PostgresError::NoSuchDatabase { database } => say(
            Connection,
            format!("The database {database} does not exist on this server."),
            "Check its name in the job; it may have been dropped or renamed.",
        ),
        PostgresError::NoSuchRole { user, message } => (
            Connection,
            format!("The role {user} cannot log in: {message}."),
            "Check the user in the server's settings, or create the role with LOGIN.".into(),
        ),
        PostgresError::TooManyConnections { message } => (
            Connection,
            format!("The server takes no more connections: {message}."),
            "Raise max_connections, lower the job's parallelism, or run it at a quieter time.".into(),
        ),
        PostgresError::NotPermitted { message, .. } => (
            Refused,
            format!("The role may not do this: {message}."),
            "Grant the right to the role, or from PostgreSQL 14 on: GRANT pg_read_all_data TO the role.".into(),
        ),
        PostgresError::TlsRefused { host } => (
            Connection,
            format!("The server at {host} offers no encryption, and the connection demands it."),
            "Switch ssl on at the server, or set sslmode (Encryption) to prefer if the network is trusted.".into(),
        ),
        PostgresError::TlsCertificate { host, problem } => {
            let (message, hint) = tls_words(host, problem);
            (Connection, message, hint)
        }
        PostgresError::Unbound { host } => (
            Connection,
            format!("The server at {host} did not bind the login to an encrypted channel, which channel_binding demands."),
            "Set sslmode (Encryption) to require or stronger and use a scram-sha-256 password, or set channel_binding to \
             prefer."
               .into(),
        ),
        PostgresError::PgHbaRejected { message } => (
            Connection,
            format!("The server does not admit this connection: {message}."),
            "Add a line for this host, user and database to the server's pg_hba.conf and reload it.".into(),
        ),
        PostgresError::ServerNotReady { message } => {
            say(Connection, format!("The server is not ready: {message}."), "Try again when it has started.")
        }
        PostgresError::LostConnection { detail } => say(
            Connection,
            format!("The connection to the server was lost: {detail}."),
            "Look at the server's log for a restart or a crash, and at the network between.",
        ),
        PostgresError::Query { sqlstate, message } => say(
            Failed,
            format!("The server answered: {message} (SQLSTATE {sqlstate})."),
            "The server's log tells more at the same moment.",
        ),
        PostgresError::Protocol { detail } => say(
            Failed,
            format!("The server answered in an unexpected way: {detail}."),
            "Check that a PostgreSQL server listens there, not a connection pooler in transaction mode.",
        ),
        PostgresError::ServerTooOld { version } => say(
            Refused,
            format!("PostgreSQL {version} is too old; version 10 is the oldest that can be backed up."),
            "Upgrade the server.",
        ),
        PostgresError::NoClientTool { server_major, found } => (
            MissingTool,
            match found.as_slice() {
                [] => format!("The server is PostgreSQL {server_major}, and no pg_dump was found on this machine."),
                found => format!(
                    "The server is PostgreSQL {server_major}, and every pg_dump on this machine is older ({}).",
                    found.join(", ")
                ),
            },
            install(*server_major),
        ),
        PostgresError::VersionMismatch { server, tool } => {
            let major = server.split('.').next().and_then(|major| major.parse().ok());
            (
                MissingTool,
                format!("The server is PostgreSQL {server}, and pg_dump {tool} is too old for it."),
                major.map_or_else(|| "Install the client programs of the server's version.".into(), install),
            )
        }
        PostgresError::MissingProgram { program, folder } => (
            MissingTool,
            format!("The program {program} is missing in {}.", folder.display()),
            match program.as_str() {
                "initdb" | "pg_ctl" | "postgres" => {
                    "Install PostgreSQL's server programs, on Debian the package postgresql.".into()
                }
                _ => "Install PostgreSQL's client programs completely.".into(),
            },
        ),
        PostgresError::CompressionUnsupported { wanted, version, since_major } => (
            MissingTool,
            format!("pg_dump {version} cannot compress with {wanted}."),
            format!(
                "Choose auto or gzip, or install a pg_dump from version {since_major} on that is built with it."
            ),
        ),
        PostgresError::ToolUnusable { program, detail } => say(
            MissingTool,
            format!("{program} cannot be run: {detail}."),
            "Check that the file is executable and its installation whole.",
        ),
        PostgresError::ToolFailed { program, status, message, .. } => say(
            Failed,
            format!("{program} failed ({status}): {message}."),
            "The run's log holds everything that it said.",
        ),
        PostgresError::ToolKilled { program, status } => say(
            Failed,
            format!("{program} was killed ({status})."),
            "Somebody ended it, or the system was out of memory: look at the system's log.",
        ),
        PostgresError::LockTimeout { relation, holder } => say(
            Failed,
            format!(
                "{} was locked by {} for too long.",
                relation.as_ref().map_or_else(|| "A table".into(), |relation| format!("The table {relation}")),
                holder.map_or_else(|| "somebody else".into(), |pid| format!("the server's process {pid}")),
            ),
            "Run the job when no migration or VACUUM FULL is going on, or let it wait longer for locks. \
             pg_blocking_pids() shows who holds one.",
        ),
        PostgresError::RecoveryConflict { message } => say(
            Failed,
            format!("The standby cancelled the dump: {message}."),
            "Set hot_standby_feedback = on (or raise max_standby_streaming_delay) on the standby, or back up the primary.",
        ),
        PostgresError::RowSecurity { relation } => say(
            Refused,
            format!(
                "Row security would hide rows of {} from the backup.",
                relation.as_deref().unwrap_or("a table")
            ),
            "Back up with a superuser or a role that has BYPASSRLS.",
        ),
        PostgresError::DiskFull { message } => say(
            Storage,
            format!("The disk is full: {message}."),
            "Free space on the repository's disk, or keep fewer backups.",
        ),
        PostgresError::CannotWrite { message } => say(
            Storage,
            format!("The backup cannot be written: {message}."),
            "Check the repository's path, and that this user may write there.",
        ),
        PostgresError::OutOfMemory { message } => say(
            Failed,
            format!("Memory ran out: {message}."),
            "Lower the job's parallelism, or give the machine more memory.",
        ),
        PostgresError::LockTableFull { message } => say(
            Failed,
            format!("The server has no room for more locks: {message}."),
            "Raise max_locks_per_transaction in postgresql.conf and restart the server: a dump locks each table once.",
        ),
        PostgresError::SnapshotLost { message } => say(
            Failed,
            format!("The snapshot for the dump was lost: {message}."),
            "Run the job again. A pooler between must keep sessions apart; connect to the server directly.",
        ),
        PostgresError::ServerDataDamaged { message } => say(
            Failed,
            format!("The server cannot read its own data: {message}."),
            "Keep the earlier backups, pin the newest good one, and check the server's disk before anything else.",
        ),
        PostgresError::Cluster { folder, detail } => (
            Failed,
            format!("The PostgreSQL cluster in {} cannot be used: {detail}.", folder.display()),
            "The file server.log beside it tells more.".into(),
        ),
        PostgresError::Cancelled => say(Cancelled, "Cancelled.".into(), ""),
    }
}

fn install(major: u32) -> String {
    format!(
        "Install client programs of version {major} or newer: on Debian and Ubuntu the package \
         postgresql-client-{major} (from apt.postgresql.org if the distribution has none), on macOS \
         brew install postgresql@{major}. The variable HOLDFAST_PG_BINDIRS names other folders to look in instead."
    )
}

fn url_words(problem: &UrlProblem) -> String {
    match problem {
        UrlProblem::Scheme => "The connection URL does not begin with postgresql://.".into(),
        UrlProblem::Encoding { part } => format!("The {part} of the connection URL is not escaped rightly."),
        UrlProblem::Port => "The port of the connection URL is not a number from 1 to 65535.".into(),
        UrlProblem::Ipv6 => "The address of the connection URL cannot be read.".into(),
        UrlProblem::SeveralHosts => "The connection URL names several hosts.".into(),
        UrlProblem::UnknownParameter { name } => {
            format!("The connection URL holds a parameter that is not supported: {name}.")
        }
        UrlProblem::BadParameter { name, value } => format!("{value:?} is not a value of {name}."),
    }
}

fn url_hint(problem: &UrlProblem) -> String {
    match problem {
        UrlProblem::Scheme => "Write it as postgresql://USER@HOST:PORT/DATABASE.",
        UrlProblem::Encoding { .. } => "Write % as %25, @ as %40, / as %2F, : as %3A.",
        UrlProblem::Port => {
            "Write it as postgresql://USER@HOST:PORT/DATABASE, and / # ? @ : in a password escaped, for example %2F."
        }
        UrlProblem::Ipv6 => "An IPv6 address stands in brackets: [::1].",
        UrlProblem::SeveralHosts => "Name the one server that is to be backed up; add a server for each other.",
        UrlProblem::UnknownParameter { .. } => {
            "Leave it out. Known are host, port, user, password, dbname, sslmode, sslrootcert, sslcert, sslkey, service, passfile."
        }
        UrlProblem::BadParameter { .. } => "For sslmode: disable, prefer, require, verify-ca or verify-full.",
    }
    .into()
}

fn tls_words(host: &str, problem: &TlsProblem) -> (String, String) {
    match problem {
        TlsProblem::NoRootCertificate { path } => (
            format!("There is no root certificate to check the server {host} against."),
            format!(
                "Name one as sslrootcert (Root certificate; the word system means the operating system's), or put it at {}.",
                path.display()
            ),
        ),
        TlsProblem::UnusableFile { path, reason } => (
            format!("The certificate or key file {} cannot be used: {reason}.", path.display()),
            "Check that it exists, is in PEM format, and can be read by this user; keys must not be encrypted.".into(),
        ),
        TlsProblem::UnknownIssuer => (
            format!("The certificate of {host} was issued by nobody who is trusted."),
            "Name the certificate of its authority as sslrootcert (Root certificate).".into(),
        ),
        TlsProblem::NameMismatch { detail } if detail.is_empty() => (
            format!("The certificate of {host} is not for this name."),
            "Use the name that the certificate holds (as subject alternative name), or set sslmode (Encryption) to \
             verify-ca."
               .into(),
        ),
        TlsProblem::NameMismatch { detail } => (
            format!("The certificate of {host} is for another name: {detail}."),
            "Use the name that the certificate holds as host, or set sslmode (Encryption) to verify-ca.".into(),
        ),
        TlsProblem::NotValidNow { detail } => (
            format!("The certificate of {host} is not valid now: {detail}."),
            "Renew it, or set this machine's clock.".into(),
        ),
        TlsProblem::OldCertificate => (
            format!("The certificate of {host} is of X.509 version 1, and no trusted authority issued it itself."),
            format!(
                "Name the certificate of its authority as sslrootcert (Root certificate), or issue it anew with \
                 extensions: openssl x509 -req with -extfile and a file that says subjectAltName=DNS:{host}"
            ),
        ),
        TlsProblem::Handshake { detail } => (
            format!("No encrypted connection to {host} came about: {detail}."),
            "Check the server's ssl settings and the client certificate that it may want.".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_newer_than_every_program_names_both_versions_and_the_package() {
        let error = PostgresError::NoClientTool { server_major: 17, found: vec!["15.18".into()] };
        let worded = word(&error);
        assert!(worded.message.contains("17") && worded.message.contains("15.18"), "both versions: {worded}");
        assert!(worded.hint.contains("postgresql-client-17"), "what to install: {worded}");
        assert_eq!(worded.code, ErrorCode::MissingTool, "the exit status depends on it");
    }

    #[test]
    fn a_refused_standby_is_told_about_its_setting() {
        let worded = word(&PostgresError::RecoveryConflict { message: "canceling statement".into() });
        assert!(worded.hint.contains("hot_standby_feedback"), "the way out must be named: {worded}");
    }

    #[test]
    fn a_missing_right_comes_with_the_statement_that_grants_it() {
        let worded = word_access(&AccessProblem::NoSelect { table: "public.orders".into() }, "backup");
        assert!(
            worded.hint.contains("GRANT SELECT ON public.orders TO backup"),
            "ready to be copied: {worded:?}"
        );
    }
}
