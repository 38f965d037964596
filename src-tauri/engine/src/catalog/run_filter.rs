//! The history: one page of runs under any filter and order, in milliseconds at a million rows.
//!
//! In the order of time, the sums by day say on which days a page lies, and only those are read. By size and
//! by duration, few runs are gathered and sorted, and many are met on a walk along the order's own index.

pub use super::run_conditions::Selection;

use super::run_conditions::{self, Part};
use super::run_days::{self, Days, Direction};
use super::{CatalogError, Tx, row, runs};
use holdfast_types::{Page, Run, RunSort};
use std::collections::HashMap;

/// Up to so many runs are gathered and sorted: looking each of them up costs less than a walk on which one run
/// in hundreds is among them.
const GATHERED: u64 = 5_000;

/// How many runs the selection holds.
pub fn total(tx: &Tx, selection: &Selection) -> Result<u64, CatalogError> {
    Ok(run_days::count(tx, &run_conditions::parts(tx, &selection.filter)?, selection)?.total())
}

/// One page of the history.
pub fn list(
    tx: &Tx,
    selection: &Selection,
    sort: RunSort,
    page: u32,
    limit: u32,
) -> Result<Page<Run>, CatalogError> {
    let parts = run_conditions::parts(tx, &selection.filter)?;
    let days = run_days::count(tx, &parts, selection)?;
    let total = days.total();
    let offset = u64::from(page.saturating_sub(1)) * u64::from(limit);
    if offset >= total {
        return Ok(Page { items: Vec::new(), total, page, limit });
    }
    let window = Window { offset, rows: u64::from(limit).min(total - offset), total };
    let ids = match Order::of(sort) {
        Order::Time(direction) => by_time(tx, &parts, &days, direction, window)?,
        Order::Measure(measure) if total <= GATHERED => gathered(tx, &parts, selection, measure, window)?,
        Order::Measure(measure) => walked(tx, selection, measure, window)?,
    };
    Ok(Page { items: read(tx, &ids)?, total, page, limit })
}

/// Which rows of the whole list a page shows.
#[derive(Debug, Clone, Copy)]
struct Window {
    offset: u64,
    rows: u64,
    total: u64,
}

enum Order {
    Time(Direction),
    /// The largest value first; runs without one come last.
    Measure(Measure),
}

impl Order {
    fn of(sort: RunSort) -> Self {
        match sort {
            RunSort::Newest => Self::Time(Direction::Back),
            RunSort::Oldest => Self::Time(Direction::Forth),
            RunSort::Largest => Self::Measure(Measure {
                expression: "backup_size_bytes",
                index_of_all: "runs_size",
                index: "runs_size",
                index_of_job: "runs_job_size",
            }),
            RunSort::Longest => Self::Measure(Measure {
                expression: "(completed_at - started_at)",
                index_of_all: "runs_longest",
                index: "runs_duration",
                index_of_job: "runs_job_duration",
            }),
        }
    }
}

struct Measure {
    expression: &'static str,
    /// Walked where no filter asks anything.
    index_of_all: &'static str,
    index: &'static str,
    index_of_job: &'static str,
}

fn by_time(
    tx: &Tx,
    parts: &[Part],
    days: &Days,
    direction: Direction,
    window: Window,
) -> Result<Vec<i64>, CatalogError> {
    let place = days.locate(direction, window.offset, window.rows);
    let order = match direction {
        Direction::Back => "queued_at DESC, id DESC",
        Direction::Forth => "queued_at, id",
    };
    let (mut skip, mut ids) = (place.skip, Vec::new());
    for span in place.spans {
        let missing = window.rows - ids.len() as u64;
        if missing == 0 {
            break;
        }
        let mut found: Vec<(i64, i64)> = Vec::new();
        for part in parts {
            let mut conditions = part.conditions.clone();
            conditions.between(Some(span.start), Some(span.end));
            let sql = format!(
                "SELECT queued_at, id FROM backup_runs INDEXED BY {} {} ORDER BY {order} LIMIT {}",
                part.index,
                conditions.sql(),
                skip + missing
            );
            let mut statement = tx.prepare(&sql)?;
            let mut rows = statement.query(conditions.values())?;
            while let Some(row) = rows.next()? {
                found.push((row.get(0)?, row.get(1)?));
            }
        }
        if parts.len() > 1 {
            match direction {
                Direction::Back => found.sort_unstable_by(|a, b| b.cmp(a)),
                Direction::Forth => found.sort_unstable(),
            }
        }
        let skipped = usize::try_from(skip).unwrap_or(usize::MAX).min(found.len());
        skip -= skipped as u64;
        let missing = usize::try_from(missing).unwrap_or(usize::MAX);
        ids.extend(found.into_iter().skip(skipped).take(missing).map(|(_, id)| id));
    }
    Ok(ids)
}

