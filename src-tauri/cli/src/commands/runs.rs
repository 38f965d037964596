//! `holdfast runs`.

use super::run_filter::FilterArgs;
use super::run_view::{details_shown, log_line, run_shown, runs_shown};
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{count, plain};
use crate::output::{Output, print};
use clap::{Args, Subcommand, ValueEnum};
use holdfast_engine::Engine;
use holdfast_types::{
    CancelRun, ErrorCode, ExportFormat, ExportRuns, GetRun, GetRunLog, ListRuns, LogLine, RunId, RunLog,
    RunSort,
};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a log that is followed is read again.
const FOLLOW_PAUSE: Duration = Duration::from_millis(500);

/// What can be done with runs.
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// List runs, newest first
    List(ListArgs),
    /// Show one run with its steps
    Show(IdArgs),
    /// Print a run's log
    Log(LogArgs),
    /// End a run that is queued or going on, in whatever process
    Cancel(IdArgs),
    /// Write runs as CSV or JSON, to standard output or a file
    Export(ExportArgs),
}

/// A run.
#[derive(Debug, Args)]
pub struct IdArgs {
    /// The run's id
    id: RunId,
}

/// Which runs to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// The page, from 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,
    /// Rows on a page, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = holdfast_types::DEFAULT_LIMIT,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(holdfast_types::MAX_LIMIT)))]
    limit: u32,
}

/// Which log to print.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// The run's id
    id: RunId,
    /// Go on until the run ends
    #[arg(long)]
    follow: bool,
}

/// What to export.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The form of the export
    #[arg(long)]
    format: Format,
    #[command(flatten)]
    filter: FilterArgs,
    /// The file to write; standard output when absent
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Comma-separated values with a header
    Csv,
    /// A JSON array
    Json,
}

impl From<Format> for ExportFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Json => Self::Json,
        }
    }
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: RunsCommand) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    match command {
        RunsCommand::List(args) => {
            let filter = args.filter.resolve(&engine).await?;
            let request =
                ListRuns { filter, sort: RunSort::Newest, page: Some(args.page), limit: Some(args.limit) };
            app.output.answer(&engine.list_runs(request).await?, runs_shown)?;
        }
        RunsCommand::Show(args) => {
            app.output.answer(&engine.get_run(GetRun { id: args.id }).await?, details_shown)?;
        }
        RunsCommand::Log(args) if args.follow => follow(app, &engine, args.id).await?,
        RunsCommand::Log(args) => {
            // Asked first, so that an unknown run is refused rather than shown as an empty log.
            engine.get_run(GetRun { id: args.id }).await?;
            let lines = all_lines(&engine, args.id, 0).await?;
            app.output.answer(&RunLog { lines }, |log| lines_shown(&log.lines))?;
        }
        RunsCommand::Cancel(args) => {
            app.output.answer(&engine.cancel_run(CancelRun { id: args.id }).await?, run_shown)?;
        }
        RunsCommand::Export(args) => export(app, &engine, args).await?,
    }
    Ok(Exit::Done)
}

/// Every line after a number; one call of the engine answers a part only.
async fn all_lines(engine: &Engine, id: RunId, after: u64) -> Result<Vec<LogLine>, Failure> {
    let mut lines: Vec<LogLine> = Vec::new();
    loop {
        let after = lines.last().map_or(after, |line| line.number);
        let part = engine.get_run_log(GetRunLog { id, after }).await?.lines;
        if part.is_empty() {
            return Ok(lines);
        }
        lines.extend(part);
    }
}

fn lines_shown(lines: &[LogLine]) -> String {
    lines.iter().map(|line| log_line(line) + "\n").collect()
}

/// Prints lines as they come; as JSON one document at the end.
async fn follow(app: &App, engine: &Engine, id: RunId) -> Result<(), Failure> {
    let mut lines: Vec<LogLine> = Vec::new();
    let mut last = 0;
    loop {
        // The state is read before the lines, so that the last lines of a run that ends are not missed.
        let active = engine.get_run(GetRun { id }).await?.run.status.is_active();
        let new = all_lines(engine, id, last).await?;
        last = new.last().map_or(last, |line| line.number);
        match app.output {
            Output::People if new.is_empty() => {}
            Output::People => print(&lines_shown(&new))?,
            Output::Json => lines.extend(new),
        }
        if !active {
            break;
        }
        tokio::time::sleep(FOLLOW_PAUSE).await;
    }
    match app.output {
        Output::People => Ok(()),
        Output::Json => app.output.answer(&RunLog { lines }, |_| String::new()),
    }
}

async fn export(app: &App, engine: &Engine, args: ExportArgs) -> Result<(), Failure> {
    if app.output == Output::Json && args.format == Format::Csv && args.output.is_none() {
        return Err(Failure::new(
            ErrorCode::InvalidInput,
            "With --json standard output holds one JSON document, so CSV cannot go there.",
            "Use --format json, name a file with --output, or leave --json out.",
        ));
    }
    let filter = args.filter.resolve(engine).await?;
    let format = args.format.into();
    match args.output {
        Some(file) => {
            let path = std::path::absolute(&file).unwrap_or(file).to_string_lossy().into_owned();
            let written = engine.export_runs(ExportRuns { filter, format, path: Some(path) }).await?;
            app.output.answer(&written, |written| {
                format!("Wrote {} to {}.", count(written.rows, "run"), plain(&written.path))
            })
        }
        None => {
            let out = Stdout::default();
            let gone = Arc::clone(&out.gone);
            match engine.write_runs(filter, format, out).await {
                Err(_) if gone.load(Ordering::Relaxed) => Ok(()),
                written => Ok(written.map(drop)?),
            }
        }
    }
}

/// Standard output that remembers when its reader went away, which is no failure.
#[derive(Debug, Default)]
struct Stdout {
    gone: Arc<AtomicBool>,
}

impl Stdout {
    fn remember<T>(&self, result: std::io::Result<T>) -> std::io::Result<T> {
        if let Err(error) = &result
            && error.kind() == ErrorKind::BrokenPipe
        {
            self.gone.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = std::io::stdout().lock().write(bytes);
        self.remember(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let flushed = std::io::stdout().lock().flush();
        self.remember(flushed)
    }
}
