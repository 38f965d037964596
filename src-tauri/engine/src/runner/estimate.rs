//! What a backup is expected to take: from the last backup of the database, else from the sizes of its tables.

use crate::archive::Manifest;
use crate::catalog::backup_list::{self, BackupFilter};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::postgres::inspect::Relation;
use crate::postgres::tools::Codec;
use holdfast_types::{BackupSort, BackupStatus, JobId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What the next backup of a database is expected to take.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    codec: Codec,
    /// The tables of the last good backup, by schema and name.
    tables: HashMap<(String, String), Last>,
    /// Bytes of the whole last backup; `None` before the first.
    total_bytes: Option<u64>,
}

/// A table in the last good backup.
#[derive(Debug, Clone, Copy)]
struct Last {
    /// Its size on the server.
    bytes: u64,
    /// Its data file's size.
    file_bytes: u64,
}

/// Reads the manifest of the newest good backup of a job's database. One that cannot be read is no failure:
/// the estimate is then made from table sizes.
pub(super) async fn expected(
    context: &Arc<Context>,
    job: JobId,
    database: &str,
    codec: Codec,
) -> Result<Expected, Error> {
    let filter = BackupFilter {
        job_id: Some(job),
        database: Some(database.to_owned()),
        status: Some(BackupStatus::Good),
        ..BackupFilter::default()
    };
    let (newest, _) =
        context.read(move |tx| backup_list::list(tx, &filter, BackupSort::Newest, 1, 1)).await?;
    let Some(newest) = newest.into_iter().next() else {
        return Ok(Expected::unknown(codec));
    };
    let path = PathBuf::from(newest.path);
    off_runtime(move || {
        let manifest = Manifest::read(&path).ok();
        Ok(manifest.map_or_else(|| Expected::unknown(codec), |last| Expected::from_last(codec, last)))
    })
    .await
}

impl Expected {
    /// Nothing is known of an earlier backup.
    pub(super) fn unknown(codec: Codec) -> Self {
        Self { codec, tables: HashMap::new(), total_bytes: None }
    }

    /// From the last backup, unless it was compressed otherwise: then its sizes say nothing of the next.
    fn from_last(codec: Codec, last: Manifest) -> Self {
        if last.options.compression != codec.as_str() {
            return Self::unknown(codec);
        }
        let total_bytes = Some(last.totals.bytes);
        let tables = last.tables.into_iter().filter_map(|table| {
            let sizes = Last { bytes: table.bytes, file_bytes: table.archive_bytes? };
            Some(((table.schema, table.name), sizes))
        });
        Self { codec, tables: tables.collect(), total_bytes }
    }

    /// Bytes that a table's data file will probably have: grown as the table has since the last backup.
    pub(super) fn file_bytes(&self, relation: &Relation) -> u64 {
        let key = (relation.schema.clone(), relation.name.clone());
        match self.tables.get(&key) {
            Some(last) if last.bytes > 0 => {
                (last.file_bytes as f64 * (relation.bytes as f64 / last.bytes as f64)) as u64
            }
            _ => relation.bytes / usual_ratio(self.codec),
        }
    }

    /// What is told of the room when the backup may not fit, or only if it compresses: what is free, what the backup
    /// will probably take, and the tables that it is made of.
    pub(super) fn space_warning(&self, available: u64, data_bytes: u64) -> Option<String> {
        let likely = self.likely(data_bytes);
        let [free, expected, tables] = [available, likely, data_bytes].map(crate::error::bytes);
        if available < likely {
            Some(format!(
                "only {free} free. The backup will probably take {expected}, compressed from {tables} of tables; the \
                 run fails if the disk fills."
            ))
        } else if available < data_bytes {
            Some(format!(
                "only {free} free. The backup will probably take {expected}, and up to {tables} if its data hardly \
                 compresses."
            ))
        } else {
            None
        }
    }

