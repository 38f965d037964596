//! Exports: the history as CSV or JSON, row by row, whatever its length.

use super::Engine;
use super::runs::selection;
use crate::catalog::run_filter;
use crate::context::off_runtime;
use crate::error::Error;
use crate::platform::modes::create_private_file;
use holdfast_types::{ExportFormat, ExportRuns, ExportedFile, Run, RunFilter};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

impl Engine {
    /// Writes the runs that a filter matches to a file, replacing one that is there only when complete.
    pub async fn export_runs(&self, request: ExportRuns) -> Result<ExportedFile, Error> {
        let Some(path) = request.path.filter(|path| !path.is_empty()).map(PathBuf::from) else {
            return Err(Error::Invalid {
                field: "The file",
                problem: "is not named".into(),
                accepts: "It accepts a path to write to.".into(),
            });
        };
        let failed = |path: PathBuf| move |source| Error::NotWritten { path, source };
        let partial = path.with_extension(format!("partial-{}", std::process::id()));
        // The name that was asked for is told, not that of the moment.
        let file = create_private_file(&partial).map_err(failed(path.clone()))?;
        let written = self.write_runs(request.filter, request.format, std::io::BufWriter::new(file)).await;
        let rows = match written {
            Ok(rows) => rows,
            Err(error) => {
                let _ = std::fs::remove_file(&partial);
                return Err(error);
            }
        };
        std::fs::rename(&partial, &path).map_err(failed(path.clone()))?;
        Ok(ExportedFile { path: path.to_string_lossy().into_owned(), rows })
    }

    /// Writes the runs that a filter matches, newest first, and returns how many.
    pub async fn write_runs(
        &self,
        filter: RunFilter,
        format: ExportFormat,
        out: impl Write + Send + 'static,
    ) -> Result<u64, Error> {
        let selection = selection(filter)?;
        let context = Arc::clone(&self.context);
        off_runtime(move || {
            let mut failure = None;
            let unwritable = |source| Error::Io { path: PathBuf::from("the export"), source };
            let mut writer = RunWriter::new(format, out).map_err(unwritable)?;
            let count = context.catalog.read(|tx| {
                run_filter::for_each(tx, &selection, |run| {
                    if failure.is_none() {
                        failure = writer.write(&run).err();
                    }
                    Ok(())
                })
            })?;
            let source = match failure {
                None => writer.finish().err(),
                failed => failed,
            };
            match source {
                None => Ok(count),
                Some(source) => Err(unwritable(source)),
            }
        })
        .await
    }
}

/// Writes runs in one of the forms.
enum RunWriter<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json { out: W, first: bool },
}

/// The columns of the CSV form.
const COLUMNS: [&str; 16] = [
    "id",
    "job",
    "trigger_type",
    "status",
    "attempt",
    "scheduled_for",
    "queued_at",
    "started_at",
    "completed_at",
    "backup_size_bytes",
    "backup_filepath",
    "triggered_by",
    "server_version",
    "tool_version",
    "error_message",
    "error_hint",
];

impl<W: Write> RunWriter<W> {
    fn new(format: ExportFormat, out: W) -> std::io::Result<Self> {
        Ok(match format {
            ExportFormat::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(COLUMNS)?;
                Self::Csv(Box::new(csv))
            }
            ExportFormat::Json => Self::Json { out, first: true },
        })
    }

    fn write(&mut self, run: &Run) -> std::io::Result<()> {
        match self {
            Self::Csv(csv) => {
                csv.write_record(cells(run))?;
                Ok(())
            }
            Self::Json { out, first } => {
                out.write_all(if *first { b"[\n" } else { b",\n" })?;
                *first = false;
                serde_json::to_writer(&mut *out, run)?;
                Ok(())
            }
        }
    }

    fn finish(self) -> std::io::Result<()> {
        match self {
            Self::Csv(mut csv) => csv.flush(),
            Self::Json { mut out, first } => {
                out.write_all(if first { b"[]\n" } else { b"\n]\n" })?;
                out.flush()
            }
        }
    }
}

fn cells(run: &Run) -> [String; 16] {
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        run.id.to_string(),
        neutral(&run.job),
        run.trigger_type.as_str().to_owned(),
        run.status.as_str().to_owned(),
        run.attempt.to_string(),
        optional(&run.scheduled_for),
        run.queued_at.clone(),
        optional(&run.started_at),
        optional(&run.completed_at),
        run.backup_size_bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
        neutral(&optional(&run.backup_filepath)),
        neutral(&run.triggered_by),
        optional(&run.server_version),
        optional(&run.tool_version),
        neutral(&optional(&run.error_message)),
        neutral(&optional(&run.error_hint)),
    ]
}

/// A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe.
fn neutral(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
