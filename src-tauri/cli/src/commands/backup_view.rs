//! How backups look to people.

use super::run_view::page_shown;
use crate::format::{bytes, count, duration, or_dash, plain, proof_shown, time, time_or_none};
use crate::table::{cut, fields, number, table, text};
use holdfast_types::{Backup, BackupDetails, BackupTable, KeepReason, Page, table_name};

/// How many tables `show` lists.
const TABLES_SHOWN: usize = 20;

/// The reasons for which a backup is kept, in words.
pub fn reasons_shown(reasons: &[KeepReason]) -> String {
    reasons.iter().map(|reason| reason.label()).collect::<Vec<_>>().join(", ")
}

fn kept(backup: &Backup) -> String {
    match backup.keep_reasons.is_empty() {
        true => "expires with the next run".to_owned(),
        false => reasons_shown(&backup.keep_reasons),
    }
}

/// A page of backups.
pub fn listed(backups: &Page<Backup>) -> String {
    if backups.total == 0 {
        return "No backups match. Make one with: holdfast run JOB".to_owned();
    }
    let rows: Vec<[String; 8]> = backups
        .items
        .iter()
        .map(|backup| {
            [
                backup.id.to_string(),
                plain(&backup.job),
                plain(&backup.database),
                time(&backup.created_at),
                bytes(backup.size_bytes),
                format!("{:?}", backup.trust),
                backup.status.as_str().to_owned(),
                kept(backup),
            ]
        })
        .collect();
    let columns = [
        number("ID"),
        cut("JOB", 18),
        cut("DATABASE", 16),
        text("CREATED"),
        number("SIZE"),
        text("TRUST"),
        text("STATUS"),
        cut("KEPT AS", 24),
    ];
    format!("{}{}", table(columns, &rows), page_shown(backups, "backup"))
}

/// Rows as they were counted, else as the server estimated them.
fn rows_shown(table: &BackupTable) -> String {
    match (table.rows, table.estimated_rows) {
        (Some(counted), _) => counted.to_string(),
        (None, Some(estimated)) => format!("about {estimated}"),
        (None, None) => String::new(),
    }
}

/// One backup with its tables and the commands that restore it.
pub fn details_shown(details: &BackupDetails) -> String {
    let backup = &details.backup;
    let recovery = details.drill.as_ref().and_then(|drill| {
        let taken = duration(drill.restore_ms? as f64 / 1000.0);
        Some(format!("{taken}, measured by the drill at {}", time(&drill.verified_at)))
    });
    let mut shown = fields(&[
        ("Backup", backup.id.to_string()),
        ("Job", plain(&backup.job)),
        ("Run", backup.run_id.map(|run| run.to_string()).unwrap_or_default()),
        ("Server", format!("{} ({})", plain(&backup.server), backup.server_version)),
        ("Database", plain(&backup.database)),
        ("Created", time(&backup.created_at)),
        ("Folder", plain(&backup.path)),
        ("Size", format!("{} in {}", bytes(backup.size_bytes), count(details.file_count, "file"))),
        ("pg_dump", backup.tool_version.clone()),
        ("Trust", format!("{:?}, {}", backup.trust, backup.trust.label().to_lowercase())),
        ("Restores in", recovery.unwrap_or_default()),
        ("Newest proven", details.newest_proof.as_ref().map(proof_shown).unwrap_or_default()),
        ("Status", backup.status.as_str().to_owned()),
        ("Kept as", kept(backup)),
        ("Expires", time_or_none(backup.expires_at.as_ref())),
        ("Encoding", details.encoding.clone().unwrap_or_default()),
        ("Extensions", plain(&details.extensions.join(", "))),
        ("Tables", backup.table_count.to_string()),
        ("Problem", details.problem.as_deref().map(plain).unwrap_or_default()),
    ]);
    if !details.tables.is_empty() {
        let rows: Vec<[String; 4]> = details
            .tables
            .iter()
            .take(TABLES_SHOWN)
            .map(|table| {
                [
                    plain(&table_name(&table.schema, &table.name)),
                    bytes(table.bytes),
                    or_dash(table.archive_bytes.map(bytes).unwrap_or_default()),
                    or_dash(rows_shown(table)),
                ]
            })
            .collect();
        let columns = [cut("TABLE", 50), number("ON THE SERVER"), number("ARCHIVED"), number("ROWS")];
        shown.push_str(&format!("\n{}", table(columns, &rows)));
        let rest = details.tables.len().saturating_sub(TABLES_SHOWN);
        if rest > 0 {
            shown.push_str(&format!("… and {rest} more; --json lists all\n"));
        }
    }
    if !details.restore_commands.is_empty() {
        let commands: String =
            details.restore_commands.iter().map(|command| format!("  {}\n", plain(command))).collect();
        shown.push_str(&format!("\nRestore by hand\n{commands}"));
    }
    shown
}
