//! What the server held when it was dumped, in the archive's own words: no PostgreSQL connection is known here.

/// What the server held when it was dumped: all relations that pg_dump is asked for, in one database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inventory {
    /// Tables, sequences, materialized views and so on; no temporary ones, none of `pg_catalog` and
    /// `information_schema`.
    pub relations: Vec<Expected>,
    /// How many large objects there were.
    pub large_objects: u64,
}

/// A relation that the server held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Its `pg_class.oid`.
    pub oid: u32,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RelationKind,
    /// Whether the archive must hold its data.
    pub data: DataState,
    /// Whether it belongs to an extension.
    pub membership: Membership,
    /// Its size on the server in bytes, with TOAST, without indexes.
    pub bytes: u64,
    /// Rows, as statistics estimated them; absent when never analysed.
    pub estimated_rows: Option<u64>,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RelationKind {
    /// A table, also a partition that holds rows (`relkind` r).
    Table,
    /// A partitioned table, which holds no rows itself (`relkind` p).
    PartitionedTable,
    /// A sequence (`relkind` S).
    Sequence,
    /// A materialized view (`relkind` m).
    MaterializedView,
    /// A view (`relkind` v).
    View,
    /// A foreign table (`relkind` f).
    ForeignTable,
}

/// Whether the archive must hold a relation's data.
///
/// Table: [`DataState::Dumped`] unless pg_dump leaves it out (unlogged on a standby). Sequence: `Dumped`.
/// Materialized view: `Dumped` if `relispopulated`, which means that it is refreshed at restore. All
/// others: `NotDumped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataState {
    /// It must.
    Dumped,
    /// It holds the definition only.
    NotDumped,
}

/// Whether a relation belongs to an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Membership {
    /// It does not.
    Ordinary,
    /// It does (`pg_depend.deptype = 'e'`): `CREATE EXTENSION` brings it back, so nothing is expected.
    Extension,
    /// It does, and the extension asks for its data (`pg_extension.extconfig`): data without definition.
    ExtensionConfig,
}

impl RelationKind {
    /// The kind of a `pg_class.relkind`; none for indexes, types and what else pg_dump lists by other ways.
    pub fn from_relkind(relkind: char) -> Option<Self> {
        Some(match relkind {
            'r' => Self::Table,
            'p' => Self::PartitionedTable,
            'S' => Self::Sequence,
            'm' => Self::MaterializedView,
            'v' => Self::View,
            'f' => Self::ForeignTable,
            _ => return None,
        })
    }

    /// The kind in a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::PartitionedTable => "partitioned table",
            Self::Sequence => "sequence",
            Self::MaterializedView => "materialized view",
            Self::View => "view",
            Self::ForeignTable => "foreign table",
        }
    }

    /// How pg_dump names the entry that defines it.
    pub(super) fn definition_desc(self) -> &'static str {
        match self {
            Self::Table | Self::PartitionedTable => "TABLE",
            Self::Sequence => "SEQUENCE",
            Self::MaterializedView => "MATERIALIZED VIEW",
            Self::View => "VIEW",
            Self::ForeignTable => "FOREIGN TABLE",
        }
    }
}
