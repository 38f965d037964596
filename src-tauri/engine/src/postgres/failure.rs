//! What a client program's last words mean. Its exit status says only that it failed.
//!
//! The words are PostgreSQL's own messages in the C locale, in which the programs are run.

use super::classify::{SHARED, object_in};
use super::error::PostgresError;

/// How a client program ended, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// With this status.
    Code(i32),
    /// By a signal, in words.
    Signal(String),
}

/// Which program spoke, and to whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speaker<'a> {
    pub program: &'a str,
    pub host: &'a str,
    pub user: &'a str,
    pub database: &'a str,
}

/// The error behind the lines that a program said before it failed: errors and their explanations.
pub(super) fn explain(speaker: Speaker<'_>, ending: &Ending, lines: &[String]) -> PostgresError {
    lines
        .iter()
        .find_map(|line| known(speaker, line, lines))
        .unwrap_or_else(|| unknown(speaker, ending, lines))
}

fn unknown(speaker: Speaker<'_>, ending: &Ending, lines: &[String]) -> PostgresError {
    let program = speaker.program.to_owned();
    match (ending, lines.first()) {
        (Ending::Signal(status), None) => PostgresError::ToolKilled { program, status: status.clone() },
        (ending, first) => PostgresError::ToolFailed {
            program,
            status: match ending {
                Ending::Code(code) => format!("exit status {code}"),
                Ending::Signal(signal) => signal.clone(),
            },
            message: first.cloned().unwrap_or_default(),
            lines: lines.to_vec(),
        },
    }
}

/// The meaning of one line, if it is one of those that are told apart.
fn known(speaker: Speaker<'_>, line: &str, lines: &[String]) -> Option<PostgresError> {
    let has = |words: &str| line.contains(words);
    let any = |all: &[&str]| all.iter().any(|words| line.contains(words));
    let message = || server_words(line);
    let user = || speaker.user.to_owned();
    if let Some(versions) = line.strip_prefix("server version: ") {
        let (server, tool) = versions.split_once("; ")?;
        let tool = tool.split_once(": ").map_or(tool, |(_, version)| version);
        return Some(PostgresError::VersionMismatch { server: first_word(server), tool: first_word(tool) });
    }
    // pg_dump carries its --lock-wait-timeout out as a statement_timeout around LOCK TABLE.
    let waited = has("due to statement timeout") && lines.iter().any(|line| line.contains("LOCK TABLE "));
    if waited || has("could not obtain lock on relation") || has("due to lock timeout") {
        return Some(PostgresError::LockTimeout {
            relation: quoted(line).or_else(|| locked(lines)),
            holder: None,
        });
    }
    if has("conflict with recovery") {
        return Some(PostgresError::RecoveryConflict { message: message() });
    }
    if has("row-level security policy") {
        return Some(PostgresError::RowSecurity { relation: quoted(line) });
    }
    if has("permission denied for ") {
        return Some(PostgresError::NotPermitted { object: object_in(line), message: message() });
    }
    if any(&["invalid snapshot identifier", "could not import the requested snapshot", "snapshot too old"]) {
        return Some(PostgresError::SnapshotLost { message: message() });
    }
    if any(&[
        "invalid page in block",
        "missing chunk number",
        "unexpected chunk number",
        "could not read block",
    ]) {
        return Some(PostgresError::ServerDataDamaged { message: message() });
    }
    if any(&["No space left on device", "Disk quota exceeded"]) {
        return Some(match line.contains("ERROR:") {
            // The server's own disk: 53100 is disk_full.
            true => PostgresError::Query { sqlstate: "53100".into(), message: message() },
            false => PostgresError::DiskFull { message: message() },
        });
    }
    if has(SHARED) {
        return Some(PostgresError::LockTableFull { message: message() });
    }
    if has("out of memory") {
        return Some(PostgresError::OutOfMemory { message: message() });
    }
    if has("password authentication failed") {
        return Some(PostgresError::WrongPassword { user: user() });
    }
    if has("no password supplied") {
        return Some(PostgresError::NoPassword { user: user(), ignored_passfile: None });
    }
    if has("pg_hba.conf") || has("authentication failed for user") {
        return Some(PostgresError::PgHbaRejected { message: message() });
    }
    if has("too many clients already") || has("remaining connection slots") || has("too many connections for")
    {
        return Some(PostgresError::TooManyConnections { message: message() });
    }
    // A program starts only after our own session has connected: a server that shuts down, starts up or does not
    // listen any more has gone away in between.
    if has("the database system is") || has("Connection refused") {
        return Some(PostgresError::LostConnection { detail: message() });
    }
    if has("could not translate host name") {
        return Some(PostgresError::UnknownHost { host: speaker.host.into() });
    }
    if has("FATAL:  database ") && has("does not exist") {
        return Some(PostgresError::NoSuchDatabase { database: speaker.database.into() });
    }
    if has("FATAL:  role ") {
        return Some(PostgresError::NoSuchRole { user: user(), message: message() });
    }
    const LOST: [&str; 6] = [
        "server closed the connection",
        "SSL connection has been closed",
        "terminating connection",
        "could not receive data from server",
        "could not send data to server",
        "no connection to the server",
    ];
    if any(&LOST) {
        return Some(PostgresError::LostConnection { detail: message() });
    }
    const UNWRITABLE: [&str; 5] = [
        "could not create directory",
        "could not open output file",
        "could not write to ",
        "Read-only file system",
        "Permission denied",
    ];
    if any(&UNWRITABLE) && !has("ERROR:") {
        return Some(PostgresError::CannotWrite { message: message() });
    }
    None
}

