//! pg_dump: its arguments as a plan, and carrying the plan out.
//!
//! It writes a directory archive and proves nothing about it: that is `archive`'s part.

use super::invocation::{Finished, Invocation};
use super::tools::CompressionPlan;
use super::verbose::ToolLine;
use super::{PostgresError, ResolvedConnection, Toolset};
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What to dump and how.
#[derive(Debug, Clone, Copy)]
pub struct DumpRequest<'a> {
    /// With which programs.
    pub tools: &'a Toolset,
    /// From where.
    pub connection: &'a ResolvedConnection,
    /// The database.
    pub database: &'a str,
    /// The archive's folder, which must not exist or be empty.
    pub archive: &'a Path,
    /// A private folder that exists, for the password file while the dump runs.
    pub private: &'a Path,
    /// Parallel connections, at least 1.
    pub parallelism: u32,
    /// How long to wait for the tables' locks; a second at least.
    pub lock_wait: Duration,
    /// How to compress.
    pub compression: &'a CompressionPlan,
    /// The exported snapshot to read.
    pub snapshot: Option<&'a str>,
    /// Whose rows are left out, as patterns: `"schema"."table"` for one table, `*.*` for them all and for the values of
    /// sequences.
    pub without_data: &'a [String],
}

/// A pg_dump ready to be started: arguments without secrets, and its environment.
#[derive(Debug, Clone)]
pub struct DumpPlan(Invocation);

/// A dump that ended with status 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpOutcome {
    /// How long it took.
    pub duration: Duration,
    /// Its warnings, the first 50.
    pub warnings: Vec<String>,
}

impl From<Finished> for DumpOutcome {
    fn from(finished: Finished) -> Self {
        Self { duration: finished.duration, warnings: finished.warnings }
    }
}

impl DumpPlan {
    /// Decides everything about a dump. Touches nothing.
    pub fn new(request: DumpRequest<'_>) -> Result<Self, PostgresError> {
        let DumpRequest { tools, connection, database, archive, private, .. } = request;
        let mut invocation = Invocation::new(&tools.pg_dump, connection, database, private)?;
        // Values read the same whatever a server, a database or a role sets.
        invocation.variables.insert("PGTZ", "UTC".into());
        invocation.variables.entry("PGOPTIONS").or_default().push_str(" -c bytea_output=hex");
        let own = [
            "--format=directory".into(),
            format!("--jobs={}", request.parallelism.max(1)),
            "--verbose".into(),
            // Publishing the backup makes every file durable, once.
            "--no-sync".into(),
            format!("--file={}", archive.to_string_lossy()),
        ];
        invocation.arguments.extend(own);
        // Milliseconds, as lock_timeout counts; 0 would mean for ever, see `Snapshot::export_waiting`.
        let lock_wait = request.lock_wait.as_millis().max(1000);
        invocation.arguments.push(format!("--lock-wait-timeout={lock_wait}"));
        if let Some(snapshot) = request.snapshot {
            invocation.arguments.push(format!("--snapshot={snapshot}"));
        }
        let without = request.without_data.iter().map(|table| format!("--exclude-table-data={table}"));
        invocation.arguments.extend(without);
        invocation.arguments.extend(request.compression.arguments.iter().cloned());
        Ok(Self(invocation))
    }

    /// The command as a shell would read it, for the log; holds no secret.
    pub fn display_command(&self) -> String {
        self.0.display_command()
    }
}

/// Whose definitions to dump and where to.
#[derive(Debug, Clone, Copy)]
pub struct SchemaRequest<'a> {
    /// With which programs.
    pub tools: &'a Toolset,
    /// From where.
    pub connection: &'a ResolvedConnection,
    /// The database.
    pub database: &'a str,
    /// The archive's folder, which must not exist.
    pub archive: &'a Path,
    /// A private folder that exists, for the password file.
    pub private: &'a Path,
}

/// Dumps the definitions of a database alone.
pub async fn schema(request: SchemaRequest<'_>, cancel: CancellationToken) -> Result<(), PostgresError> {
    let SchemaRequest { tools, connection, database, archive, private } = request;
    let mut invocation = Invocation::new(&tools.pg_dump, connection, database, private)?;
    let own = ["--format=directory".into(), "--schema-only".into(), "--no-sync".into()];
    invocation.arguments.extend(own);
    invocation.arguments.push(format!("--file={}", archive.to_string_lossy()));
    invocation.run(cancel, |_| {}).await.map(drop)
}

/// Runs pg_dump to its end. `on_line` is told each line as it comes. On cancel the whole process group is
/// ended and reaped, and the answer is [`PostgresError::Cancelled`]; so it is when the future is dropped,
/// only without time to end in peace. The password file is gone afterwards.
pub async fn run(
    plan: &DumpPlan,
    cancel: CancellationToken,
    on_line: impl FnMut(ToolLine),
) -> Result<DumpOutcome, PostgresError> {
    plan.0.run(cancel, on_line).await.map(DumpOutcome::from)
}
