//! Passwords in private files: one a server, mode 0600, in a folder of mode 0700.

use super::VaultError;
use crate::home::Home;
use crate::platform::modes::create_private_file;
use crate::secret::Sensitive;
use holdfast_types::ServerId;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

fn path(home: &Home, server: ServerId) -> PathBuf {
    home.passwords().join(format!("server-{server}"))
}

/// Keeps a password: a new file beside the old one, then renamed over it.
pub(super) fn store(home: &Home, server: ServerId, password: &Sensitive) -> Result<(), VaultError> {
    let path = path(home, server);
    let fresh = path.with_extension("new");
    let failed = |source| VaultError::File { path: path.clone(), source };
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut file = create_private_file(&fresh).map_err(failed)?;
    file.write_all(password.expose().as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&fresh, &path).map_err(failed)
}

/// Reads a password back.
pub(super) fn load(home: &Home, server: ServerId) -> Result<Sensitive, VaultError> {
    let path = path(home, server);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Sensitive::new(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(VaultError::Gone),
        Err(source) => Err(VaultError::File { path, source }),
    }
}

/// Removes a password.
pub(super) fn forget(home: &Home, server: ServerId) -> Result<(), VaultError> {
    let path = path(home, server);
    match std::fs::remove_file(&path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(VaultError::File { path, source }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_file_is_private_and_can_be_replaced_and_forgotten() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let home = Home::create(dir.path()).expect("home");
        let id = ServerId(7);
        store(&home, id, &Sensitive::new("first".into())).expect("stored");
        store(&home, id, &Sensitive::new("second".into())).expect("replaced");
        assert_eq!(load(&home, id).expect("readable").expose(), "second", "the newest password counts");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path(&home, id)).expect("exists").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "others on the machine could read the password");
        }
        forget(&home, id).expect("forgotten");
        assert!(matches!(load(&home, id), Err(VaultError::Gone)), "a forgotten password must be gone");
        forget(&home, id).expect("forgetting twice is no failure");
    }
}
