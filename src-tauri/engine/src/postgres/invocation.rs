//! One run of a PostgreSQL client program: environment without surprises, password out of sight, both pipes
//! drained, its process group ended and reaped whatever happens.

use super::connection::{Host, RootCertificates};
use super::error::PostgresError;
use super::failure::{self, Ending, Speaker};
use super::lines::LineCutter;
use super::session::APPLICATION_NAME;
use super::verbose::{self, ToolLine};
use super::{ResolvedConnection, passfile};
use crate::platform::{modes, process::ProcessGroup};
use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio_postgres::config::ChannelBinding;
use tokio_util::sync::CancellationToken;

/// How many error lines are kept for the operator.
const KEPT_LINES: usize = 50;

/// As our own sessions: a server whose machine vanishes is noticed after two minutes. A system left to itself
/// waits for more than two hours, and the job with it.
const KEEPALIVES: &str = "keepalives=1 keepalives_idle=60 keepalives_interval=15 keepalives_count=4";

/// How long a cancelled program may take to end by itself: pg_dump cancels its queries on the server first.
const GRACE: Duration = Duration::from_secs(10);

/// A program ready to be started: arguments without secrets, and its environment.
#[derive(Debug, Clone)]
pub(super) struct Invocation {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub variables: BTreeMap<&'static str, String>,
    private: PathBuf,
    connection: ResolvedConnection,
    database: String,
}

/// A program that ended with status 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finished {
    pub duration: Duration,
    pub warnings: Vec<String>,
}

impl Invocation {
    /// A program that connects to a database of this server. `private` is the folder for its password file.
    pub(super) fn new(
        program: &Path,
        connection: &ResolvedConnection,
        database: &str,
        private: &Path,
    ) -> Result<Self, PostgresError> {
        super::connection::validate_database(database)?;
        Ok(Self {
            program: program.to_path_buf(),
            arguments: vec![
                // A connection string, because a plain name that looks like one would be taken for one.
                format!("--dbname=dbname={} {KEEPALIVES}", quote_conninfo(database)),
                "--no-password".into(),
            ],
            variables: variables(connection),
            private: private.to_path_buf(),
            connection: connection.clone(),
            database: database.to_owned(),
        })
    }

