//! What a connection does next: tables and the indexes over them, largest first. Pure.

use super::plan::{Lock, TableLoad};
use std::collections::HashMap;

/// A table whose file is this much larger than an even share of all files is loaded by all connections together: no
/// order of whole tables would keep them all at work.
const UNEVEN: f64 = 1.2;

/// One piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Load a table, alone or with others.
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

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Well.
    Well,
    /// It is left to pg_restore.
    Badly,
}

/// What came of a table once nobody loads it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loaded {
    /// Others still load it.
    NotYet,
    /// All of it is there, as far as the connections know.
    Wholly,
    /// It is left to pg_restore.
    Failed,
}

/// How many connections load a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// One, which may truncate it first.
    Alone,
    /// All that have nothing else to do.
    Together,
}

/// Tables and builds that are still to be done.
#[derive(Debug)]
pub(super) struct Queue {
    tables: Vec<TableState>,
    /// Tables that nobody began, largest last.
    waiting: Vec<usize>,
    /// Builds that may begin, in no order.
    ready: Vec<(usize, usize)>,
    lanes: usize,
    running: usize,
}

#[derive(Debug)]
struct TableState {
    bytes: u64,
    sharing: Sharing,
    locks: Vec<Lock>,
    /// Connections that load it.
    loading: usize,
    /// Whether one of them came to the end of its rows, or failed.
    drained: bool,
    failed: bool,
    /// Builds that go on, by lock.
    building: HashMap<Lock, usize>,
}

impl Queue {
    /// For tables that are ordered largest first, and so many connections.
    pub(super) fn new(tables: &[TableLoad], lanes: usize) -> Self {
        let all: u64 = tables.iter().map(|table| table.bytes).sum();
        let even = all as f64 / lanes.max(1) as f64;
        let state = |table: &TableLoad| TableState {
            bytes: table.bytes,
            sharing: if lanes > 1 && table.bytes as f64 > even * UNEVEN {
                Sharing::Together
            } else {
                Sharing::Alone
            },
            locks: table.builds.iter().map(|build| build.lock).collect(),
            loading: 0,
            drained: false,
            failed: false,
            building: HashMap::new(),
        };
        Self {
            tables: tables.iter().map(state).collect(),
            waiting: (0..tables.len()).rev().collect(),
            ready: Vec::new(),
            lanes,
            running: 0,
        }
    }

    /// How a table is loaded.
    pub(super) fn sharing(&self, table: usize) -> Sharing {
        self.tables[table].sharing
    }

    /// Takes what is to be done next.
    pub(super) fn next(&mut self) -> Next {
        let task = self.open().or_else(|| match (self.waiting.last().copied(), self.buildable()) {
            (Some(table), Some(at)) if self.tables[self.ready[at].0].bytes > self.tables[table].bytes => {
                Some(self.begin(at))
            }
            (Some(table), _) => {
                self.waiting.pop();
                Some(Task::Load(table))
            }
            (None, Some(at)) => Some(self.begin(at)),
            (None, None) => None,
        });
        match task {
            Some(task) => {
                self.running += 1;
                match task {
                    Task::Load(table) => self.tables[table].loading += 1,
                    Task::Build(table, build) => {
                        let state = &mut self.tables[table];
                        *state.building.entry(state.locks[build]).or_default() += 1;
                    }
                }
                Next::Do(task)
            }
            None if self.running > 0 => Next::Wait,
            None => Next::Over,
        }
    }

    /// A table that is being loaded and takes one more.
    fn open(&self) -> Option<Task> {
        let takes_more = |state: &TableState| {
            state.sharing == Sharing::Together
                && state.loading > 0
                && state.loading < self.lanes
                && !state.drained
        };
        self.tables.iter().position(takes_more).map(Task::Load)
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
        Task::Build(table, build)
    }

    /// A connection is through with a table.
    pub(super) fn loaded(&mut self, table: usize, ended: Ended) -> Loaded {
        self.running -= 1;
        let state = &mut self.tables[table];
        state.loading -= 1;
        state.drained = true;
        state.failed |= ended == Ended::Badly;
        match (state.loading, state.failed) {
            (0, true) => Loaded::Failed,
            (0, false) => Loaded::Wholly,
            _ => Loaded::NotYet,
        }
    }

    /// All of a table is there: what stands over it may be built.
    pub(super) fn release(&mut self, table: usize) {
        self.ready.extend((0..self.tables[table].locks.len()).map(|build| (table, build)));
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
    use super::super::plan::Build;
    use super::*;
    use std::path::PathBuf;

    fn table(bytes: u64, locks: &[Lock]) -> TableLoad {
        let build =
            |lock: &Lock| Build { entry: 0, tag: String::new(), statements: String::new(), lock: *lock };
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
    fn a_table_that_outweighs_the_others_is_loaded_by_all_and_an_even_one_by_one() {
        let mut queue = Queue::new(&[table(900, &[]), table(50, &[]), table(50, &[])], 2);
        assert_eq!(
            [take(&mut queue), take(&mut queue)],
            [Task::Load(0), Task::Load(0)],
            "one connection alone would be the last one at work for long"
        );
        let even = Queue::new(&[table(500, &[]), table(500, &[])], 2);
        assert_eq!(even.sharing(0), Sharing::Alone, "one that may truncate its table loads faster");
        assert_eq!(Queue::new(&[table(9, &[])], 1).sharing(0), Sharing::Alone, "nobody to share with");
    }

    #[test]
    fn nobody_joins_a_table_whose_rows_have_run_out() {
        let mut queue = Queue::new(&[table(900, &[])], 3);
        let _ = (take(&mut queue), take(&mut queue));
        assert_eq!(queue.loaded(0, Ended::Well), Loaded::NotYet, "the other has not committed yet");
        assert_eq!(queue.next(), Next::Wait, "no rows are left for a third");
        assert_eq!(queue.loaded(0, Ended::Well), Loaded::Wholly, "the last one makes it whole");
        assert_eq!(queue.next(), Next::Over, "nothing is left");
    }

    #[test]
    fn one_connection_that_fails_leaves_the_whole_table_to_pg_restore() {
        let mut queue = Queue::new(&[table(900, &[Lock::Shared])], 2);
        let _ = (take(&mut queue), take(&mut queue));
        assert_eq!(queue.loaded(0, Ended::Badly), Loaded::NotYet, "the other still works");
        assert_eq!(queue.loaded(0, Ended::Well), Loaded::Failed, "half a table is none");
        assert_eq!(queue.next(), Next::Over, "its index would be built over nothing");
    }

    #[test]
    fn indexes_share_a_table_and_constraints_have_it_alone() {
        let mut queue = Queue::new(&[table(9, &[Lock::Exclusive, Lock::Shared, Lock::Shared])], 1);
        let _ = take(&mut queue);
        assert_eq!(queue.loaded(0, Ended::Well), Loaded::Wholly);
        queue.release(0);
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
        let mut queue = Queue::new(&[table(50, &[Lock::Shared]), table(49, &[]), table(48, &[])], 2);
        assert_eq!(take(&mut queue), Task::Load(0), "the largest");
        assert_eq!(queue.loaded(0, Ended::Well), Loaded::Wholly);
        queue.release(0);
        assert_eq!(take(&mut queue), Task::Build(0, 0), "its index takes longer than the next table");
        assert_eq!([take(&mut queue), take(&mut queue)], [Task::Load(1), Task::Load(2)], "then the others");
    }
}
