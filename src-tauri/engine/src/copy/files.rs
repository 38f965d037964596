//! One data file for each table, written in the order of its ranges while several of them arrive at once.
//!
//! The foremost range of a table is written through; what others bring is held in memory, up to a bound for all tables
//! together, and then waits. The foremost never waits, so that there is always one that goes on.

use super::encoder::Packing;
use super::error::CopyError;
use super::push::Pusher;
use crate::platform::modes;
use flate2::Crc;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Compressed bytes of ranges that are not their table's foremost, in all.
const HELD: usize = 48 * 1024 * 1024;

/// A file goes out to the disk whenever it grew by so many bytes.
const STEP: u64 = 16 * 1024 * 1024;

/// The data files of the tables of a dump.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    packing: Packing,
    state: Mutex<State>,
    changed: Condvar,
    written: Vec<Mutex<Written>>,
    pusher: Pusher,
}

#[derive(Debug)]
struct State {
    tables: Vec<Table>,
    held: usize,
    abandoned: bool,
}

#[derive(Debug)]
struct Table {
    foremost: usize,
    ranges: Vec<Range>,
}

#[derive(Debug, Default)]
struct Range {
    held: Vec<Vec<u8>>,
    /// Its checksum and length, once it is whole.
    whole: Option<Crc>,
}

/// The file itself; only the thread that brings the foremost range touches it.
#[derive(Debug, Default)]
struct Written {
    file: Option<File>,
    bytes: u64,
    /// Bytes of it that go out to the disk already.
    pushed: u64,
}

impl Files {
    /// Files for tables of so many ranges each, in a folder that exists.
    pub(super) fn new(folder: &Path, packing: Packing, ranges: &[usize]) -> Self {
        let table = |count: &usize| Table {
            foremost: 0,
            ranges: std::iter::repeat_with(Range::default).take(*count).collect(),
        };
        Self {
            folder: folder.to_owned(),
            packing,
            state: Mutex::new(State {
                tables: ranges.iter().map(table).collect(),
                held: 0,
                abandoned: false,
            }),
            changed: Condvar::new(),
            written: ranges.iter().map(|_| Mutex::default()).collect(),
            pusher: Pusher::begin(),
        }
    }

    /// Where the file of a table is.
    pub(super) fn path(&self, table: usize) -> PathBuf {
        self.folder.join(format!("{table}.dat{}", self.packing.suffix()))
    }

    /// Bytes of a table's file so far.
    pub(super) fn bytes(&self, table: usize) -> u64 {
        self.written[table].lock().unwrap_or_else(PoisonError::into_inner).bytes
    }

