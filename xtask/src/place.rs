//! Where the checkout and its build output are.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// The folders that tasks work in.
pub struct Place {
    /// The repository's root.
    pub root: PathBuf,
    /// Cargo's output: `CARGO_TARGET_DIR` when set, else `target` in the root.
    pub target: PathBuf,
}

impl Place {
    /// Finds the checkout from which `cargo xtask` was called.
    pub fn find() -> Result<Self, Failure> {
        // Cargo sets this for the checkout it runs in; the compiled-in path may be another one's
        // when checkouts share a target folder.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .map(Path::to_path_buf)
            .ok_or_else(|| Failure::Unexpected(format!("{} has no parent folder", manifest.display())))?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The path of a program that a development build leaves behind.
    pub fn built(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// The path of a program that npm installed, to be run with the project as working directory.
    pub fn node_program(&self, name: &str) -> PathBuf {
        let suffix = if cfg!(windows) { ".cmd" } else { "" };
        self.root.join("node_modules/.bin").join(format!("{name}{suffix}"))
    }
}
