//! A temporary data directory, and the binary run on it with an environment that says nothing else.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A data directory and a working directory of a test's own.
pub struct Home {
    folder: tempfile::TempDir,
}

/// How a command ended and what it printed.
#[derive(Debug)]
pub struct Ended {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The data directory.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The working directory of the commands.
    pub fn work(&self) -> &Path {
        self.folder.path()
    }

    /// The binary, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if ["PG", "BACKUP_", "HOLDFAST_"].iter().any(|prefix| name.starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.work())
            .env("HOLDFAST_HOME", self.path())
            .env("HOME", self.work())
            .env("TZ", "UTC")
            // No keyring: passwords go to the private file.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments).output().unwrap())
    }

    /// Runs a command with this on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ended(child.wait_with_output().unwrap())
    }

    /// Runs a command that must succeed.
    pub fn done(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.status, 0, "{arguments:?} must succeed: {ended:?}");
        ended
    }

    /// Runs a command with `--json` and reads its document.
    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let mut all = vec!["--json"];
        all.extend(arguments);
        let ended = self.run(&all);
        let document = serde_json::from_str(&ended.stdout);
        (
            ended.status,
            document.unwrap_or_else(|error| panic!("{arguments:?}, not one document: {error}: {ended:?}")),
        )
    }

    /// The document of a command that must succeed.
    pub fn document(&self, arguments: &[&str]) -> Value {
        let (status, document) = self.json(arguments);
        assert_eq!(status, 0, "{arguments:?} must succeed: {document}");
        document
    }

    /// A server that nothing answers, and a job on it.
    pub fn with_unreachable_job(self) -> Self {
        self.done(&["server", "add", "ghost", "--url", "postgresql://nobody@127.0.0.1:1/postgres"]);
        let job = ["job", "add", "nightly", "--server", "ghost", "--database", "app", "--cron", "0 2 * * *"];
        self.done(&job);
        self
    }
}

/// What a finished process left.
pub fn ended(output: Output) -> Ended {
    Ended {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}
