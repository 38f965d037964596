//! What the last backup of a database says about the next one: bytes of each table's data file.

use crate::archive::Manifest;
use crate::catalog::backups::{self, BackupFilter};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use holdfast_types::{BackupStatus, JobId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What the last good backup of a database held.
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    /// Bytes of each table's data file, by schema and name.
    pub(super) tables: HashMap<(String, String), u64>,
    /// Bytes of the whole backup; `None` before the first.
    pub(super) total_bytes: Option<u64>,
}

/// Reads the manifest of the newest good backup of a job's database. One that cannot be read is no failure:
/// the estimate is then made from table sizes.
pub(super) async fn expected(context: &Arc<Context>, job: JobId, database: &str) -> Result<Expected, Error> {
    let filter = BackupFilter { job_id: Some(job), database: Some(database.to_owned()) };
    let (backups, _) = context.read(move |tx| backups::list(tx, &filter, 1, 10)).await?;
    let Some(newest) = backups.into_iter().find(|backup| backup.status == BackupStatus::Good) else {
        return Ok(Expected::default());
    };
    let path = PathBuf::from(newest.path);
    off_runtime(move || {
        Ok(match Manifest::read(&path) {
            Ok(manifest) => Expected {
                total_bytes: Some(manifest.totals.bytes),
                tables: manifest
                    .tables
                    .into_iter()
                    .filter_map(|table| Some(((table.schema, table.name), table.archive_bytes?)))
                    .collect(),
            },
            Err(_) => Expected::default(),
        })
    })
    .await
}

/// Bytes that a backup needs at least: a tenth more than the last one, or, before the first, a twentieth of
/// the tables (text that compresses well; more is not certain enough to refuse a backup).
pub(super) fn space_needed(data_bytes: u64, expected: &Expected) -> u64 {
    match expected.total_bytes {
        Some(last) => last.saturating_add(last / 10),
        None => data_bytes / 20,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_backup_counts_more_than_the_tables() {
        let first = Expected::default();
        assert_eq!(space_needed(2_000, &first), 100, "a first backup must not be refused for nothing");
        let later = Expected { total_bytes: Some(1_000), ..Expected::default() };
        assert_eq!(space_needed(1_000_000, &later), 1_100, "what the last one took is known");
    }
}