    /// Takes what a range was compressed to. Waits while too much is held already.
    ///
    /// # Errors
    /// The disk's, or [`CopyError::Cancelled`] when the copy was abandoned.
    pub(super) fn put(&self, table: usize, range: usize, bytes: Vec<u8>) -> Result<(), CopyError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut state = self.locked();
        loop {
            if state.abandoned {
                return Err(CopyError::Cancelled);
            }
            if state.tables[table].foremost == range {
                break;
            }
            if state.held + bytes.len() <= HELD {
                state.held += bytes.len();
                state.tables[table].ranges[range].held.push(bytes);
                return Ok(());
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        self.write(table, &[bytes])
    }

    /// A range is whole. If it was the foremost, what the next ones brought is written and they come to the front.
    pub(super) fn end(&self, table: usize, range: usize, whole: Crc) -> Result<(), CopyError> {
        let mut state = self.locked();
        let own = &mut state.tables[table];
        own.ranges[range].whole = Some(whole);
        if own.foremost != range {
            return Ok(());
        }
        loop {
            let own = &mut state.tables[table];
            let next = own.foremost + 1;
            if next == own.ranges.len() {
                own.foremost = next;
                let mut all = Crc::new();
                own.ranges.iter().filter_map(|range| range.whole.as_ref()).for_each(|part| all.combine(part));
                drop(state);
                return self.close(table, &all);
            }
            let held = std::mem::take(&mut own.ranges[next].held);
            if held.is_empty() {
                own.foremost = next;
                let goes_on = own.ranges[next].whole.is_some();
                self.changed.notify_all();
                if goes_on {
                    continue;
                }
                return Ok(());
            }
            // While this range is still the foremost, nobody else writes, and the next may bring more meanwhile.
            state.held -= held.iter().map(Vec::len).sum::<usize>();
            self.changed.notify_all();
            drop(state);
            self.write(table, &held)?;
            state = self.locked();
        }
    }

    /// Waits until what was written goes out to the disk.
    pub(super) fn pushed_out(self) -> Result<(), CopyError> {
        self.pusher.end()
    }

    /// Lets all that wait go: the dump failed or was cancelled.
    pub(super) fn abandon(&self) {
        self.locked().abandoned = true;
        self.changed.notify_all();
    }

    fn write(&self, table: usize, parts: &[Vec<u8>]) -> Result<(), CopyError> {
        let mut written = self.written[table].lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.path(table);
        let Written { file, bytes, pushed } = &mut *written;
        let mut write = || -> io::Result<()> {
            let file = match file {
                Some(file) => file,
                None => {
                    let mut new = modes::create_private_file(&path)?;
                    new.write_all(self.packing.head())?;
                    *bytes = self.packing.head().len() as u64;
                    file.insert(new)
                }
            };
            for part in parts {
                file.write_all(part)?;
                *bytes += part.len() as u64;
            }
            Ok(())
        };
        write().map_err(CopyError::io(&path))?;
        if *bytes - *pushed >= STEP {
            *pushed = *bytes;
            self.pusher.push(path);
        }
        Ok(())
    }

    fn close(&self, table: usize, whole: &Crc) -> Result<(), CopyError> {
        self.write(table, &[self.packing.tail(whole)])?;
        self.written[table].lock().unwrap_or_else(PoisonError::into_inner).file = None;
        Ok(())
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::mpsc;

    fn files(folder: &Path, ranges: &[usize]) -> Files {
        Files::new(folder, Packing::Plain, ranges)
    }

    #[test]
    fn ranges_are_written_in_their_order_whichever_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path(), &[3, 1]);
        let put = |table, range, text: &str| files.put(table, range, text.as_bytes().to_vec()).unwrap();
        put(0, 2, "five ");
        put(0, 1, "three ");
        put(1, 0, "other");
        files.end(0, 2, Crc::new()).unwrap();
        put(0, 0, "one ");
        put(0, 0, "two ");
        files.end(0, 0, Crc::new()).unwrap();
        put(0, 1, "four ");
        files.end(0, 1, Crc::new()).unwrap();
        files.end(1, 0, Crc::new()).unwrap();
        let read = |table| std::fs::read_to_string(files.path(table)).unwrap();
        assert_eq!(read(0), "one two three four five ", "rows keep their order");
        assert_eq!((read(1).as_str(), files.bytes(1)), ("other", 5), "tables are apart");
    }

    #[test]
    fn what_is_held_is_bounded_and_the_foremost_range_never_waits() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path(), &[2]);
        files.put(0, 1, vec![b'b'; HELD]).unwrap();
        std::thread::scope(|scope| {
            let (begun, begins) = mpsc::channel();
            let late = scope.spawn({
                let files = &files;
                move || {
                    begun.send(()).unwrap();
                    files.put(0, 1, vec![b'c'; 1])
                }
            });
            begins.recv().unwrap();
            files.put(0, 0, vec![b'a'; 5]).unwrap();
            files.end(0, 0, Crc::new()).unwrap();
            late.join().unwrap().unwrap();
        });
        files.end(0, 1, Crc::new()).unwrap();
        let found = std::fs::read(files.path(0)).unwrap();
        assert_eq!((found.len(), found[4], found[5]), (HELD + 6, b'a', b'b'), "all of it, in order");
        assert_eq!(found.last(), Some(&b'c'), "what had to wait comes last");
    }

    #[test]
    fn nobody_waits_for_a_dump_that_failed() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path(), &[2]);
        files.put(0, 1, vec![0; HELD]).unwrap();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| files.put(0, 1, vec![0; 1]));
            files.abandon();
            assert!(
                matches!(waits.join().unwrap(), Err(CopyError::Cancelled)),
                "a thread would hang for ever"
            );
        });
    }
}
