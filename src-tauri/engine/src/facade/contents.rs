//! What backups hold, seen without restoring them.

use super::{Engine, page};
use crate::archive::contents;
use crate::archive::definition_change;
use crate::archive::manifest::ManifestTable;
use crate::archive::named::{self, Meant};
use crate::archive::toc::Toc;
use crate::archive::{Manifest, TOC_FILE, rows};
use crate::catalog::backups;
use crate::context::off_runtime;
use crate::error::{Error, Refusal};
use crate::repository::layout::ARCHIVE_DIR;
use crate::sql::readings;
use holdfast_types::{
    Backup, BackupComparison, BackupContents, BackupId, BackupStatus, BrowseBackup, CompareBackups,
    CompareDefinitions, DefinitionComparison, FindTable, NameMatch, Page, PreviewTable, ReadValue,
    TableChange, TableInBackup, TablePreview, WholeValue, table_name,
};
use std::path::{Path, PathBuf};

/// Rows shown when nobody says how many, and at most.
const ROWS: (u32, u32) = (20, 200);

impl Engine {
    /// Lists the objects of a backup.
    ///
    /// # Errors
    /// The backup is not known, or its manifest or table of contents cannot be read.
    pub async fn browse_backup(&self, request: BrowseBackup) -> Result<BackupContents, Error> {
        let path = self.folder_of(request.id).await?;
        off_runtime(move || {
            let (toc, manifest) = read(&path)?;
            let objects = contents::objects(&toc, &manifest);
            Ok(BackupContents { objects })
        })
        .await
    }

    /// The table of a backup that somebody means by a name: `schema.name`, with SQL quotes where a part holds a dot.
    ///
    /// # Errors
    /// As [`Engine::browse_backup`]; or the backup holds no such table, or several that could be meant.
    pub async fn table_named(&self, id: BackupId, text: &str) -> Result<(String, String), Error> {
        let (path, text) = (self.folder_of(id).await?, text.to_owned());
        off_runtime(move || {
            let toc = read(&path)?.0;
            match named::meant(&toc, &text) {
                Meant::Table(table) => Ok(table),
                Meant::Several(tables) => Err(Error::Refused(Refusal::several_tables(&text, &tables))),
                Meant::NoTable(_) | Meant::Nothing => Err(lacking(&toc, id, &text)),
            }
        })
        .await
    }

    /// Shows how a table of a backup is made, and its first rows.
    ///
    /// # Errors
    /// As [`Engine::browse_backup`]; or the backup does not hold the table.
    pub async fn preview_table(&self, request: PreviewTable) -> Result<TablePreview, Error> {
        let path = self.folder_of(request.id).await?;
        let limit = request.rows.unwrap_or(ROWS.0).min(ROWS.1) as usize;
        off_runtime(move || {
            let (toc, manifest) = read(&path)?;
            let PreviewTable { schema, name, .. } = &request;
            let definition = contents::table_definition(&toc, schema, name)
                .ok_or_else(|| lacking(&toc, request.id, &table_name(schema, name)))?;
            let found =
                rows::first_rows(&path.join(ARCHIVE_DIR), &toc, schema, name, limit)?.unwrap_or_default();
            let known = manifest.tables.iter().find(|table| table.schema == *schema && table.name == *name);
            let row_count = known.and_then(|table| table.rows);
            Ok(TablePreview { definition, columns: found.columns, rows: found.rows, row_count })
        })
        .await
    }

    /// Reads one value of the rows that a preview shows, whole where a window can show it.
    ///
    /// # Errors
    /// As [`Engine::browse_backup`]; or the backup holds no such value.
    pub async fn read_value(&self, request: ReadValue) -> Result<WholeValue, Error> {
        let path = self.folder_of(request.id).await?;
        off_runtime(move || {
            let (toc, _) = read(&path)?;
            let ReadValue { schema, name, row, column, .. } = &request;
            let place = (row.to_owned().min(ROWS.1) as usize, column.to_owned() as usize);
            let found = rows::value_at(&path.join(ARCHIVE_DIR), &toc, (schema, name), place)?;
            let found = found.ok_or_else(|| Error::NoSuchName {
                kind: "value",
                name: format!("{schema}.{name}, row {row}, column {column}"),
                near: Vec::new(),
            })?;
            Ok(WholeValue { text: found.text, stored_bytes: found.stored_bytes, cut: found.cut })
        })
        .await
    }

    /// Compares two backups: objects, rows, bytes, and contents where both have checksums of the same kind.
    ///
    /// # Errors
    /// As [`Engine::browse_backup`].
    pub async fn compare_backups(&self, request: CompareBackups) -> Result<BackupComparison, Error> {
        let (from, to) = (self.folder_of(request.from).await?, self.folder_of(request.to).await?);
        off_runtime(move || {
            let (before, after) = (read(&from)?, read(&to)?);
            let found = contents::compare((&before.0, &before.1), (&after.0, &after.1));
            Ok(BackupComparison {
                added: found.added,
                removed: found.removed,
                changed: found.changed,
                tables: found
                    .tables
                    .into_iter()
                    .map(|(old, new, contents)| TableChange {
                        schema: new.schema,
                        name: new.name,
                        rows_before: old.rows,
                        rows_after: new.rows,
                        bytes_before: old.raw_bytes,
                        bytes_after: new.raw_bytes,
                        contents,
                    })
                    .collect(),
                contents_compared: found.contents_compared,
                contents_unknown: found.contents_unknown,
            })
        })
        .await
    }

