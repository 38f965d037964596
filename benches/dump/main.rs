//! Dumps side by side: pg_dump as people run it, the parallel engine, and rows that go nowhere as the limit.
//!
//! `cargo bench --bench dump`, or `-- --mib 200 --rounds 3` for a shorter look. Each side runs in turn, in a process of
//! its own, on a throwaway cluster; the medians are printed: wall time, processor time of client and server, the most
//! memory that the client's processes held, and the size of what was made. Everybody makes its files durable.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/measured.rs"]
mod measured;
#[path = "../common/server.rs"]
mod server;
#[path = "../common/shapes.rs"]
mod shapes;
mod sides;

use holdfast_engine::platform::modes;
use holdfast_engine::postgres::cluster::Durability;
use holdfast_engine::postgres::tools;
use measured::Measured;
use shapes::SHAPES;
use sides::Side;
use std::path::Path;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == "--one") {
        sides::carry_out(&words[at + 1..]).await;
        return;
    }
    let number = |name: &str, default: u64| {
        let at = words.iter().position(|word| word == name);
        at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let (mib, rounds) = (number("--mib", 1000), number("--rounds", 5) as usize);
    let folder = tempfile::tempdir().unwrap();
    modes::let_others_pass(folder.path()).unwrap();
    let found = tools::discover().await;
    let mut cluster = server::start(&found, folder.path(), Durability::Throwaway).await;
    let postmaster = server::postmaster(&cluster);
    println!(
        "PostgreSQL {}, {} cores, medians of {rounds}\n",
        server::version(&cluster).await,
        server::cores()
    );
    for shape in SHAPES {
        server::fill(&cluster, &shape, mib).await;
        let sides = Side::all(&found);
        let mut measured: Vec<Vec<Measured>> = vec![Vec::new(); sides.len()];
        for _ in 0..rounds {
            for (side, measured) in sides.iter().zip(&mut measured) {
                let target = folder.path().join("target");
                measured.push(measured::run(&side.command(&cluster, &target), postmaster, &target));
                remove(&target);
            }
        }
        println!("### {}\n\n{}", shape.name, measured::HEAD);
        for (side, measured) in sides.iter().zip(measured) {
            println!("{}", measured::median(measured).row(&side.name()));
        }
        println!();
    }
    cluster.stop().await.unwrap();
}

fn remove(target: &Path) {
    let _ = std::fs::remove_dir_all(target);
    let _ = std::fs::remove_file(target);
}
