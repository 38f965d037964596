//! Where installations put PostgreSQL's programs, and how executables are called.
//!
//! It lists folders; whether they hold a usable pg_dump is for `postgres::tools` to see.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variable with the only folders to look for client programs in, separated as in PATH.
pub const CHOSEN_FOLDERS: &str = "HOLDFAST_PG_BINDIRS";

/// The patterns that distributions and installers use; `*` stands for one path component or a part of one.
#[cfg(target_os = "linux")]
const INSTALLATIONS: &[&str] = &[
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/libexec/postgresql*",
    "/opt/postgresql*/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/bin",
    "/usr/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "/home/linuxbrew/.linuxbrew/opt/libpq/bin",
];
#[cfg(target_os = "macos")]
const INSTALLATIONS: &[&str] = &[
    "/opt/homebrew/opt/postgresql*/bin",
    "/opt/homebrew/opt/libpq/bin",
    "/usr/local/opt/postgresql*/bin",
    "/usr/local/opt/libpq/bin",
    "/Library/PostgreSQL/*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/opt/local/lib/postgresql*/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/bin",
];
#[cfg(windows)]
const INSTALLATIONS: &[&str] = &[
    "C:\\Program Files\\PostgreSQL\\*\\bin",
    "C:\\Program Files (x86)\\PostgreSQL\\*\\bin",
    "C:\\Program Files\\edb\\as*\\bin",
];
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
const INSTALLATIONS: &[&str] = &["/usr/local/bin", "/usr/bin", "/usr/local/pgsql/bin"];

/// All folders of this machine that may hold client programs: those of [`CHOSEN_FOLDERS`] and no others where an
/// operator set it, else those of PATH, then the places of distributions and installers. Each is named once;
/// only existing ones are.
pub fn tool_folders() -> Vec<PathBuf> {
    let chosen = std::env::var_os(CHOSEN_FOLDERS).filter(|list| !list.is_empty());
    match chosen {
        Some(chosen) => tool_folders_from(Some(chosen), &[]),
        None => tool_folders_from(std::env::var_os("PATH"), INSTALLATIONS),
    }
}

fn tool_folders_from(list: Option<OsString>, patterns: &[&str]) -> Vec<PathBuf> {
    let listed = list.into_iter().flat_map(|list| {
        std::env::split_paths(&list).filter(|folder| folder.is_absolute()).collect::<Vec<_>>()
    });
    let installed = patterns.iter().flat_map(|pattern| expand(Path::new(pattern)));
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in listed.chain(installed) {
        if folder.is_dir() && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

/// The existing paths that a pattern with `*` inside components means.
fn expand(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for component in pattern.components() {
        let text = component.as_os_str().to_string_lossy();
        let Some((before, after)) = text.split_once('*') else {
            found.iter_mut().for_each(|path| path.push(component));
            continue;
        };
        found = found
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok())
            .flatten()
            .filter_map(Result::ok)
            .filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
            })
            .map(|entry| entry.path())
            .collect();
        found.sort();
    }
    found
}

/// The file name of a program: `pg_dump`, on Windows `pg_dump.exe`.
pub fn executable(program: &str) -> String {
    format!("{program}{}", std::env::consts::EXE_SUFFIX)
}

/// Folders in which servers of this machine put their Unix sockets when nothing else is said, likeliest first.
/// The first is what Debian's libpq has built in, the second what PostgreSQL's own build has.
pub fn socket_folders() -> Vec<PathBuf> {
    if cfg!(unix) { vec!["/var/run/postgresql".into(), "/tmp".into()] } else { Vec::new() }
}

/// The folder of libpq's files in a home folder: `~/.postgresql`, on Windows `%APPDATA%\postgresql`.
pub fn libpq_folder(home: &Path) -> PathBuf {
    if cfg!(windows) { home.join("AppData\\Roaming\\postgresql") } else { home.join(".postgresql") }
}

/// The user's own password file: `~/.pgpass`, on Windows `%APPDATA%\postgresql\pgpass.conf`.
pub fn default_passfile(home: &Path) -> PathBuf {
    if cfg!(windows) { libpq_folder(home).join("pgpass.conf") } else { home.join(".pgpass") }
}

/// The user's own service file: `~/.pg_service.conf`, on Windows `%APPDATA%\postgresql\.pg_service.conf`.
pub fn default_service_file(home: &Path) -> PathBuf {
    if cfg!(windows) { libpq_folder(home).join(".pg_service.conf") } else { home.join(".pg_service.conf") }
}

/// Folders that hold the machine's `pg_service.conf` when PGSYSCONFDIR does not say.
pub fn system_configuration_folders() -> Vec<PathBuf> {
    if cfg!(unix) {
        ["/etc/postgresql-common", "/etc", "/usr/local/pgsql/etc"].into_iter().map(PathBuf::from).collect()
    } else {
        Vec::new()
    }
}

/// The user's home folder, if there is one.
pub fn home() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_path_buf())
}

/// A folder as a person writes it, made absolute: `~` and `~/…` mean the user's home folder, as in a shell.
///
/// # Errors
/// The text is no path.
pub fn written(text: &str) -> std::io::Result<PathBuf> {
    match (text.strip_prefix('~'), home()) {
        (Some(""), Some(home)) => Ok(home),
        (Some(rest), Some(home)) if rest.starts_with(std::path::is_separator) => {
            Ok(home.join(rest.trim_start_matches(std::path::is_separator)))
        }
        _ => std::path::absolute(text),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pattern_finds_every_installed_version_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        for version in ["15", "16", "17"] {
            std::fs::create_dir_all(root.path().join(version).join("bin")).unwrap();
        }
        std::fs::create_dir_all(root.path().join("18")).unwrap();
        let pattern = root.path().join("*").join("bin");
        let found = tool_folders_from(None, &[pattern.to_str().unwrap()]);
        assert_eq!(
            found,
            ["15", "16", "17"].map(|v| root.path().join(v).join("bin")),
            "every version must be offered, and a folder without bin must not"
        );
    }

    #[test]
    fn a_tilde_means_the_home_folder_and_a_name_with_one_does_not() {
        let home = home().unwrap();
        assert_eq!(
            written("~/bk").unwrap(),
            home.join("bk"),
            "a folder named ~ would fill the working directory"
        );
        assert_eq!(written("~").unwrap(), home, "the home folder itself");
        let here = std::env::current_dir().unwrap();
        assert_eq!(
            written("~old/bk").unwrap(),
            here.join("~old/bk"),
            "backup copies of editors are named so"
        );
        assert_eq!(written("bk").unwrap(), here.join("bk"), "what is relative is so to this folder");
    }

    #[test]
    fn the_order_of_a_list_counts_and_none_comes_twice() {
        let root = tempfile::tempdir().unwrap();
        let (own, other) = (root.path().join("own"), root.path().join("other"));
        std::fs::create_dir(&own).unwrap();
        std::fs::create_dir(&other).unwrap();
        let gone = root.path().join("gone");
        let list = std::env::join_paths([own.clone(), other.clone(), own.clone(), gone]).unwrap();
        let found = tool_folders_from(Some(list), &[]);
        assert_eq!(found, [own, other], "the operator's first choice must be looked at first, once");
    }
}
