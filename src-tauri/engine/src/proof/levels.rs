//! The levels of proof that need no server: checksums, and every file read to its end.

use crate::archive::{
    self, Against, ArchiveError, CancellationToken, CheckedArchive, Manifest, OnProgress, Severity,
};
use crate::repository::layout::ARCHIVE_DIR;
use holdfast_types::Check;
use holdfast_types::counted;
use std::num::NonZeroUsize;
use std::path::Path;

/// How many threads read a backup: those of the machine, a few at most, so that a disk is not torn apart.
pub(crate) fn threads() -> NonZeroUsize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
    NonZeroUsize::new(cores).unwrap_or(NonZeroUsize::MIN)
}

/// Compares every file with the manifest, byte for byte.
///
/// # Errors
/// The files differ or cannot be read, or the operator cancelled.
pub(super) fn checksums(
    manifest: &Manifest,
    folder: &Path,
    on_progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Check, ArchiveError> {
    manifest.verify_against(folder, threads(), on_progress, cancel)?;
    Ok(Check {
        name: "checksums".into(),
        ok: true,
        detail: format!(
            "{}, {}, as the manifest says",
            counted(manifest.files.len() as u64, "file"),
            crate::error::bytes(manifest.totals.bytes)
        ),
    })
}

/// Reads every data file to its end and reconciles the contents with the manifest.
///
/// # Errors
/// A file is cut or damaged, something is missing or too much, or the operator cancelled.
pub(super) fn decode(
    manifest: &Manifest,
    folder: &Path,
    on_progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<(CheckedArchive, Check), ArchiveError> {
    let archive = folder.join(ARCHIVE_DIR);
    let checked = archive::check_archive(&archive, Against::Itself, threads(), on_progress, cancel)?;
    let differences = manifest.disagreements(&checked);
    if differences.iter().any(|difference| difference.severity() == Severity::Loss) {
        return Err(ArchiveError::Differs { path: archive, differences });
    }
    let rows: u64 = checked.tables.iter().filter_map(|table| table.rows).sum();
    let check = Check {
        name: "decoded".into(),
        ok: true,
        detail: format!(
            "{} read to the end: {}, {}, {}, {}",
            counted(checked.files.len() as u64, "data file"),
            counted(checked.tables.len() as u64, "table"),
            counted(rows, "row"),
            counted(checked.sequences, "sequence"),
            counted(checked.large_objects, "large object")
        ),
    };
    Ok((checked, check))
}
