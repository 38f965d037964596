//! Proves an archive: table of contents readable, every file decodable to its end, all accounted for.

use super::data::{DataCheck, DataKind, END_MARKER, check_handing_on};
use super::difference::{Difference, Severity};
use super::files::{FileTask, MatchedFiles, match_files};
use super::inventory::Inventory;
use super::parallel::{Tally, for_each};
use super::reconcile::{self, reconcile};
use super::row_sum::RowSum;
use super::toc::{Text, Toc};
use super::{ArchiveError, CancellationToken, OnProgress, TOC_FILE, blobs};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;

/// What an archive is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Against<'a> {
    /// What the server held.
    Server(&'a Inventory),
    /// Nothing but itself: entries and files must match each other.
    Itself,
}

/// An archive that was proven whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedArchive {
    /// What its table of contents says.
    pub toc: TocSummary,
    /// All its files, by name.
    pub files: Vec<CheckedFile>,
    /// Its tables with data, largest stored file first.
    pub tables: Vec<CheckedTable>,
    /// How many sequences have their value in it.
    pub sequences: u64,
    /// How many materialized views it holds.
    pub materialized_views: u64,
    /// How many large objects it holds.
    pub large_objects: u64,
    /// Bytes of all files.
    pub stored_bytes: u64,
    /// Bytes of all files, decoded.
    pub raw_bytes: u64,
    /// Differences that lose nothing, for the log.
    pub remarks: Vec<Difference>,
}

/// A table of contents in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TocSummary {
    /// The archive's version, for example `1.14`.
    pub version: String,
    /// The database.
    pub database: String,
    /// The server's version, as pg_dump recorded it.
    pub server_version: String,
    /// pg_dump's version.
    pub tool_version: String,
    /// How many entries it has.
    pub entries: u64,
}

/// A file that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFile {
    /// Its name within the archive.
    pub name: String,
    /// Stored bytes.
    pub stored_bytes: u64,
    /// Bytes after decoding.
    pub raw_bytes: u64,
    /// sha256 of the stored bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// A table's data in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedTable {
    /// Its `pg_class.oid` on the server.
    pub oid: u32,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// The file that holds its rows, within the archive.
    pub file: String,
    /// Stored bytes of the file.
    pub stored_bytes: u64,
    /// Bytes after decoding.
    pub raw_bytes: u64,
    /// Rows, counted; absent when they are stored as INSERT commands.
    pub rows: Option<u64>,
    /// The sum of them ([`super::row_sum`]), where the archive is compared with its server.
    pub sum: Option<String>,
}

/// Reads and decodes every file of the archive in `dir` on `threads` threads and accounts for everything.
///
/// # Errors
/// All differences that are a loss, or else the first damaged file; `cancel` was cancelled.
pub fn check_archive(
    dir: &Path,
    against: Against<'_>,
    threads: NonZeroUsize,
    on_progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<CheckedArchive, ArchiveError> {
    let toc = Toc::read(&dir.join(TOC_FILE))?;
    let names = list(dir)?;
    let mut listed = Vec::new();
    for name in names.iter().filter(|name| blobs::is_list(name)) {
        listed.extend(blobs::read_list(&dir.join(name))?);
    }
    let matched = match_files(&toc, &names, &listed);
    let remarks = account(dir, against, &toc, &matched)?;
    let sums = match against {
        Against::Server(_) => Sums::Made,
        Against::Itself => Sums::None,
    };
    let checked = read_all(dir, matched.tasks, sums, threads, on_progress, cancel)?;
    Ok(summarise(&toc, checked, matched.large_objects, remarks))
}

/// The names of everything in the archive's folder. What is not a plain file ends up as an extra file.
fn list(dir: &Path) -> Result<BTreeSet<String>, ArchiveError> {
    let mut names = BTreeSet::new();
    for item in std::fs::read_dir(dir).map_err(ArchiveError::io(dir))? {
        let item = item.map_err(ArchiveError::io(dir))?;
        let name = item.file_name().to_string_lossy().into_owned();
        let is_file = item.file_type().map_err(ArchiveError::io(&item.path()))?.is_file();
        // A folder or a link must not stand in for a data file, so it keeps a name that no file has.
        names.insert(if is_file { name } else { format!("{name}/") });
    }
    Ok(names)
}

/// The differences that lose nothing.
///
/// # Errors
/// All differences, if one of them is a loss.
fn account(
    dir: &Path,
    against: Against<'_>,
    toc: &Toc,
    matched: &MatchedFiles,
) -> Result<Vec<Difference>, ArchiveError> {
    let mut differences = Vec::new();
    if let Against::Server(inventory) = against {
        differences.extend(reconcile(inventory, toc));
        let (expected, found) = (inventory.large_objects, matched.large_objects);
        if expected != found {
            differences.push(Difference::LargeObjectCount { expected, found });
        }
    }
    differences.extend(reconcile::duplicates(toc));
    differences.extend(matched.differences.iter().cloned());
    if differences.iter().any(|difference| difference.severity() == Severity::Loss) {
        differences.retain(|difference| difference.severity() == Severity::Loss);
        return Err(ArchiveError::Differs { path: dir.to_owned(), differences });
    }
    Ok(differences)
}

/// Whether rows are summed as they are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sums {
    Made,
    None,
}

