//! Who runs this process, and the account that a server must run as when that is root.

use std::io;
use std::path::{Path, PathBuf};

/// An account of the operating system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its user id.
    pub uid: u32,
    /// Its group id.
    pub gid: u32,
}

/// The name of the user who runs this process; absent when the system does not know one.
pub fn current_user() -> Option<String> {
    #[cfg(unix)]
    let known = nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten().map(|user| user.name);
    #[cfg(not(unix))]
    let known = std::env::var("USERNAME").ok();
    known.filter(|name| !name.is_empty())
}

/// Whether this process runs as root, as which PostgreSQL refuses to.
pub fn is_root() -> bool {
    #[cfg(unix)]
    return nix::unistd::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}

/// The account of that name, if the system has it.
pub fn account(name: &str) -> Option<Account> {
    #[cfg(unix)]
    return nix::unistd::User::from_name(name).ok().flatten().map(|user| Account {
        name: user.name,
        uid: user.uid.as_raw(),
        gid: user.gid.as_raw(),
    });
    #[cfg(not(unix))]
    {
        let _ = name;
        None
    }
}

/// Makes a file or folder that account's own. Only root may.
pub fn give(path: &Path, to: &Account) -> io::Result<()> {
    #[cfg(unix)]
    std::os::unix::fs::chown(path, Some(to.uid), Some(to.gid))?;
    #[cfg(not(unix))]
    let _ = (path, to);
    Ok(())
}

/// The nearest folder above `path` that the account may not pass through; absent when all are open to it.
pub fn barrier(path: &Path, account: &Account) -> Option<PathBuf> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let closed = |folder: &&Path| {
            std::fs::metadata(folder).is_ok_and(|found| {
                let passes = if found.uid() == account.uid {
                    0o100
                } else if found.gid() == account.gid {
                    0o010
                } else {
                    0o001
                };
                found.mode() & passes == 0
            })
        };
        path.ancestors().skip(1).find(closed).map(Path::to_path_buf)
    }
    #[cfg(not(unix))]
    {
        let _ = (path, account);
        None
    }
}

/// Lets a command run as that account. Only root may.
pub fn run_as(command: &mut tokio::process::Command, account: &Account) {
    #[cfg(unix)]
    command.uid(account.uid).gid(account.gid);
    #[cfg(not(unix))]
    let _ = (command, account);
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_current_user_has_a_name_and_an_account() {
        let name = current_user().expect("connections default to this name");
        let found = account(&name).expect("the name must lead back to its account");
        assert_eq!(found.uid == 0, is_root(), "root and user id 0 are the same thing");
    }

    #[test]
    fn a_closed_folder_above_is_named() {
        let root = tempfile::tempdir().unwrap();
        let nobody = Account { name: "nobody".into(), uid: 65_533, gid: 65_533 };
        let inner = root.path().join("data");
        std::fs::create_dir(&inner).unwrap();
        std::fs::set_permissions(root.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        assert_eq!(
            barrier(&inner, &nobody).as_deref(),
            Some(root.path()),
            "a server that cannot reach its folder must be told which one bars the way"
        );
    }
}
