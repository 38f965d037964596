//! What a connection does next: tables and the indexes over them, largest first. Pure.
//!
//! A table is loaded by one connection, also one that outweighs all others: rows that connections share cannot be written
//! frozen, and then the server is slower to take them and twice as slow to build what stands over them (benches/restore).

use super::plan::{Lock, TableLoad};
use std::collections::HashMap;

/// One piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Load a table.
    Load(usize),
    /// Build what stands over it: table and build.
    Build(usize, usize),
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// This.
    Do(Task),
    /// Nothing, until another ends.
    Wait,
    /// Nothing any more.
    Over,
}

/// Tables and builds that are still to be done.
#[derive(Debug)]
pub(super) struct Queue {
    tables: Vec<TableState>,
    /// Tables that nobody began, largest last.
    waiting: Vec<usize>,
    /// Builds that may begin, in no order.
    ready: Vec<(usize, usize)>,
    running: usize,
}

#[derive(Debug)]
struct TableState {
    bytes: u64,
    locks: Vec<Lock>,
    /// Builds that go on, by lock.
    building: HashMap<Lock, usize>,
}

impl Queue {
    /// For tables that are ordered largest first.
    pub(super) fn new(tables: &[TableLoad]) -> Self {
        let state = |table: &TableLoad| TableState {
            bytes: table.bytes,
            locks: table.builds.iter().map(|build| build.lock).collect(),
            building: HashMap::new(),
        };
        Self {
            tables: tables.iter().map(state).collect(),
            waiting: (0..tables.len()).rev().collect(),
            ready: Vec::new(),
            running: 0,
        }
    }

    /// Takes what is to be done next.
    pub(super) fn next(&mut self) -> Next {
        let task = match (self.waiting.last().copied(), self.buildable()) {
            (Some(table), Some(at)) if self.tables[self.ready[at].0].bytes > self.tables[table].bytes => {
                Some(self.begin(at))
            }
            (Some(table), _) => {
                self.waiting.pop();
                Some(Task::Load(table))
            }
            (None, Some(at)) => Some(self.begin(at)),
            (None, None) => None,
        };
        match task {
            Some(task) => {
                self.running += 1;
                Next::Do(task)
            }
            None if self.running > 0 => Next::Wait,
            None => Next::Over,
        }
    }

    /// How many pieces of work go on.
    pub(super) fn running(&self) -> usize {
        self.running
    }

    /// The largest build that may begin beside those that go on.
    fn buildable(&self) -> Option<usize> {
        let may = |(table, build): (usize, usize)| {
            let state = &self.tables[table];
            let going = |lock| state.building.get(&lock).copied().unwrap_or_default();
            let alone = state.locks[build] == Lock::Exclusive;
            going(Lock::Exclusive) == 0 && (!alone || going(Lock::Shared) == 0)
        };
        let open = (0..self.ready.len()).filter(|at| may(self.ready[*at]));
        // Of one table the earlier ones first, as the archive has them.
        open.max_by_key(|at| {
            let (table, build) = self.ready[*at];
            (self.tables[table].bytes, std::cmp::Reverse((table, build)))
        })
    }

    fn begin(&mut self, at: usize) -> Task {
        let (table, build) = self.ready.swap_remove(at);
        let state = &mut self.tables[table];
        *state.building.entry(state.locks[build]).or_default() += 1;
        Task::Build(table, build)
    }

    /// All of a table is there: what stands over it may be built.
    pub(super) fn loaded(&mut self, table: usize) {
        self.running -= 1;
        self.ready.extend((0..self.tables[table].locks.len()).map(|build| (table, build)));
    }

    /// A table is left to pg_restore, with what stands over it.
    pub(super) fn given_up(&mut self) {
        self.running -= 1;
    }

    /// A build ended.
    pub(super) fn built(&mut self, table: usize, build: usize) {
        self.running -= 1;
        let state = &mut self.tables[table];
        if let Some(going) = state.building.get_mut(&state.locks[build]) {
            *going -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::{Build, Method};
    use super::*;
    use std::path::PathBuf;

    fn table(bytes: u64, locks: &[Lock]) -> TableLoad {
        let build = |lock: &Lock| Build {
            entry: 0,
            tag: String::new(),
            statements: String::new(),
            lock: *lock,
            method: Method::Sorted,
        };
        TableLoad {
            entry: 0,
            tag: String::new(),
            qualified: String::new(),
            copy: String::new(),
            file: PathBuf::new(),
            bytes,
            builds: locks.iter().map(build).collect(),
        }
    }

    fn take(queue: &mut Queue) -> Task {
        match queue.next() {
            Next::Do(task) => task,
            other => panic!("there is something to do, not {other:?}"),
        }
    }

    #[test]
    fn a_table_that_failed_has_nothing_built_over_it() {
        let mut queue = Queue::new(&[table(900, &[Lock::Shared])]);
        assert_eq!(take(&mut queue), Task::Load(0));
        assert_eq!(queue.next(), Next::Wait, "another connection has nothing to do until it is there");
        queue.given_up();
        assert_eq!(queue.next(), Next::Over, "its index would be built over nothing");
    }

    #[test]
    fn indexes_share_a_table_and_constraints_have_it_alone() {
        let mut queue = Queue::new(&[table(9, &[Lock::Exclusive, Lock::Shared, Lock::Shared])]);
        let _ = take(&mut queue);
        queue.loaded(0);
        assert_eq!(take(&mut queue), Task::Build(0, 0), "in the archive's order");
        assert_eq!(
            queue.next(),
            Next::Wait,
            "an index would wait for the constraint's lock, and hold a connection up"
        );
        queue.built(0, 0);
        assert_eq!(
            [take(&mut queue), take(&mut queue)],
            [Task::Build(0, 1), Task::Build(0, 2)],
            "both at once"
        );
    }

    #[test]
    fn the_largest_comes_first_whatever_it_is() {
        let mut queue = Queue::new(&[table(50, &[Lock::Shared]), table(49, &[]), table(48, &[])]);
        assert_eq!(take(&mut queue), Task::Load(0), "the largest");
        queue.loaded(0);
        assert_eq!(take(&mut queue), Task::Build(0, 0), "its index takes longer than the next table");
        assert_eq!([take(&mut queue), take(&mut queue)], [Task::Load(1), Task::Load(2)], "then the others");
    }
}