/// What the server said within a program's line: without `query failed: ERROR:  ` and the like.
fn server_words(line: &str) -> String {
    ["ERROR:  ", "FATAL:  ", "PANIC:  "]
        .iter()
        .find_map(|mark| line.split_once(mark))
        .map_or(line, |(_, words)| words)
        .trim()
        .to_owned()
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().to_owned()
}

/// The text between the first and the last double quote.
fn quoted(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('"')?;
    let (name, _) = rest.rsplit_once('"')?;
    Some(name.to_owned())
}

/// The table of `LOCK TABLE public.orders IN ACCESS SHARE MODE`, when it is only one.
fn locked(lines: &[String]) -> Option<String> {
    let line = lines.iter().find(|line| line.contains("LOCK TABLE "))?;
    let (_, rest) = line.split_once("LOCK TABLE ")?;
    let (tables, _) = rest.split_once(" IN ")?;
    let table = tables.strip_prefix("ONLY ").unwrap_or(tables).trim();
    (!table.contains(", ")).then(|| table.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(lines: &[&str]) -> PostgresError {
        let speaker = Speaker { program: "pg_dump", host: "db", user: "ann", database: "shop" };
        explain(speaker, &Ending::Code(1), &lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_lock_that_is_not_to_be_had_names_its_table() {
        let expected = PostgresError::LockTimeout { relation: Some("public.orders".into()), holder: None };
        assert_eq!(
            explained(&[
                "query failed: ERROR:  canceling statement due to statement timeout",
                "Query was: LOCK TABLE public.orders IN ACCESS SHARE MODE",
            ]),
            expected,
            "who holds the lock can only be looked up by the table"
        );
        assert_eq!(
            explained(&[r#"could not obtain lock on relation "public.orders""#]),
            expected,
            "a worker says it in other words"
        );
    }

    #[test]
    fn a_server_newer_than_the_program_names_both() {
        assert_eq!(
            explained(&[
                "aborting because of server version mismatch",
                "server version: 17.2; pg_dump version: 15.18 (Debian 15.18-0+deb12u1)",
            ]),
            PostgresError::VersionMismatch { server: "17.2".into(), tool: "15.18".into() },
            "which program to install depends on both"
        );
    }

    #[test]
    fn what_the_server_refuses_is_told_from_what_the_disk_refuses() {
        assert_eq!(
            explained(&["query failed: ERROR:  permission denied for table orders"]),
            PostgresError::NotPermitted {
                message: "permission denied for table orders".into(),
                object: Some("orders".into())
            },
            "a missing SELECT"
        );
        assert!(
            matches!(
                explained(&["could not write to output file: No space left on device"]),
                PostgresError::DiskFull { .. }
            ),
            "the disk of the repository"
        );
        assert!(
            matches!(
                explained(&[
                    r#"Dumping the contents of table "a" failed: PQgetResult() failed."#,
                    r#"Error message from server: ERROR:  could not write to file "base/pgsql_tmp/x": No space left on device"#
                ]),
                PostgresError::Query { .. }
            ),
            "the server's own disk is another one"
        );
        assert!(
            matches!(
                explained(&[r#"could not create directory "/x": Permission denied"#]),
                PostgresError::CannotWrite { .. }
            ),
            "a repository that cannot be written"
        );
    }

    #[test]
    fn a_full_table_of_locks_is_no_want_of_memory() {
        assert!(
            matches!(
                explained(&[
                    "query failed: ERROR:  out of shared memory",
                    "HINT:  You might need to increase max_locks_per_transaction.",
                ]),
                PostgresError::LockTableFull { .. }
            ),
            "the way out is a setting of the server, not more memory"
        );
    }

    #[test]
    fn a_standby_and_row_security_are_recognised() {
        assert!(
            matches!(
                explained(&[
                    "Error message from server: ERROR:  canceling statement due to conflict with recovery"
                ]),
                PostgresError::RecoveryConflict { .. }
            ),
            "the way out is hot_standby_feedback"
        );
        assert_eq!(
            explained(&[
                r#"query failed: ERROR:  query would be affected by row-level security policy for table "t""#
            ]),
            PostgresError::RowSecurity { relation: Some("t".into()) },
            "the way out is another role"
        );
    }

    #[test]
    fn connections_that_fail_or_break_are_recognised() {
        for gone in [
            r#"connection to server at "db" (127.0.0.1), port 5432 failed: Connection refused"#,
            r#"connection to server at "db" (127.0.0.1), port 5432 failed: FATAL:  the database system is shutting down"#,
        ] {
            assert!(
                matches!(explained(&[gone]), PostgresError::LostConnection { .. }),
                "our own session was connected a moment ago: a restart is one failure, whichever worker meets it: {gone}"
            );
        }
        let lost = "Dumping the contents of table \"a\" failed: PQgetCopyData() failed.";
        assert!(
            matches!(
                explained(&[lost, "Error message from server: server closed the connection unexpectedly"]),
                PostgresError::LostConnection { .. }
            ),
            "the server went away"
        );
        assert!(
            matches!(
                explained(&[r#"FATAL:  password authentication failed for user "ann""#]),
                PostgresError::WrongPassword { .. }
            ),
            "the password changed since the session connected"
        );
    }

    #[test]
    fn what_is_not_known_keeps_the_programs_own_words() {
        assert_eq!(
            explained(&["something new", "and why"]),
            PostgresError::ToolFailed {
                program: "pg_dump".into(),
                status: "exit status 1".into(),
                message: "something new".into(),
                lines: vec!["something new".into(), "and why".into()],
            },
            "an unknown failure must still be readable"
        );
    }

    #[test]
    fn a_killed_program_that_said_nothing_is_told_so() {
        let speaker = Speaker { program: "pg_dump", host: "db", user: "ann", database: "shop" };
        assert_eq!(
            explain(speaker, &Ending::Signal("signal: 9 (SIGKILL)".into()), &[]),
            PostgresError::ToolKilled { program: "pg_dump".into(), status: "signal: 9 (SIGKILL)".into() },
            "a kill, often by the kernel for want of memory, leaves no words"
        );
    }
}
