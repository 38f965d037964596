//! Files and folders that only their owner can read, and making a folder's entries durable.

use std::fs::File;
use std::io;
use std::path::Path;

/// Makes all files and folders that this process and its children create accessible to their owner only, also
/// those that libraries and client programs make. Called once, before any is made.
pub fn close_new_files() {
    #[cfg(unix)]
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o077));
}

/// Creates a file that must not exist yet, readable by its owner only (0600; on Windows the folder's rules apply).
pub fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Creates a folder and its missing parents, each accessible to its owner only (0700).
/// A folder that exists is left as it is.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// Makes a file or folder that exists accessible to its owner only (0600 or 0700; on Windows the permissions of
/// the profile's folders do that).
pub fn restrict(path: &Path, entry: Entry) -> io::Result<()> {
    #[cfg(unix)]
    {
        let bits = match entry {
            Entry::File => 0o600,
            Entry::Folder => 0o700,
        };
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(bits))
    }
    #[cfg(not(unix))]
    {
        let _ = (path, entry);
        Ok(())
    }
}

/// Makes the entries of a folder durable (fsync of the folder; Windows does so by itself).
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(path)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// The permission bits of a file that others than its owner may read or write; absent when they may not, and
/// always on Windows, where libpq does not look either.
pub fn open_to_others(path: &Path) -> io::Result<Option<u32>> {
    let metadata = std::fs::metadata(path)?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        Ok((mode & 0o077 != 0).then_some(mode))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Ok(None)
    }
}

/// Whether an open file is the one at a path; always on Windows, where a file that is open stays at its path.
pub fn is_same_file(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        match (file.metadata(), std::fs::metadata(path)) {
            (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
            (_, Err(error)) => error.kind() != io::ErrorKind::NotFound,
            (Err(_), _) => true,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        true
    }
}

/// Lets everybody pass through a folder, and only its owner list and change it (0711).
pub fn let_others_pass(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o711))?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn private_files_and_folders_are_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        create_private_folder(&inner).unwrap();
        let file = inner.join("secret");
        create_private_file(&file).unwrap();
        assert_eq!(mode(&inner), 0o700, "a folder with backups must not be readable by others");
        assert_eq!(mode(&folder.path().join("a")), 0o700, "a parent made on the way must be as private");
        assert_eq!(mode(&file), 0o600, "a file with a password must not be readable by others");
        assert_eq!(open_to_others(&file).unwrap(), None, "a private file must be recognised as one");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        assert_eq!(open_to_others(&file).unwrap(), Some(0o644), "an open file must be recognised as one");
        restrict(&file, Entry::File).unwrap();
        assert_eq!(mode(&file), 0o600, "what a client program left open must be closed");
    }

    #[test]
    fn a_private_file_never_replaces_another() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        std::fs::write(&file, "precious").unwrap();
        assert!(create_private_file(&file).is_err(), "an existing file may be a link that somebody planted");
    }

    #[test]
    fn syncing_a_folder_works_and_a_missing_one_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        sync_folder(folder.path()).unwrap();
        assert!(sync_folder(&folder.path().join("gone")).is_err(), "a missing folder cannot be durable");
    }
}
