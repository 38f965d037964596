//! Reads and writes `manifest.json`.

use super::{MANIFEST_FILE, MANIFEST_FORMAT, Manifest, seal};
use crate::archive::ArchiveError;
use crate::platform::modes;
use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::Path;

/// The largest manifest that is read, in bytes: more than a million files and tables.
const MAX_MANIFEST_BYTES: u64 = 1024 * 1024 * 1024;

impl Manifest {
    /// Writes `manifest.json` into the backup's folder `dir`, sealed, readable by its owner only, and makes it
    /// durable. Gives the sha256 of the file.
    ///
    /// # Errors
    /// It exists already, or cannot be written.
    pub fn write(&self, dir: &Path) -> Result<String, ArchiveError> {
        let path = dir.join(MANIFEST_FILE);
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| ArchiveError::Manifest { path: path.clone(), detail: error.to_string() })?;
        let text = seal::sealed(text);
        let mut file = modes::create_private_file(&path).map_err(ArchiveError::io(&path))?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(ArchiveError::io(&path))?;
        Ok(seal::digest(&text))
    }

    /// Reads the manifest of the backup in `dir`.
    ///
    /// # Errors
    /// It is missing, malformed, changed, of an unknown format, or names a path outside the backup.
    pub fn read(dir: &Path) -> Result<Self, ArchiveError> {
        Ok(Self::read_digested(dir)?.0)
    }

    /// The same, with the sha256 of the file.
    ///
    /// # Errors
    /// As [`Manifest::read`].
    pub fn read_digested(dir: &Path) -> Result<(Self, String), ArchiveError> {
        let path = dir.join(MANIFEST_FILE);
        let text = bytes(&path)?;
        Ok((Self::parse(&text, &path)?, seal::digest(&text)))
    }

    /// The same, if it is the very file whose sha256 was recorded when the backup was made.
    ///
    /// # Errors
    /// As [`Manifest::read`]; and it is another file, whatever it says.
    pub fn read_recorded(dir: &Path, sha256: Option<&str>) -> Result<Self, ArchiveError> {
        let path = dir.join(MANIFEST_FILE);
        let text = bytes(&path)?;
        if sha256.is_some_and(|recorded| recorded != seal::digest(&text)) {
            return Err(ArchiveError::ManifestChanged { path });
        }
        Self::parse(&text, &path)
    }

    fn parse(text: &[u8], path: &Path) -> Result<Self, ArchiveError> {
        /// What every format has, and the seal.
        #[derive(serde::Deserialize)]
        struct Head {
            format: u64,
            seal: Option<String>,
        }
        let malformed = |error: serde_json::Error| ArchiveError::Manifest {
            path: path.to_owned(),
            detail: error.to_string(),
        };
        let Head { format, seal } = serde_json::from_slice(text).map_err(malformed)?;
        if seal.is_some_and(|seal| !seal::is_intact(text, &seal)) {
            return Err(ArchiveError::ManifestChanged { path: path.to_owned() });
        }
        if format != u64::from(MANIFEST_FORMAT) {
            return Err(ArchiveError::UnknownManifestFormat { path: path.to_owned(), format });
        }
        let manifest: Manifest = serde_json::from_slice(text).map_err(malformed)?;
        manifest.check_paths(path)?;
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

fn bytes(path: &Path) -> Result<Vec<u8>, ArchiveError> {
    let mut text = Vec::new();
    let file = crate::platform::plain_file::open(path).map_err(ArchiveError::io(path))?;
    file.take(MAX_MANIFEST_BYTES).read_to_end(&mut text).map_err(ArchiveError::io(path))?;
    Ok(text)
}

/// Whether a path is relative and made of plain names on every system: no drive, no `..`, no backslash.
pub(super) fn stays_within(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(['\\', ':', '\0'])
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
