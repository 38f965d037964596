//! Restores side by side: pg_restore as people run it, pg_restore tuned, and our loader.
//!
//! `cargo bench --bench restore`, or `-- --mib 200 --rounds 3` for a shorter look. All read the same archive, which pg_dump
//! made, and fill an empty database of a server with its default settings. Each side runs in turn, in a process of its
//! own; the medians are printed: wall time, processor time of client and server, the most memory that the client's
//! processes held, and the size of the archive.

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
use shapes::{ONE, SHAPES};
use sides::Side;

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
    let mut cluster = server::start(&found, folder.path(), Durability::Durable).await;
    let postmaster = server::postmaster(&cluster);
    println!(
        "PostgreSQL {}, {} cores, medians of {rounds}\n",
        server::version(&cluster).await,
        server::cores()
    );
    for shape in std::iter::once(ONE).chain(SHAPES) {
        server::fill(&cluster, &shape, mib).await;
        let archive = folder.path().join("archive");
        sides::dump(&found[0], &cluster, &archive);
        let mut measured: Vec<Vec<Measured>> = vec![Vec::new(); Side::ALL.len()];
        for _ in 0..rounds {
            for (side, measured) in Side::ALL.iter().zip(&mut measured) {
                server::empty(&cluster, sides::DATABASE).await;
                measured.push(measured::run(
                    &side.command(&found[0], &cluster, &archive),
                    postmaster,
                    &archive,
                ));
            }
        }
        println!("### {}\n\n{}", shape.name, measured::HEAD);
        for (side, measured) in Side::ALL.iter().zip(measured) {
            println!("{}", measured::median(measured).row(&side.name(&found[0])));
        }
        println!();
        std::fs::remove_dir_all(&archive).unwrap();
    }
    cluster.stop().await.unwrap();
}
