//! What lies in a repository: whole backups, leftovers, who may read them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything below a folder, folders too; nothing when it is not there.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() && !path.is_symlink() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

/// What an unfinished backup left: folders and locks.
pub fn leftovers(repository: &Path) -> Vec<PathBuf> {
    let left = |name: &str| {
        name.ends_with(".partial")
            || name.starts_with(".deleting-")
            || (name.ends_with(".lock") && name != ".holdfast.lock")
    };
    let named = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(left);
    below(repository).into_iter().filter(named).collect()
}

/// The published backups.
pub fn published(repository: &Path) -> Vec<PathBuf> {
    below(repository).into_iter().filter(|path| path.join("manifest.json").is_file()).collect()
}

/// Every file of a backup with its bytes, to be compared later.
pub fn contents(backup: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = below(backup).into_iter().filter(|path| path.is_file());
    files.map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}
