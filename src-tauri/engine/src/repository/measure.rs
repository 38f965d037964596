//! The size of a folder that may be growing.

use std::collections::HashMap;
use std::path::Path;

/// The sizes of a folder's files at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Bytes of each file, by its path from the folder with `/`.
    pub files: HashMap<String, u64>,
}

impl Measured {
    /// What two folders hold together.
    pub fn with(mut self, other: Self) -> Self {
        self.total_bytes += other.total_bytes;
        self.files.extend(other.files);
        self
    }
}

/// Measures a folder and those beneath it, by the files' lengths. Files that vanish meanwhile count nothing;
/// a missing folder is empty; links are not followed.
pub fn measure(dir: &Path) -> Measured {
    let mut measured = Measured::default();
    add(dir, "", &mut measured);
    measured
}

fn add(dir: &Path, prefix: &str, measured: &mut Measured) {
    let Ok(items) = std::fs::read_dir(dir) else {
        return;
    };
    for item in items.flatten() {
        let name = format!("{prefix}{}", item.file_name().to_string_lossy());
        let Ok(meta) = item.metadata() else {
            continue;
        };
        if meta.is_dir() {
            add(&item.path(), &format!("{name}/"), measured);
        } else if meta.is_file() {
            measured.total_bytes += meta.len();
            measured.files.insert(name, meta.len());
        }
    }
}
