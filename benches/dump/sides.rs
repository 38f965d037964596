//! Who dumps.

use crate::comparison::DATABASE;
use holdfast_engine::archive::CancellationToken;
use holdfast_engine::copy::choice::{self, Choice};
use holdfast_engine::copy::pause::Gate;
use holdfast_engine::copy::{self, CopyPlan, Ours, Packing, RANGE_BYTES, Reach};
use holdfast_engine::postgres::cluster::Cluster;
use holdfast_engine::postgres::copy_facts::copy_facts;
use holdfast_engine::postgres::copy_out::Copying;
use holdfast_engine::postgres::dump::{self, DumpPlan, DumpRequest};
use holdfast_engine::postgres::inspect::data_bytes;
use holdfast_engine::postgres::sequences::sequences;
use holdfast_engine::postgres::tools::{self, Codec, CompressionPlan, Toolset};
use holdfast_engine::postgres::{ResolvedConnection, Snapshot, connect, parse_url, resolve};
use holdfast_engine::repository::durable;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections of everybody who can have several.
const CONNECTIONS: u32 = 2;

/// One side.
pub enum Side {
    /// A pg_dump with these arguments.
    Stock(PathBuf, String, Vec<&'static str>),
    /// The engine with this packing: `gzip:2`, `zstd:2`.
    Parallel(&'static str),
    /// The engine's connections, whose rows go nowhere.
    Nowhere,
}

impl Side {
    /// Those that this machine has, and a pg_dump that knows zstd where one is named.
    pub fn all(found: &[Toolset], with_zstd: Option<&Path>) -> Vec<Self> {
        let newest = &found[0];
        let stock = |arguments: &[&'static str]| {
            Self::Stock(newest.pg_dump.clone(), newest.version.clone(), arguments.to_vec())
        };
        let mut all = vec![stock(&["-Fc"]), stock(&["-Fd", "-j2"]), stock(&["-Fd", "-j2", "-Z1"])];
        let zstd = ["-Fd", "-j2", "--compress=zstd:3"];
        match with_zstd {
            Some(program) => all.push(Self::Stock(program.to_owned(), version(program), zstd.to_vec())),
            None if newest.major >= 16 => all.push(stock(&zstd)),
            None => {}
        }
        all.extend([Self::Parallel("gzip:2"), Self::Parallel("zstd:2"), Self::Nowhere]);
        all
    }

    pub fn name(&self) -> String {
        match self {
            Self::Stock(_, version, arguments) => format!("pg_dump {version} {}", arguments.join(" ")),
            Self::Parallel(packing) => format!("parallel engine, {packing}"),
            Self::Nowhere => "rows to nowhere, 2 connections".to_owned(),
        }
    }

    /// The command that dumps the database `bench`.
    pub fn command(&self, cluster: &Cluster, target: &Path) -> Vec<String> {
        let connection = cluster.connection();
        let target = target.to_string_lossy().into_owned();
        let one = |what: &str| {
            let program = std::env::current_exe().unwrap().to_string_lossy().into_owned();
            let url = holdfast_engine::postgres::to_url(&connection);
            vec![program, crate::comparison::ONE.into(), what.into(), url, target.clone()]
        };
        match self {
            Self::Stock(program, _, arguments) => {
                let mut all = vec![program.to_string_lossy().into_owned()];
                all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
                all.extend([
                    format!("--host={}", connection.host),
                    format!("--port={}", connection.port.unwrap_or(5432)),
                    format!("--username={}", connection.user.clone().unwrap_or_default()),
                    format!("--file={target}"),
                    DATABASE.to_owned(),
                ]);
                all
            }
            Self::Parallel(packing) => one(packing),
            Self::Nowhere => one("nowhere"),
        }
    }
}

/// The version of a pg_dump, which says `pg_dump (PostgreSQL) 17.12 (…)`.
fn version(program: &Path) -> String {
    let said = std::process::Command::new(program).arg("--version").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    said.split_whitespace().nth(2).unwrap().to_owned()
}

/// Dumps in this process: what, the server's URL, where to.
pub async fn carry_out(words: &[String]) {
    let [what, url, target] = words else { panic!("--one WHAT URL TARGET") };
    let connection = resolve(&parse_url(url).unwrap().0, None).unwrap();
    if what == "nowhere" {
        return nowhere(&connection).await;
    }
    let (codec, level) = what.split_once(':').unwrap();
    let level = level.parse().unwrap();
    let packing = if codec == "gzip" { Packing::Gzip(level) } else { Packing::Zstd(level) };
    parallel(&connection, packing, Path::new(target)).await;
}

async fn parallel(connection: &ResolvedConnection, packing: Packing, target: &Path) {
    let found = tools::discover().await;
    let snapshot = Snapshot::export(connect(connection, Some(DATABASE)).await.unwrap()).await.unwrap();
    let relations = snapshot.relations();
    let reach = Reach::of(relations);
    let tables = copy_facts(snapshot.session(), relations, reach.least()).await.unwrap();
    let choice = choice::choose(tables, data_bytes(relations), reach).ok();
    let without = choice.as_ref().map(Choice::left_out).unwrap_or_default();
    std::fs::create_dir(target).unwrap();
    let (archive, folder) = (target.join("archive"), target.join("copied"));
    let (ours, stock) = choice.as_ref().map_or((0, CONNECTIONS), |choice| choice.connections(CONNECTIONS));
    let level = if choice.is_some() { "6" } else { "1" };
    let compression =
        CompressionPlan { arguments: vec![format!("--compress={level}")], codec: Codec::Gzip, level: None };
    let plan = DumpPlan::new(DumpRequest {
        tools: &found[0],
        connection,
        database: DATABASE,
        archive: &archive,
        private: target,
        parallelism: stock,
        lock_wait: Duration::from_secs(10),
        compression: &compression,
        snapshot: Some(snapshot.id()),
        without_data: &without,
    })
    .unwrap();
    let cancel = CancellationToken::new();
    let dumping = dump::run(&plan, cancel.clone(), |_| {});
    match choice {
        None => drop(dumping.await.unwrap()),
        Some(choice) => {
            let mut connections = Vec::new();
            for number in 0..ours as usize {
                let copying = Copying::join(connection, &snapshot).await.unwrap();
                let tables = choice.reached_by(number, ours as usize);
                copying.lock(&tables, Duration::from_secs(10)).await.unwrap();
                connections.push(copying);
            }
            let sequences = sequences(snapshot.session(), choice.sequences(relations)).await.unwrap();
            let without_rows = choice.without_rows(relations);
            std::fs::create_dir(&folder).unwrap();
            let plan = CopyPlan {
                shared: choice.shared,
                tables: choice.taken,
                folder: folder.clone(),
                packing,
                range_bytes: RANGE_BYTES,
                rate: None,
                gate: Gate::new().1,
            };
            let copying = copy::copy(plan, connections, &cancel, |_| ());
            let (dumped, copied) = tokio::join!(dumping, copying);
            dumped.unwrap();
            let ours = Ours { copied: copied.unwrap(), sequences, without_rows };
            copy::assemble(&archive, &folder, &ours).unwrap();
        }
    }
    durable::settle(&archive).unwrap();
}

/// As fast as the server sends: on the connections' own threads, whole tables where they keep both busy.
async fn nowhere(connection: &ResolvedConnection) {
    let snapshot = Snapshot::export(connect(connection, Some(DATABASE)).await.unwrap()).await.unwrap();
    let facts = copy_facts(snapshot.session(), snapshot.relations(), 0).await.unwrap();
    let mut halves = vec![Vec::new(); CONNECTIONS as usize];
    for (index, table) in facts.iter().enumerate() {
        let (name, columns) = (&table.qualified, &table.columns);
        if facts.len() > 1 {
            halves[index % 2].push(format!("COPY {name} ({columns}) TO STDOUT"));
        } else {
            let (select, middle) = (format!("SELECT {columns} FROM ONLY {name}"), table.pages / 2);
            halves[0].push(format!("COPY ({select} WHERE ctid < '({middle},0)') TO STDOUT"));
            halves[1].push(format!("COPY ({select} WHERE ctid >= '({middle},0)') TO STDOUT"));
        }
    }
    let mut working = tokio::task::JoinSet::new();
    for statements in halves {
        let mut copying = Copying::join(connection, &snapshot).await.unwrap();
        let thread = copying.thread().clone();
        let take = async move {
            for statement in statements {
                let taken: Result<u64, copy::CopyError> =
                    copying.copy(&statement, |_| async { Ok(()) }).await;
                taken.unwrap();
            }
        };
        working.spawn_on(take, &thread);
    }
    working.join_all().await;
}
