//! How far a run is: bars on a terminal, else a line now and then. Always on stderr.

use crate::format;
use crate::output::tell;
use holdfast_types::{RunPhase, RunProgress, TableProgress, TableState};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How many tables have a bar of their own.
const TABLE_BARS: usize = 4;
/// The pause between two plain lines of one step.
const PAUSE: Duration = Duration::from_secs(2);

/// Shows a run's progress.
pub enum Progress {
    /// On a terminal.
    Bars(Bars),
    /// Anywhere else.
    Lines(Lines),
}

impl Progress {
    /// Bars if stderr is a terminal, else lines.
    pub fn on_stderr() -> Self {
        match std::io::stderr().is_terminal() {
            true => Self::Bars(Bars::new()),
            false => Self::Lines(Lines::default()),
        }
    }

    /// Shows how far the run is.
    pub fn show(&mut self, progress: &RunProgress) {
        match self {
            Self::Bars(bars) => bars.show(progress),
            Self::Lines(lines) => {
                if let Some(line) = lines.next(progress, Instant::now()) {
                    tell(&line);
                }
            }
        }
    }

    /// Says something without tearing the bars.
    pub fn note(&self, text: &str) {
        match self {
            Self::Bars(bars) => bars.all.suspend(|| tell(text)),
            Self::Lines(_) => tell(text),
        }
    }

    /// Takes the bars away.
    pub fn finish(&self) {
        if let Self::Bars(bars) = self {
            drop(bars.all.clear());
        }
    }
}

/// An overall bar, and one for each of the tables being dumped.
pub struct Bars {
    all: MultiProgress,
    overall: ProgressBar,
    tables: Vec<ProgressBar>,
}

impl Bars {
    fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let overall = all.add(ProgressBar::new(1).with_style(overall_style()));
        overall.enable_steady_tick(Duration::from_millis(250));
        Self { all, overall, tables: Vec::new() }
    }

    fn show(&mut self, progress: &RunProgress) {
        self.overall.set_length(progress.bytes_total.max(1));
        self.overall.set_position(position(progress));
        self.overall.set_prefix(step(progress));
        self.overall.set_message(figures(progress));
        let dumping: Vec<&TableProgress> = dumping(progress).take(TABLE_BARS).collect();
        while self.tables.len() > dumping.len() {
            if let Some(bar) = self.tables.pop() {
                self.all.remove(&bar);
            }
        }
        while self.tables.len() < dumping.len() {
            self.tables.push(self.all.add(ProgressBar::new(1).with_style(table_style())));
        }
        for (bar, table) in self.tables.iter().zip(dumping) {
            bar.set_length(table.bytes_total.max(1));
            bar.set_position(table.bytes_done.min(table.bytes_total));
            bar.set_prefix(format::plain(&table.name));
            let (done, total) = (format::bytes(table.bytes_done), format::bytes(table.bytes_total));
            bar.set_message(format!("{done} of {total}, {} written", format::bytes(table.bytes_written)));
        }
    }
}

