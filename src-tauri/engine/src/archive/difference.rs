//! What can differ between the server, a table of contents and its files.

use super::inventory::RelationKind;

/// A difference between the server, the table of contents and the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A relation of the server has no entry.
    MissingDefinition {
        /// What it is.
        kind: RelationKind,
        /// Its schema.
        schema: String,
        /// Its name.
        name: String,
    },
    /// A relation's data (rows, sequence value, refresh) has no entry.
    MissingData {
        /// What it is.
        kind: RelationKind,
        /// Its schema.
        schema: String,
        /// Its name.
        name: String,
    },
    /// A table's data has more than one entry: pg_restore would keep the last only.
    DuplicateData {
        /// Its schema.
        schema: String,
        /// Its name.
        name: String,
    },
    /// An entry's file is not there.
    MissingFile {
        /// The file without the suffix of a compression.
        file: String,
        /// Whose data it holds, `schema.name`.
        of: String,
    },
    /// An entry has several files; pg_restore would read whichever suffix it tries first.
    AmbiguousFile {
        /// The files.
        files: Vec<String>,
    },
    /// A file belongs to no entry.
    ExtraFile {
        /// The file.
        file: String,
    },
    /// The number of large objects differs.
    LargeObjectCount {
        /// On the server.
        expected: u64,
        /// In the archive.
        found: u64,
    },
    /// The manifest says something else than the archive holds.
    Manifest {
        /// What it is about, for example `rows of public.orders`.
        what: String,
        /// What the manifest recorded.
        recorded: String,
        /// What the archive holds.
        found: String,
    },
    /// The server counted other rows in the dump's snapshot than the archive holds.
    Rows {
        /// The table's schema.
        schema: String,
        /// The table's name.
        name: String,
        /// Rows that the server counted.
        expected: u64,
        /// Rows in the archive.
        found: u64,
    },
    /// Other rows were read from the server in the dump's snapshot than the archive holds.
    Contents {
        /// The table's schema.
        schema: String,
        /// The table's name.
        name: String,
    },
    /// The archive holds a relation that the server did not list. Nothing is lost by it.
    Unlisted {
        /// The entry's kind, as pg_dump names it.
        desc: String,
        /// Its schema.
        schema: String,
        /// Its name.
        name: String,
    },
}

/// Whether a difference makes a backup bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Something is lost, or a restore would go wrong.
    Loss,
    /// Worth a line in the log.
    Remark,
}

impl Difference {
    /// Whether it makes a backup bad.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Unlisted { .. } => Severity::Remark,
            _ => Severity::Loss,
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::MissingDefinition { kind, schema, name } => {
                write!(f, "the {} {schema}.{name} is not in the archive", kind.word())
            }
            Self::MissingData { kind: RelationKind::Sequence, schema, name } => {
                write!(f, "the value of the sequence {schema}.{name} is not in the archive")
            }
            Self::MissingData { kind, schema, name } => {
                write!(f, "the data of the {} {schema}.{name} is not in the archive", kind.word())
            }
            Self::DuplicateData { schema, name } => {
                write!(f, "the data of {schema}.{name} is in the archive more than once")
            }
            Self::MissingFile { file, of } => write!(f, "the file {file} with the data of {of} is missing"),
            Self::AmbiguousFile { files } => {
                write!(f, "the files {} hold the same data, only one may", files.join(", "))
            }
            Self::ExtraFile { file } => write!(f, "the file {file} belongs to nothing in the archive"),
            Self::LargeObjectCount { expected, found } => {
                write!(f, "{expected} large objects are expected, the archive holds {found}")
            }
            Self::Manifest { what, recorded, found } => {
                write!(f, "the manifest records {recorded} as the {what}, the archive holds {found}")
            }
            Self::Rows { schema, name, expected, found } => {
                let rows = if *expected == 1 { "row" } else { "rows" };
                write!(
                    f,
                    "the server counted {expected} {rows} in {schema}.{name}, the archive holds {found}"
                )
            }
            Self::Contents { schema, name } => {
                write!(f, "the archive holds other rows of {schema}.{name} than the server sent")
            }
            Self::Unlisted { desc, schema, name } => {
                write!(f, "{desc} {schema}.{name} is in the archive, but the server did not list it")
            }
        }
    }
}
