//! The directory archive of pg_dump: its table of contents, its data files, the manifest, the strict check.
//!
//! Everything here is synchronous, holds at most a few blocks of a file in memory and asks a
//! [`CancellationToken`] between blocks; callers run it on a blocking thread. It knows no PostgreSQL
//! connection: what the server held is handed in as [`Inventory`].

pub mod blobs;
pub mod check;
pub mod codec;
pub mod content_change;
pub mod contents;
pub mod data;
pub mod database_entry;
pub mod definition_change;
pub mod difference;
pub mod error;
pub mod feed;
pub mod files;
pub mod full_name;
pub mod inventory;
pub mod manifest;
pub mod named;
mod parallel;
mod parts;
pub mod reconcile;
pub mod row_sum;
pub mod rows;
pub mod selection;
pub mod sequences;
pub mod toc;

pub use check::{Against, CheckedArchive, CheckedFile, CheckedTable, TocSummary, check_archive};
pub use difference::{Difference, Severity};
pub use error::ArchiveError;
pub use inventory::{DataState, Expected, Inventory, Membership, RelationKind};
pub use manifest::Manifest;

pub use tokio_util::sync::CancellationToken;

/// The table of contents within an archive.
pub const TOC_FILE: &str = "toc.dat";

/// How far a pass over many files has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Files that are done.
    pub files_done: u64,
    /// Files in all.
    pub files_total: u64,
    /// Stored bytes that were read.
    pub bytes_done: u64,
    /// Stored bytes in all.
    pub bytes_total: u64,
}

/// Receives the progress of a pass, from any of its threads, about once a block (256 KiB) or file.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);
