//! The tables that a restore is to bring: by the names that somebody wrote, what they take, and which of them the target
//! has already.

use crate::archive::Manifest;
use crate::archive::manifest::ManifestTable;
use crate::archive::named::{self, Meant};
use crate::archive::selection::TableName;
use crate::archive::toc::Toc;
use crate::error::{Error, Refusal};
use crate::postgres::{self, ResolvedConnection, inspect};
use holdfast_types::{RestoreSpec, table_name};
use std::collections::BTreeSet;

/// The tables that were asked for, as the archive has them.
#[derive(Default)]
pub(super) struct Chosen {
    /// By schema and name.
    pub(super) tables: Vec<TableName>,
    /// Names that nothing in the archive has.
    pub(super) lacking: Vec<String>,
    /// Names of something else, with what it is.
    pub(super) not_tables: Vec<(String, &'static str)>,
}

impl Chosen {
    /// Refuses a name that fits several tables.
    pub(super) fn of(toc: &Toc, asked: &[String]) -> Result<Self, Error> {
        let mut chosen = Self::default();
        for text in asked {
            match named::meant(toc, text) {
                Meant::Table(table) => chosen.tables.push(table),
                Meant::Nothing => chosen.lacking.push(text.clone()),
                Meant::NoTable(kind) => chosen.not_tables.push((text.clone(), kind)),
                Meant::Several(tables) => {
                    return Err(Error::Refused(Refusal::several_tables(text, &tables)));
                }
            }
        }
        Ok(chosen)
    }
}

/// What chosen tables take of the whole, indexes among it: their part of it by size.
pub(super) fn share_of(chosen: &[TableName], manifest: &Manifest, whole: u64) -> u64 {
    let size =
        |tables: &mut dyn Iterator<Item = &ManifestTable>| tables.map(|table| table.bytes).sum::<u64>();
    let all = size(&mut manifest.tables.iter());
    let is_chosen = |table: &&ManifestTable| chosen.contains(&(table.schema.clone(), table.name.clone()));
    let theirs = size(&mut manifest.tables.iter().filter(is_chosen));
    u64::try_from(u128::from(whole) * u128::from(theirs) / u128::from(all.max(1))).unwrap_or(whole)
}

/// The tables that are asked for and that the target has already, and those of them with rows that it lacks.
pub(super) async fn there_already(
    connection: &ResolvedConnection,
    (spec, chosen): (&RestoreSpec, &[TableName]),
    manifest: &Manifest,
) -> Result<(Vec<String>, Vec<String>), Error> {
    let session = postgres::connect(connection, Some(&spec.database)).await?;
    let there: BTreeSet<(String, String)> = inspect::relations(&session)
        .await?
        .into_iter()
        .map(|relation| (relation.schema, relation.name))
        .collect();
    let key = |table: &ManifestTable| (table.schema.clone(), table.name.clone());
    let named = |table: &ManifestTable| table_name(&table.schema, &table.name);
    let wanted =
        manifest.tables.iter().filter(|table| spec.tables.is_empty() || chosen.contains(&key(table)));
    let (held, lacking): (Vec<&ManifestTable>, Vec<&ManifestTable>) =
        wanted.partition(|table| there.contains(&key(table)));
    let with_rows = lacking.into_iter().filter(|table| table.archive_file.is_some());
    Ok((held.into_iter().map(named).collect(), with_rows.map(named).collect()))
}
