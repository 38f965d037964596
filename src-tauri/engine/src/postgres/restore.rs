//! pg_restore: its arguments as a plan, carrying the plan out, and what it could not restore, object by object.
//!
//! It decides nothing about the target: that it is there, empty or meant to be changed is the caller's business.

use super::invocation::{Finished, Invocation};
use super::verbose::ToolLine;
use super::{PostgresError, ResolvedConnection, Toolset};
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many failed objects are kept.
const KEPT_FAILURES: usize = 200;

/// What to restore and how.
#[derive(Debug, Clone, Copy)]
pub struct RestoreRequest<'a> {
    /// With which programs.
    pub tools: &'a Toolset,
    /// Where to.
    pub connection: &'a ResolvedConnection,
    /// The database, which exists.
    pub database: &'a str,
    /// The archive's folder.
    pub archive: &'a Path,
    /// A private folder that exists, for the password file.
    pub private: &'a Path,
    /// Parallel connections, at least 1.
    pub parallelism: u32,
    /// Further arguments: which parts, whose, what before.
    pub arguments: &'a [String],
}

/// A pg_restore ready to be started.
#[derive(Debug, Clone)]
pub struct RestorePlan(Invocation);

/// An object that could not be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadFailure {
    /// The number of its entry in the archive, when pg_restore said it.
    pub entry: Option<i32>,
    /// What it is, as pg_restore says it, for example `TABLE orders`: ambiguous where names hold spaces or line breaks.
    /// Empty when it did not say.
    pub object: String,
    /// What the server said.
    pub message: String,
    /// The statement that failed.
    pub statement: Option<String>,
}

/// How far pg_restore came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Through the whole archive.
    Through,
    /// To its first failure, as `--exit-on-error` asks, or until it could not go on.
    BrokenOff,
}

/// A pg_restore that said what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreOutcome {
    /// How far it came.
    pub course: Course,
    /// How long it took.
    pub duration: Duration,
    /// What could not be restored.
    pub failures: Vec<LoadFailure>,
    /// Its warnings, the first 50.
    pub warnings: Vec<String>,
}

/// Settings of the sessions that load: they end with them.
pub(super) const TUNED: [(&str, &str); 2] =
    [("maintenance_work_mem", "256MB"), ("synchronous_commit", "off")];

impl RestorePlan {
    /// Decides everything about it. Touches nothing.
    pub fn new(request: RestoreRequest<'_>) -> Result<Self, PostgresError> {
        let program = request.tools.pg_restore.as_deref().ok_or_else(|| PostgresError::MissingProgram {
            program: "pg_restore".into(),
            folder: request.tools.folder.clone(),
        })?;
        let mut invocation = Invocation::new(program, request.connection, request.database, request.private)?;
        invocation.arguments.push("--verbose".into());
        invocation.arguments.push(format!("--jobs={}", request.parallelism.max(1)));
        invocation.arguments.extend(request.arguments.iter().cloned());
        invocation.arguments.push(request.archive.to_string_lossy().into_owned());
        let options = invocation.variables.entry("PGOPTIONS").or_default();
        for (name, value) in TUNED {
            options.push_str(&format!(" -c {name}={value}"));
        }
        *options = options.trim_start().to_owned();
        Ok(Self(invocation))
    }

    /// The command as a shell would read it, for the log; holds no secret.
    pub fn display_command(&self) -> String {
        self.0.display_command()
    }
}

/// Runs pg_restore to its end, with the rules of [`super::dump::run`].
///
/// # Errors
/// It could not begin, lost the server, or was cancelled. Objects that failed are no error: they are in the outcome.
pub async fn run(
    plan: &RestorePlan,
    cancel: CancellationToken,
    mut on_line: impl FnMut(&ToolLine),
) -> Result<RestoreOutcome, PostgresError> {
    let mut heard = Heard::default();
    let began = std::time::Instant::now();
    let ended = plan
        .0
        .run(cancel, |line| {
            heard.hear(&line);
            on_line(&line);
        })
        .await;
    let Heard { failures, went_through, .. } = heard;
    match ended {
        Ok(Finished { duration, warnings }) => {
            Ok(RestoreOutcome { course: Course::Through, duration, failures, warnings })
        }
        Err(error @ (PostgresError::Cancelled | PostgresError::LostConnection { .. })) => Err(error),
        Err(error) if failures.is_empty() => Err(error),
        // It ends with status 1 when it went through but had to leave objects out, too.
        Err(_) => {
            let course = if went_through { Course::Through } else { Course::BrokenOff };
            Ok(RestoreOutcome { course, duration: began.elapsed(), failures, warnings: Vec::new() })
        }
    }
}

/// What pg_restore said about failures.
#[derive(Debug, Default)]
struct Heard {
    /// The entry that it named last: its number, and the object.
    entry: (Option<i32>, String),
    topic: Topic,
    failures: Vec<LoadFailure>,
    went_through: bool,
}

