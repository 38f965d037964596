//! pg_dumpall --globals-only: roles and tablespaces into a private file.

use super::dump::DumpOutcome;
use super::invocation::{Invocation, quote_conninfo};
use super::verbose::ToolLine;
use super::{PostgresError, ResolvedConnection, Toolset};
use crate::platform::modes;
use holdfast_types::RolePasswords;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// What to write and how.
#[derive(Debug, Clone, Copy)]
pub struct GlobalsRequest<'a> {
    /// With which programs.
    pub tools: &'a Toolset,
    /// From where.
    pub connection: &'a ResolvedConnection,
    /// A database that the role may connect to. By itself pg_dumpall would try `postgres` and `template1` only.
    pub database: &'a str,
    /// The file to write; it must not exist, and becomes readable by its owner only.
    pub file: &'a Path,
    /// A private folder that exists, for the password file.
    pub private: &'a Path,
    /// Whether password hashes are included, which only a superuser may read.
    pub role_passwords: RolePasswords,
}

/// A pg_dumpall ready to be started.
#[derive(Debug, Clone)]
pub struct GlobalsPlan {
    invocation: Invocation,
    file: PathBuf,
}

impl GlobalsPlan {
    /// Decides everything about it. Touches nothing.
    pub fn new(request: GlobalsRequest<'_>) -> Result<Self, PostgresError> {
        let GlobalsRequest { tools, connection, database, file, private, role_passwords } = request;
        let program = tools.pg_dumpall.as_deref().ok_or_else(|| PostgresError::MissingProgram {
            program: "pg_dumpall".into(),
            folder: tools.folder.clone(),
        })?;
        let mut invocation = Invocation::new(program, connection, database, private)?;
        // It takes no database from a connection string.
        invocation.arguments.push(format!("--database=dbname={}", quote_conninfo(database)));
        invocation.arguments.push("--globals-only".into());
        if role_passwords == RolePasswords::Omit {
            invocation.arguments.push("--no-role-passwords".into());
        }
        invocation.arguments.push(format!("--file={}", file.to_string_lossy()));
        Ok(Self { invocation, file: file.to_path_buf() })
    }

    /// The command as a shell would read it, for the log; holds no secret.
    pub fn display_command(&self) -> String {
        self.invocation.display_command()
    }
}

/// Runs pg_dumpall to its end, with the rules of [`super::dump::run`].
pub async fn run(
    plan: &GlobalsPlan,
    cancel: CancellationToken,
    on_line: impl FnMut(ToolLine),
) -> Result<DumpOutcome, PostgresError> {
    // Made before pg_dumpall opens it, so that it is private from its first byte on.
    modes::create_private_file(&plan.file).map_err(|error| PostgresError::CannotWrite {
        message: format!("{}: {error}", plan.file.display()),
    })?;
    plan.invocation.run(cancel, on_line).await.map(DumpOutcome::from)
}
