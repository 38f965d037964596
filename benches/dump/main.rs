//! Dumps side by side: pg_dump as people run it, the parallel engine, and rows that go nowhere as the limit.
//!
//! `cargo bench --bench dump`, or `-- --mib 200 --rounds 3` for a shorter look; `--pg-dump PATH` names a newer pg_dump
//! that knows zstd, `--shape tiny` one of the shapes. Each side runs in turn, in a process of its own, on a throwaway
//! cluster; the medians are printed: wall time, processor time of client and server, the most memory that the client's
//! processes held, and the size of what was made. Everybody makes its files durable.

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
use shapes::SHAPES;
use sides::Side;
use std::cell::Cell;
use std::path::PathBuf;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(words) = one(&words) {
        return sides::carry_out(words).await;
    }
    let comparison = Comparison::begin(&words, Durability::Throwaway).await;
    let made = comparison.place("made");
    let with_zstd = words.iter().position(|word| word == "--pg-dump").map(|at| PathBuf::from(&words[at + 1]));
    let sides = Side::all(&comparison.found, with_zstd.as_deref());
    let names: Vec<String> = sides.iter().map(Side::name).collect();
    let wanted = words.iter().position(|word| word == "--shape").map(|at| words[at + 1].as_str());
    for shape in SHAPES.into_iter().filter(|shape| wanted.is_none_or(|wanted| shape.name.contains(wanted))) {
        comparison.fill(&shape).await;
        std::fs::create_dir(&made).unwrap();
        let count = Cell::new(0);
        // All of it stays until the last has ended: a file system is slow to give out again what was just deleted
        // (ext4 looks for inodes that are not), and whoever comes next would pay for it.
        let run = async |side: usize| {
            let target = made.join(count.replace(count.get() + 1).to_string());
            comparison.run(&sides[side].command(&comparison.cluster, &target), &target)
        };
        comparison.table(&shape, &names, run).await;
        std::fs::remove_dir_all(&made).unwrap();
    }
    comparison.end().await;
}
