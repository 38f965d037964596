//! A throwaway PostgreSQL cluster of our own: for the demo, for drills and for tests. It listens on a Unix socket
//! in a private folder only, so nobody else gets in, and nothing on the network sees it.
//!
//! Not for Windows yet: there neither libpq nor our client connects to Unix sockets.

use super::connection::{ResolvedConnection, Surroundings};
use super::error::PostgresError;
use super::{Session, Toolset};
use crate::platform::modes;
use crate::platform::process::{ProcessGroup, StopSignal};
use crate::platform::user::{self, Account};
use holdfast_types::Connection;
use sha2::{Digest, Sha256};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Command;

/// The superuser that initdb makes.
pub const SUPERUSER: &str = "holdfast";

/// The port, which on a socket is a part of its name only.
const PORT: u16 = 5432;

/// Bytes that a socket's path may have: `sun_path` of Linux less its NUL is 107, of macOS and the BSDs 103.
const LONGEST_SOCKET_PATH: usize = 103;

/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// The pause between looks at a starting server.
const LOOK: Duration = Duration::from_millis(50);

/// Whether a crash of the machine may lose data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As any server.
    Durable,
    /// fsync is off: faster, for data that can be made again.
    Throwaway,
    /// As a throwaway one that nobody copies elsewhere: what a load writes is not logged either.
    Unlogged,
}

/// How long a started cluster runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Until it is stopped or dropped, or on Linux this process ends, even by `kill -9`.
    WithProcess,
    /// Until it is stopped, by this process or another.
    UntilStopped,
}

/// As whom the server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterUser {
    /// As the user of this process.
    Current,
    /// As this account; only root can do that.
    Account(Account),
}

impl ClusterUser {
    /// The current user; as root, as which PostgreSQL refuses to run, the account `postgres`, else `nobody`.
    pub fn suited() -> Self {
        let other = || user::account("postgres").or_else(|| user::account("nobody"));
        match user::is_root().then(other).flatten() {
            Some(account) => Self::Account(account),
            None => Self::Current,
        }
    }
}

/// Whether a cluster's server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterState {
    /// It runs.
    Running,
    /// It does not.
    Stopped,
}

/// A cluster in a folder of its own: `data`, the socket, the server's log.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    sockets: PathBuf,
    user: ClusterUser,
    durability: Durability,
    pg_ctl: PathBuf,
    postgres: PathBuf,
    postmaster: Option<ProcessGroup>,
}

impl Cluster {
    /// Makes a cluster in a folder that does not exist or is empty. It is not started.
    pub async fn create(
        tools: &Toolset,
        folder: &Path,
        user: ClusterUser,
        durability: Durability,
    ) -> Result<Self, PostgresError> {
        let cluster = Self::at(tools, folder, user, durability)?;
        let initdb = program(tools, "initdb", tools.initdb.as_deref())?;
        modes::create_private_folder(folder).map_err(|error| cluster.failed(&error.to_string()))?;
        cluster.own(folder)?;
        let mut command = cluster.command(&initdb);
        command.arg("-D").arg(cluster.data());
        // The socket's folder lets nobody in but its owner, so trust opens nothing.
        command.args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C"]);
        if durability != Durability::Durable {
            command.arg("--no-sync");
        }
        cluster.finish(command, "initdb").await?;
        let own = "\ninclude = 'holdfast.conf'\n";
        let written = std::fs::read_to_string(cluster.data().join("postgresql.conf"))
            .and_then(|text| std::fs::write(cluster.data().join("postgresql.conf"), text + own));
        written.map_err(|error| cluster.failed(&error.to_string()))?;
        Ok(cluster)
    }

    /// The cluster that was made in this folder before, if there is one.
    pub fn open(
        tools: &Toolset,
        folder: &Path,
        user: ClusterUser,
        durability: Durability,
    ) -> Result<Option<Self>, PostgresError> {
        let cluster = Self::at(tools, folder, user, durability)?;
        // Written last by `create`.
        let whole = std::fs::read_to_string(cluster.data().join("postgresql.conf"))
            .is_ok_and(|text| text.contains("holdfast.conf"));
        Ok(whole.then_some(cluster))
    }

