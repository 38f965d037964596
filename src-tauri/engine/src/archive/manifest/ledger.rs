//! The ledger within a manifest: what the server held in the dump's own snapshot, counted by the server.

use holdfast_types::LedgerDepth;
use serde::{Deserialize, Serialize};

/// What a database held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManifestLedger {
    /// Its tables.
    pub tables: Vec<LedgerTable>,
    /// The rows of its materialized views; a restore fills them anew, so an old one may differ.
    pub materialized_views: Vec<LedgerTable>,
    /// The values of its sequences, as the archive sets them.
    pub sequences: Vec<LedgerSequence>,
    /// How many large objects it held.
    pub large_objects: u64,
    /// Their bytes; absent when the role could not read them.
    pub large_object_bytes: Option<u64>,
    /// The checksum of their contents, when it was asked for: the sum of `hashtextextended` over their pages, each as
    /// its object's oid, its number and its bytes in hexadecimal digits without the zeros at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large_object_checksum: Option<String>,
    /// Its size on the server in bytes, indexes included; absent when the role could not ask.
    pub database_bytes: Option<u64>,
    /// How long the counting took, in milliseconds.
    pub counted_in_ms: u64,
    /// What the job asked for; a checksum may be there without, where it cost nothing.
    #[serde(default)]
    pub depth: LedgerDepth,
}

impl ManifestLedger {
    /// What it says of these tables and sequences alone.
    pub fn only(&self, wanted: impl Fn(&str, &str) -> bool) -> Self {
        let tables = self.tables.iter().filter(|table| wanted(&table.schema, &table.name)).cloned();
        let sequences = self.sequences.iter().filter(|one| wanted(&one.schema, &one.name)).cloned();
        Self {
            tables: tables.collect(),
            sequences: sequences.collect(),
            depth: self.depth,
            ..Self::default()
        }
    }

    /// The same without the checksums that the job did not ask for: comparing them means reading every row again.
    pub fn as_asked(mut self) -> Self {
        if self.depth != LedgerDepth::Checksums {
            for table in &mut self.tables {
                (table.checksum, table.columns) = (None, None);
            }
        }
        self
    }
}

/// A table of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its rows; absent when it was not counted in time.
    pub rows: Option<u64>,
    /// The checksum of its contents: the sum of `hashtextextended(row, 0)` over its rows as text, as the server made it
    /// when it was asked for; or, with `columns`, the sum of the XXH3 of its rows as COPY wrote them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// The columns whose rows were summed as they were copied, as SQL: `COPY (SELECT columns FROM ONLY table) TO STDOUT`
    /// gives the same rows again, with the time zone UTC, ISO dates and bytes in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<String>,
}

/// A sequence of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerSequence {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its last value.
    pub last_value: i64,
    /// Whether that value was given out.
    pub is_called: bool,
}
