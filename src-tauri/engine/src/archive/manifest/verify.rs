//! Compares the files of a backup with its manifest, byte for byte.

use super::{MANIFEST_FILE, Manifest, ManifestFile, ManifestTable};
use crate::archive::data::{DataKind, check_counted};
use crate::archive::error::FileChange;
use crate::archive::parallel::{Tally, for_each};
use crate::archive::{ArchiveError, CancellationToken, OnProgress};
use holdfast_types::table_name;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::path::Path;

impl ManifestFile {
    /// Measures the file `relative` beneath the backup's folder `dir`.
    ///
    /// # Errors
    /// The file cannot be read, or `cancel` was cancelled.
    pub fn measure(dir: &Path, relative: &str, cancel: &CancellationToken) -> Result<Self, ArchiveError> {
        let found = check_counted(&dir.join(relative), DataKind::Verbatim, cancel, &|_| {})?;
        Ok(ManifestFile { path: relative.to_owned(), bytes: found.stored_bytes, sha256: found.sha256 })
    }
}

impl Manifest {
    /// Proves that the backup in `dir` has exactly the files of the manifest, byte for byte.
    ///
    /// # Errors
    /// All files that differ, are missing or are not listed; or a file that cannot be read.
    pub fn verify_against(
        &self,
        dir: &Path,
        threads: NonZeroUsize,
        on_progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<(), ArchiveError> {
        let mut present = BTreeMap::new();
        list_files(dir, "", &mut present)?;
        present.remove(MANIFEST_FILE);
        let mut changes = Vec::new();
        let mut to_hash = Vec::new();
        for file in &self.files {
            let path = file.path.clone();
            match present.remove(&file.path) {
                None => changes.push(FileChange::Missing { path }),
                Some(found) if found != file.bytes => {
                    changes.push(FileChange::Length { path, recorded: file.bytes, found })
                }
                Some(_) => to_hash.push(file),
            }
        }
        changes.extend(present.into_keys().map(|path| FileChange::Extra { path }));
        to_hash.sort_by_key(|file| std::cmp::Reverse(file.bytes));
        let total = to_hash.iter().map(|file| file.bytes).sum();
        let tally = Tally::new(to_hash.len() as u64, total, on_progress);
        let compared = for_each(&to_hash, threads, &tally, cancel, |file, stop| {
            let path = dir.join(&file.path);
            let found = check_counted(&path, DataKind::Verbatim, stop, &|bytes| tally.add_bytes(bytes))?;
            Ok((found.sha256 != file.sha256).then(|| FileChange::Content { path: file.path.clone() }))
        })?;
        changes.extend(compared.into_iter().flatten());
        if changes.is_empty() {
            return Ok(());
        }
        changes.sort_by(|a, b| a.path().cmp(b.path()));
        let by_file = self.tables_by_file();
        let tables = changes.iter().filter_map(|change| by_file.get(change.path()));
        let tables = tables.map(|table| table_name(&table.schema, &table.name)).collect();
        Err(ArchiveError::FilesDiffer { path: dir.to_owned(), changes, tables })
    }

    /// The tables that have rows, by the path of their file in the backup.
    pub fn tables_by_file(&self) -> HashMap<&str, &ManifestTable> {
        self.tables.iter().filter_map(|table| Some((table.archive_file.as_deref()?, table))).collect()
    }
}

/// The length of each file beneath `dir`, by its path with `/`. What is neither file nor folder keeps a
/// name that the manifest cannot hold, so that a link never stands in for a file.
fn list_files(dir: &Path, prefix: &str, into: &mut BTreeMap<String, u64>) -> Result<(), ArchiveError> {
    for item in std::fs::read_dir(dir).map_err(ArchiveError::io(dir))? {
        let item = item.map_err(ArchiveError::io(dir))?;
        let path = item.path();
        let name = format!("{prefix}{}", item.file_name().to_string_lossy());
        let kind = item.file_type().map_err(ArchiveError::io(&path))?;
        if kind.is_dir() {
            list_files(&path, &format!("{name}/"), into)?;
        } else if kind.is_file() {
            into.insert(name, item.metadata().map_err(ArchiveError::io(&path))?.len());
        } else {
            into.insert(format!("{name} (not a plain file)"), 0);
        }
    }
    Ok(())
}
