//! The progress of a run as plain data: what is known goes in, what is shown comes out. Pure.

use crate::archive::Progress;
use crate::archive::toc::Toc;
use crate::copy;
use crate::postgres::inspect::{Relation, RelationKind};
use crate::postgres::verbose::ToolLine;
use crate::repository::measure::Measured;
use crate::runner::estimate::Expected;
use holdfast_types::{JobId, RunId, RunPhase, RunProgress, TableProgress, TableState, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Tables that are shown at most.
const SHOWN: usize = 200;
/// The span over which the rate is taken.
const RATE_SPAN: Duration = Duration::from_secs(5);

/// How pg_dump's word about large objects begins, in every version.
const LARGE_OBJECTS: &str = "saving large objects";

/// What is known of a run.
pub(super) struct State {
    run: RunId,
    job_id: JobId,
    job: String,
    started_at: Timestamp,
    now: Duration,
    phase: RunPhase,
    /// When the step of this database began.
    phase_began: Duration,
    /// When the first row of this database was dumped: reading the definitions says nothing of the pace.
    rows_began: Option<Duration>,
    /// How many connections pg_dump uses.
    connections: u32,
    /// The table that a pg_dump with one connection is at.
    current: Option<usize>,
    database: Option<String>,
    database_index: u32,
    database_count: u32,
    tables: Vec<Table>,
    by_name: HashMap<String, usize>,
    by_dump_id: HashMap<u32, usize>,
    by_file: HashMap<String, usize>,
    bytes_written: u64,
    samples: VecDeque<(Duration, u64)>,
    check: Option<Progress>,
    /// What holds it up, in words.
    held_up: Option<String>,
}

struct Table {
    name: String,
    state: TableState,
    bytes: u64,
    expected_file: u64,
    file_bytes: u64,
    /// How many of its pages are copied and how many there are, where that is known.
    pages: Option<(u64, u64)>,
    /// When its first row was dumped.
    began: Option<Duration>,
}

impl Table {
    /// Bytes of the table that are dumped, as its size on the server counts them.
    fn done(&self) -> u64 {
        match self.state {
            TableState::Waiting => 0,
            TableState::Done => self.bytes,
            TableState::Dumping if let Some((done, all)) = self.pages => {
                (u128::from(self.bytes) * u128::from(done) / u128::from(all.max(1))) as u64
            }
            TableState::Dumping if self.expected_file == 0 => 0,
            TableState::Dumping => {
                let share = self.file_bytes as f64 / self.expected_file as f64;
                // Never whole before pg_dump says so.
                (self.bytes as f64 * share.min(0.99)) as u64
            }
        }
    }
}

impl State {
    pub(super) fn new(run: RunId, job_id: JobId, job: String, started_at: Timestamp) -> Self {
        Self {
            run,
            job_id,
            job,
            started_at,
            now: Duration::ZERO,
            phase: RunPhase::Queued,
            phase_began: Duration::ZERO,
            rows_began: None,
            connections: 0,
            current: None,
            database: None,
            database_index: 0,
            database_count: 0,
            tables: Vec::new(),
            by_name: HashMap::new(),
            by_dump_id: HashMap::new(),
            by_file: HashMap::new(),
            bytes_written: 0,
            samples: VecDeque::new(),
            check: None,
            held_up: None,
        }
    }

    /// How long the run has been going on.
    pub(super) fn at(&mut self, now: Duration) {
        self.now = now;
    }

    pub(super) fn phase(&mut self, phase: RunPhase) {
        self.phase = phase;
        self.phase_began = self.now;
        self.rows_began = None;
        self.current = None;
        self.samples.clear();
        self.check = None;
        self.held_up = None;
        // What is checked or published was dumped whole.
        if matches!(phase, RunPhase::Check | RunPhase::Publish) {
            self.tables.iter_mut().for_each(|table| table.state = TableState::Done);
        }
    }

    pub(super) fn held_up(&mut self, by: Option<String>) {
        self.held_up = by;
    }

    pub(super) fn databases(&mut self, count: usize, connections: u32) {
        self.connections = connections;
        self.database_count = u32::try_from(count).unwrap_or(u32::MAX);
    }

    pub(super) fn database(&mut self, index: usize, name: &str) {
        self.database = Some(name.to_owned());
        self.database_index = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        self.tables.clear();
        self.by_name.clear();
        self.by_dump_id.clear();
        self.by_file.clear();
        self.bytes_written = 0;
        // Its tables are waited for first: that is not the step that the one before ended with.
        self.phase(RunPhase::Preflight);
    }

    pub(super) fn tables(&mut self, relations: &[Relation], expected: &Expected) {
        let with_rows =
            relations.iter().filter(|relation| relation.kind == RelationKind::Table && relation.has_data);
        self.tables = with_rows
            .map(|relation| Table {
                name: relation.qualified(),
                state: TableState::Waiting,
                bytes: relation.bytes,
                expected_file: expected.file_bytes(relation),
                file_bytes: 0,
                pages: None,
                began: None,
            })
            .collect();
        self.tables.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
        self.by_name =
            self.tables.iter().enumerate().map(|(index, table)| (table.name.clone(), index)).collect();
    }

    pub(super) fn contents(&mut self, toc: &Toc) {
        for entry in toc.entries.iter().filter(|entry| entry.desc() == "TABLE DATA") {
            let name = format!("{}.{}", entry.namespace(), entry.tag());
            let Some(&index) = self.by_name.get(&name) else { continue };
            if let Ok(id) = u32::try_from(entry.dump_id) {
                self.by_dump_id.insert(id, index);
            }
            if let Some(file) = entry.data_file() {
                self.by_file.insert(file.into_owned(), index);
            }
        }
    }

    pub(super) fn line(&mut self, line: &ToolLine) {
        match line {
            ToolLine::DumpingTable { qualified } => {
                if let Some(&index) = self.by_name.get(qualified) {
                    self.begins(index);
                }
            }
            ToolLine::StartedItem { dump_id, desc, .. } if desc == "TABLE DATA" => {
                if let Some(&index) = self.by_dump_id.get(dump_id) {
                    self.begins(index);
                }
            }
            // They come after the tables; with one connection nothing else tells that the last table ended.
            ToolLine::Other(said) if said.starts_with(LARGE_OBJECTS) => self.current_ends(),
            ToolLine::FinishedItem { dump_id, desc, .. } if desc == "TABLE DATA" => {
                if let Some(&index) = self.by_dump_id.get(dump_id) {
                    self.tables[index].state = TableState::Done;
                }
            }
            _ => {}
        }
    }

    /// pg_dump began to copy a table. With several connections it says when it finished one; with one it copies
    /// them in turn and says nothing, so that the next one tells.
    fn begins(&mut self, index: usize) {
        if self.connections == 1 {
            self.current_ends();
            self.current = Some(index);
        }
        self.tables[index].state = TableState::Dumping;
        self.tables[index].began.get_or_insert(self.now);
        self.rows_began.get_or_insert(self.now);
    }

    fn current_ends(&mut self) {
        if let Some(index) = self.current.take() {
            self.tables[index].state = TableState::Done;
        }
    }

    pub(super) fn measured(&mut self, measured: &Measured) {
        for (file, bytes) in &measured.files {
            let Some(&index) = self.by_file.get(plain_name(file)) else { continue };
            let table = &mut self.tables[index];
            table.file_bytes = *bytes;
            if *bytes > 0 && table.state == TableState::Waiting && self.connections != 1 {
                self.begins(index);
            }
        }
        self.bytes_written = measured.total_bytes;
        self.sample(measured.total_bytes);
    }

    /// A table that the parallel engine copies moved on.
    pub(super) fn copied(&mut self, progress: &copy::Progress) {
        let Some(&index) = self.by_name.get(&progress.label) else { return };
        let table = &mut self.tables[index];
        table.pages = progress.pages;
        table.file_bytes = progress.file_bytes;
        table.began.get_or_insert(self.now);
        let all = progress.pages.is_some_and(|(done, all)| done >= all);
        table.state = if all { TableState::Done } else { TableState::Dumping };
        self.rows_began.get_or_insert(self.now);
    }

    pub(super) fn checked(&mut self, progress: Progress) {
        self.sample(progress.bytes_done);
        self.check = Some(progress);
    }

    fn sample(&mut self, bytes: u64) {
        self.samples.push_back((self.now, bytes));
        while self.samples.len() > 2
            && self.samples.front().is_some_and(|(at, _)| self.now.saturating_sub(*at) > RATE_SPAN)
        {
            self.samples.pop_front();
        }
    }

    fn rate(&self) -> u64 {
        let (Some((from, first)), Some((to, last))) = (self.samples.front(), self.samples.back()) else {
            return 0;
        };
        let span = to.saturating_sub(*from).as_secs_f64();
        if span < 0.1 { 0 } else { (last.saturating_sub(*first) as f64 / span) as u64 }
    }

    /// What is shown.
    pub(super) fn progress(&self) -> RunProgress {
        let (done, total) = match self.check {
            Some(check) => (check.bytes_done, check.bytes_total),
            None => {
                (self.tables.iter().map(Table::done).sum(), self.tables.iter().map(|table| table.bytes).sum())
            }
        };
        RunProgress {
            run_id: self.run,
            job_id: self.job_id,
            job: self.job.clone(),
            phase: self.phase,
            database: self.database.clone(),
            database_index: self.database_index,
            database_count: self.database_count,
            bytes_written: self.bytes_written,
            bytes_done: done,
            bytes_total: total,
            bytes_per_second: self.rate(),
            eta_seconds: self.eta(done, total),
            tables: self.shown(),
            tables_done: self.count(TableState::Done),
            tables_total: u32::try_from(self.tables.len()).unwrap_or(u32::MAX),
            started_at: self.started_at.clone(),
            held_up: self.held_up.clone(),
        }
    }

    fn count(&self, state: TableState) -> u32 {
        let count = self.tables.iter().filter(|table| table.state == state).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// From the share that is done since the step of this database began; nothing before two seconds or two
    /// hundredths, nor in a step that counts no bytes.
    fn eta(&self, done: u64, total: u64) -> Option<u64> {
        if !matches!(self.phase, RunPhase::Dump | RunPhase::Check) {
            return None;
        }
        left(self.now.saturating_sub(self.rows_began.unwrap_or(self.phase_began)), done, total)
    }

    /// How long a table that is being dumped has been so.
    fn elapsed(&self, table: &Table) -> Option<Duration> {
        let began = table.began.filter(|_| table.state == TableState::Dumping)?;
        Some(self.now.saturating_sub(began))
    }

    fn pace(&self, table: &Table) -> Option<u64> {
        let seconds = self.elapsed(table)?.as_secs_f64();
        (seconds >= 1.0).then(|| (table.done() as f64 / seconds) as u64)
    }

    fn left_of(&self, table: &Table) -> Option<u64> {
        left(self.elapsed(table)?, table.done(), table.bytes)
    }

    fn shown(&self) -> Vec<TableProgress> {
        let in_state = |state| self.tables.iter().filter(move |table| table.state == state);
        in_state(TableState::Dumping)
            .chain(in_state(TableState::Waiting))
            .chain(in_state(TableState::Done))
            .take(SHOWN)
            .map(|table| TableProgress {
                name: table.name.clone(),
                state: table.state,
                bytes_written: table.file_bytes,
                bytes_done: table.done(),
                bytes_total: table.bytes,
                bytes_per_second: self.pace(table).unwrap_or_default(),
                eta_seconds: self.left_of(table),
            })
            .collect()
    }
}

/// Seconds to the end at the pace so far; nothing before two seconds or two hundredths.
fn left(elapsed: Duration, done: u64, total: u64) -> Option<u64> {
    let elapsed = elapsed.as_secs_f64();
    if total == 0 || done == 0 || elapsed < 2.0 || (done as f64) < total as f64 * 0.02 {
        return None;
    }
    Some((elapsed * (total.saturating_sub(done)) as f64 / done as f64).ceil() as u64)
}

/// A data file's name as the table of contents gives it: without the suffix of its codec.
fn plain_name(file: &str) -> &str {
    [".gz", ".zst", ".lz4"].iter().find_map(|suffix| file.strip_suffix(suffix)).unwrap_or(file)
}

#[cfg(test)]
mod tests;