    /// The command as a shell would read it; holds no secret.
    pub(super) fn display_command(&self) -> String {
        let variables = self.variables.iter().filter(|(name, _)| name.starts_with("PG"));
        variables
            .map(|(name, value)| format!("{name}={}", quote_shell(value)))
            .chain([quote_shell(&self.program.to_string_lossy())])
            .chain(self.arguments.iter().map(|argument| quote_shell(argument)))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The program's name, as it prefixes its lines.
    fn name(&self) -> String {
        self.program.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Runs it to its end.
    pub(super) async fn run(
        &self,
        cancel: CancellationToken,
        mut on_line: impl FnMut(ToolLine),
    ) -> Result<Finished, PostgresError> {
        let name = self.name();
        let unusable = |error: std::io::Error| PostgresError::ToolUnusable {
            program: self.program.display().to_string(),
            detail: error.to_string(),
        };
        if cancel.is_cancelled() {
            return Err(PostgresError::Cancelled);
        }
        let began = Instant::now();
        // Each run has a name of its own, by which its sessions are found on the server.
        let known_as = format!("{APPLICATION_NAME} {}", uuid::Uuid::new_v4().simple());
        let (command, _passfile) = self.command(&known_as)?;
        let mut group = ProcessGroup::spawn(command).await.map_err(unusable)?;
        let mut out = group.take_stdout().expect("invariant: standard output is piped");
        let mut err = group.take_stderr().expect("invariant: standard error is piped");
        let (mut out_cutter, mut err_cutter) = (LineCutter::default(), LineCutter::default());
        let (mut out_buffer, mut err_buffer) = ([0_u8; 4096], [0_u8; 4096]);
        let (mut out_open, mut err_open) = (true, true);
        let mut ended: Option<ExitStatus> = None;
        let mut heard = Heard::default();
        while out_open || err_open || ended.is_none() {
            tokio::select! {
                biased;
                () = cancel.cancelled() => {
                    group.end(GRACE).await.map_err(unusable)?;
                    self.end_sessions(&known_as).await;
                    return Err(PostgresError::Cancelled);
                }
                read = err.read(&mut err_buffer), if err_open => match read.map_err(unusable)? {
                    0 => err_open = false,
                    n => err_cutter.push(&err_buffer[..n], |line| heard.hear(&name, line, &mut on_line)),
                },
                read = out.read(&mut out_buffer), if out_open => match read.map_err(unusable)? {
                    0 => out_open = false,
                    n => out_cutter.push(&out_buffer[..n], |line| on_line(ToolLine::Other(line.to_owned()))),
                },
                status = group.wait(), if ended.is_none() => ended = Some(status.map_err(unusable)?),
            }
        }
        err_cutter.finish(|line| heard.hear(&name, line, &mut on_line));
        out_cutter.finish(|line| on_line(ToolLine::Other(line.to_owned())));
        let status = ended.expect("invariant: the loop ends only with a status");
        if status.success() {
            return Ok(Finished { duration: began.elapsed(), warnings: heard.warnings });
        }
        let speaker = Speaker {
            program: &name,
            host: &self.connection.host.to_string(),
            user: &self.connection.user,
            database: &self.database,
        };
        let ending = status.code().map_or_else(|| Ending::Signal(status.to_string()), Ending::Code);
        if matches!(ending, Ending::Signal(_)) {
            self.end_sessions(&known_as).await;
        }
        Err(failure::explain(speaker, &ending, heard.errors.make_contiguous()))
    }

    /// Ends what is left of a run on the server. A session that waits for a lock does not notice that its client
    /// is gone, and would queue until it gets the lock. As good as it goes: the run has ended either way.
    async fn end_sessions(&self, known_as: &str) {
        let ending = async {
            let session = super::connect(&self.connection, Some(&self.database)).await?;
            // The name is ours: letters, digits and a blank.
            let end = format!(
                "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity \
                 WHERE application_name = '{known_as}' AND usename = current_user"
            );
            session.execute(&end).await
        };
        match tokio::time::timeout(GRACE, ending).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "sessions of an ended program may be left on the server")
            }
            Err(_) => tracing::warn!("sessions of an ended program may be left on the server"),
        }
    }

    /// The command with its environment, and the password file that lives as long as it runs.
    fn command(&self, known_as: &str) -> Result<(Command, Option<PrivateFile>), PostgresError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The connection is resolved; variables of ours must not change it again.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command.envs(&self.variables).env("PGAPPNAME", known_as);
        let path = self.private.join(format!("passfile-{}", uuid::Uuid::new_v4()));
        // Also without a password, so that the child does not find one that we did not.
        command.env("PGPASSFILE", &path);
        let Some(password) = self.connection.password(&self.database) else { return Ok((command, None)) };
        match passfile::text_for_child(password) {
            Some(text) => {
                let file = PrivateFile::write(path, text.as_bytes()).map_err(|error| {
                    PostgresError::CannotWrite { message: format!("{}: {error}", self.private.display()) }
                })?;
                Ok((command, Some(file)))
            }
            None => {
                command.env("PGPASSWORD", password.expose());
                Ok((command, None))
            }
        }
    }
}

/// What a program said, as far as it is kept.
#[derive(Debug, Default)]
struct Heard {
    warnings: Vec<String>,
    errors: VecDeque<String>,
}

impl Heard {
    fn hear(&mut self, program: &str, line: &str, on_line: &mut impl FnMut(ToolLine)) {
        let line = verbose::parse(program, line);
        match &line {
            ToolLine::Warning(words) if self.warnings.len() < KEPT_LINES => self.warnings.push(words.clone()),
            ToolLine::Error(words) => self.keep(words),
            ToolLine::Explanation(words) | ToolLine::Other(words)
                if !self.errors.is_empty() || speaks_of_an_error(words) =>
            {
                self.keep(words)
            }
            _ => {}
        }
        on_line(line);
    }

    /// The first error stays, as it names the cause; of what follows the last lines do.
    fn keep(&mut self, words: &str) {
        if self.errors.len() == KEPT_LINES {
            self.errors.remove(1);
        }
        self.errors.push_back(words.to_owned());
    }
}

/// Whether a line without the mark of an error holds one. The workers of a parallel pg_dump write a line in
/// several pieces, so that those of two that fail at once can end up in one another.
fn speaks_of_an_error(words: &str) -> bool {
    ["error: ", "ERROR:  ", "FATAL:  ", "server closed the connection"]
        .iter()
        .any(|mark| words.contains(mark))
}

/// A private file that is deleted when dropped.
#[derive(Debug)]
struct PrivateFile(PathBuf);

