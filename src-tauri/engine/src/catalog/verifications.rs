//! Verifications: how backups were proven again.

use super::{CatalogError, Tx, row};
use holdfast_types::{
    BackupId, Check, DatabaseProof, JobId, OperatorId, TrustLevel, Verification, VerificationId,
    VerificationStatus, VerifyLevel,
};
use rusqlite::Row;

/// A verification that begins.
#[derive(Debug, Clone)]
pub struct NewVerification {
    /// The backup.
    pub backup_id: BackupId,
    /// How deep.
    pub requested: VerifyLevel,
    /// When it begins.
    pub started_at: i64,
    /// Who asked for it.
    pub operator: OperatorId,
    /// The process that carries it out.
    pub process: String,
}

/// How a verification ended.
#[derive(Debug, Clone)]
pub struct VerificationEnd {
    /// The level that was reached.
    pub level: TrustLevel,
    /// Passed, failed or undecided.
    pub status: VerificationStatus,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// Why it did not pass.
    pub error_message: Option<String>,
    /// What to do about it.
    pub error_hint: Option<String>,
    /// How long the restore of a drill took.
    pub restore_ms: Option<u64>,
    /// The drill's server.
    pub server_version: Option<String>,
}

fn verification(row: &Row<'_>) -> Result<Verification, CatalogError> {
    let status = row::word(row, "status", VerificationStatus::parse)?;
    Ok(Verification {
        id: VerificationId(row.get("id")?),
        backup_id: BackupId(row.get("backup_id")?),
        requested: row::word(row, "requested", VerifyLevel::parse)?,
        level: TrustLevel::from_rank(row.get("level")?)
            .ok_or(CatalogError::Stored { column: "level", detail: String::new() })?,
        ok: status == VerificationStatus::Passed,
        status,
        checks: row::json(row, "checks")?,
        error_message: row.get("error_message")?,
        error_hint: row.get("error_hint")?,
        started_at: row::time_required(row, "started_at")?,
        completed_at: row::time(row, "completed_at")?,
        restore_ms: row.get("restore_ms")?,
        server_version: row.get("server_version")?,
        triggered_by_user_id: OperatorId(row.get("triggered_by_user_id")?),
    })
}

/// Records that a verification began.
pub fn begin(tx: &Tx, new: &NewVerification) -> Result<VerificationId, CatalogError> {
    tx.execute(
        "INSERT INTO verifications (backup_id, requested, level, status, checks, started_at,
             triggered_by_user_id, process)
         VALUES (?1, ?2, 0, 'processing', '[]', ?3, ?4, ?5)",
        (new.backup_id.0, new.requested.as_str(), new.started_at, new.operator.0, &new.process),
    )?;
    Ok(VerificationId(tx.last_insert_rowid()))
}

/// Records how a verification ended.
pub fn finish(
    tx: &Tx,
    id: VerificationId,
    end: &VerificationEnd,
    now: i64,
) -> Result<Verification, CatalogError> {
    tx.execute(
        "UPDATE verifications SET level = ?2, status = ?3, checks = ?4, error_message = ?5, error_hint = ?6,
             restore_ms = ?7, server_version = ?8, completed_at = ?9
         WHERE id = ?1",
        rusqlite::params![
            id.0,
            end.level.rank(),
            end.status.as_str(),
            row::to_json("checks", &end.checks)?,
            end.error_message,
            end.error_hint,
            end.restore_ms,
            end.server_version,
            now,
        ],
    )?;
    get(tx, id)
}

/// One verification.
pub fn get(tx: &Tx, id: VerificationId) -> Result<Verification, CatalogError> {
    let mut statement = tx.prepare_cached("SELECT * FROM verifications WHERE id = ?1")?;
    let mut rows = statement.query([id.0])?;
    match rows.next()? {
        Some(row) => verification(row),
        None => Err(CatalogError::NotFound { kind: "verification", id: id.to_string() }),
    }
}

/// The verifications of a backup, newest first.
pub fn of_backup(tx: &Tx, backup: BackupId) -> Result<Vec<Verification>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT * FROM verifications WHERE backup_id = ?1 ORDER BY started_at DESC, id DESC LIMIT 100",
    )?;
    row::collect(statement.query([backup.0])?, verification)
}