/// Reads all runs of the selection and sorts them.
fn gathered(
    tx: &Tx,
    parts: &[Part],
    selection: &Selection,
    measure: Measure,
    window: Window,
) -> Result<Vec<i64>, CatalogError> {
    let mut found: Vec<(Option<i64>, i64)> = Vec::new();
    for part in parts {
        let mut conditions = part.conditions.clone();
        conditions.between(selection.since, selection.until);
        let sql = format!(
            "SELECT {}, id FROM backup_runs INDEXED BY {} {}",
            measure.expression,
            part.index,
            conditions.sql()
        );
        let mut statement = tx.prepare_cached(&sql)?;
        let mut rows = statement.query(conditions.values())?;
        while let Some(row) = rows.next()? {
            found.push((row.get(0)?, row.get(1)?));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    let offset = usize::try_from(window.offset).unwrap_or(usize::MAX);
    let rows = usize::try_from(window.rows).unwrap_or(usize::MAX);
    Ok(found.into_iter().skip(offset).take(rows).map(|(_, id)| id).collect())
}

/// Walks along the index of the order, which holds what filters ask.
fn walked(
    tx: &Tx,
    selection: &Selection,
    measure: Measure,
    window: Window,
) -> Result<Vec<i64>, CatalogError> {
    let conditions = run_conditions::whole(tx, selection)?;
    let Window { offset, rows, total } = window;
    // Past the middle the page is reached from the other end: half the rows to step over at worst.
    let from_end = offset > total / 2;
    let (skip, order) = if from_end { (total - offset - rows, "") } else { (offset, " DESC") };
    let conditions_sql = conditions.sql();
    let index = match selection.filter.job_id {
        Some(_) => measure.index_of_job,
        None if conditions_sql.is_empty() => measure.index_of_all,
        None => measure.index,
    };
    let sql = format!(
        "SELECT id FROM backup_runs INDEXED BY {index} {conditions_sql}
         ORDER BY {}{order}, id{order} LIMIT {rows} OFFSET {skip}",
        measure.expression,
    );
    let mut statement = tx.prepare(&sql)?;
    let mut ids =
        statement.query_map(conditions.values(), |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    if from_end {
        ids.reverse();
    }
    Ok(ids)
}

/// The runs of these ids, in that order.
fn read(tx: &Tx, ids: &[i64]) -> Result<Vec<Run>, CatalogError> {
    let list = row::to_json("id", &ids)?;
    let sql = format!("{} WHERE runs.id IN (SELECT value FROM json_each(?1))", runs::SELECT);
    let mut statement = tx.prepare_cached(&sql)?;
    let found = row::collect(statement.query([list])?, runs::run)?;
    let mut by_id: HashMap<i64, Run> = found.into_iter().map(|run| (run.id.0, run)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// Hands every run of the selection to `each`, newest first, without holding them all in memory.
pub fn for_each(
    tx: &Tx,
    selection: &Selection,
    mut each: impl FnMut(Run) -> Result<(), CatalogError>,
) -> Result<u64, CatalogError> {
    let conditions = run_conditions::whole(tx, selection)?;
    let sql = format!(
        "{} WHERE runs.id IN (SELECT id FROM backup_runs {}) ORDER BY runs.queued_at DESC, runs.id DESC",
        runs::SELECT,
        conditions.sql()
    );
    let mut statement = tx.prepare(&sql)?;
    let mut found = statement.query(conditions.values())?;
    let mut count = 0;
    while let Some(row) = found.next()? {
        each(runs::run(row)?)?;
        count += 1;
    }
    Ok(count)
}