impl PrivateFile {
    fn write(path: PathBuf, content: &[u8]) -> std::io::Result<Self> {
        let mut file = modes::create_private_file(&path)?;
        let guard = Self(path);
        file.write_all(content)?;
        Ok(guard)
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// libpq's variables for a connection; the password is not among them.
fn variables(connection: &ResolvedConnection) -> BTreeMap<&'static str, String> {
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let roots = match &connection.sslrootcert {
        RootCertificates::None { .. } => None,
        RootCertificates::File(file) => Some(path(file)),
        RootCertificates::System => Some("system".into()),
    };
    let host = match &connection.host {
        Host::Tcp(name) => name.clone(),
        Host::Socket(folder) => path(folder),
    };
    let values = [
        ("PGHOST", Some(host)),
        ("PGHOSTADDR", connection.hostaddr.map(|address| address.to_string())),
        ("PGPORT", Some(connection.port.to_string())),
        ("PGUSER", Some(connection.user.clone())),
        ("PGSSLMODE", Some(connection.sslmode.as_str().into())),
        ("PGSSLROOTCERT", roots),
        ("PGSSLCERT", connection.sslcert.as_deref().map(path)),
        ("PGSSLKEY", connection.sslkey.as_deref().map(path)),
        ("PGCONNECT_TIMEOUT", Some(connection.connect_timeout.as_secs().max(2).to_string())),
        ("PGAPPNAME", Some(APPLICATION_NAME.into())),
        ("PGOPTIONS", Some(options(connection.options.as_deref()))),
        ("PGCHANNELBINDING", channel_binding(connection.channel_binding)),
        // As our own sessions, which know no GSSAPI; by itself libpq would try it first.
        ("PGGSSENCMODE", Some("disable".into())),
        // The messages are read by failure.rs and verbose.rs.
        ("LC_ALL", Some("C".into())),
        ("LC_MESSAGES", Some("C".into())),
        ("LANGUAGE", Some("C".into())),
    ];
    values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The operator's options, and ours behind them, so that ours count.
fn options(own: Option<&str>) -> String {
    // A role or database may have limits of its own that would end a long dump.
    let no_limits = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0";
    own.map_or_else(|| no_limits.to_owned(), |own| format!("{own} {no_limits}"))
}

fn channel_binding(mode: ChannelBinding) -> Option<String> {
    match mode {
        ChannelBinding::Disable => Some("disable".into()),
        ChannelBinding::Require => Some("require".into()),
        // libpq's own way.
        _ => None,
    }
}

/// A value of a connection string (PostgreSQL's manual, 34.1.1.1): quoted, with `\` and `'` escaped.
pub(super) fn quote_conninfo(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A word as a POSIX shell reads it.
fn quote_shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,%@+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_database_name_is_quoted_for_libpq_and_for_the_shell() {
        assert_eq!(quote_conninfo(r"o'br\ien"), r"'o\'br\\ien'", "both specials are escaped");
        assert_eq!(quote_conninfo("postgresql://x"), "'postgresql://x'", "a URL in quotes is a name");
        assert_eq!(quote_shell("it's"), r"'it'\''s'", "the log's command must be usable");
        assert_eq!(quote_shell("-j"), "-j", "plain words stay readable");
    }

    #[test]
    fn an_error_is_found_in_lines_of_two_workers_that_ran_into_one_another() {
        let mut heard = Heard::default();
        for line in [
            "pg_dump: pg_dump: error: error: Dumping the contents of table \"a\" failed: PQgetCopyData() failed.",
            "pg_dump: pg_dump: detail: detail: Error message from server: FATAL:  terminating connection due to administrator command",
            "pg_dump: error: a worker process died unexpectedly",
        ] {
            heard.hear("pg_dump", line, &mut |_| {});
        }
        let whole = heard.errors.make_contiguous();
        assert!(
            whole.iter().any(|line| line.contains("terminating connection")),
            "the cause must not be lost because two workers met it at once: {whole:?}"
        );
    }

    #[test]
    fn the_operators_options_reach_the_program_and_ours_count() {
        let own = "-c role=backup -c statement_timeout=5000";
        let both = options(Some(own));
        assert!(both.starts_with(own), "what the operator set must not be dropped: {both}");
        assert!(both.ends_with(&options(None)), "the last of two counts, and a dump needs its time: {both}");
    }

    #[test]
    fn the_first_error_is_kept_however_many_follow() {
        let mut heard = Heard::default();
        for n in 0..200 {
            heard.hear("pg_dump", &format!("pg_dump: error: number {n}"), &mut |_| {});
        }
        assert_eq!(heard.errors.len(), KEPT_LINES, "memory is bounded");
        assert_eq!(heard.errors[0], "number 0", "the first names the cause");
        assert_eq!(heard.errors[KEPT_LINES - 1], "number 199", "the last tells how it ended");
    }
}
