//! What each run said: its log, the commands that it started, and the steps that it took.

use super::{CatalogError, Tx, row};
use holdfast_types::{LogLevel, LogLine, RunId, RunPhase, RunStep};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line of the log.
    Log(LogLevel),
    /// A command that was started, without secrets.
    Command,
    /// A step that began; the text is the database, or nothing.
    Step(RunPhase),
}

/// A line to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// When.
    pub at: i64,
    /// What it is.
    pub kind: Kind,
    /// What it says.
    pub message: String,
}

/// Lines a call returns at most.
const LINES: u32 = 5_000;

fn level(kind: Kind) -> &'static str {
    match kind {
        Kind::Log(LogLevel::Info) => "info",
        Kind::Log(LogLevel::Warning) => "warning",
        Kind::Log(LogLevel::Error) => "error",
        Kind::Command => "command",
        Kind::Step(_) => "step",
    }
}

/// Adds lines in order.
pub fn append(tx: &Tx, run: RunId, lines: &[NewLine]) -> Result<(), CatalogError> {
    let first: i64 = tx
        .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM run_log WHERE run_id = ?1")?
        .query_row([run.0], |row| row.get(0))?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO run_log (run_id, number, at, level, message) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (number, line) in (first..).zip(lines) {
        let message = match line.kind {
            Kind::Step(phase) => format!("{} {}", phase.as_str(), line.message),
            _ => line.message.clone(),
        };
        insert.execute((run.0, number, line.at, level(line.kind), message))?;
    }
    Ok(())
}

/// The log's lines after `after`, oldest first.
pub fn lines(tx: &Tx, run: RunId, after: u64) -> Result<Vec<LogLine>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT number, at, level, message FROM run_log
         WHERE run_id = ?1 AND number > ?2 AND level IN ('info', 'warning', 'error')
         ORDER BY number LIMIT ?3",
    )?;
    row::collect(statement.query((run.0, after, LINES))?, |row| {
        Ok(LogLine {
            number: row.get("number")?,
            at: row::time_required(row, "at")?,
            level: row::word(row, "level", |word| match word {
                "info" => Some(LogLevel::Info),
                "warning" => Some(LogLevel::Warning),
                "error" => Some(LogLevel::Error),
                _ => None,
            })?,
            message: row.get("message")?,
        })
    })
}

/// The commands that a run started.
pub fn commands(tx: &Tx, run: RunId) -> Result<Vec<String>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT message FROM run_log WHERE run_id = ?1 AND level = 'command' ORDER BY number",
    )?;
    Ok(statement.query_map([run.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The steps that a run took.
pub fn steps(tx: &Tx, run: RunId) -> Result<Vec<RunStep>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT at, message FROM run_log WHERE run_id = ?1 AND level = 'step' ORDER BY number",
    )?;
    row::collect(statement.query([run.0])?, |row| {
        let message: String = row.get("message")?;
        let (phase, database) = message.split_once(' ').unwrap_or((&message, ""));
        Ok(RunStep {
            phase: RunPhase::parse(phase)
                .ok_or(CatalogError::Stored { column: "message", detail: message.clone() })?,
            database: (!database.is_empty()).then(|| database.to_owned()),
            at: row::time_required(row, "at")?,
        })
    })
}
