//! The progress of a run as plain data: what is known goes in, what is shown comes out. Pure.

use crate::archive::Progress;
use crate::archive::toc::Toc;
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
/// How much smaller a data file is than its table, until a backup tells: pg_dump's text compressed.
const USUAL_RATIO: u64 = 4;

/// What is known of a run.
pub(super) struct State {
    run: RunId,
    job_id: JobId,
    job: String,
    started_at: Timestamp,
    now: Duration,
    phase: RunPhase,
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
}

struct Table {
    name: String,
    state: TableState,
    bytes: u64,
    expected_file: u64,
    file_bytes: u64,
}

impl Table {
    /// Bytes of the table that are dumped, as its size on the server counts them.
    fn done(&self) -> u64 {
        match self.state {
            TableState::Waiting => 0,
            TableState::Done => self.bytes,
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
        }
    }

    /// How long the run has been going on.
    pub(super) fn at(&mut self, now: Duration) {
        self.now = now;
    }

    pub(super) fn phase(&mut self, phase: RunPhase) {
        self.phase = phase;
        self.samples.clear();
        self.check = None;
        if phase != RunPhase::Dump {
            for table in self.tables.iter_mut().filter(|table| table.state == TableState::Dumping) {
                table.state = TableState::Done;
            }
        }
    }

    pub(super) fn databases(&mut self, count: usize) {
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
    }

    pub(super) fn tables(&mut self, relations: &[Relation], expected: &Expected) {
        let with_rows =
            relations.iter().filter(|relation| relation.kind == RelationKind::Table && relation.has_data);
        self.tables = with_rows
            .map(|relation| {
                let key = (relation.schema.clone(), relation.name.clone());
                let usual = relation.bytes / USUAL_RATIO;
                Table {
                    name: relation.qualified(),
                    state: TableState::Waiting,
                    bytes: relation.bytes,
                    expected_file: expected.tables.get(&key).copied().unwrap_or(usual),
                    file_bytes: 0,
                }
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
                    self.tables[index].state = TableState::Dumping;
                }
            }
            ToolLine::StartedItem { dump_id, desc, .. } if desc == "TABLE DATA" => {
                if let Some(&index) = self.by_dump_id.get(dump_id) {
                    self.tables[index].state = TableState::Dumping;
                }
            }
            ToolLine::FinishedItem { dump_id, desc, .. } if desc == "TABLE DATA" => {
                if let Some(&index) = self.by_dump_id.get(dump_id) {
                    self.tables[index].state = TableState::Done;
                }
            }
            _ => {}
        }
    }

    pub(super) fn measured(&mut self, measured: &Measured) {
        for (file, bytes) in &measured.files {
            let Some(&index) = self.by_file.get(plain_name(file)) else { continue };
            let table = &mut self.tables[index];
            table.file_bytes = *bytes;
            if *bytes > 0 && table.state == TableState::Waiting {
                table.state = TableState::Dumping;
            }
        }
        self.bytes_written = measured.total_bytes;
        self.sample(measured.total_bytes);
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
        }
    }

    fn count(&self, state: TableState) -> u32 {
        let count = self.tables.iter().filter(|table| table.state == state).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// From the share that is done since the step began; nothing before two seconds or two hundredths.
    fn eta(&self, done: u64, total: u64) -> Option<u64> {
        let (first, _) = self.samples.front()?;
        let elapsed = match self.check {
            Some(_) => self.now.saturating_sub(*first).as_secs_f64(),
            None => self.now.as_secs_f64(),
        };
        if total == 0 || done == 0 || elapsed < 2.0 || (done as f64) < total as f64 * 0.02 {
            return None;
        }
        Some((elapsed * (total.saturating_sub(done)) as f64 / done as f64).ceil() as u64)
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
                bytes_total: table.bytes,
            })
            .collect()
    }
}

/// A data file's name as the table of contents gives it: without the suffix of its codec.
fn plain_name(file: &str) -> &str {
    [".gz", ".zst", ".lz4"].iter().find_map(|suffix| file.strip_suffix(suffix)).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::inspect::Membership;

    fn relation(name: &str, bytes: u64) -> Relation {
        Relation {
            oid: 1,
            schema: "public".into(),
            name: name.into(),
            kind: RelationKind::Table,
            bytes,
            estimated_rows: None,
            membership: Membership::None,
            has_data: true,
        }
    }

    fn state() -> State {
        let mut state = State::new(RunId(1), JobId(1), "nightly".into(), "2026-11-23T02:00:00Z".into());
        state.databases(1);
        state.database(0, "shop");
        state.tables(&[relation("small", 1_000), relation("big", 9_000)], &Expected::default());
        state.phase(RunPhase::Dump);
        state
    }

    #[test]
    fn the_largest_waiting_table_is_shown_first_and_running_ones_before_it() {
        let mut state = state();
        assert_eq!(state.progress().tables[0].name, "public.big", "what takes longest interests most");
        state.line(&ToolLine::DumpingTable { qualified: "public.small".into() });
        assert_eq!(state.progress().tables[0].name, "public.small", "what moves belongs on top");
    }

    #[test]
    fn a_table_is_whole_only_when_pg_dump_says_so() {
        let mut state = state();
        state.by_file.insert("7.dat".into(), 0);
        state.by_dump_id.insert(7, 0);
        let file = |bytes| Measured {
            total_bytes: bytes,
            files: [("7.dat.gz".to_owned(), bytes)].into_iter().collect(),
        };
        state.measured(&file(5_000_000));
        let progress = state.progress();
        assert!(progress.bytes_done < 9_000, "an estimate must not claim the end");
        state.line(&ToolLine::FinishedItem { dump_id: 7, desc: "TABLE DATA".into(), tag: "big".into() });
        assert_eq!(state.progress().bytes_done, 9_000, "a finished table counts whole");
        assert_eq!(state.progress().tables_done, 1, "a finished table is counted");
    }

    #[test]
    fn the_rest_is_estimated_from_what_is_done() {
        let mut state = state();
        state.by_file.insert("7.dat".into(), 0);
        state.by_dump_id.insert(7, 0);
        state.at(Duration::from_secs(1));
        state.measured(&Measured { total_bytes: 10, files: HashMap::new() });
        assert_eq!(state.progress().eta_seconds, None, "too early to tell is not zero");
        state.at(Duration::from_secs(9));
        state.line(&ToolLine::FinishedItem { dump_id: 7, desc: "TABLE DATA".into(), tag: "big".into() });
        assert_eq!(state.progress().eta_seconds, Some(1), "nine tenths took nine seconds");
    }
}
