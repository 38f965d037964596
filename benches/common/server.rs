//! The server that the sides share: a cluster of this machine's own PostgreSQL.

use crate::shapes::Shape;
use holdfast_engine::postgres::cluster::{Cluster, ClusterUser, Durability, Lifetime};
use holdfast_engine::postgres::tools::Toolset;
use std::path::Path;

/// The database of the shapes.
pub const DATABASE: &str = "bench";

/// Starts one in a folder of this folder.
pub async fn start(found: &[Toolset], folder: &Path, durability: Durability) -> Cluster {
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

/// Its version.
pub async fn version(cluster: &Cluster) -> String {
    cluster.connect("postgres").await.unwrap().version().text.clone()
}

/// Makes the shape's database anew, of about so many MiB.
pub async fn fill(cluster: &Cluster, shape: &Shape, mib: u64) {
    empty(cluster, DATABASE).await;
    let session = cluster.connect(DATABASE).await.unwrap();
    for statement in (shape.make)(mib) {
        session.execute(&statement).await.unwrap();
    }
    session.execute("VACUUM ANALYZE").await.unwrap();
    session.execute("CHECKPOINT").await.unwrap();
}

/// Makes an empty database.
pub async fn empty(cluster: &Cluster, database: &str) {
    let session = cluster.connect("postgres").await.unwrap();
    session.execute(&format!("DROP DATABASE IF EXISTS {database}")).await.unwrap();
    session.execute(&format!("CREATE DATABASE {database} TEMPLATE template0")).await.unwrap();
    session.execute("CHECKPOINT").await.unwrap();
}

/// Processors of this machine.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The process whose children serve.
pub fn postmaster(cluster: &Cluster) -> u32 {
    let text = std::fs::read_to_string(cluster.data().join("postmaster.pid")).unwrap();
    text.lines().next().unwrap().trim().parse().unwrap()
}