/// Good backups that a drill restored and found equal, each with its drills.
const PROOFS: &str = "SELECT b.database, b.id, b.created_at, b.trust, v.completed_at, v.restore_ms
     FROM backups AS b JOIN verifications AS v ON v.backup_id = b.id
     WHERE b.deleted_at IS NULL AND b.status = 'good' AND b.trust >= 3
       AND v.status = 'passed' AND v.level >= 3 AND v.completed_at IS NOT NULL";

fn proof(row: &Row<'_>, now: i64) -> Result<DatabaseProof, CatalogError> {
    let age = now.saturating_sub(row.get("created_at")?);
    Ok(DatabaseProof {
        database: row.get("database")?,
        backup_id: BackupId(row.get("id")?),
        created_at: row::time_required(row, "created_at")?,
        trust: TrustLevel::from_rank(row.get("trust")?)
            .ok_or(CatalogError::Stored { column: "trust", detail: String::new() })?,
        verified_at: row::time_required(row, "completed_at")?,
        restore_ms: row.get("restore_ms")?,
        age_seconds: u64::try_from(age / 1000).unwrap_or_default(),
    })
}

/// For each database of a job, its newest good backup that a drill restored, with the newest such drill.
pub fn newest_proofs(tx: &Tx, job: JobId, now: i64) -> Result<Vec<DatabaseProof>, CatalogError> {
    let mut statement = tx.prepare_cached(&format!(
        "{PROOFS} AND b.job_id = ?1 ORDER BY b.database, b.created_at DESC, v.started_at DESC"
    ))?;
    let mut newest = row::collect(statement.query([job.0])?, |row| proof(row, now))?;
    newest.dedup_by(|next, kept| next.database == kept.database);
    Ok(newest)
}

/// The newest drill that restored a good backup and found it equal.
pub fn newest_drill(tx: &Tx, backup: BackupId, now: i64) -> Result<Option<DatabaseProof>, CatalogError> {
    let mut statement =
        tx.prepare_cached(&format!("{PROOFS} AND b.id = ?1 ORDER BY v.started_at DESC, v.id DESC LIMIT 1"))?;
    Ok(row::collect(statement.query([backup.0])?, |row| proof(row, now))?.pop())
}

/// Verifications that are said to go on, with the processes that carry them out.
pub fn active(tx: &Tx) -> Result<Vec<(VerificationId, BackupId, String)>, CatalogError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, backup_id, coalesce(process, '') FROM verifications WHERE status = 'processing'",
    )?;
    let rows = statement
        .query_map([], |row| Ok((VerificationId(row.get(0)?), BackupId(row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{backups, testing};

    #[test]
    fn a_verification_is_read_back_as_it_ended() {
        let (_dir, catalog) = testing::empty();
        let ended = catalog.write(|tx| {
            let backup_id = backups::insert(tx, &testing::backup(1, "shop"))?;
            let id = begin(
                tx,
                &NewVerification {
                    backup_id,
                    requested: VerifyLevel::Restore,
                    started_at: 2,
                    operator: OperatorId::SYSTEM,
                    process: "p".into(),
                },
            )?;
            assert_eq!(
                active(tx)?,
                [(id, backup_id, "p".to_owned())],
                "a restart must find what was going on"
            );
            let end = VerificationEnd {
                level: TrustLevel::L4,
                status: VerificationStatus::Passed,
                checks: vec![Check { name: "rows".into(), ok: true, detail: "3 rows".into() }],
                error_message: None,
                error_hint: None,
                restore_ms: Some(1200),
                server_version: Some("15.18".into()),
            };
            finish(tx, id, &end, 3)?;
            assert!(active(tx)?.is_empty(), "it is over");
            assert_eq!(
                newest_drill(tx, backup_id, 5_000)?,
                None,
                "a drill counts for what the backup is worth"
            );
            backups::record_trust(tx, backup_id, TrustLevel::L4)?;
            let drill = newest_drill(tx, backup_id, 5_001)?.expect("it was restored");
            assert_eq!(
                (drill.restore_ms, drill.age_seconds),
                (Some(1200), 5),
                "how long, and what would be lost"
            );
            assert_eq!(
                newest_drill(tx, backup_id, 0)?.map(|drill| drill.age_seconds),
                Some(0),
                "a clock set back"
            );
            Ok((of_backup(tx, backup_id)?, end))
        });
        let (listed, end) = ended.expect("written");
        assert_eq!(listed.len(), 1, "one was made");
        assert!(listed[0].ok, "it passed");
        assert_eq!(listed[0].checks, end.checks, "what was found is the proof");
        assert_eq!(listed[0].restore_ms, Some(1200), "the measured recovery time");
    }
}
