//! Room on the disk.

use super::error::{RepositoryAction, RepositoryError};
use std::io::ErrorKind;
use std::path::Path;

/// Bytes that this user may still write where `path` lies; `path` itself may not exist yet.
///
/// # Errors
/// The system does not tell, or a file stands where a folder of the path should be.
pub fn available_bytes(path: &Path) -> Result<u64, RepositoryError> {
    let failed = |error| RepositoryError::io(RepositoryAction::Space, path)(error);
    for folder in path.ancestors() {
        // The parent of a plain relative name.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        match folder.metadata() {
            Ok(meta) if meta.is_dir() => return fs4::available_space(folder).map_err(failed),
            Ok(_) => return Err(failed(ErrorKind::NotADirectory.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Err(failed(ErrorKind::NotFound.into()))
}
