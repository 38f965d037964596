//! The façade: one method for each command, on the data that the rest of the engine offers.
//!
//! A method reads, decides with pure functions, acts, records and audits; the shell and the command line
//! only translate to and from it.

mod attention;
mod backups;
mod calendar;
mod config;
mod contents;
mod demo;
mod export;
mod few;
mod globals;
mod job_rules;
mod jobs;
mod machine;
mod overview;
mod protection;
mod rebuild;
mod restore;
mod retention;
mod runs;
mod saved_copy;
mod schedule;
mod servers;
mod uncovered;
pub(crate) mod verify;

pub use machine::Autostart;
pub(crate) use schedule::machine_zone;
pub(crate) use servers::resolved;

use crate::catalog::{Catalog, CatalogError, Tx, audit, operators, upkeep};
use crate::context::{Context, Parts, off_runtime};
use crate::error::Error;
use crate::event::Sink;
use crate::home::Home;
use crate::locks::ProcessIdentity;
use crate::settings;
use crate::surroundings::Surroundings;
use crate::time::Clock;
use crate::{locks, platform, scheduler};
use holdfast_types::{CatalogScope, DEFAULT_LIMIT, MAX_LIMIT, Problem, ProcessKind, QuitChoice};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What an engine is opened with.
pub struct OpenOptions {
    /// The data directory.
    pub home: PathBuf,
    /// What this process is.
    pub kind: ProcessKind,
    /// Receives the events.
    pub sink: Sink,
}

/// The engine on one data directory. Clones share it.
#[derive(Clone)]
pub struct Engine {
    pub(crate) context: Arc<Context>,
}

impl Engine {
    /// Opens the data directory, making it when it is new.
    ///
    /// # Errors
    /// The directory cannot be used, or its catalog is newer than this program.
    pub async fn open(options: OpenOptions) -> Result<Self, Error> {
        Self::open_with_clock(options, crate::time::system_clock()).await
    }

    /// Opens the data directory with another clock; for tests of time.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn open_with_clock(options: OpenOptions, clock: Clock) -> Result<Self, Error> {
        let context = off_runtime(move || {
            let home = Home::create(&options.home)?;
            upkeep::refuse_lost(&home.catalog(), &home.catalog_copies())?;
            let catalog = Catalog::open(&home.catalog())?;
            let process = ProcessIdentity::announce(&home)?;
            let operator_name = platform::user::current_user().unwrap_or_else(|| "operator".to_owned());
            let surroundings = Surroundings::read(&std::env::current_dir().unwrap_or_default());
            let now = clock().timestamp_millis();
            let operator = catalog.write(|tx| {
                // First, because a setting may name this operator.
                let operator = operators::ensure(tx, &operator_name, now)?;
                settings::adopt(tx, &surroundings, now)?;
                Ok(operator)
            })?;
            Ok(Context::new(Parts {
                home,
                catalog,
                sink: options.sink,
                clock,
                kind: options.kind,
                process,
                operator,
                operator_name,
            }))
        })
        .await?;
        let engine = Self { context };
        if let Some(Problem { message, hint }) = engine.open_home() {
            tracing::warn!("{message} {hint}");
        }
        Ok(engine)
    }

    /// Begins to carry out the schedule: sweeps what a crash left, marks the runs of dead processes as
    /// interrupted, and starts the heartbeat, which takes the scheduler's lock when it is free.
    ///
    /// # Errors
    /// The catalog or the data directory cannot be used.
    pub async fn start(&self) -> Result<(), Error> {
        let home = self.context.home.clone();
        off_runtime(move || {
            locks::sweep(&home);
            Ok(())
        })
        .await?;
        scheduler::heal::interrupted_runs(&self.context).await?;
        scheduler::heal::interrupted_verifications(&self.context).await?;
        crate::restore::heal::interrupted(&self.context).await?;
        crate::scratch_databases::heal(&self.context).await?;
        scheduler::heal::sweep_repositories(&self.context).await?;
        scheduler::adopt::unrecorded(&self.context).await?;
        scheduler::heartbeat::start(&self.context).await
    }

    /// Ends the heartbeat and the runs of this process, and releases its locks.
    pub async fn shutdown(&self, running: QuitChoice) {
        self.context.closing.cancel();
        if running == QuitChoice::Cancel {
            for run in self.context.live().values() {
                run.cancel.cancel();
            }
        }
        loop {
            let ended = self.context.run_ended.notified();
            if self.context.live().is_empty() {
                break;
            }
            // The deadline only guards against a lost wake-up.
            let _ = tokio::time::timeout(Duration::from_secs(1), ended).await;
        }
        self.context.at_work.end_all().await;
        demo::stop(&self.context).await;
        let held = self.context.scheduler_lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        if let Some(held) = held {
            locks::release_scheduler(&self.context.home, held);
        }
    }

    /// What is to be told of a data directory that others than its owner may change; absent when they may not.
    pub fn open_home(&self) -> Option<Problem> {
        let home = &self.context.home;
        let mode = home.open_to_others()?;
        let path = home.root().display();
        Some(Problem {
            message: format!("Others than its owner may change the data directory {path} (mode {mode:03o})."),
            hint: format!("Run: chmod 700 {path}"),
        })
    }

    /// How many runs this process carries out.
    pub fn active_run_count(&self) -> usize {
        self.context.live().len()
    }

    /// Evaluates the schedule as the heartbeat does, at the clock's time; for tests of time.
    ///
    /// # Errors
    /// The catalog or the data directory cannot be used.
    pub async fn beat(&self) -> Result<(), Error> {
        scheduler::beat::beat(&self.context).await
    }

    /// Writes a change with its audit row in one transaction.
    async fn change<T: Send + 'static>(
        &self,
        scope: CatalogScope,
        action: &'static str,
        work: impl FnOnce(&Tx) -> Result<(T, String, String), CatalogError> + Send + 'static,
    ) -> Result<T, Error> {
        let (operator, now) = (self.context.operator, self.context.now());
        self.context
            .write(scope, move |tx| {
                let (value, subject, detail) = work(tx)?;
                audit::record(tx, operator, now, action, &subject, &detail)?;
                Ok(value)
            })
            .await
    }
}

/// A page's number and size within their bounds.
fn page(page: Option<u32>, limit: Option<u32>) -> Result<(u32, u32), Error> {
    let page = page.unwrap_or(1);
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if page == 0 {
        return Err(Error::Invalid {
            field: "The page",
            problem: "cannot be 0".into(),
            accepts: "Pages count from 1.".into(),
        });
    }
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Error::Invalid {
            field: "The limit",
            problem: format!("cannot be {limit}"),
            accepts: format!("A page holds 1 to {MAX_LIMIT} rows."),
        });
    }
    Ok((page, limit))
}

/// Reads a time of a request.
fn moment(field: &'static str, text: Option<&str>) -> Result<Option<i64>, Error> {
    match text {
        None => Ok(None),
        Some(text) => crate::time::parse(text).map(Some).ok_or_else(|| Error::Invalid {
            field,
            problem: format!("cannot be \"{text}\""),
            accepts: "It accepts a date such as 2026-11-23 or a time such as 2026-11-23T02:00:00Z.".into(),
        }),
    }
}

/// Names near a mistyped one: those that share its beginning, or hold it, whatever the case.
fn near(wanted: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let start: String = wanted.chars().take(3).collect();
    names
        .filter(|name| {
            let name = name.to_lowercase();
            name.contains(&wanted)
                || wanted.contains(&name)
                || (!start.is_empty() && name.starts_with(&start))
        })
        .take(3)
        .collect()
}