/// What a line without the program's name goes on with.
#[derive(Debug, Default, PartialEq, Eq)]
enum Topic {
    /// The failure that was kept last.
    Failure,
    /// Something else: a name may hold line breaks.
    #[default]
    Other,
}

impl Heard {
    fn hear(&mut self, line: &ToolLine) {
        if !matches!(line, ToolLine::Explanation(_)) {
            self.topic = Topic::Other;
        }
        match line {
            ToolLine::Warning(words) if words.starts_with("errors ignored on restore") => {
                self.went_through = true;
            }
            ToolLine::Other(words) => {
                if let Some(entry) = words.strip_prefix("from TOC entry ") {
                    self.entry = (number_of(entry), object_of(entry));
                }
            }
            ToolLine::Error(words) if self.failures.len() < KEPT_FAILURES => {
                let message = words.strip_prefix("could not execute query: ").unwrap_or(words);
                let message = message.strip_prefix("ERROR:  ").unwrap_or(message).to_owned();
                let (entry, object) = self.entry.clone();
                self.failures.push(LoadFailure { entry, object, message, statement: None });
                self.topic = Topic::Failure;
            }
            ToolLine::Explanation(words) if self.topic == Topic::Failure => {
                let Some(last) = self.failures.last_mut() else { return };
                if let Some(statement) = words.strip_prefix("Command was: ") {
                    last.statement = Some(statement.to_owned());
                } else if let Some(statement) = &mut last.statement {
                    // The statement goes on; a few lines of it are enough to know it.
                    if statement.len() < 2000 && !words.trim().is_empty() {
                        statement.push('\n');
                        statement.push_str(words);
                    }
                } else if !words.trim().is_empty() && last.message.len() < 2000 {
                    last.message.push(' ');
                    last.message.push_str(words.trim());
                }
            }
            _ => {}
        }
    }
}

/// The number at the beginning of `3344; 1259 16389 TABLE orders ann`.
fn number_of(entry: &str) -> Option<i32> {
    entry.split_once(';')?.0.parse().ok()
}

/// `3344; 1259 16389 TABLE orders ann` as `TABLE orders`: between the two oids and the owner.
fn object_of(entry: &str) -> String {
    let words: Vec<&str> = entry.split(' ').collect();
    match words.as_slice() {
        [_, _, _, object @ .., _owner] if !object.is_empty() => object.join(" "),
        _ => entry.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::verbose::parse;

    #[test]
    fn each_object_that_failed_comes_with_its_message_and_statement() {
        let mut heard = Heard::default();
        for line in [
            "pg_restore: creating TABLE \"public.orders\"",
            "pg_restore: while PROCESSING TOC:",
            "pg_restore: from TOC entry 215; 1259 16389 TABLE orders ann",
            "pg_restore: error: could not execute query: ERROR:  relation \"orders\" already exists",
            "Command was: CREATE TABLE public.orders (",
            "    id integer",
            ");",
            "",
            "pg_restore: from TOC entry 3344; 0 16389 TABLE DATA orders ann",
            "pg_restore: error: COPY failed for table \"orders\": ERROR:  duplicate key value",
            "DETAIL:  Key (id)=(1) already exists.",
            "pg_restore: warning: errors ignored on restore: 2",
        ] {
            heard.hear(&parse("pg_restore", line));
        }
        assert!(heard.went_through, "a partial restore must be told from one that broke off");
        assert_eq!(
            heard.failures,
            [
                LoadFailure {
                    entry: Some(215),
                    object: "TABLE orders".into(),
                    message: "relation \"orders\" already exists".into(),
                    statement: Some("CREATE TABLE public.orders (\n    id integer\n);".into()),
                },
                LoadFailure {
                    entry: Some(3344),
                    object: "TABLE DATA orders".into(),
                    message: "COPY failed for table \"orders\": ERROR:  duplicate key value \
                              DETAIL:  Key (id)=(1) already exists."
                        .into(),
                    statement: None,
                },
            ],
            "whoever reads the result must know what is missing and why"
        );
    }

    #[test]
    fn the_rest_of_a_name_with_line_breaks_is_no_part_of_a_failure() {
        let mut heard = Heard::default();
        for line in [
            "pg_restore: from TOC entry 7; 1259 16389 TABLE a",
            "b ann",
            "pg_restore: error: could not execute query: ERROR:  no",
            "Command was: CREATE TABLE public.\"a",
            "b\" ();",
            "pg_restore: creating TABLE \"public.c",
            "d\"",
        ] {
            heard.hear(&parse("pg_restore", line));
        }
        let [failure] = heard.failures.as_slice() else { panic!("one failed: {:?}", heard.failures) };
        assert_eq!(failure.entry, Some(7), "the number is what the object is found by");
        assert_eq!(failure.message, "no", "the server said no more");
        assert_eq!(
            failure.statement.as_deref(),
            Some("CREATE TABLE public.\"a\nb\" ();"),
            "another object's name is no part of the statement"
        );
    }
}
