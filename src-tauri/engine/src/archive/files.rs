//! Matches an archive's files with the entries that they belong to. Pure: names in, tasks out.

use super::TOC_FILE;
use super::blobs::{self, ListedBlob};
use super::codec::Codec;
use super::data::DataKind;
use super::difference::Difference;
use super::reconcile::TABLE_DATA;
use super::toc::{Entry, Toc};
use std::collections::{BTreeSet, HashSet};

/// One file to be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTask {
    /// Its name within the archive.
    pub name: String,
    /// What it holds.
    pub kind: DataKind,
    /// The position of its TABLE DATA entry in the table of contents.
    pub table_entry: Option<usize>,
}

/// What the names alone tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatchedFiles {
    /// Every file that belongs to the archive.
    pub tasks: Vec<FileTask>,
    /// Files that lack, that are too many, that nobody knows; large objects that do not add up.
    pub differences: Vec<Difference>,
    /// Large objects that the lists name.
    pub large_objects: u64,
}

/// Gives each entry its file and each large object its own; what is left over belongs to nobody.
pub fn match_files(toc: &Toc, names: &BTreeSet<String>, listed: &[ListedBlob]) -> MatchedFiles {
    let mut matching = Matching { names, used: BTreeSet::new(), found: MatchedFiles::default() };
    matching.take(TOC_FILE, DataKind::Verbatim, None);
    for (at, entry) in toc.entries.iter().enumerate() {
        matching.match_entry(at, entry);
    }
    let mut oids = HashSet::new();
    for blob in listed {
        if oids.insert(blob.oid) {
            matching
                .match_data(&blob.file, DataKind::LargeObject, None, || format!("large object {}", blob.oid));
        }
    }
    let Matching { used, mut found, .. } = matching;
    found.large_objects = oids.len() as u64;
    found.differences.extend(unlisted_blobs(toc, &oids));
    let extra = names.difference(&used).map(|file| Difference::ExtraFile { file: file.clone() });
    found.differences.extend(extra);
    found
}

struct Matching<'a> {
    names: &'a BTreeSet<String>,
    used: BTreeSet<String>,
    found: MatchedFiles,
}

impl Matching<'_> {
    fn match_entry(&mut self, at: usize, entry: &Entry) {
        let is_table = entry.desc() == TABLE_DATA;
        let of = || format!("{}.{}", entry.namespace(), entry.tag());
        let Some(base) = entry.data_file() else {
            if is_table || entry.had_dumper != 0 {
                let file = format!("{}.dat", entry.dump_id);
                self.found.differences.push(Difference::MissingFile { file, of: of() });
            }
            return;
        };
        if blobs::is_list(&base) {
            if self.names.contains(base.as_ref()) {
                self.take(&base, DataKind::Verbatim, None);
            } else {
                let (file, of) = (base.into_owned(), "the large objects".to_owned());
                self.found.differences.push(Difference::MissingFile { file, of });
            }
            return;
        }
        let as_copy = entry.copy_stmt.as_ref().is_some_and(|copy| !copy.0.is_empty());
        let kind = if as_copy { DataKind::CopyText } else { DataKind::Inserts };
        self.match_data(&base, kind, is_table.then_some(at), of);
    }

    /// pg_restore tries the bare name first, then each suffix: two files of one base are a trap.
    fn match_data(&mut self, base: &str, kind: DataKind, table: Option<usize>, of: impl Fn() -> String) {
        let present: Vec<String> = Codec::ALL
            .into_iter()
            .map(|codec| format!("{base}{}", codec.suffix()))
            .filter(|name| self.names.contains(name))
            .collect();
        match present.as_slice() {
            [] => {
                let difference = Difference::MissingFile { file: base.to_owned(), of: of() };
                self.found.differences.push(difference);
            }
            [name] if self.used.contains(name) => {
                // Two entries must not share a file.
                self.found.differences.push(Difference::AmbiguousFile { files: present.clone() });
            }
            [name] => self.take(name, kind, table),
            _ => {
                self.used.extend(present.iter().cloned());
                self.found.differences.push(Difference::AmbiguousFile { files: present });
            }
        }
    }

    fn take(&mut self, name: &str, kind: DataKind, table_entry: Option<usize>) {
        if self.used.insert(name.to_owned()) {
            self.found.tasks.push(FileTask { name: name.to_owned(), kind, table_entry });
        }
    }
}

/// Up to archive version 1.15 each large object has an entry `BLOB` with its oid: their number must be that
/// of the lists.
fn unlisted_blobs(toc: &Toc, listed: &HashSet<u32>) -> Option<Difference> {
    if toc.header.minor > 15 {
        return None;
    }
    let entries: HashSet<u32> =
        toc.entries.iter().filter(|e| e.desc() == "BLOB").filter_map(Entry::oid_number).collect();
    (entries != *listed).then(|| Difference::LargeObjectCount {
        expected: entries.len() as u64,
        found: entries.intersection(listed).count() as u64,
    })
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
