//! Reading and settling the files of the dashboard.

use std::{
    fs,
    hash::{DefaultHasher, Hasher},
    io::ErrorKind,
    path::Path,
};

use super::Site;
use crate::failure::Failure;

/// Reads every file below `folder`; a folder that is not there has none.
pub fn read_all(folder: &Path) -> Result<Site, Failure> {
    let mut site = Site::new();
    read_below(folder, "", &mut site)?;
    Ok(site)
}

fn read_below(folder: &Path, prefix: &str, site: &mut Site) -> Result<(), Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::file(folder)(error)),
    };
    for entry in entries {
        let path = entry.map_err(Failure::file(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            read_below(&path, &format!("{prefix}{name}/"), site)?;
        } else {
            let contents = fs::read(&path).map_err(Failure::file(&path))?;
            site.insert(format!("{prefix}{name}"), contents);
        }
    }
    Ok(())
}

/// Makes `dist` hold exactly `site`, touching only what differs. Returns how many files changed.
pub fn settle(dist: &Path, site: &Site) -> Result<usize, Failure> {
    let before = read_all(dist)?;
    let mut changed = 0;
    for (name, contents) in site.iter().filter(|(name, contents)| before.get(*name) != Some(contents)) {
        let path = dist.join(name);
        let folder = path.parent().unwrap_or(dist);
        fs::create_dir_all(folder).map_err(Failure::file(folder))?;
        fs::write(&path, contents).map_err(Failure::file(&path))?;
        changed += 1;
    }
    for name in before.keys().filter(|name| !site.contains_key(*name)) {
        let path = dist.join(name);
        fs::remove_file(&path).map_err(Failure::file(&path))?;
        changed += 1;
    }
    Ok(changed)
}

/// A file's name with its contents' hash in it, so that no stale copy is ever shown: `app.css` becomes
/// `app-0123456789abcdef.css`.
pub fn hashed(stem: &str, extension: &str, contents: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(contents);
    format!("{stem}-{:016x}.{extension}", hasher.finish())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_that_did_not_change_is_left_alone_and_a_stale_one_goes() {
        let dist = std::env::temp_dir().join(format!("holdfast-settle-{}", std::process::id()));
        let first = Site::from([("same.js".into(), b"1".to_vec()), ("old/gone.css".into(), b"2".to_vec())]);
        assert_eq!(settle(&dist, &first).unwrap(), 2, "both files are new");
        let second = Site::from([("same.js".into(), b"1".to_vec()), ("new.css".into(), b"3".to_vec())]);
        assert_eq!(
            settle(&dist, &second).unwrap(),
            2,
            "one is written and one removed; the same one is not touched"
        );
        let left = read_all(&dist).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        assert_eq!(left, second, "the shell embeds whatever lies there, so nothing else may");
    }
}