    /// Shows how the definition of an object changed from one backup to another.
    ///
    /// # Errors
    /// As [`Engine::browse_backup`]; or one of the two does not hold the object.
    pub async fn compare_definitions(
        &self,
        request: CompareDefinitions,
    ) -> Result<DefinitionComparison, Error> {
        let (from, to) = (self.folder_of(request.from).await?, self.folder_of(request.to).await?);
        off_runtime(move || {
            let CompareDefinitions { kind, schema, name, .. } = &request;
            let made = |path: &Path| {
                contents::definition_of(&read(path)?.0, kind, schema, name).ok_or_else(|| Error::NoSuchName {
                    kind: "object",
                    name: format!("{kind} {}", table_name(schema, name)),
                    near: Vec::new(),
                })
            };
            let ((before, owner_before), (after, owner_after)) = (made(&from)?, made(&to)?);
            let lines = definition_change::lines(before.trim(), after.trim());
            Ok(DefinitionComparison { lines, owner_before, owner_after })
        })
        .await
    }

    /// Finds the present backups that hold a table, newest first. Those that cannot be read are passed over.
    ///
    /// # Errors
    /// The catalog cannot be read.
    pub async fn find_table(&self, request: FindTable) -> Result<Page<TableInBackup>, Error> {
        let (number, limit) = match request.limit {
            Some(limit) => page(request.page, Some(limit))?,
            None => (1, u32::MAX),
        };
        let all = self.context.read(|tx| backups::all(tx, None)).await?;
        let present: Vec<Backup> =
            all.into_iter().filter(|backup| backup.status != BackupStatus::Missing).collect();
        let items = off_runtime(move || {
            Ok(present.into_iter().flat_map(|backup| held(&backup, &request)).collect::<Vec<_>>())
        })
        .await?;
        let total = items.len() as u64;
        let skipped = (number as usize - 1).saturating_mul(limit as usize);
        let items = items.into_iter().skip(skipped).take(limit as usize).collect();
        Ok(Page { items, total, page: number, limit })
    }

    /// Finds the present backups that hold a table, by its name as somebody wrote it.
    ///
    /// # Errors
    /// The catalog cannot be read; or the name fits several tables.
    pub async fn find_table_named(&self, text: &str) -> Result<Page<TableInBackup>, Error> {
        let mut found: Option<Page<TableInBackup>> = None;
        let mut tables = Vec::new();
        for (schema, name) in readings(text) {
            let request = FindTable { schema: schema.clone(), name: name.clone(), ..FindTable::default() };
            let page = self.find_table(request).await?;
            if page.total > 0 {
                tables.push((schema.unwrap_or_default(), name));
            }
            if found.as_ref().is_none_or(|found| found.total == 0) {
                found = Some(page);
            }
        }
        match tables.len() {
            0 | 1 => Ok(found.unwrap_or(Page { items: Vec::new(), total: 0, page: 1, limit: u32::MAX })),
            _ => Err(Error::Refused(Refusal::several_tables(text, &tables))),
        }
    }

    async fn folder_of(&self, id: BackupId) -> Result<PathBuf, Error> {
        Ok(PathBuf::from(self.context.read(move |tx| backups::get(tx, id)).await?.path))
    }
}

/// The archive holds no table of that name; something else may have it.
fn lacking(toc: &Toc, backup: BackupId, text: &str) -> Error {
    let is = match named::meant(toc, text) {
        Meant::NoTable(kind) => Some(kind),
        _ => None,
    };
    Error::NoSuchTable { backup, name: text.to_owned(), is }
}

fn read(path: &Path) -> Result<(Toc, Manifest), Error> {
    let manifest = Manifest::read(path)?;
    Ok((Toc::read(&path.join(ARCHIVE_DIR).join(TOC_FILE))?, manifest))
}

fn held(backup: &Backup, wanted: &FindTable) -> Vec<TableInBackup> {
    let Ok(manifest) = Manifest::read(Path::new(&backup.path)) else { return Vec::new() };
    let part = wanted.name.to_lowercase();
    let matches = |table: &ManifestTable| {
        wanted.schema.as_deref().is_none_or(|wanted| wanted == table.schema)
            && match wanted.name_match {
                NameMatch::Exact => table.name == wanted.name,
                NameMatch::Part => table.name.to_lowercase().contains(&part),
            }
    };
    manifest
        .tables
        .into_iter()
        .filter(matches)
        .map(|table| TableInBackup {
            backup: backup.clone(),
            schema: table.schema,
            name: table.name,
            rows: table.rows,
            bytes: table.raw_bytes,
        })
        .collect()
}
