//! Whether a restore can do without what is damaged in a backup: in the night when it is the only one, its other tables
//! are worth a lot. Pure.

use super::survey::Surveyed;
use crate::archive::TOC_FILE;
use crate::archive::error::FileChange;
use crate::archive::manifest::ManifestTable;
use crate::archive::selection::Selection;
use crate::repository::layout::ARCHIVE_DIR;
use holdfast_types::{RestoreScope, RestoreSpec, table_name};
use std::collections::HashMap;

/// What a restore reads of an archive beside its table of contents.
#[derive(Debug, Clone, Copy)]
enum Need<'a> {
    Everything,
    Definitions,
    RowsOf(&'a Selection),
}

impl<'a> Need<'a> {
    fn of(spec: &RestoreSpec, selection: Option<&'a Selection>) -> Self {
        match (spec.scope, selection) {
            (RestoreScope::SchemaOnly, _) => Need::Definitions,
            (_, Some(selection)) => Need::RowsOf(selection),
            (_, None) => Need::Everything,
        }
    }
}

/// What is damaged, in words, if the restore needs none of it.
pub(super) fn spared(spec: &RestoreSpec, surveyed: &Surveyed, changes: &[FileChange]) -> Option<String> {
    let manifest = surveyed.manifest.as_ref()?;
    let need = Need::of(spec, surveyed.selection.as_ref());
    let names = untouched(&manifest.tables_by_file(), changes, need)?;
    Some(format!("damaged in this backup, and not needed here: {}", super::plan::first_few(&names)))
}

/// The names of what is damaged. None where the restore needs some of it, or where it cannot be told.
fn untouched(
    by_file: &HashMap<&str, &ManifestTable>,
    changes: &[FileChange],
    need: Need<'_>,
) -> Option<Vec<String>> {
    let contents = format!("{ARCHIVE_DIR}/{TOC_FILE}");
    let spare = |change: &FileChange| {
        let table = by_file.get(change.path()).copied();
        let name = table.map(|table| table_name(&table.schema, &table.name));
        match (change, need, table) {
            // A file that nobody knows could be taken for another one.
            (FileChange::Extra { .. }, ..) | (_, Need::Everything, _) => None,
            (_, Need::RowsOf(selection), Some(table)) => {
                name.filter(|_| !selection.holds_data_of(&table.schema, &table.name))
            }
            (_, Need::RowsOf(_), None) => None,
            (_, Need::Definitions, _) if change.path() == contents => None,
            (_, Need::Definitions, _) if change.path().starts_with(&format!("{ARCHIVE_DIR}/")) => {
                name.or_else(|| Some(change.path().to_owned()))
            }
            (_, Need::Definitions, _) => None,
        }
    };
    changes.iter().map(spare).collect()
}

#[cfg(test)]
#[path = "spared_tests.rs"]
mod tests;
