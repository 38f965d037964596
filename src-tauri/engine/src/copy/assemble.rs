//! Moves the files of copied tables into pg_dump's archive, under the names that its table of contents gives them.

use super::carry::Copied;
use super::entries::{self, Data};
use super::error::CopyError;
use crate::archive::TOC_FILE;
use crate::archive::toc::Toc;
use crate::postgres::sequences::SequenceState;
use std::collections::HashSet;
use std::path::Path;

/// What is put into an archive of pg_dump, which left it out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ours {
    /// The tables that were copied.
    pub copied: Vec<Copied>,
    /// The values of sequences.
    pub sequences: Vec<SequenceState>,
    /// Where pg_dump left out all rows: the tables and sequences that have none to give, by oid.
    pub without_rows: Option<HashSet<u32>>,
}

/// Puts what is ours into an archive. The files of the copied tables are in `folder` and are all that is there.
///
/// # Errors
/// [`CopyError::Unexpected`] when the archive is not as it must be. It may be changed in part then.
pub fn assemble(archive: &Path, folder: &Path, ours: &Ours) -> Result<(), CopyError> {
    let Ours { copied, sequences, without_rows } = ours;
    let contents = archive.join(TOC_FILE);
    let toc = Toc::read(&contents).map_err(|error| CopyError::Unexpected(error.to_string()))?;
    let data = |copied: &Copied| Data {
        oid: copied.table.oid,
        columns: copied.table.columns.clone(),
        qualified: copied.table.qualified.clone(),
    };
    let data: Vec<Data> = copied.iter().map(data).collect();
    let (whole, numbers) =
        entries::insert(&toc, &data, sequences, without_rows.as_ref()).map_err(CopyError::Unexpected)?;
    for copied in copied {
        let number = numbers.get(&copied.table.oid).copied().unwrap_or_default();
        let target = archive.join(format!("{number}.dat{}", suffix(&copied.file)));
        if target.symlink_metadata().is_ok() {
            return Err(CopyError::Unexpected(format!("{} is there already", target.display())));
        }
        std::fs::rename(&copied.file, &target).map_err(CopyError::io(&target))?;
    }
    std::fs::write(&contents, whole.to_bytes()).map_err(CopyError::io(&contents))?;
    std::fs::remove_dir(folder).map_err(CopyError::io(folder))
}

/// What a codec adds to `.dat`.
fn suffix(file: &Path) -> String {
    match file.extension() {
        Some(extension) if extension != "dat" => format!(".{}", extension.to_string_lossy()),
        _ => String::new(),
    }
}