fn overall_style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {prefix}  [{bar:16}] {percent:>3}%  {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

fn table_style() -> ProgressStyle {
    ProgressStyle::with_template("    {prefix:24!} [{bar:16}]  {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

/// Plain lines: one when a step begins, else one every two seconds.
#[derive(Debug, Default)]
pub struct Lines {
    last: Option<(String, Instant)>,
}

impl Lines {
    /// The line to print now, if one is due.
    fn next(&mut self, progress: &RunProgress, now: Instant) -> Option<String> {
        let (step, held_up) = (step(progress), progress.held_up.as_deref().unwrap_or_default());
        let key = format!("{step} {held_up}");
        let due = match &self.last {
            Some((shown, at)) => *shown != key || now.duration_since(*at) >= PAUSE,
            None => true,
        };
        if !due {
            return None;
        }
        let figures = figures(progress);
        let separator = if figures.is_empty() { "" } else { ": " };
        let line = format!("{step}{separator}{figures}");
        self.last = Some((key, now));
        Some(line)
    }
}

/// The step and the database in words: `dump app (2 of 3)`.
fn step(progress: &RunProgress) -> String {
    let mut words = progress.phase.as_str().to_owned();
    if let Some(database) = &progress.database {
        words = format!("{words} {}", format::plain(database));
    }
    if progress.database_count > 1 && progress.database.is_some() {
        words = format!("{words} ({} of {})", progress.database_index, progress.database_count);
    }
    words
}

/// Bytes, rate, time left and tables, in the steps that have them and once they are known. The amount counts
/// table data, the rate what is written of it, compressed.
fn figures(progress: &RunProgress) -> String {
    if let Some(held_up) = &progress.held_up {
        return format::plain(held_up);
    }
    let rate = match progress.phase {
        RunPhase::Dump => "written",
        RunPhase::Check => "read",
        _ => return String::new(),
    };
    let mut parts = Vec::new();
    if progress.bytes_total > 0 {
        let (done, total) = (format::bytes(position(progress)), format::bytes(progress.bytes_total));
        parts.push(format!("{done} of {total}"));
    }
    if let Some(left) = progress.eta_seconds {
        parts.push(format!("{} left", format::whole_seconds(left)));
    }
    if progress.bytes_per_second > 0 {
        parts.push(format!("{}/s {rate}", format::bytes(progress.bytes_per_second)));
    }
    if progress.phase == RunPhase::Dump && progress.tables_total > 0 {
        parts.push(format!("{} of {} tables", progress.tables_done, progress.tables_total));
    }
    parts.join(", ")
}

fn position(progress: &RunProgress) -> u64 {
    progress.bytes_done.min(progress.bytes_total)
}

fn dumping(progress: &RunProgress) -> impl Iterator<Item = &TableProgress> {
    progress.tables.iter().filter(|table| table.state == TableState::Dumping)
}

#[cfg(test)]
mod tests {
    use super::{Lines, PAUSE, figures};
    use holdfast_types::{JobId, RunId, RunPhase, RunProgress};
    use std::time::{Duration, Instant};

    fn at(phase: RunPhase) -> RunProgress {
        RunProgress {
            run_id: RunId(1),
            job_id: JobId(1),
            job: "nightly".to_owned(),
            phase,
            database: Some("app".to_owned()),
            database_index: 1,
            database_count: 1,
            bytes_written: 10,
            bytes_done: 1 << 20,
            bytes_total: 4 << 20,
            bytes_per_second: 1 << 20,
            eta_seconds: Some(3),
            tables: Vec::new(),
            tables_done: 1,
            tables_total: 4,
            started_at: "2026-11-23T02:00:00Z".to_owned(),
            held_up: None,
        }
    }

    #[test]
    fn a_log_gets_a_line_for_each_step_and_one_every_two_seconds() {
        let (mut lines, start) = (Lines::default(), Instant::now());
        assert!(lines.next(&at(RunPhase::Preflight), start).is_some(), "a step's beginning is told");
        let dump = lines.next(&at(RunPhase::Dump), start);
        let expected = "dump app: 1.0 MiB of 4.0 MiB, 3 s left, 1.0 MiB/s written, 1 of 4 tables";
        assert_eq!(dump.as_deref(), Some(expected), "the figures tell how far it is");
        let soon = start + Duration::from_millis(1999);
        assert_eq!(lines.next(&at(RunPhase::Dump), soon), None, "a log must not be flooded");
        assert!(lines.next(&at(RunPhase::Dump), start + PAUSE).is_some(), "and must not fall silent");
    }

    #[test]
    fn nothing_is_claimed_before_it_is_known() {
        let unknown = RunProgress {
            bytes_total: 0,
            bytes_per_second: 0,
            eta_seconds: None,
            tables_total: 0,
            ..at(RunPhase::Preflight)
        };
        assert_eq!(figures(&unknown), "", "a made-up percentage would mislead");
    }
}