    fn at(
        tools: &Toolset,
        folder: &Path,
        user: ClusterUser,
        durability: Durability,
    ) -> Result<Self, PostgresError> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
        let cluster = Self {
            sockets: socket_folder(&folder),
            user,
            durability,
            pg_ctl: program(tools, "pg_ctl", tools.pg_ctl.as_deref())?,
            postgres: program(tools, "postgres", tools.postgres.as_deref())?,
            postmaster: None,
            folder,
        };
        if cfg!(windows) {
            return Err(cluster.failed("clusters of our own are not supported on Windows"));
        }
        if let ClusterUser::Account(account) = &cluster.user
            && let Some(barrier) = user::barrier(&cluster.folder, account)
        {
            let closed = format!("{} may not pass through {}", account.name, barrier.display());
            return Err(cluster.failed(&closed));
        }
        Ok(cluster)
    }

    /// Starts the server and waits until it answers. One that runs already is left as it is.
    pub async fn start(&mut self, lifetime: Lifetime) -> Result<(), PostgresError> {
        if self.state().await? == ClusterState::Running {
            return Ok(());
        }
        self.prepare().map_err(|error| self.failed(&error.to_string()))?;
        match lifetime {
            Lifetime::UntilStopped => {
                let mut command = self.command(&self.pg_ctl);
                command.args(["start", "-w", "-s", "-t"]).arg(PATIENCE.as_secs().to_string());
                command.arg("-D").arg(self.data()).arg("-l").arg(self.log());
                self.finish(command, "pg_ctl start").await
            }
            Lifetime::WithProcess => {
                let log = OpenOptions::new().append(true).open(self.log());
                let (out, err) = log
                    .and_then(|log| Ok((log.try_clone()?, log)))
                    .map_err(|error| self.failed(&error.to_string()))?;
                let mut command = self.command(&self.postgres);
                command.arg("-D").arg(self.data());
                command.stdout(Stdio::from(out)).stderr(Stdio::from(err));
                let group = ProcessGroup::spawn_stopped_by(command, StopSignal::Interrupt).await;
                self.postmaster = Some(group.map_err(|error| self.failed(&error.to_string()))?);
                self.answer().await
            }
        }
    }

    /// Waits until the server that this process started answers.
    async fn answer(&mut self) -> Result<(), PostgresError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.connect("postgres").await {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > deadline => {
                    return Err(self.failed(&format!("it does not answer: {error}")));
                }
                Err(_) => {}
            }
            if let Some(postmaster) = &mut self.postmaster
                && let Ok(Ok(status)) = tokio::time::timeout(LOOK, postmaster.wait()).await
            {
                self.postmaster = None;
                return Err(self.failed(&format!("postgres ended with {status}")));
            }
        }
    }

    /// Whether the server runs.
    pub async fn state(&self) -> Result<ClusterState, PostgresError> {
        let mut command = self.command(&self.pg_ctl);
        command.arg("status").arg("-D").arg(self.data());
        let status = self.run(command).await?;
        // pg_ctl's manual: 3 when no server runs, 4 when there is no data folder.
        Ok(if status.success() { ClusterState::Running } else { ClusterState::Stopped })
    }

    /// Stops the server, disconnecting everybody.
    pub async fn stop(&mut self) -> Result<(), PostgresError> {
        if let Some(mut postmaster) = self.postmaster.take() {
            postmaster.end(PATIENCE).await.map_err(|error| self.failed(&error.to_string()))?;
            return Ok(());
        }
        if self.state().await? == ClusterState::Stopped {
            return Ok(());
        }
        let mut command = self.command(&self.pg_ctl);
        command.args(["stop", "-w", "-s", "-m", "fast", "-t"]).arg(PATIENCE.as_secs().to_string());
        command.arg("-D").arg(self.data());
        self.finish(command, "pg_ctl stop").await
    }

    /// Stops the server and deletes everything.
    pub async fn remove(mut self) -> Result<(), PostgresError> {
        self.stop().await?;
        for folder in [&self.sockets, &self.folder] {
            match std::fs::remove_dir_all(folder) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(self.failed(&error.to_string()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The cluster's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its data folder, PostgreSQL's PGDATA.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The server's log.
    pub fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// How to reach it.
    pub fn connection(&self) -> Connection {
        Connection {
            host: self.sockets.to_string_lossy().into_owned(),
            port: Some(PORT),
            user: Some(SUPERUSER.into()),
            database: Some("postgres".into()),
            ..Connection::default()
        }
    }

    /// The same, resolved.
    pub fn resolved(&self) -> Result<ResolvedConnection, PostgresError> {
        // It lacks nothing, and what the environment says of servers is not meant for ours.
        super::connection::resolve_in(&self.connection(), None, &Surroundings::default())
    }

    /// Connects to one of its databases as its superuser.
    pub async fn connect(&self, database: &str) -> Result<Session, PostgresError> {
        super::connect(&self.resolved()?, Some(database)).await
    }

    /// The socket's folder and our part of the configuration.
    fn prepare(&self) -> std::io::Result<()> {
        modes::create_private_folder(&self.sockets)?;
        if let ClusterUser::Account(account) = &self.user {
            user::give(&self.sockets, account)?;
        }
        if modes::open_to_others(&self.sockets)?.is_some() {
            return Err(std::io::Error::other(format!("{} is open to others", self.sockets.display())));
        }
        let sockets = self.sockets.to_string_lossy().replace('\'', "''").replace('"', "\"\"");
        let mut text = format!(
            "listen_addresses = ''\nport = {PORT}\nunix_socket_directories = '\"{sockets}\"'\n\
             unix_socket_permissions = 0700\n"
        );
        if self.durability != Durability::Durable {
            text.push_str("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n");
            // What is counted in one transaction is locked until its end: tens of thousands of tables with their indexes.
            text.push_str("max_locks_per_transaction = 2048\n");
        }
        if self.durability == Durability::Unlogged {
            // The manual, "Populating a Database": rows of a table that the same transaction truncated, and indexes.
            text.push_str("wal_level = minimal\nmax_wal_senders = 0\n");
        }
        let file = self.data().join("holdfast.conf");
        std::fs::write(&file, text)?;
        OpenOptions::new().append(true).create(true).open(self.log())?;
        if let ClusterUser::Account(account) = &self.user {
            user::give(&file, account)?;
            user::give(&self.log(), account)?;
        }
        Ok(())
    }

    fn own(&self, path: &Path) -> Result<(), PostgresError> {
        match &self.user {
            ClusterUser::Account(account) => {
                user::give(path, account).map_err(|error| self.failed(&error.to_string()))
            }
            ClusterUser::Current => Ok(()),
        }
    }

    /// A program of the cluster, run as its user, in its folder, with an environment that says nothing else.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "C").current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let ClusterUser::Account(account) = &self.user {
            user::run_as(&mut command, account);
        }
        command
    }

    async fn run(&self, command: Command) -> Result<std::process::ExitStatus, PostgresError> {
        let mut group =
            ProcessGroup::spawn(command).await.map_err(|error| self.failed(&error.to_string()))?;
        group.wait().await.map_err(|error| self.failed(&error.to_string()))
    }

    /// Runs a program whose failure is ours; its words go to a file, as a server that it starts keeps the pipe.
    async fn finish(&self, mut command: Command, what: &str) -> Result<(), PostgresError> {
        let said = tempfile::tempfile()
            .and_then(|file| Ok((file.try_clone()?, file)))
            .map_err(|error| self.failed(&error.to_string()))?;
        command.stderr(Stdio::from(said.0));
        let status = self.run(command).await?;
        if status.success() {
            return Ok(());
        }
        let mut words = String::new();
        let mut file = said.1;
        let _ = std::io::Seek::rewind(&mut file);
        let _ = std::io::Read::read_to_string(&mut file, &mut words);
        Err(self.failed(&format!("{what} ended with {status}: {}", words.trim())))
    }

    /// An error about this cluster, with the end of the server's log.
    fn failed(&self, detail: &str) -> PostgresError {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(5).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        let detail =
            if last.is_empty() { detail.to_owned() } else { format!("{detail}\n{}", last.join("\n")) };
        PostgresError::Cluster { folder: self.folder.clone(), detail }
    }
}

fn program(tools: &Toolset, name: &str, found: Option<&Path>) -> Result<PathBuf, PostgresError> {
    found
        .map(Path::to_path_buf)
        .ok_or_else(|| PostgresError::MissingProgram { program: name.into(), folder: tools.folder.clone() })
}

/// The folder of a cluster's socket: inside the cluster's own, unless that makes the path too long for a socket.
pub(crate) fn socket_folder(folder: &Path) -> PathBuf {
    let inside = folder.join("run");
    let socket = inside.join(format!(".s.PGSQL.{PORT}.lock"));
    if socket.as_os_str().len() <= LONGEST_SOCKET_PATH {
        return inside;
    }
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    PathBuf::from("/tmp").join(format!("holdfast-{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_path_is_never_too_long() {
        assert_eq!(
            socket_folder(Path::new("/srv/demo")),
            Path::new("/srv/demo/run"),
            "near its data when possible"
        );
        let deep = PathBuf::from(format!("/{}", "deep/".repeat(40)));
        let found = socket_folder(&deep);
        assert!(
            found.as_os_str().len() < 60,
            "a long home must not keep the server from starting: {found:?}"
        );
        assert_eq!(found, socket_folder(&deep), "the next start must find the same socket");
    }
}