    /// Bytes that a backup will probably take.
    fn likely(&self, data_bytes: u64) -> u64 {
        self.total_bytes.unwrap_or(data_bytes / usual_ratio(self.codec))
    }

    /// Bytes that a backup needs at least: a tenth more than the last one, or, before the first, a share of the
    /// tables that even text which compresses well does not fall below.
    pub(super) fn space_needed(&self, data_bytes: u64) -> u64 {
        match self.total_bytes {
            Some(last) => last.saturating_add(last / 10),
            None => data_bytes / certain_ratio(self.codec),
        }
    }
}

/// How much smaller a data file usually is than its table, whose rows have headers and gaps.
fn usual_ratio(codec: Codec) -> u64 {
    match codec {
        Codec::None => 1,
        Codec::Lz4 => 2,
        Codec::Gzip | Codec::Zstd => 4,
    }
}

/// How much smaller an archive can be than its tables. Generous: more is not certain enough to refuse a backup.
fn certain_ratio(codec: Codec) -> u64 {
    match codec {
        // Rows of a few small numbers, in a table that is half empty.
        Codec::None => 4,
        Codec::Lz4 => 10,
        Codec::Gzip | Codec::Zstd => 20,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::inspect::{Membership, Naming, RelationKind};

    fn orders(bytes: u64) -> Relation {
        Relation {
            oid: 1,
            schema: "public".into(),
            name: "orders".into(),
            kind: RelationKind::Table,
            bytes,
            estimated_rows: None,
            membership: Membership::None,
            has_data: true,
            naming: Naming::Plain,
        }
    }

    fn last(codec: Codec) -> Expected {
        let key = ("public".to_owned(), "orders".to_owned());
        let tables = [(key, Last { bytes: 1_000, file_bytes: 100 })].into_iter().collect();
        Expected { codec, tables, total_bytes: Some(1_000) }
    }

    #[test]
    fn the_last_backup_counts_more_than_the_tables() {
        let first = Expected::unknown(Codec::Gzip);
        assert_eq!(first.space_needed(2_000), 100, "a first backup must not be refused for nothing");
        assert_eq!(first.likely(2_000), 500, "what is warned about is what usually comes out");
        let later = last(Codec::Gzip);
        assert_eq!(later.likely(1_000_000), 1_000, "the last one is the best guess");
        assert_eq!(later.space_needed(1_000_000), 1_100, "what the last one took is known");
    }

    #[test]
    fn room_that_may_not_suffice_is_told_with_what_is_expected() {
        let first = Expected::unknown(Codec::Gzip);
        let mib = |mib: u64| mib << 20;
        let tight = first.space_warning(mib(4), mib(72)).expect("it will hardly fit");
        for figure in ["4.0 MiB free", "18 MiB", "72 MiB"] {
            assert!(
                tight.contains(figure),
                "{figure}: what is free says nothing without what is needed: {tight}"
            );
        }
        assert!(first.space_warning(mib(40), mib(72)).is_some(), "pictures hardly compress");
        assert_eq!(
            first.space_warning(mib(72), mib(72)),
            None,
            "a warning each night would be read by nobody"
        );
    }

    #[test]
    fn an_archive_that_is_not_compressed_needs_more_room() {
        let plain = Expected::unknown(Codec::None);
        assert_eq!(
            plain.space_needed(2_000),
            500,
            "text that nothing compresses does not shrink to a twentieth"
        );
        assert_eq!(plain.file_bytes(&orders(2_000)), 2_000, "its files are about as large as the tables");
        assert_eq!(
            Expected::unknown(Codec::Zstd).file_bytes(&orders(2_000)),
            500,
            "compressed ones are smaller"
        );
    }

    #[test]
    fn a_table_that_grew_since_the_last_backup_has_a_larger_file() {
        assert_eq!(last(Codec::Gzip).file_bytes(&orders(3_000)), 300, "or its bar would stop at a third");
    }
}
