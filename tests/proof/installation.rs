//! The machine's PostgreSQL at another place, with an extension of the tests' own.

use crate::programs::machines_own;
use crate::server::runtime;
use holdfast_engine::platform::modes;
use holdfast_engine::postgres::tools::{self, Toolset};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Relocated programs. They find what belongs to them relative to themselves, as PostgreSQL allows.
pub struct Installation {
    folder: tempfile::TempDir,
    bin: PathBuf,
}

const CONTROL: &str = "comment = 'tables of an extension'\ndefault_version = '1.0'\nrelocatable = true\n";

const SCRIPT: &str = "CREATE TABLE zoo_settings (name text PRIMARY KEY, whose text);\n\
    INSERT INTO zoo_settings VALUES ('shipped', 'theirs');\n\
    CREATE TABLE zoo_internal (id int);\n\
    CREATE SEQUENCE zoo_numbers;\n\
    SELECT pg_catalog.pg_extension_config_dump('zoo_settings', 'WHERE whose = ''own''');\n\
    SELECT pg_catalog.pg_extension_config_dump('zoo_numbers', '');\n";

impl Installation {
    /// One with the extension `zoo_extension`.
    pub fn with_extension() -> Self {
        let own = machines_own();
        let folder = tempfile::tempdir().unwrap();
        modes::let_others_pass(folder.path()).unwrap();
        let told = |what: &str| {
            let said = Command::new(own.folder.join("pg_config")).arg(what).output();
            let said = said.expect("install pg_config (Debian: postgresql-common, libpq-dev)");
            PathBuf::from(String::from_utf8(said.stdout).unwrap().trim())
        };
        let moved = |path: &Path| folder.path().join(path.strip_prefix("/").unwrap());
        let (bin, share, lib) = (told("--bindir"), told("--sharedir"), told("--pkglibdir"));
        open_folder(&moved(&bin));
        for program in ["postgres", "initdb", "pg_ctl", "pg_dump", "pg_dumpall", "pg_restore", "psql"] {
            // Copies: through a link a program would find its old place.
            std::fs::copy(bin.join(program), moved(&bin).join(program)).unwrap();
        }
        open_folder(moved(&lib).parent().unwrap());
        std::os::unix::fs::symlink(&lib, moved(&lib)).unwrap();
        let extensions = moved(&share).join("extension");
        open_folder(&extensions);
        for (from, to) in [(share.clone(), moved(&share)), (share.join("extension"), extensions.clone())] {
            for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
                if entry.file_name() != "extension" {
                    std::os::unix::fs::symlink(entry.path(), to.join(entry.file_name())).unwrap();
                }
            }
        }
        std::fs::write(extensions.join("zoo_extension.control"), CONTROL).unwrap();
        std::fs::write(extensions.join("zoo_extension--1.0.sql"), SCRIPT).unwrap();
        Self { bin: moved(&bin), folder }
    }

    /// Its programs.
    pub fn tools(&self) -> Toolset {
        let found = runtime().block_on(tools::discover_in(std::slice::from_ref(&self.bin)));
        assert!(self.bin.starts_with(self.folder.path()), "the programs are the relocated ones");
        found.into_iter().next().expect("relocated programs run")
    }
}

fn open_folder(path: &Path) {
    std::fs::create_dir_all(path).unwrap();
}
