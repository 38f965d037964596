//! Who restores.

use holdfast_engine::archive::CancellationToken;
use holdfast_engine::archive::toc::Toc;
use holdfast_engine::load::{Load, Tell, Told, into_fresh};
use holdfast_engine::postgres::cluster::Cluster;
use holdfast_engine::postgres::restore::{Course, RestoreRequest};
use holdfast_engine::postgres::tools::{self, Toolset};
use holdfast_engine::postgres::{parse_url, resolve};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// The database that is filled.
pub const DATABASE: &str = "restored";

/// Connections of everybody.
const CONNECTIONS: u32 = 2;

/// What our loader sets for its sessions too.
const TUNED: &str = "PGOPTIONS=-c maintenance_work_mem=256MB -c synchronous_commit=off";

/// One side.
pub enum Side {
    /// `pg_restore -j2`.
    Stock,
    /// The same, with more memory for indexes and without waiting for the disk at each commit.
    Tuned,
    /// Our loader.
    Ours,
}

impl Side {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Stock, Self::Tuned, Self::Ours];

    pub fn name(&self, tools: &Toolset) -> String {
        match self {
            Self::Stock => format!("pg_restore {} -j2", tools.version),
            Self::Tuned => format!("pg_restore {} -j2, tuned", tools.version),
            Self::Ours => "Holdfast's loader, 2 connections".to_owned(),
        }
    }

    /// The command that restores into the database.
    pub fn command(&self, tools: &Toolset, cluster: &Cluster, archive: &Path) -> Vec<String> {
        let archive = archive.to_string_lossy().into_owned();
        let stock = || {
            let program = tools.pg_restore.as_ref().unwrap().to_string_lossy().into_owned();
            let mut all = vec![program];
            all.extend(reach(cluster));
            all.extend([format!("--dbname={DATABASE}"), format!("--jobs={CONNECTIONS}"), archive.clone()]);
            all
        };
        match self {
            Self::Stock => stock(),
            Self::Tuned => [vec!["/usr/bin/env".to_owned(), TUNED.to_owned()], stock()].concat(),
            Self::Ours => {
                let program = std::env::current_exe().unwrap().to_string_lossy().into_owned();
                let url = holdfast_engine::postgres::to_url(&cluster.connection());
                vec![program, crate::comparison::ONE.into(), url, archive.clone()]
            }
        }
    }
}

fn reach(cluster: &Cluster) -> [String; 3] {
    let connection = cluster.connection();
    [
        format!("--host={}", connection.host),
        format!("--port={}", connection.port.unwrap_or(5432)),
        format!("--username={}", connection.user.clone().unwrap_or_default()),
    ]
}

/// Makes the archive that all restore.
pub fn dump(tools: &Toolset, cluster: &Cluster, archive: &Path) {
    let status = Command::new(&tools.pg_dump)
        .args(reach(cluster))
        .args(["-Fd", "-j2", "--file"])
        .arg(archive)
        .arg(crate::comparison::DATABASE)
        .status()
        .unwrap();
    assert!(status.success(), "pg_dump failed: {status}");
}

/// Restores in this process: the server's URL, the archive.
pub async fn carry_out(words: &[String]) {
    let [url, archive] = words else { panic!("--one URL ARCHIVE") };
    let connection = resolve(&parse_url(url).unwrap().0, None).unwrap();
    let found = tools::discover().await;
    let archive = Path::new(archive);
    let toc = Toc::read(&archive.join("toc.dat")).unwrap();
    let private = tempfile::tempdir().unwrap();
    let tell: Tell = Arc::new(|_: Told<'_>| ());
    let load = Load {
        request: RestoreRequest {
            tools: &found[0],
            connection: &connection,
            database: DATABASE,
            archive,
            private: private.path(),
            parallelism: CONNECTIONS,
            arguments: &[],
        },
        chosen: None,
        cancel: &CancellationToken::new(),
        tell: &tell,
    };
    let loaded = into_fresh(load, &toc).await.unwrap();
    assert!(loaded.outcome.failures.is_empty(), "{:?}", loaded.outcome.failures);
    assert_eq!(loaded.outcome.course, Course::Through);
}
