//! The command line as a whole, and the engine that its commands ask.

use crate::commands::Command;
use crate::exit::Failure;
use crate::output::{Output, tell_note};
use clap::Parser;
use holdfast_engine::event::{Sink, silent};
use holdfast_engine::{Engine, OpenOptions};
use holdfast_types::{ProcessKind, QuitChoice};
use std::path::PathBuf;
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

/// Backs PostgreSQL databases up on a schedule with stock pg_dump, and proves the archives.
#[derive(Debug, Parser)]
#[command(name = "holdfast", version, after_help = AFTER_HELP)]
pub struct Cli {
    /// The data directory: catalog, settings, logs; the platform's own when absent
    #[arg(long, global = true, value_name = "DIR", env = "HOLDFAST_HOME", hide_env_values = true)]
    home: Option<PathBuf>,
    /// Print exactly one JSON document on stdout
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "Exit status: 0 done, 1 the operation failed, 2 wrong usage, \
3 refused (a precondition, a lock, an unknown name).";

impl Cli {
    /// For whom is printed.
    pub fn output(&self) -> Output {
        if self.json { Output::Json } else { Output::People }
    }

    /// What the commands need of it.
    pub fn app(&self) -> App {
        let given = self.home.clone().filter(|home| !home.as_os_str().is_empty());
        let home = given.unwrap_or_else(holdfast_engine::home::default_home);
        // A relative folder means the working directory now, not that of a later child.
        App::on(std::path::absolute(&home).unwrap_or(home), self.output())
    }
}

/// Where the engine lives, and for whom is printed.
pub struct App {
    /// The data directory.
    pub home: PathBuf,
    /// For whom is printed.
    pub output: Output,
    opened: OnceLock<Engine>,
}

impl App {
    /// On a data directory, with no engine opened yet.
    pub fn on(home: PathBuf, output: Output) -> Self {
        Self { home, output, opened: OnceLock::new() }
    }

    /// Opens the engine for a command that shows no progress.
    pub async fn engine(&self) -> Result<Engine, Failure> {
        self.open(ProcessKind::Command, silent()).await
    }

    /// Opens the engine; once in a process.
    pub async fn open(&self, kind: ProcessKind, sink: Sink) -> Result<Engine, Failure> {
        let engine = Engine::open(OpenOptions { home: self.home.clone(), kind, sink }).await?;
        if let (None, Output::People, Some(found)) = (self.opened.get(), self.output, engine.open_home()) {
            tell_note(&found.message, Some(&found.hint));
        }
        Ok(self.opened.get_or_init(|| engine).clone())
    }

    /// Lets the engine go, if one was opened: ends what it started, releases what it holds.
    pub async fn close(&self) {
        if let Some(engine) = self.opened.get() {
            engine.shutdown(QuitChoice::Cancel).await;
        }
    }
}

/// What is logged: what HOLDFAST_LOG asks for, for example `debug`, else this level.
pub fn log_filter(default: &str) -> EnvFilter {
    EnvFilter::try_from_env("HOLDFAST_LOG").unwrap_or_else(|_| EnvFilter::new(default))
}

/// Logs errors to stderr: what a command has to tell, it tells itself. But for what the first start of all could
/// not use of its surroundings, which no command asks for.
pub fn log_to_stderr() {
    tracing_subscriber::fmt()
        .with_env_filter(log_filter("error,holdfast_engine::settings=warn"))
        .with_writer(std::io::stderr)
        .with_ansi(console::colors_enabled_stderr())
        .init();
}
