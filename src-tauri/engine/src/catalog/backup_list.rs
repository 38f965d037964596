//! The list of backups: filtered, ordered, a page at a time.

use super::backups::backup;
use super::{CatalogError, Tx, row};
use holdfast_types::{Backup, BackupSort, BackupStatus, JobId, NameMatch};

/// Which backups to list.
#[derive(Debug, Clone, Default)]
pub struct BackupFilter {
    /// Of this job.
    pub job_id: Option<JobId>,
    /// Of databases with this name.
    pub database: Option<String>,
    /// How that name is meant.
    pub database_match: NameMatch,
    /// In this state.
    pub status: Option<BackupStatus>,
}

/// The order in SQL. Ids part what is equal otherwise, so that no page repeats a row of another one.
fn order(sort: BackupSort) -> &'static str {
    match sort {
        BackupSort::Newest => "created_at DESC, id DESC",
        BackupSort::Oldest => "created_at, id",
        BackupSort::Largest => "size_bytes DESC, created_at DESC, id DESC",
        BackupSort::Smallest => "size_bytes, created_at DESC, id DESC",
        BackupSort::MostTrusted => "trust DESC, created_at DESC, id DESC",
        BackupSort::LeastTrusted => "trust, created_at DESC, id DESC",
        BackupSort::Database => "database COLLATE NOCASE, database, created_at DESC, id DESC",
        BackupSort::DatabaseBackwards => {
            "database COLLATE NOCASE DESC, database DESC, created_at DESC, id DESC"
        }
    }
}

/// Present backups in that order, and how many there are in all.
pub fn list(
    tx: &Tx,
    filter: &BackupFilter,
    sort: BackupSort,
    page: u32,
    limit: u32,
) -> Result<(Vec<Backup>, u64), CatalogError> {
    let name = match filter.database_match {
        NameMatch::Exact => "database = ?2",
        NameMatch::Part => "instr(lower(database), lower(?2)) > 0",
    };
    let conditions = format!(
        "WHERE deleted_at IS NULL AND (?1 IS NULL OR job_id = ?1) AND (?2 IS NULL OR {name})
           AND (?3 IS NULL OR status = ?3)"
    );
    let (job, database) = (filter.job_id.map(|id| id.0), &filter.database);
    let status = filter.status.map(BackupStatus::as_str);
    let total = tx
        .prepare_cached(&format!("SELECT count(*) FROM backups {conditions}"))?
        .query_row((job, database, status), |row| row.get(0))?;
    let offset = i64::from(page.saturating_sub(1)) * i64::from(limit);
    let mut statement = tx.prepare_cached(&format!(
        "SELECT * FROM backups {conditions} ORDER BY {} LIMIT ?4 OFFSET ?5",
        order(sort)
    ))?;
    let items = row::collect(statement.query((job, database, status, limit, offset))?, backup)?;
    Ok((items, total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{backups, testing};
    use holdfast_types::TrustLevel;

    fn made(number: i64, database: &str, size_bytes: u64, trust: TrustLevel) -> backups::NewBackup {
        backups::NewBackup { size_bytes, trust, ..testing::backup(number, database) }
    }

    fn ids(tx: &Tx, filter: &BackupFilter, sort: BackupSort) -> Result<Vec<i64>, CatalogError> {
        let (whole, total) = list(tx, filter, sort, 1, 50)?;
        let pages = (1..=3).map(|page| list(tx, filter, sort, page, 1)).collect::<Result<Vec<_>, _>>()?;
        let paged: Vec<i64> = pages.iter().flat_map(|(items, _)| items).map(|backup| backup.id.0).collect();
        let whole: Vec<i64> = whole.iter().map(|backup| backup.id.0).collect();
        assert_eq!(
            whole[..paged.len()],
            paged,
            "a page must neither repeat nor leave out a backup: {sort:?}"
        );
        assert_eq!(total, whole.len() as u64, "the pager says how many there are");
        Ok(whole)
    }

    #[test]
    fn backups_are_listed_in_every_order_and_found_by_a_part_of_a_name() {
        let (_dir, catalog) = testing::empty();
        catalog
            .write(|tx| {
                backups::insert(tx, &made(1, "shop", 30, TrustLevel::L4))?;
                backups::insert(tx, &made(2, "Archive", 30, TrustLevel::L2))?;
                let bad = backups::insert(tx, &made(3, "shop", 10, TrustLevel::L2))?;
                backups::record_status(tx, bad, BackupStatus::Damaged)?;
                let all = BackupFilter::default();
                for (sort, expected) in [
                    (BackupSort::Newest, [3, 2, 1]),
                    (BackupSort::Oldest, [1, 2, 3]),
                    (BackupSort::Largest, [2, 1, 3]),
                    (BackupSort::Smallest, [3, 2, 1]),
                    (BackupSort::MostTrusted, [1, 3, 2]),
                    (BackupSort::LeastTrusted, [3, 2, 1]),
                    (BackupSort::Database, [2, 3, 1]),
                    (BackupSort::DatabaseBackwards, [3, 1, 2]),
                ] {
                    assert_eq!(ids(tx, &all, sort)?, expected, "{sort:?}");
                }
                let part = BackupFilter {
                    database: Some("ARCH".into()),
                    database_match: NameMatch::Part,
                    ..BackupFilter::default()
                };
                assert_eq!(ids(tx, &part, BackupSort::Newest)?, [2], "whatever its case");
                let exact = BackupFilter { database_match: NameMatch::Exact, ..part };
                assert_eq!(ids(tx, &exact, BackupSort::Newest)?, [0; 0], "a script means the name it gives");
                let damaged = BackupFilter { status: Some(BackupStatus::Damaged), ..BackupFilter::default() };
                assert_eq!(ids(tx, &damaged, BackupSort::Newest)?, [3], "what needs a look is found at once");
                Ok(())
            })
            .expect("the catalog is read");
    }
}
