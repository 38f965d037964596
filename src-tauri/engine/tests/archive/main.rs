//! The strict check of archives against real ones of pg_dump, whole and damaged; backups across processes.

#![allow(clippy::unwrap_used)]

mod cluster;
mod damage;
mod notes;
mod sample;
mod staged;
mod whole;

use holdfast_engine::archive::{
    Against, ArchiveError, CancellationToken, CheckedArchive, Inventory, check_archive,
};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;

/// The files of an archive, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of a folder.
pub fn read_files(dir: &Path) -> Files {
    let items = std::fs::read_dir(dir).expect("a folder");
    items
        .map(|item| {
            let item = item.expect("a file");
            let name = item.file_name().into_string().expect("pg_dump's names are plain");
            (name, std::fs::read(item.path()).expect("readable"))
        })
        .collect()
}

/// Puts files into a folder.
pub fn write_files(dir: &Path, files: &Files) {
    for (name, bytes) in files {
        std::fs::write(dir.join(name), bytes).expect("written");
    }
}

/// Checks an archive against the sample's server.
pub fn check(dir: &Path, inventory: &Inventory) -> Result<CheckedArchive, ArchiveError> {
    let threads = NonZeroUsize::new(2).expect("two");
    check_archive(dir, Against::Server(inventory), threads, &|_| {}, &CancellationToken::new())
}

/// Checks an archive of these files in a folder of its own.
pub fn check_files(files: &Files) -> Result<CheckedArchive, ArchiveError> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write_files(dir.path(), files);
    check(dir.path(), &sample::sample().inventory)
}
