//! Which two backups are compared, and what came of it in words. Pure.

use crate::format;
use holdfast_types::{Backup, BackupComparison, BackupId, ContentsCompared, TableChange};
use serde::{Deserialize, Serialize};

/// The page's part of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CompareQuery {
    /// The id of the other backup.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub with: String,
}

/// The backups that can be set beside one: those of the same database on the same server, newest first.
pub fn candidates(one: &Backup, all: &[Backup]) -> Vec<Backup> {
    let same =
        |other: &&Backup| other.id != one.id && other.database == one.database && other.server == one.server;
    all.iter().filter(same).cloned().collect()
}

/// The one that is meant when nobody says which: the one made just before, or else the oldest of the later ones.
pub fn proposed(one: &Backup, candidates: &[Backup]) -> Option<BackupId> {
    let before = candidates.iter().filter(|other| other.created_at <= one.created_at);
    let newest = before.max_by(|a, b| (&a.created_at, a.id).cmp(&(&b.created_at, b.id)));
    let oldest = || candidates.iter().min_by(|a, b| (&a.created_at, a.id).cmp(&(&b.created_at, b.id)));
    newest.or_else(oldest).map(|other| other.id)
}

/// The older one first.
pub fn in_order<'a>(one: &'a Backup, other: &'a Backup) -> (&'a Backup, &'a Backup) {
    if (&one.created_at, one.id) <= (&other.created_at, other.id) { (one, other) } else { (other, one) }
}

/// The result in one sentence.
pub fn sentence(found: &BackupComparison) -> String {
    let mut parts = Vec::new();
    for (objects, word) in [(&found.added, "added"), (&found.removed, "removed"), (&found.changed, "changed")]
    {
        if !objects.is_empty() {
            parts.push(format!("{} {word}", format::count(objects.len() as u64, "object", "objects")));
        }
    }
    if !found.tables.is_empty() {
        let tables = found.tables.len() as u64;
        let words = if tables == 1 { "table with other contents" } else { "tables with other contents" };
        parts.push(format!("{tables} {words}"));
    }
    if parts.is_empty() {
        return format!(
            "Nothing differs: the same objects with the same definitions, and as many rows and bytes. {}",
            contents_sentence(found)
        )
        .trim_end()
        .to_owned();
    }
    format::capitalised(&format!("{}.", parts.join(", ")))
}

/// What was compared beyond counts: as many rows and bytes are not yet the same ones.
pub fn contents_sentence(found: &BackupComparison) -> String {
    let tables = |number| format::count(number, "table", "tables");
    match (found.contents_compared, found.contents_unknown) {
        (0, 0) => String::new(),
        (0, _) => "Contents were not compared: the backups have no checksums of the same kind.".to_owned(),
        (compared, 0) => format!("The contents of {} were compared.", tables(compared)),
        (compared, unknown) => format!(
            "The contents of {} were compared; of {} there are no checksums of the same kind.",
            tables(compared),
            tables(unknown)
        ),
    }
}

/// What checksums say of a table's contents.
pub fn contents_words(contents: ContentsCompared) -> &'static str {
    match contents {
        ContentsCompared::Differ => "differ",
        ContentsCompared::Equal => "equal",
        ContentsCompared::Unknown => "not compared",
    }
}

/// How many rows of a list are drawn.
const MOST: usize = 200;

/// What is drawn of a long list.
pub fn shown<T>(all: &[T]) -> &[T] {
    &all[..all.len().min(MOST)]
}

/// What is said of the rest of a list of so many; none where there is none.
pub fn unshown(all: usize) -> Option<String> {
    let hidden = all.checked_sub(MOST).filter(|hidden| *hidden > 0)?;
    Some(format!(
        "and {}; `holdfast backups compare` lists all",
        format::count(hidden as u64, "more", "more")
    ))
}

/// Whose an object was and is, where that changed.
pub fn owner_sentence(before: &str, after: &str) -> Option<String> {
    let named =
        |owner: &str| if owner.is_empty() { "nobody in particular".to_owned() } else { owner.to_owned() };
    (before != after)
        .then(|| format!("It belonged to {}, and now belongs to {}.", named(before), named(after)))
}

/// Whether nothing differs.
pub fn is_empty(found: &BackupComparison) -> bool {
    found.added.is_empty() && found.removed.is_empty() && found.changed.is_empty() && found.tables.is_empty()
}

/// How a figure moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is not known on both sides.
    Unknown,
    /// Not at all.
    Same,
    /// By so much upwards.
    Up(u64),
    /// By so much downwards.
    Down(u64),
}

/// How a figure moved from one to the other.
pub fn moved(before: Option<u64>, after: Option<u64>) -> Moved {
    match (before, after) {
        (Some(before), Some(after)) if after > before => Moved::Up(after - before),
        (Some(before), Some(after)) if after < before => Moved::Down(before - after),
        (Some(_), Some(_)) => Moved::Same,
        _ => Moved::Unknown,
    }
}

