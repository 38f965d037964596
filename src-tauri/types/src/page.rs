//! One page of a list, the answer of every listing.

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows there are on all pages.
    pub total: u64,
    /// The page's number, from 1.
    pub page: u32,
    /// How many rows a page holds at most.
    pub limit: u32,
}

/// The number of rows on a page when the request names none.
pub const DEFAULT_LIMIT: u32 = 50;
/// The largest page that a request may ask for.
pub const MAX_LIMIT: u32 = 1000;

/// The answer of a deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// What was deleted, by name.
    pub deleted: String,
}

/// A file that the engine wrote for the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedFile {
    /// Where it was written.
    pub path: String,
    /// How many rows it holds.
    pub rows: u64,
}
