//! A PostgreSQL of its own, with a small database, on a Unix socket.

use holdfast_engine::platform::modes;
use holdfast_engine::postgres::Session;
use holdfast_engine::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime};
use holdfast_engine::postgres::tools;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The database.
pub const DATABASE: &str = "orders";

/// A role that must give a password, unlike everybody else here.
pub const CAREFUL: &str = "careful";

/// A running server; it ends when this is dropped.
pub struct Server {
    // Before the runtime: what it spawned must outlive it.
    pub cluster: Cluster,
    runtime: Runtime,
    _folder: TempDir,
}

impl Server {
    /// Starts one and fills the database.
    pub fn start() -> Self {
        let folder = TempDir::with_prefix("holdfast-pg-").expect("a temporary folder");
        // As root the server runs as another user, who must reach its folder within this one.
        modes::let_others_pass(folder.path()).expect("the folder can be opened");
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let cluster = runtime.block_on(async {
            let found = tools::discover().await;
            let tools = found.iter().find(|tools| tools.initdb.is_some());
            let tools =
                tools.expect("PostgreSQL's server programs are installed; on Debian: apt install postgresql");
            let place = folder.path().join("cluster");
            let cluster = Cluster::create(tools, &place, ClusterUser::suited(), Durability::Throwaway).await;
            let mut cluster = cluster.expect("initdb makes a cluster");
            demand_password(&cluster);
            cluster.start(Lifetime::WithProcess).await.expect("the server starts");
            let session = cluster.connect("postgres").await.expect("the server answers");
            session.execute(&format!("CREATE DATABASE {DATABASE}")).await.expect("the database is made");
            let role = format!("CREATE ROLE {CAREFUL} SUPERUSER LOGIN PASSWORD 'the right one'");
            session.execute(&role).await.expect("the role is made");
            let session = cluster.connect(DATABASE).await.expect("the database answers");
            let rows =
                "CREATE TABLE item AS SELECT i, md5(i::text) AS name FROM generate_series(1, 20000) AS i";
            session.execute(rows).await.expect("the table is filled");
            cluster
        });
        Server { cluster, runtime, _folder: folder }
    }

    /// Says something to the database.
    pub fn execute(&self, statements: &str) {
        self.runtime.block_on(async {
            let session = self.cluster.connect(DATABASE).await.expect("the database answers");
            session.execute(statements).await.expect("the server does as it is told");
        });
    }

    /// The server's databases, those under temporary names too.
    pub fn databases(&self) -> Vec<String> {
        self.runtime.block_on(async {
            let session = self.cluster.connect("postgres").await.expect("the server answers");
            let rows = session.rows("SELECT datname FROM pg_database").await.expect("databases are listed");
            rows.iter().filter_map(|row| row.get(0).map(str::to_owned)).collect()
        })
    }

    /// The only value that a statement answers in a database.
    pub fn value(&self, database: &str, statement: &str) -> String {
        self.runtime.block_on(async {
            let session = self.cluster.connect(database).await.expect("the database answers");
            let row = session.row(statement).await.expect("it answers a row");
            row.get(0).unwrap_or_default().to_owned()
        })
    }

    /// Locks the table until the session is given to [`Server::release`]: a dump waits for it, and with it the run.
    pub fn hold(&self) -> Session {
        self.runtime.block_on(async {
            let session = self.cluster.connect(DATABASE).await.expect("the database answers");
            session.execute("BEGIN; LOCK TABLE item").await.expect("the table is locked");
            session
        })
    }

    /// Adds a table whose dump takes seconds, so that a run can be watched.
    pub fn grow(&self) {
        let rows = "CREATE TABLE history AS SELECT i, md5(i::text) || md5((i + 1)::text) || md5((i * 7)::text) \
                    || md5((i * 13)::text) AS note FROM generate_series(1, 600000) AS i; ANALYZE";
        self.runtime.block_on(async {
            let session = self.cluster.connect(DATABASE).await.expect("the database answers");
            session.execute(rows).await.expect("the table is filled");
        });
    }

    /// Lets the dump go on.
    pub fn release(&self, session: Session) {
        self.runtime.block_on(session.execute("COMMIT")).expect("the lock is released");
    }
}

/// Lets [`CAREFUL`] in with a password only. Before the server starts, so that nothing has to be read anew.
fn demand_password(cluster: &Cluster) {
    let file = cluster.data().join("pg_hba.conf");
    let rules = std::fs::read_to_string(&file).expect("initdb wrote the rules");
    std::fs::write(&file, format!("local all {CAREFUL} scram-sha-256\n{rules}")).expect("the rules are kept");
}
