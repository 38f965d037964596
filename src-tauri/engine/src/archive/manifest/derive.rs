//! The parts of a manifest that a proven archive gives. Pure.

use super::{ManifestFile, ManifestTable, ManifestTotals};
use crate::archive::check::CheckedArchive;
use crate::archive::inventory::{Inventory, Membership, RelationKind};
use std::collections::HashMap;

/// Where the archive lies in a backup's folder, with the slash.
const ARCHIVE_PREFIX: &str = "archive/";

impl CheckedArchive {
    /// The manifest's lines for the archive's files, beneath `archive/`.
    pub fn manifest_files(&self) -> Vec<ManifestFile> {
        let line = |file: &crate::archive::CheckedFile| ManifestFile {
            path: format!("{ARCHIVE_PREFIX}{}", file.name),
            bytes: file.stored_bytes,
            sha256: file.sha256.clone(),
        };
        self.files.iter().map(line).collect()
    }

    /// The manifest's lines for the tables of the server, largest first. Tables of extensions are left out
    /// unless the archive holds their rows.
    pub fn manifest_tables(&self, inventory: &Inventory) -> Vec<ManifestTable> {
        let held: HashMap<u32, &crate::archive::CheckedTable> =
            self.tables.iter().map(|table| (table.oid, table)).collect();
        let mut lines: Vec<ManifestTable> = inventory
            .relations
            .iter()
            .filter(|r| matches!(r.kind, RelationKind::Table | RelationKind::PartitionedTable))
            .filter(|r| r.membership == Membership::Ordinary || held.contains_key(&r.oid))
            .map(|relation| {
                let held = held.get(&relation.oid);
                ManifestTable {
                    schema: relation.schema.clone(),
                    name: relation.name.clone(),
                    oid: relation.oid,
                    bytes: relation.bytes,
                    estimated_rows: relation.estimated_rows,
                    rows: held.and_then(|table| table.rows),
                    archive_file: held.map(|table| format!("{ARCHIVE_PREFIX}{}", table.file)),
                    archive_bytes: held.map(|table| table.stored_bytes),
                    raw_bytes: held.map(|table| table.raw_bytes),
                }
            })
            .collect();
        lines.sort_by(|a, b| {
            (b.bytes, b.raw_bytes)
                .cmp(&(a.bytes, a.raw_bytes))
                .then_with(|| (a.schema.as_str(), a.name.as_str()).cmp(&(b.schema.as_str(), b.name.as_str())))
        });
        lines
    }

    /// The manifest's sums for these files and tables.
    pub fn manifest_totals(&self, files: &[ManifestFile], tables: &[ManifestTable]) -> ManifestTotals {
        ManifestTotals {
            tables: tables.len() as u64,
            sequences: self.sequences,
            materialized_views: self.materialized_views,
            large_objects: self.large_objects,
            files: files.len() as u64,
            bytes: files.iter().map(|file| file.bytes).sum(),
            raw_bytes: self.raw_bytes,
        }
    }
}
