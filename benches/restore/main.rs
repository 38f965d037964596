//! Restores side by side: pg_restore as people run it, pg_restore tuned, and our loader.
//!
//! `cargo bench --bench restore`, or `-- --mib 200 --rounds 3` for a shorter look, `--shape tiny` for one of the shapes.
//! All read the same archive, which pg_dump made, and fill an empty database of a server with its default settings. Each
//! side runs in turn, in a process of its own; the medians are printed: wall time, processor time of client and server,
//! the most memory that the client's processes held, and the size of the archive.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/comparison.rs"]
mod comparison;
#[path = "../common/measured.rs"]
mod measured;
#[path = "../common/shapes.rs"]
mod shapes;
mod sides;

use comparison::{Comparison, one};
use holdfast_engine::postgres::cluster::Durability;
use shapes::{ONE_TABLE, SHAPES};
use sides::Side;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(words) = one(&words) {
        return sides::carry_out(words).await;
    }
    let comparison = Comparison::begin(&words, Durability::Durable).await;
    let (archive, tools) = (comparison.place("archive"), &comparison.found[0]);
    let names: Vec<String> = Side::ALL.iter().map(|side| side.name(tools)).collect();
    let wanted = words.iter().position(|word| word == "--shape").map(|at| words[at + 1].as_str());
    let all = std::iter::once(ONE_TABLE).chain(SHAPES);
    for shape in all.filter(|shape| wanted.is_none_or(|wanted| shape.name.contains(wanted))) {
        comparison.fill(&shape).await;
        sides::dump(tools, &comparison.cluster, &archive);
        let run = async |side: usize| {
            comparison.empty(sides::DATABASE).await;
            comparison.run(&Side::ALL[side].command(tools, &comparison.cluster, &archive), &archive)
        };
        comparison.table(&shape, &names, run).await;
        std::fs::remove_dir_all(&archive).unwrap();
    }
    comparison.end().await;
}
