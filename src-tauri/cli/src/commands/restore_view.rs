//! How restores look to people.

use super::run_view::page_shown;
use crate::format::{duration, or_dash, plain, time, time_or_none};
use crate::table::{cut, fields, number, table, text};
use chrono::DateTime;
use console::style;
use holdfast_types::{Page, Restore, RestoreStatus};

/// A restore that ended: what was compared, what failed, and what it left.
pub fn restore_shown(restore: &Restore) -> String {
    let mut lines = findings(restore);
    lines.push(format!(
        "Restore {}: backup {} into \"{}\" on \"{}\": {}.",
        restore.id,
        restore.backup_id,
        plain(&restore.database),
        plain(&restore.server),
        restore.status.as_str()
    ));
    if let Some(backup) = restore.safety_backup_id {
        lines.push(format!(
            "The database as it was before is backup {backup}; see it with: holdfast backups show {backup}"
        ));
    }
    if let Some(kept) = &restore.kept_database {
        lines.push(format!(
            "The former database is kept as \"{}\"; go back with: holdfast restore --undo {}",
            plain(kept),
            restore.id
        ));
    }
    lines.join("\n")
}

fn findings(restore: &Restore) -> Vec<String> {
    let checks = restore.checks.iter().map(|check| {
        format!("{}  {}: {}", if check.ok { "ok    " } else { "FAILED" }, check.name, plain(&check.detail))
    });
    let failed = restore
        .failed_objects
        .iter()
        .map(|failed| format!("FAILED  {}: {}", plain(&failed.object), plain(&failed.message)));
    checks.chain(failed).collect()
}

/// One restore with all that is recorded of it.
pub fn details_shown(restore: &Restore) -> String {
    let told = |text: &Option<String>| text.as_deref().map(plain).unwrap_or_default();
    let undo = match restore.can_undo {
        true => format!("holdfast restore --undo {}", restore.id),
        false => String::new(),
    };
    let mut shown = fields(&[
        ("Restore", restore.id.to_string()),
        ("Backup", restore.backup_id.to_string()),
        ("Server", plain(&restore.server)),
        ("Database", plain(&restore.database)),
        ("Target", restore.target.as_str().to_owned()),
        ("Restored", restore.spec.as_ref().map(|spec| plain(&spec.parts_in_words())).unwrap_or_default()),
        ("Status", status_word(restore.status)),
        ("Started", time(&restore.started_at)),
        ("Ended", time_or_none(restore.completed_at.as_ref())),
        ("Took", took(restore)),
        ("Kept as", told(&restore.kept_database)),
        ("Undo with", undo),
        ("Undone as", told(&restore.undone_as)),
        ("Safety backup", restore.safety_backup_id.map(|id| id.to_string()).unwrap_or_default()),
        ("Command", told(&restore.command)),
        ("Error", told(&restore.error_message)),
        ("Hint", told(&restore.error_hint)),
    ]);
    let found = findings(restore);
    if !found.is_empty() {
        shown.push_str(&format!("\n{}\n", found.join("\n")));
    }
    shown
}

/// A page of restores.
pub fn restores_shown(restores: &Page<Restore>) -> String {
    if restores.total == 0 {
        return "Nothing was restored yet. Restore a backup with: holdfast restore BACKUP --server S --database DB --create"
            .to_owned();
    }
    let rows: Vec<[String; 9]> = restores
        .items
        .iter()
        .map(|restore| {
            [
                restore.id.to_string(),
                time(&restore.started_at),
                restore.backup_id.to_string(),
                plain(&restore.server),
                plain(&restore.database),
                restore.target.as_str().to_owned(),
                status_word(restore.status),
                or_dash(restore.kept_database.as_deref().map(plain).unwrap_or_default()),
                or_dash(if restore.can_undo { "yes".to_owned() } else { String::new() }),
            ]
        })
        .collect();
    let columns = [
        number("ID"),
        text("STARTED"),
        number("BACKUP"),
        cut("SERVER", 14),
        cut("DATABASE", 16),
        text("TARGET"),
        text("STATUS"),
        cut("KEPT DATABASE", 40),
        text("UNDO"),
    ];
    format!("{}{}", table(columns, &rows), page_shown(restores, "restore"))
}

fn status_word(status: RestoreStatus) -> String {
    let word = style(status.as_str());
    match status {
        RestoreStatus::Completed => word.green(),
        RestoreStatus::Failed | RestoreStatus::Interrupted | RestoreStatus::Partial => word.red(),
        RestoreStatus::Cancelled => word.yellow(),
        RestoreStatus::Processing => word.cyan(),
    }
    .to_string()
}

fn took(restore: &Restore) -> String {
    let moment = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    match (moment(&restore.started_at), restore.completed_at.as_deref().and_then(moment)) {
        (Some(start), Some(end)) => duration((end - start).num_milliseconds() as f64 / 1000.0),
        _ => String::new(),
    }
}
