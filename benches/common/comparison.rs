//! Sides that take turns on one server, a cluster of this machine's own PostgreSQL, and the tables that come of it.

use crate::measured::{self, HEAD, Measured};
use crate::shapes::Shape;
use holdfast_engine::platform::modes;
use holdfast_engine::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime};
use holdfast_engine::postgres::tools::{self, Toolset};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The database of the shapes.
pub const DATABASE: &str = "bench";

/// What a side's own process is told behind this word.
pub const ONE: &str = "--one";

/// The words behind [`ONE`], where this process is to be one side.
pub fn one(words: &[String]) -> Option<&[String]> {
    words.iter().position(|word| word == ONE).map(|at| &words[at + 1..])
}

/// A server, and how much is compared how often.
pub struct Comparison {
    pub cluster: Cluster,
    /// The client programs of this machine, newest first.
    pub found: Vec<Toolset>,
    postmaster: u32,
    mib: u64,
    rounds: usize,
    folder: TempDir,
}

impl Comparison {
    /// Starts the server and prints what it is; `--mib` and `--rounds` are among the words.
    pub async fn begin(words: &[String], durability: Durability) -> Self {
        let number = |name: &str, default: u64| {
            let at = words.iter().position(|word| word == name);
            at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(default)
        };
        let (mib, rounds) = (number("--mib", 1000), number("--rounds", 5) as usize);
        let folder = tempfile::tempdir().unwrap();
        modes::let_others_pass(folder.path()).unwrap();
        let found = tools::discover().await;
        let cluster = start(&found, folder.path(), durability).await;
        let postmaster = postmaster(&cluster);
        let version = cluster.connect("postgres").await.unwrap().version().text.clone();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!("PostgreSQL {version}, {cores} cores, medians of {rounds}\n");
        Self { cluster, found, postmaster, mib, rounds, folder }
    }

    /// A place for what the sides make or read.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes the shape's database anew.
    pub async fn fill(&self, shape: &Shape) {
        self.empty(DATABASE).await;
        let session = self.cluster.connect(DATABASE).await.unwrap();
        for statement in (shape.make)(self.mib) {
            session.execute(&statement).await.unwrap();
        }
        session.execute("VACUUM ANALYZE").await.unwrap();
        session.execute("CHECKPOINT").await.unwrap();
    }

    /// Makes an empty database.
    pub async fn empty(&self, database: &str) {
        let session = self.cluster.connect("postgres").await.unwrap();
        session.execute(&format!("DROP DATABASE IF EXISTS {database}")).await.unwrap();
        session.execute(&format!("CREATE DATABASE {database} TEMPLATE template0")).await.unwrap();
        session.execute("CHECKPOINT").await.unwrap();
    }

    /// Runs a side's command; `target` is what it makes or reads.
    pub fn run(&self, command: &[String], target: &Path) -> Measured {
        measured::run(command, self.postmaster, target)
    }

    /// Lets the sides run in turn, as often as was asked, and prints the medians.
    pub async fn table(&self, shape: &Shape, sides: &[String], mut run: impl AsyncFnMut(usize) -> Measured) {
        let mut all: Vec<Vec<Measured>> = vec![Vec::new(); sides.len()];
        for _ in 0..self.rounds {
            for (side, measured) in all.iter_mut().enumerate() {
                measured.push(run(side).await);
            }
        }
        println!("### {}\n\n{HEAD}", shape.name);
        for (side, measured) in sides.iter().zip(all) {
            println!("{}", measured::median(measured).row(side));
        }
        println!();
    }

    /// Stops the server.
    pub async fn end(mut self) {
        self.cluster.stop().await.unwrap();
    }
}

async fn start(found: &[Toolset], folder: &Path, durability: Durability) -> Cluster {
    let server =
        found.iter().find(|tools| tools.initdb.is_some()).expect("install PostgreSQL's server programs");
    let at = folder.join("cluster");
    let mut cluster = Cluster::create(server, &at, ClusterUser::suited(), durability).await.unwrap();
    cluster.start(Lifetime::WithProcess).await.unwrap();
    // Ten thousand tables are more locks than a server has room for by default.
    let session = cluster.connect("postgres").await.unwrap();
    session.execute("ALTER SYSTEM SET max_locks_per_transaction = 1000").await.unwrap();
    drop(session);
    cluster.stop().await.unwrap();
    cluster.start(Lifetime::WithProcess).await.unwrap();
    cluster
}

/// The process whose children serve.
fn postmaster(cluster: &Cluster) -> u32 {
    let text = std::fs::read_to_string(cluster.data().join("postmaster.pid")).unwrap();
    text.lines().next().unwrap().trim().parse().unwrap()
}
