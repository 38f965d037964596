//! What can be wrong with an archive or a manifest; worded for people in `crate::error::archive`.

use super::difference::Difference;
use std::path::{Path, PathBuf};

/// A failure of reading or proving an archive. Each names the file or folder that it concerns.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file could not be opened or read.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file ends before what it announces.
    #[error("{path}: ends inside {what} at byte {offset}", path = path.display())]
    Truncated {
        /// Which file.
        path: PathBuf,
        /// What was being read.
        what: &'static str,
        /// Where the file ends, in bytes.
        offset: u64,
    },
    /// A file's bytes are not what its format allows.
    #[error("{path}: {what} at byte {offset}", path = path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
        /// Where, in bytes.
        offset: u64,
    },
    /// The table of contents has a version that Holdfast does not know.
    #[error("{path}: archive version {major}.{minor}.{revision} is not known", path = path.display())]
    UnknownVersion {
        /// Which file.
        path: PathBuf,
        /// The version's parts.
        major: u8,
        /// The version's parts.
        minor: u8,
        /// The version's parts.
        revision: u8,
    },
    /// A compressed file could not be decoded.
    #[error("{path}: {codec} data is damaged: {detail}", path = path.display())]
    Undecodable {
        /// Which file.
        path: PathBuf,
        /// The compression, by name.
        codec: &'static str,
        /// What the decoder said.
        detail: String,
    },
    /// A table's data does not end with the end marker.
    #[error("{path}: the data has no end marker", path = path.display())]
    NoEndMarker {
        /// Which file.
        path: PathBuf,
    },
    /// The archive does not hold what it should.
    #[error("{path}: {} differences, first: {:?}", differences.len(), differences.first(), path = path.display())]
    Differs {
        /// The archive's folder.
        path: PathBuf,
        /// All differences; at least one is a loss.
        differences: Vec<Difference>,
    },
    /// The manifest could not be understood.
    #[error("{path}: {detail}", path = path.display())]
    Manifest {
        /// Which manifest.
        path: PathBuf,
        /// What the parser said.
        detail: String,
    },
    /// The manifest is not the one that was written when the backup was made.
    #[error("{path}: changed after it was written", path = path.display())]
    ManifestChanged {
        /// Which manifest.
        path: PathBuf,
    },
    /// The manifest has a format of a newer Holdfast.
    #[error("{path}: manifest format {format} is not known", path = path.display())]
    UnknownManifestFormat {
        /// Which manifest.
        path: PathBuf,
        /// Its format.
        format: u64,
    },
    /// The manifest names a path outside the backup.
    #[error("{path}: names {named:?}, which is outside the backup", path = path.display())]
    UnsafePath {
        /// Which manifest, or table of contents.
        path: PathBuf,
        /// The name.
        named: String,
    },
    /// The backup's files are not those of its manifest.
    #[error("{path}: {} files differ from the manifest, first: {:?}", changes.len(), changes.first(), path = path.display())]
    FilesDiffer {
        /// The backup's folder.
        path: PathBuf,
        /// What differs.
        changes: Vec<FileChange>,
        /// The tables whose rows those files hold.
        tables: Vec<String>,
    },
    /// The operator cancelled.
    #[error("{path}: cancelled", path = path.display())]
    Cancelled {
        /// What was being read.
        path: PathBuf,
    },
}

/// How one file differs from the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// It is gone.
    Missing {
        /// Its path in the backup.
        path: String,
    },
    /// It has another length.
    Length {
        /// Its path in the backup.
        path: String,
        /// Bytes that the manifest recorded.
        recorded: u64,
        /// Bytes found.
        found: u64,
    },
    /// It has the length recorded, but other bytes.
    Content {
        /// Its path in the backup.
        path: String,
    },
    /// The manifest does not know it.
    Extra {
        /// Its path in the backup.
        path: String,
    },
}

impl FileChange {
    /// The file's path in the backup.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path }
            | Self::Length { path, .. }
            | Self::Content { path }
            | Self::Extra { path } => path,
        }
    }
}

impl ArchiveError {
    /// An I/O failure at this path.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> ArchiveError + '_ {
        move |source| ArchiveError::Io { path: path.to_owned(), source }
    }

    /// The file or folder that it concerns.
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::Truncated { path, .. }
            | Self::Malformed { path, .. }
            | Self::UnknownVersion { path, .. }
            | Self::Undecodable { path, .. }
            | Self::NoEndMarker { path }
            | Self::Differs { path, .. }
            | Self::Manifest { path, .. }
            | Self::ManifestChanged { path }
            | Self::UnknownManifestFormat { path, .. }
            | Self::UnsafePath { path, .. }
            | Self::FilesDiffer { path, .. }
            | Self::Cancelled { path } => path,
        }
    }
}
