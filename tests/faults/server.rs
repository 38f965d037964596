//! PostgreSQL for the tests: one cluster that they share while they run, and own ones for those that harm it.

use holdfast_engine::platform::modes;
use holdfast_engine::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime};
use holdfast_engine::postgres::tools::{self, Toolset};
use holdfast_engine::postgres::{ResolvedConnection, Session, to_url};
use holdfast_types::Connection;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use tokio::runtime::Runtime;

/// The runtime on which the tests' own connections live.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    })
}

/// Numbers what must not collide between tests.
pub fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A running cluster.
pub struct Server {
    cluster: Mutex<Cluster>,
    pub tools: Toolset,
    connection: Connection,
    _folder: Option<tempfile::TempDir>,
}

/// Members of `trusted` need no password, everybody else does.
const ADMISSION: &str = "local all holdfast trust\nlocal replication holdfast trust\nlocal all +trusted trust\nlocal all all scram-sha-256\n";

impl Server {
    /// The cluster that tests share; it goes when the last of them lets it go.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::own());
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// A cluster of a test's own.
    pub fn own() -> Self {
        let found = runtime().block_on(tools::discover());
        let tools = found.into_iter().find(|tools| tools.initdb.is_some() && tools.major >= 15);
        Self::of(tools.expect("install PostgreSQL's server programs (Debian: postgresql)"))
    }

    /// A cluster of a test's own, made and run by these programs.
    pub fn of(tools: Toolset) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self::within(tools, folder.path());
        server._folder = Some(folder);
        server
    }

    /// The same in a folder that somebody else keeps, a small disk for example.
    pub fn within(tools: Toolset, folder: &std::path::Path) -> Self {
        modes::let_others_pass(folder).unwrap();
        let cluster = runtime().block_on(async {
            let user = ClusterUser::suited();
            let data = folder.join("pg");
            let mut cluster = Cluster::create(&tools, &data, user, Durability::Throwaway).await.unwrap();
            std::fs::write(cluster.data().join("pg_hba.conf"), ADMISSION).unwrap();
            cluster.start(Lifetime::WithProcess).await.unwrap();
            cluster
        });
        let connection = cluster.connection();
        let server = Self { cluster: Mutex::new(cluster), tools, connection, _folder: None };
        server.sql("postgres", "CREATE ROLE trusted");
        server
    }

    fn cluster(&self) -> std::sync::MutexGuard<'_, Cluster> {
        self.cluster.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Starts the server again after it was killed.
    pub fn start_again(&self) {
        // The cluster believes in the postmaster that it started; stopping a dead one only forgets it.
        let mut cluster = self.cluster();
        runtime().block_on(async {
            cluster.stop().await.unwrap();
            cluster.start(Lifetime::WithProcess).await.unwrap();
        });
    }

    /// The postmaster's process id.
    pub fn postmaster(&self) -> u32 {
        let text = std::fs::read_to_string(self.cluster().data().join("postmaster.pid")).unwrap();
        text.lines().next().unwrap().trim().parse().unwrap()
    }

    /// A superuser of a test's own, by whose name its sessions are found.
    pub fn superuser(&self) -> String {
        let name = format!("tester_{}", number());
        self.sql("postgres", &format!("CREATE ROLE {name} SUPERUSER LOGIN IN ROLE trusted"));
        name
    }

    /// A database of a test's own with about this much data, spread over four tables.
    pub fn database(&self, megabytes: u32) -> String {
        let name = format!("base_{}", number());
        self.make_database(&name, megabytes);
        name
    }

    /// The same with a chosen name.
    pub fn make_database(&self, name: &str, megabytes: u32) {
        self.sql("postgres", &format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\"")));
        // 16 rows of 64 hexadecimal digits in a row: a KiB that compresses to half.
        let rows = (megabytes * 1024 / 4).max(10);
        let tables: String = (1..=4)
            .map(|n| {
                format!(
                    "CREATE TABLE part{n} AS SELECT g AS id, (SELECT string_agg(md5(g::text || i), '') \
                     FROM generate_series(1, 32) i) AS body FROM generate_series(1, {rows}) g;"
                )
            })
            .collect();
        let more = "CREATE SEQUENCE numbers START 5; SELECT nextval('numbers'); \
                    CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM part1; \
                    SELECT lo_from_bytea(0, decode('00ff00', 'hex'));";
        self.sql(name, &tables);
        self.sql(name, more);
    }

    /// The connection URL of a role without a password.
    pub fn url(&self, role: &str) -> String {
        to_url(&Connection { user: Some(role.into()), ..self.connection.clone() })
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &str {
        &self.connection.host
    }

    /// How the cluster's superuser connects.
    pub fn resolved(&self) -> ResolvedConnection {
        holdfast_engine::postgres::resolve(&self.connection, None).unwrap()
    }

    /// A session of the cluster's superuser.
    pub fn session(&self, database: &str) -> Session {
        runtime().block_on(holdfast_engine::postgres::connect(&self.resolved(), Some(database))).unwrap()
    }

    /// Carries statements out as the superuser.
    #[track_caller]
    pub fn sql(&self, database: &str, statements: &str) {
        execute(&self.session(database), statements);
    }

    /// The first column of what a statement answers.
    pub fn values(&self, database: &str, statement: &str) -> Vec<String> {
        let rows = runtime().block_on(self.session(database).rows(statement)).unwrap();
        rows.iter().map(|row| row.get(0).unwrap_or_default().to_owned()).collect()
    }

    /// How many sessions a role has.
    pub fn sessions_of(&self, role: &str) -> usize {
        let query = format!("SELECT pid FROM pg_stat_activity WHERE usename = '{role}'");
        self.values("postgres", &query).len()
    }

    /// Whether a session of the role waits to lock its tables, for as long as the job allows.
    pub fn waits(&self, role: &str) -> bool {
        let query = format!(
            "SELECT pid FROM pg_stat_activity WHERE usename = '{role}' AND wait_event_type = 'Lock' \
             AND query LIKE 'LOCK TABLE%'"
        );
        !self.values("postgres", &query).is_empty()
    }

    /// A stock client program, pointed at the server as its superuser.
    pub fn program(&self, program: &str) -> Command {
        let mut command = Command::new(self.tools.folder.join(program));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command.env("PGHOST", self.socket()).env("PGUSER", "holdfast").env("LC_ALL", "C");
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // In peace, so that it leaves nothing in shared memory.
        let _ = runtime().block_on(self.cluster().stop());
    }
}

/// Carries statements out on a session.
#[track_caller]
pub fn execute(session: &Session, statements: &str) {
    if let Err(error) = runtime().block_on(session.execute(statements)) {
        panic!("{error:?}: {statements}");
    }
}
