//! A cluster for a test, and what every test of a dump needs.

use holdfast_engine::platform::modes;
use holdfast_engine::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime};
use holdfast_engine::postgres::dump::{self, DumpOutcome, DumpPlan, DumpRequest};
use holdfast_engine::postgres::tools::{self, Codec, CompressionPlan, Toolset};
use holdfast_engine::postgres::verbose::ToolLine;
use holdfast_engine::postgres::{PostgresError, ResolvedConnection, Session};
use std::path::PathBuf;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A running cluster with a folder for archives.
pub struct Place {
    pub cluster: Cluster,
    pub tools: Toolset,
    pub folder: tempfile::TempDir,
}

/// Starts a fresh cluster.
pub async fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    modes::let_others_pass(folder.path()).unwrap();
    let found = tools::discover().await;
    let tools = found
        .iter()
        .find(|tools| tools.initdb.is_some() && tools.major >= 15)
        .expect("install PostgreSQL's server programs (Debian: postgresql)")
        .clone();
    let mut cluster =
        Cluster::create(&tools, &folder.path().join("cluster"), ClusterUser::suited(), Durability::Throwaway)
            .await
            .unwrap();
    cluster.start(Lifetime::WithProcess).await.unwrap();
    modes::create_private_folder(&folder.path().join("private")).unwrap();
    Place { cluster, tools, folder }
}

impl Place {
    pub fn resolved(&self) -> ResolvedConnection {
        self.cluster.resolved().unwrap()
    }

    /// The cluster's connection as another role.
    pub fn resolved_as(&self, user: &str) -> ResolvedConnection {
        changed(self.resolved(), |connection| connection.user = user.into())
    }

    /// A session as superuser after these statements.
    pub async fn session(&self, statements: &str) -> Session {
        let session = self.cluster.connect("postgres").await.unwrap();
        session.execute(statements).await.unwrap();
        session
    }

    /// A session that holds the table `held` locked against everybody.
    pub async fn held_table(&self) -> Session {
        let session = self.session("CREATE TABLE held (i int)").await;
        session.execute("BEGIN; LOCK TABLE held").await.unwrap();
        session
    }

    pub fn archive(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn private(&self) -> PathBuf {
        self.folder.path().join("private")
    }

    pub fn plan(
        &self,
        connection: &ResolvedConnection,
        database: &str,
        archive: &str,
        snapshot: Option<&str>,
    ) -> DumpPlan {
        DumpPlan::new(DumpRequest {
            tools: &self.tools,
            connection,
            database,
            archive: &self.archive(archive),
            private: &self.private(),
            parallelism: 2,
            lock_wait: Duration::from_secs(1),
            compression: &CompressionPlan { arguments: Vec::new(), codec: Codec::Gzip, level: None },
            snapshot,
            without_data: &[],
        })
        .unwrap()
    }

    /// What stock pg_restore lists of an archive.
    pub fn listing(&self, archive: &str) -> String {
        let listed = std::process::Command::new(self.tools.pg_restore.as_ref().unwrap())
            .arg("--list")
            .arg(self.archive(archive))
            .output()
            .unwrap();
        assert!(listed.status.success(), "stock pg_restore must read the archive: {listed:?}");
        String::from_utf8(listed.stdout).unwrap()
    }

    /// Stops the cluster in peace; a test that fails kills it instead.
    pub async fn end(mut self) {
        self.cluster.stop().await.unwrap();
    }
}

/// A connection with one thing different.
pub fn changed(
    mut connection: ResolvedConnection,
    change: impl FnOnce(&mut ResolvedConnection),
) -> ResolvedConnection {
    change(&mut connection);
    connection
}

/// Runs a plan without cancelling.
pub async fn run(plan: &DumpPlan, on_line: impl FnMut(ToolLine)) -> Result<DumpOutcome, PostgresError> {
    dump::run(plan, CancellationToken::new(), on_line).await
}

/// The command lines of all processes that hold this text.
pub fn processes_with(text: &str) -> Vec<String> {
    std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "))
        .filter(|line| line.contains(text))
        .collect()
}
