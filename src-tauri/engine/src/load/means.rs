//! What an index may take of the server while it is built. Pure.
//!
//! Measured on two cores, PostgreSQL 15, two tables of 500 MiB with a key and an index of two columns each, built side by
//! side: 256 MB and the server's own two workers each 4.8 s, 64 MB and workers 4.4 s, 64 MB without workers 3.6 s, 16 MB
//! without 3.3 s. Workers only stand in the way of builds that keep every core busy, and a small sort stays in the cache.

use super::plan::Method;

/// Megabytes for a sort: the least, and the most that any build gets.
const LEAST: u64 = 16;
const MOST: u64 = 256;

/// A sort merges what its memory held at a time. A table's text is about five times its file, so this makes a hundred
/// parts to merge at most, which the server does in one go (tuplesort.c: MAXORDER is 500).
const PARTS: u64 = 20;

/// What a worker must have, or the server begins none (plan_create_index_workers in planner.c).
const OF_A_WORKER: u64 = 32;

/// The workers that a server lets a build have, unless it was told otherwise (`max_parallel_maintenance_workers`).
const OWN: u64 = 2;

/// Workers for each build while every connection builds: those that the cores have room for on a machine whose cores are
/// known; elsewhere what the server's own setting would be.
pub(super) fn spare(cores: Option<usize>, connections: usize) -> u64 {
    let room = |cores: usize| cores.saturating_sub(connections) as u64 / connections.max(1) as u64;
    cores.map_or(OWN, |cores| room(cores).min(OWN))
}

/// What a build gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Means {
    /// `maintenance_work_mem` in megabytes.
    memory: u64,
    /// `max_parallel_maintenance_workers`.
    workers: u64,
}

impl Means {
    /// Of a build over a table whose file has so many bytes, with so many workers.
    pub(super) fn of(method: Method, bytes: u64, workers: u64) -> Self {
        let memory = match method {
            // What gathers its entries before it writes them is the faster the more it can gather.
            Method::Other => MOST,
            Method::Sorted => (bytes / PARTS / 1024 / 1024).max(LEAST),
        };
        let memory = if workers == 0 { memory } else { memory.max(OF_A_WORKER * (workers + 1)) };
        Self { memory: memory.min(MOST), workers }
    }

    /// The statement that grants it to a session. Servers before 11 have no such workers.
    pub(super) fn statement(self) -> String {
        let Self { memory, workers } = self;
        format!(
            "SET maintenance_work_mem = '{memory}MB'; SELECT pg_catalog.set_config(name, '{workers}', false) \
             FROM pg_catalog.pg_settings WHERE name = 'max_parallel_maintenance_workers'"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn workers_are_for_cores_that_have_nothing_to_do() {
        assert_eq!(spare(Some(2), 2), 0, "each core has a build already");
        assert_eq!(spare(Some(8), 2), 2, "three each would have room, and the server gives two");
        assert_eq!(spare(None, 2), 2, "a server elsewhere may have many cores");
    }

    #[test]
    fn builds_that_keep_every_core_busy_have_little() {
        let busy = Means::of(Method::Sorted, 140 * MIB, 0);
        assert_eq!(busy, Means { memory: 16, workers: 0 }, "they would only stand in each other's way");
    }

    #[test]
    fn a_build_that_goes_on_alone_has_workers_and_what_they_need() {
        let alone = Means::of(Method::Sorted, 140 * MIB, 1);
        assert_eq!(alone, Means { memory: 64, workers: 1 }, "with less the server begins none");
        let many = Means::of(Method::Sorted, 140 * MIB, 15);
        assert_eq!(
            many,
            Means { memory: 256, workers: 15 },
            "the server begins as many as that is enough for"
        );
    }

    #[test]
    fn a_large_sort_is_not_cut_into_more_parts_than_are_merged_at_once() {
        assert_eq!(Means::of(Method::Sorted, 2_000 * MIB, 0).memory, 100);
        assert_eq!(
            Means::of(Method::Sorted, 90_000 * MIB, 0).memory,
            256,
            "and no session takes more than that"
        );
        assert_eq!(Means::of(Method::Other, MIB, 0).memory, 256, "GIN is slow with little");
    }
}
