//! The history: one page of runs under any filter and order, in milliseconds at a million rows.
//!
//! Totals come from the sums by day wherever a filter allows it; only the days at the borders of a date
//! range, and text searches (which read failed runs only), are counted row by row.

use super::{CatalogError, Tx, row, runs};
use holdfast_types::{Page, Run, RunFilter, RunSort};
use rusqlite::types::Value;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

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
#[derive(Default)]
struct Conditions {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    fn push(&mut self, clause: &str, value: impl Into<Value>) {
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

    fn sql(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!("WHERE {}", self.clauses.join(" AND ")) }
    }
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

fn search_text(filter: &RunFilter) -> Option<String> {
    let text = filter.search.as_deref()?.trim();
    if text.is_empty() {
        return None;
    }
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Some(format!("%{escaped}%"))
}

/// The conditions of the rows themselves.
fn rows(tx: &Tx, selection: &Selection) -> Result<Conditions, CatalogError> {
    let mut conditions = shared(&selection.filter);
    if let Some(since) = selection.since {
        conditions.push("queued_at >= ?", since);
    }
    if let Some(until) = selection.until {
        conditions.push("queued_at < ?", until);
    }
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

fn count(tx: &Tx, conditions: &Conditions) -> Result<u64, CatalogError> {
    let sql = format!("SELECT count(*) FROM backup_runs {}", conditions.sql());
    let values = rusqlite::params_from_iter(conditions.values.iter());
    Ok(tx.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?)
}

/// How many runs the selection holds.
pub fn total(tx: &Tx, selection: &Selection) -> Result<u64, CatalogError> {
    if let Some(pattern) = search_text(&selection.filter) {
        return total_of_search(tx, selection, &pattern);
    }
    // Whole days from the sums; what sticks out on either side from the rows.
    let first = selection.since.map(|since| since.div_euclid(DAY) + i64::from(since.rem_euclid(DAY) != 0));
    let last = selection.until.map(|until| until.div_euclid(DAY));
    if let (Some(first), Some(last)) = (first, last)
        && first >= last
    {
        return count(tx, &rows(tx, selection)?);
    }
    let mut days = shared(&selection.filter);
    let mut edges = 0;
    if let (Some(first), Some(since)) = (first, selection.since) {
        days.push("day >= ?", first);
        edges += edge(tx, selection, since, first * DAY)?;
    }
    if let (Some(last), Some(until)) = (last, selection.until) {
        days.push("day < ?", last);
        edges += edge(tx, selection, last * DAY, until)?;
    }
    let sql = format!("SELECT coalesce(sum(runs), 0) FROM run_days {}", days.sql());
    let whole: u64 = tx
        .prepare_cached(&sql)?
        .query_row(rusqlite::params_from_iter(days.values.iter()), |row| row.get(0))?;
    Ok(whole + edges)
}

fn edge(tx: &Tx, selection: &Selection, from: i64, to: i64) -> Result<u64, CatalogError> {
    if from >= to {
        return Ok(0);
    }
    let mut conditions = shared(&selection.filter);
    conditions.push("queued_at >= ?", from);
    conditions.push("queued_at < ?", to);
    count(tx, &conditions)
}

/// Runs whose job's name matches, plus the failed ones of other jobs whose error does.
fn total_of_search(tx: &Tx, selection: &Selection, pattern: &str) -> Result<u64, CatalogError> {
    let mut filter = selection.filter.clone();
    filter.search = None;
    let names = matching_names(tx, pattern)?;
    let marks = vec!["?"; names.len()].join(", ");
    let named = if names.is_empty() {
        0
    } else if selection.since.is_none() && selection.until.is_none() {
        let mut days = shared(&filter);
        days.clauses.push(format!("job_name IN ({marks})"));
        days.values.extend(names.iter().cloned().map(Value::from));
        let sql = format!("SELECT coalesce(sum(runs), 0) FROM run_days {}", days.sql());
        tx.prepare_cached(&sql)?
            .query_row(rusqlite::params_from_iter(days.values.iter()), |row| row.get(0))?
    } else {
        let mut conditions =
            rows(tx, &Selection { filter: filter.clone(), since: selection.since, until: selection.until })?;
        conditions.clauses.push(format!("job_name IN ({marks})"));
        conditions.values.extend(names.iter().cloned().map(Value::from));
        count(tx, &conditions)?
    };
    let mut errors = rows(tx, &Selection { filter, since: selection.since, until: selection.until })?;
    errors.clauses.push("error_message IS NOT NULL AND error_message LIKE ? ESCAPE '\\'".to_owned());
    errors.values.push(pattern.to_owned().into());
    if !names.is_empty() {
        errors.clauses.push(format!("job_name NOT IN ({marks})"));
        errors.values.extend(names.into_iter().map(Value::from));
    }
    Ok(named + count(tx, &errors)?)
}

/// One page of the history.
pub fn list(
    tx: &Tx,
    selection: &Selection,
    sort: RunSort,
    page: u32,
    limit: u32,
) -> Result<Page<Run>, CatalogError> {
    let total = total(tx, selection)?;
    let offset = u64::from(page.saturating_sub(1)) * u64::from(limit);
    if offset >= total {
        return Ok(Page { items: Vec::new(), total, page, limit });
    }
    let rows_on_page = u64::from(limit).min(total - offset);
    let conditions = rows(tx, selection)?;
    // Past the middle the page is reached from the other end: half the rows to step over at worst.
    let from_end = offset > total / 2;
    let skip = if from_end { total - offset - rows_on_page } else { offset };
    let order = order(sort, from_end);
    let sql = format!(
        "{} WHERE runs.id IN (SELECT id FROM backup_runs {} ORDER BY {} LIMIT {rows_on_page} OFFSET {skip})
         ORDER BY {}",
        runs::SELECT,
        conditions.sql(),
        order,
        order_of_page(sort),
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let items =
        row::collect(statement.query(rusqlite::params_from_iter(conditions.values.iter()))?, runs::run)?;
    Ok(Page { items, total, page, limit })
}

fn order(sort: RunSort, from_end: bool) -> &'static str {
    match (sort, from_end) {
        (RunSort::Newest, false) | (RunSort::Oldest, true) => "queued_at DESC, id DESC",
        (RunSort::Newest, true) | (RunSort::Oldest, false) => "queued_at, id",
        (RunSort::Largest, false) => "backup_size_bytes DESC, id DESC",
        (RunSort::Largest, true) => "backup_size_bytes, id",
        (RunSort::Longest, false) => "(completed_at - started_at) DESC, id DESC",
        (RunSort::Longest, true) => "(completed_at - started_at), id",
    }
}

fn order_of_page(sort: RunSort) -> &'static str {
    match sort {
        RunSort::Newest => "runs.queued_at DESC, runs.id DESC",
        RunSort::Oldest => "runs.queued_at, runs.id",
        RunSort::Largest => "runs.backup_size_bytes DESC, runs.id DESC",
        RunSort::Longest => "(runs.completed_at - runs.started_at) DESC, runs.id DESC",
    }
}

/// Hands every run of the selection to `each`, newest first, without holding them all in memory.
pub fn for_each(
    tx: &Tx,
    selection: &Selection,
    mut each: impl FnMut(Run) -> Result<(), CatalogError>,
) -> Result<u64, CatalogError> {
    let conditions = rows(tx, selection)?;
    let sql = format!(
        "{} WHERE runs.id IN (SELECT id FROM backup_runs {}) ORDER BY runs.queued_at DESC, runs.id DESC",
        runs::SELECT,
        conditions.sql()
    );
    let mut statement = tx.prepare(&sql)?;
    let mut found = statement.query(rusqlite::params_from_iter(conditions.values.iter()))?;
    let mut count = 0;
    while let Some(row) = found.next()? {
        each(runs::run(row)?)?;
        count += 1;
    }
    Ok(count)
}