/// A file that was read: its task, what was found, and the sum of its rows.
type Read = (FileTask, DataCheck, Option<String>);

fn read_all(
    dir: &Path,
    tasks: Vec<FileTask>,
    sums: Sums,
    threads: NonZeroUsize,
    on_progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Vec<Read>, ArchiveError> {
    let mut sized = Vec::with_capacity(tasks.len());
    for task in tasks {
        let path = dir.join(&task.name);
        let bytes = std::fs::metadata(&path).map_err(ArchiveError::io(&path))?.len();
        sized.push((bytes, task));
    }
    // Biggest first, so that no thread is left alone with a big file at the end.
    sized.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    let total = sized.iter().map(|(bytes, _)| bytes).sum();
    let tally = Tally::new(sized.len() as u64, total, on_progress);
    let checks = for_each(&sized, threads, &tally, cancel, |(_, task), stop| {
        let mut sum = (sums == Sums::Made && task.kind == DataKind::CopyText).then(RowSum::default);
        let on_bytes = |bytes| tally.add_bytes(bytes);
        let check = check_handing_on(&dir.join(&task.name), task.kind, stop, &on_bytes, &mut |block| {
            if let Some(sum) = &mut sum {
                sum.push(block);
            }
        })?;
        // The marker's lines are no rows. That it stands at the end was checked.
        let mut marker = RowSum::default();
        marker.push(END_MARKER);
        Ok((check, sum.map(|sum| sum.without(&marker).text())))
    })?;
    let files = sized.into_iter().map(|(_, task)| task).zip(checks);
    Ok(files.map(|(task, (check, sum))| (task, check, sum)).collect())
}

fn summarise(toc: &Toc, checked: Vec<Read>, large_objects: u64, remarks: Vec<Difference>) -> CheckedArchive {
    let count = |desc: &str| toc.entries.iter().filter(|entry| entry.desc() == desc).count() as u64;
    let tables = checked.iter().filter_map(|(task, check, sum)| {
        let entry = &toc.entries[task.table_entry?];
        Some(CheckedTable {
            oid: entry.oid_number()?,
            schema: entry.namespace().into_owned(),
            name: entry.tag().into_owned(),
            file: task.name.clone(),
            stored_bytes: check.stored_bytes,
            raw_bytes: check.raw_bytes,
            rows: check.rows,
            sum: sum.clone(),
        })
    });
    let tables = tables.collect();
    let mut files: Vec<CheckedFile> = checked
        .into_iter()
        .map(|(task, DataCheck { sha256, stored_bytes, raw_bytes, .. }, _)| CheckedFile {
            name: task.name,
            stored_bytes,
            raw_bytes,
            sha256,
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    CheckedArchive {
        toc: TocSummary::of(toc),
        tables,
        sequences: count(reconcile::SEQUENCE_SET),
        materialized_views: count(reconcile::MATERIALIZED_VIEW),
        large_objects,
        stored_bytes: files.iter().map(|file| file.stored_bytes).sum(),
        raw_bytes: files.iter().map(|file| file.raw_bytes).sum(),
        files,
        remarks,
    }
}

impl TocSummary {
    fn of(toc: &Toc) -> Self {
        let lossy = |text: &Option<Text>| text.as_ref().map(|t| t.lossy().into_owned()).unwrap_or_default();
        TocSummary {
            version: toc.header.version(),
            database: lossy(&toc.header.database),
            server_version: lossy(&toc.header.server_version),
            tool_version: lossy(&toc.header.tool_version),
            entries: toc.entries.len() as u64,
        }
    }
}
