//! A throwaway PostgreSQL cluster: private folder, Unix socket only, gone when dropped.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A running cluster.
pub struct Cluster {
    dir: tempfile::TempDir,
    bin: PathBuf,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start() -> Self {
        let bin = server_programs();
        // Directly in /tmp: a socket's path has about a hundred bytes at most.
        let dir = tempfile::Builder::new().prefix("hf-archive-").tempdir_in("/tmp").expect("a folder");
        if is_root() {
            // PostgreSQL refuses to run as root.
            succeed(Command::new("chown").arg("postgres").arg(dir.path()));
        }
        let cluster = Cluster { dir, bin };
        let data = cluster.data();
        let initdb =
            ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"];
        succeed(cluster.program("initdb").args(initdb).arg(&data));
        let options = format!(
            "-c listen_addresses= -c fsync=off -c unix_socket_directories={}",
            cluster.dir.path().display()
        );
        let log = cluster.dir.path().join("log");
        succeed(
            cluster
                .program("pg_ctl")
                .args(["start", "-w", "-o", &options, "-l"])
                .arg(&log)
                .arg("-D")
                .arg(&data),
        );
        cluster
    }

    /// The output of a command, rows by line, columns by tab.
    pub fn sql(&self, database: &str, commands: &str) -> String {
        let mut psql = self.program("psql");
        // Commands are written in UTF-8, whatever the database's encoding.
        psql.env("PGCLIENTENCODING", "UTF8");
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-F",
            "\t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-c",
            commands,
        ]);
        String::from_utf8(succeed(&mut psql).stdout).expect("UTF-8")
    }

    /// Dumps a database with these options and gives the files of the archive.
    pub fn dump(&self, database: &str, options: &[&str]) -> crate::Files {
        let archive = self.dir.path().join("dump");
        succeed(self.program("pg_dump").args(["-Fd", "-d", database, "-f"]).arg(&archive).args(options));
        let files = crate::read_files(&archive);
        std::fs::remove_dir_all(&archive).expect("removed");
        files
    }

    /// Runs a line of shell in a folder, as a user who may connect.
    pub fn shell(&self, folder: &Path, line: &str) {
        let mut shell = self.user_command("sh");
        succeed(shell.args(["-e", "-c", line]).current_dir(folder));
    }

    /// A folder that the cluster's user can read and that goes with the cluster.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        succeed(self.user_command("mkdir").arg(&path));
        path
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A program of the server's version, pointed at this cluster.
    fn program(&self, name: &str) -> Command {
        self.user_command(self.bin.join(name))
    }

    /// A program as a user that may run the server: root may not.
    fn user_command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let path = std::env::join_paths(
            std::iter::once(self.bin.clone())
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        );
        command.env("PATH", path.expect("folders")).env("PGHOST", self.dir.path()).env("PGUSER", "postgres");
        command.env("LC_ALL", "C.UTF-8").current_dir(self.dir.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let _ = self.program("pg_ctl").args(["stop", "-w", "-m", "immediate", "-D"]).arg(data).output();
    }
}

/// Runs a command that must succeed.
pub fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said}");
    output
}

fn is_root() -> bool {
    #[cfg(unix)]
    return nix::unistd::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

/// Debian's folder of version 15, or whatever is on the PATH.
fn server_programs() -> PathBuf {
    let debian = Path::new("/usr/lib/postgresql/15/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(debian.to_owned())
        .chain(std::env::split_paths(&path))
        .find(|dir| ["initdb", "pg_ctl", "psql", "pg_dump"].iter().all(|name| dir.join(name).exists()))
        .expect("these tests need PostgreSQL's server programs: apt-get install postgresql-15")
}
