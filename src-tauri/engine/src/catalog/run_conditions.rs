//! What a selection of runs asks of a row: SQL conditions, and the index that finds such rows by their time.
//!
//! It counts nothing and reads no page; `run_days` and `run_filter` do.

use super::{CatalogError, Tx};
use holdfast_types::RunFilter;
use rusqlite::types::Value;

/// A filter with its times as milliseconds: [`RunFilter`] after its text was checked.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The filter; its times are ignored in favour of the fields below.
    pub filter: RunFilter,
    /// Runs recorded at or after this moment.
    pub since: Option<i64>,
    /// Runs recorded before this moment.
    pub until: Option<i64>,
}

/// SQL conditions with their values, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    pub(super) fn push(&mut self, clause: &str, value: impl Into<Value>) {
        self.clauses.push(clause.to_owned());
        self.values.push(value.into());
    }

    fn any_of(&mut self, column: &str, words: &[&'static str]) {
        if words.is_empty() {
            return;
        }
        // One value as `=`, so that an index can give the rows in their order.
        let clause = match words {
            [_] => format!("{column} = ?"),
            words => format!("{column} IN ({})", vec!["?"; words.len()].join(", ")),
        };
        self.clauses.push(clause);
        self.values.extend(words.iter().map(|word| Value::from((*word).to_owned())));
    }

    fn names(&mut self, operator: &str, names: &[String]) {
        self.clauses.push(format!("job_name {operator} ({})", vec!["?"; names.len()].join(", ")));
        self.values.extend(names.iter().cloned().map(Value::from));
    }

    /// The moments at or after `from` and before `to`.
    pub(super) fn between(&mut self, from: Option<i64>, to: Option<i64>) {
        if let Some(from) = from {
            self.push("queued_at >= ?", from);
        }
        if let Some(to) = to {
            self.push("queued_at < ?", to);
        }
    }

    pub(super) fn sql(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!("WHERE {}", self.clauses.join(" AND ")) }
    }

    pub(super) fn values(&self) -> impl rusqlite::Params + '_ {
        rusqlite::params_from_iter(self.values.iter())
    }
}

/// Runs that one index finds. A selection is made of parts that have no run in common.
#[derive(Debug)]
pub(super) struct Part {
    /// What they have in common, their time aside.
    pub(super) conditions: Conditions,
    /// Reads them in the order of their time, within a range of it.
    pub(super) index: &'static str,
    /// Whether the sums by day know them.
    pub(super) counted: Counted,
}

/// Where a part's numbers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// The sums by day.
    Sums,
    /// The rows: there are no sums of errors.
    Rows,
}

/// The parts of a selection: one, or with a text the runs of jobs whose names hold it, and the others whose
/// errors do.
pub(super) fn parts(tx: &Tx, filter: &RunFilter) -> Result<Vec<Part>, CatalogError> {
    let conditions = shared(filter);
    let index = index(filter);
    let Some(pattern) = search_text(filter) else {
        return Ok(vec![Part { conditions, index, counted: Counted::Sums }]);
    };
    let names = matching_names(tx, &pattern)?;
    let mut parts = Vec::new();
    if !names.is_empty() {
        let mut named = conditions.clone();
        named.names("IN", &names);
        let index = if index == PLAIN { "runs_name" } else { index };
        parts.push(Part { conditions: named, index, counted: Counted::Sums });
    }
    let mut errors = conditions;
    errors.clauses.push("error_message IS NOT NULL".to_owned());
    errors.push("error_message LIKE ? ESCAPE '\\'", pattern);
    if !names.is_empty() {
        errors.names("NOT IN", &names);
    }
    parts.push(Part { conditions: errors, index: "runs_error", counted: Counted::Rows });
    Ok(parts)
}

/// All conditions of a selection's rows at once.
pub(super) fn whole(tx: &Tx, selection: &Selection) -> Result<Conditions, CatalogError> {
    let mut conditions = shared(&selection.filter);
    conditions.between(selection.since, selection.until);
    if let Some(pattern) = search_text(&selection.filter) {
        let names = matching_names(tx, &pattern)?;
        let marks = vec!["?"; names.len()].join(", ");
        conditions.clauses.push(format!(
            "(job_name IN ({marks}) OR (error_message IS NOT NULL AND error_message LIKE ? ESCAPE '\\'))"
        ));
        conditions.values.extend(names.into_iter().map(Value::from));
        conditions.values.push(pattern.into());
    }
    Ok(conditions)
}

/// The conditions that a run and a day's sum share.
fn shared(filter: &RunFilter) -> Conditions {
    let mut conditions = Conditions::default();
    if let Some(job) = filter.job_id {
        conditions.push("job_id = ?", job.0);
    }
    conditions.any_of("status", &filter.statuses.iter().map(|s| s.as_str()).collect::<Vec<_>>());
    conditions.any_of("trigger_type", &filter.triggers.iter().map(|t| t.as_str()).collect::<Vec<_>>());
    conditions
}

/// The index of all runs by their time.
const PLAIN: &str = "runs_newest";

/// The index that finds a filter's runs of some days with the fewest others among them. It is named in the
/// question, because SQLite, which knows no numbers of rows, would guess.
fn index(filter: &RunFilter) -> &'static str {
    match (filter.job_id.is_some(), !filter.statuses.is_empty(), !filter.triggers.is_empty()) {
        (false, false, false) => PLAIN,
        (true, false, false) => "runs_job",
        (true, true, _) => "runs_job_status",
        (true, false, true) => "runs_job_trigger",
        (false, true, false) => "runs_status",
        (false, false, true) => "runs_trigger",
        (false, true, true) => "runs_trigger_status",
    }
}

fn search_text(filter: &RunFilter) -> Option<String> {
    let text = filter.search.as_deref()?.trim();
    if text.is_empty() {
        return None;
    }
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Some(format!("%{escaped}%"))
}

/// The names of jobs, present or removed, that hold the text.
fn matching_names(tx: &Tx, pattern: &str) -> Result<Vec<String>, CatalogError> {
    // Walks the distinct names by index instead of reading every run.
    let mut statement = tx.prepare_cached(
        "WITH RECURSIVE names (name) AS (
             SELECT min(job_name) FROM backup_runs
             UNION ALL
             SELECT (SELECT min(job_name) FROM backup_runs WHERE job_name > name) FROM names
             WHERE name IS NOT NULL)
         SELECT name FROM names WHERE name LIKE ?1 ESCAPE '\\'",
    )?;
    let names = statement.query_map([pattern], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}
