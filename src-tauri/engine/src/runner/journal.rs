//! A run's log: lines are gathered and written in small batches by a task of its own, in order.

use crate::catalog::run_log::{self, Kind, NewLine};
use crate::context::Context;
use holdfast_types::{LogLevel, RunId, RunPhase};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Lines that are written in one transaction at most.
const BATCH: usize = 256;

/// Takes a run's lines.
pub(super) struct Journal {
    context: Arc<Context>,
    lines: mpsc::UnboundedSender<NewLine>,
    writer: JoinHandle<()>,
}

impl Journal {
    /// Opens the journal of a run.
    pub(super) fn new(context: Arc<Context>, run: RunId) -> Self {
        // Unbounded, because a log line must never make pg_dump wait; what comes in is a few warnings.
        let (lines, mut inbox) = mpsc::unbounded_channel();
        let shared = Arc::clone(&context);
        let writer = tokio::spawn(async move {
            let mut batch = Vec::new();
            while inbox.recv_many(&mut batch, BATCH).await > 0 {
                let lines = std::mem::take(&mut batch);
                if let Err(error) = shared.write_quietly(move |tx| run_log::append(tx, run, &lines)).await {
                    tracing::error!("run {run}: its log could not be written: {}", error.to_api());
                }
            }
        });
        Self { context, lines, writer }
    }

    fn add(&self, kind: Kind, message: String) {
        // The writer ends only after the sender is dropped.
        let _ = self.lines.send(NewLine { at: self.context.now(), kind, message });
    }

    /// Adds a line.
    pub(super) fn log(&self, level: LogLevel, message: impl Into<String>) {
        self.add(Kind::Log(level), message.into());
    }

    /// Adds a line about what happened.
    pub(super) fn info(&self, message: impl Into<String>) {
        self.log(LogLevel::Info, message);
    }

    /// Adds a command that was started; it must hold no secret.
    pub(super) fn command(&self, command: String) {
        self.add(Kind::Command, command);
    }

    /// Adds a step that began.
    pub(super) fn step(&self, phase: RunPhase, database: Option<&str>) {
        self.add(Kind::Step(phase), database.unwrap_or_default().to_owned());
    }

    /// Waits until everything is written.
    pub(super) async fn close(self) {
        drop(self.lines);
        if let Err(error) = self.writer.await {
            tracing::error!("a run's log ended early: {error}");
        }
    }
}
