//! Reads and writes `manifest.json`.

use super::{MANIFEST_FILE, MANIFEST_FORMAT, Manifest};
use crate::archive::ArchiveError;
use crate::platform::modes;
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// The largest manifest that is read, in bytes: more than a million files and tables.
const MAX_MANIFEST_BYTES: u64 = 1024 * 1024 * 1024;

impl Manifest {
    /// Writes `manifest.json` into the backup's folder `dir`, readable by its owner only, and makes it
    /// durable.
    ///
    /// # Errors
    /// It exists already, or cannot be written.
    pub fn write(&self, dir: &Path) -> Result<(), ArchiveError> {
        let path = dir.join(MANIFEST_FILE);
        let mut text = serde_json::to_vec_pretty(self)
            .map_err(|error| ArchiveError::Manifest { path: path.clone(), detail: error.to_string() })?;
        text.push(b'\n');
        let mut file = modes::create_private_file(&path).map_err(ArchiveError::io(&path))?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(ArchiveError::io(&path))
    }

    /// Reads the manifest of the backup in `dir`.
    ///
    /// # Errors
    /// It is missing, malformed, of an unknown format, or names a path outside the backup.
    pub fn read(dir: &Path) -> Result<Self, ArchiveError> {
        /// What every format has.
        #[derive(serde::Deserialize)]
        struct Format {
            format: u64,
        }
        let path = dir.join(MANIFEST_FILE);
        let malformed = |error: serde_json::Error| ArchiveError::Manifest {
            path: path.clone(),
            detail: error.to_string(),
        };
        let mut text = Vec::new();
        let file = File::open(&path).map_err(ArchiveError::io(&path))?;
        file.take(MAX_MANIFEST_BYTES).read_to_end(&mut text).map_err(ArchiveError::io(&path))?;
        let Format { format } = serde_json::from_slice(&text).map_err(malformed)?;
        if format != u64::from(MANIFEST_FORMAT) {
            return Err(ArchiveError::UnknownManifestFormat { path, format });
        }
        let manifest: Manifest = serde_json::from_slice(&text).map_err(malformed)?;
        manifest.check_paths(&path)?;
        Ok(manifest)
    }

    /// Each file is named once, by a path that stays within the backup.
    fn check_paths(&self, path: &Path) -> Result<(), ArchiveError> {
        let mut seen = HashSet::new();
        let named = self.files.iter().map(|file| file.path.as_str());
        let of_tables = self.tables.iter().filter_map(|table| table.archive_file.as_deref());
        if let Some(unsafe_one) = named.clone().chain(of_tables).find(|name| !stays_within(name)) {
            return Err(ArchiveError::UnsafePath { path: path.to_owned(), named: unsafe_one.to_owned() });
        }
        if let Some(twice) = named.into_iter().find(|name| !seen.insert(*name)) {
            let detail = format!("the file {twice} is listed twice");
            return Err(ArchiveError::Manifest { path: path.to_owned(), detail });
        }
        Ok(())
    }
}

/// Whether a path is relative and made of plain names on every system: no drive, no `..`, no backslash.
pub(super) fn stays_within(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(['\\', ':', '\0'])
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