/// The tables, those first whose rows moved most.
pub fn by_movement(tables: &[TableChange]) -> Vec<&TableChange> {
    let weight = |table: &TableChange| match moved(table.rows_before, table.rows_after) {
        Moved::Up(by) | Moved::Down(by) => by,
        Moved::Same | Moved::Unknown => 0,
    };
    let mut tables: Vec<&TableChange> = tables.iter().collect();
    tables.sort_by(|a, b| {
        weight(b).cmp(&weight(a)).then_with(|| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)))
    });
    tables
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{BackupObject, BackupStatus, TrustLevel};

    fn backup(id: i64, database: &str, created_at: &str) -> Backup {
        Backup {
            id: BackupId(id),
            job: "nightly".to_owned(),
            job_id: None,
            run_id: None,
            server: "production".to_owned(),
            database: database.to_owned(),
            created_at: created_at.to_owned(),
            path: String::new(),
            size_bytes: 0,
            trust: TrustLevel::L2,
            pinned: false,
            status: BackupStatus::Good,
            keep_reasons: Vec::new(),
            expires_at: None,
            server_version: String::new(),
            tool_version: String::new(),
            table_count: 0,
        }
    }

    #[test]
    fn a_backup_is_set_beside_the_one_made_before_it() {
        let all = [
            backup(4, "shop", "2026-11-24T02:00:00Z"),
            backup(3, "shop", "2026-11-23T02:00:00Z"),
            backup(2, "other", "2026-11-22T12:00:00Z"),
            backup(1, "shop", "2026-11-22T02:00:00Z"),
        ];
        let others = candidates(&all[1], &all);
        assert_eq!(
            others.iter().map(|other| other.id.0).collect::<Vec<_>>(),
            [4, 1],
            "of its database alone"
        );
        assert_eq!(proposed(&all[1], &others), Some(BackupId(1)), "what changed since the last one?");
        let others = candidates(&all[3], &all);
        assert_eq!(proposed(&all[3], &others), Some(BackupId(3)), "the first one has only later ones");
        assert_eq!(proposed(&all[2], &[]), None, "nothing to compare with");
        assert_eq!(in_order(&all[0], &all[3]).0.id, BackupId(1), "the older one is what was before");
    }

    #[test]
    fn what_differs_is_said_in_one_sentence() {
        let object = BackupObject {
            kind: "TABLE".to_owned(),
            schema: "public".to_owned(),
            name: "t".to_owned(),
            owner: String::new(),
            table: None,
            columns: None,
            rows: None,
            bytes: None,
        };
        let mut found = BackupComparison::default();
        assert!(sentence(&found).starts_with("Nothing differs"), "an empty result is an answer too");
        assert!(is_empty(&found), "and known as such");
        found.contents_unknown = 4;
        assert!(
            sentence(&found).contains("not compared"),
            "as many rows may be other rows: {}",
            sentence(&found)
        );
        (found.contents_compared, found.contents_unknown) = (3, 1);
        assert!(sentence(&found).contains("3 tables were compared; of 1 table"), "{}", sentence(&found));
        found.added = vec![object.clone()];
        found.removed = vec![object.clone(), object];
        found.tables = vec![change("a", 1, 2)];
        assert_eq!(
            sentence(&found),
            "1 object added, 2 objects removed, 1 table with other contents.",
            "in order"
        );
    }

    #[test]
    fn an_owner_is_told_only_where_it_changed() {
        assert_eq!(owner_sentence("ann", "ann"), None, "a line that says nothing is noise");
        let told = owner_sentence("ann", "").unwrap();
        assert_eq!(told, "It belonged to ann, and now belongs to nobody in particular.", "both are named");
        assert_eq!(unshown(200), None, "all of them are there");
        assert!(unshown(1201).unwrap().starts_with("and 1,001 more"), "what is not there is counted");
        assert_eq!(shown(&[0; 1201]).len(), 200, "a page of thousands would not scroll");
    }

    fn change(name: &str, before: u64, after: u64) -> TableChange {
        TableChange {
            schema: "public".to_owned(),
            name: name.to_owned(),
            rows_before: Some(before),
            rows_after: Some(after),
            bytes_before: None,
            bytes_after: None,
            contents: ContentsCompared::Unknown,
        }
    }

    #[test]
    fn the_tables_that_moved_most_come_first() {
        let tables = [change("a", 10, 11), change("b", 500, 0), change("c", 5, 5)];
        let names: Vec<&str> = by_movement(&tables).iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["b", "a", "c"], "a table that lost its rows is what the reader looks for");
        assert_eq!(moved(Some(500), Some(0)), Moved::Down(500), "rows went");
        assert_eq!(moved(None, Some(5)), Moved::Unknown, "what was not counted did not move");
    }
}
