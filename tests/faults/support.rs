//! A data directory of a test's own, and the `holdfast` binary run on it with an environment that says
//! nothing else.

use crate::proc::{self, Running};
use crate::repository;
use crate::server::{Server, number, runtime};
use crate::wait::{PATIENCE, SHORTLY, wait_for, wait_until};
use holdfast_engine::event::silent;
use holdfast_engine::{Engine, OpenOptions};
use holdfast_types::{GetRun, ListRuns, ProcessKind, QuitChoice, Run, RunDetails, RunId, UpdateJob};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

/// A data directory and a working directory.
pub struct Home {
    folder: tempfile::TempDir,
    observer: Mutex<Option<Engine>>,
}

/// How a command ended and what it printed.
#[derive(Debug)]
pub struct Ended {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), observer: Mutex::new(None) }
    }

    /// One with the server `local` and the job `nightly` for a database. The schedule comes once a year.
    pub fn with_job(server: &Server, role: &str, database: &str) -> Self {
        let home = Self::new();
        home.add_server(&server.url(role));
        home.add_job(&["--database", database, "--compression", "gzip:9"]);
        home
    }

    /// Adds the server `local`.
    pub fn add_server(&self, url: &str) {
        self.document(&["server", "add", "local", "--url", url]);
    }

    /// Adds the job `nightly` with these further arguments.
    pub fn add_job(&self, more: &[&str]) {
        let mut all = vec!["job", "add", "nightly", "--server", "local", "--cron", "0 2 1 1 *"];
        all.extend(more);
        self.document(&all);
    }

    /// The data directory.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The folder around it, of the test's own too.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }

    /// Where backups go unless a test says otherwise.
    pub fn repository(&self) -> PathBuf {
        self.path().join("backups")
    }

    /// The binary, not yet started. It prints to pipes.
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
            .current_dir(self.around())
            .env("HOLDFAST_HOME", self.path())
            .env("HOME", self.around())
            .env("TZ", "UTC")
            // No keyring: passwords go to the private file.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a command that nobody listens to.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Running::start(command)
    }

    /// Runs a command with `--json` and reads its document.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let mut all = vec!["--json"];
        all.extend(arguments);
        json_of(self.command(&all))
    }

    /// The document of a command that must succeed.
    #[track_caller]
    pub fn document(&self, arguments: &[&str]) -> Value {
        let (status, document) = self.json(arguments);
        assert_eq!(status, 0, "{arguments:?} must succeed: {document}");
        document
    }

    /// What a command tells people, which must succeed.
    #[track_caller]
    pub fn told(&self, arguments: &[&str]) -> String {
        let ended = ended(self.command(arguments).output().unwrap());
        assert_eq!(ended.status, 0, "{arguments:?} must succeed: {ended:?}");
        ended.stdout
    }

    /// Runs a command with this on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ended(child.wait_with_output().unwrap())
    }

    /// Runs the job, which must complete, and gives the document.
    #[track_caller]
    pub fn backed_up(&self) -> Value {
        let run = self.document(&["run", "nightly"]);
        assert_eq!(run["status"], "completed", "{run}");
        run
    }

    /// Runs the job, which must fail, and gives error and hint.
    #[track_caller]
    pub fn fails(&self) -> Failure {
        let (status, run) = self.json(&["run", "nightly"]);
        assert_eq!((status, &run["status"]), (1, &Value::from("failed")), "the run must fail: {run}");
        let failure = Failure::of(&run);
        assert_eq!(repository::leftovers(&self.repository()), [] as [PathBuf; 0], "no partial may stay");
        failure
    }

    /// The backups that are listed.
    #[track_caller]
    pub fn backups(&self) -> Vec<Value> {
        self.document(&["backups", "list"])["items"].as_array().unwrap().clone()
    }

    /// Another engine on the data directory, for looking more often than a command can.
    pub fn observer(&self) -> Engine {
        let open = || {
            let options = OpenOptions { home: self.path(), kind: ProcessKind::Command, sink: silent() };
            runtime().block_on(Engine::open(options)).unwrap()
        };
        self.observer.lock().unwrap().get_or_insert_with(open).clone()
    }

    /// Closes it, before the catalog's files are changed; the next look opens another.
    pub fn forget_observer(&self) {
        if let Some(engine) = self.observer.lock().unwrap().take() {
            runtime().block_on(engine.shutdown(QuitChoice::Cancel));
        }
    }

    /// All runs, newest first.
    pub fn runs(&self) -> Vec<Run> {
        let request = ListRuns { limit: Some(1000), ..ListRuns::default() };
        runtime().block_on(self.observer().list_runs(request)).unwrap().items
    }

    /// One run.
    pub fn run(&self, id: RunId) -> RunDetails {
        runtime().block_on(self.observer().get_run(GetRun { id })).unwrap()
    }

    /// Waits for a run newer than all before that is going on.
    #[track_caller]
    pub fn begun_after(&self, before: Option<RunId>) -> RunId {
        wait_for("the run begins", PATIENCE, || {
            let newest = self.runs().into_iter().next()?;
            let begun = newest.started_at.is_some() && before.is_none_or(|before| newest.id.0 > before.0);
            begun.then_some(newest.id)
        })
    }

    /// Changes what the command line has no flag for.
    pub fn change_job(&self, change: impl FnOnce(&mut holdfast_types::JobSpec)) {
        let engine = self.observer();
        runtime().block_on(async {
            let job = engine.job_by_name("nightly").await.unwrap().job;
            let mut spec = job.spec;
            change(&mut spec);
            engine.update_job(UpdateJob { id: job.id, spec }).await.unwrap();
        });
    }

    /// The processes of client programs that work for this data directory.
    pub fn tools_at_work(&self) -> Vec<proc::Process> {
        let home = self.around().to_string_lossy().into_owned();
        let tools = ["pg_dump", "pg_dumpall"];
        tools.iter().flat_map(|tool| proc::with(tool, &home)).collect()
    }

    /// Waits until no program and no session works for this data directory any more.
    #[track_caller]
    pub fn quiet(&self, server: &Server, role: &str) {
        wait_until("no pg_dump is left", SHORTLY, || self.tools_at_work().is_empty());
        wait_until("no session is left on the server", SHORTLY, || server.sessions_of(role) == 0);
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.forget_observer();
    }
}

/// A backup that must stay as it is, whatever happens next.
pub struct Precious {
    id: Value,
    path: PathBuf,
    contents: BTreeMap<PathBuf, Vec<u8>>,
}

impl Precious {
    /// Makes one, and remembers every byte of it.
    pub fn make(home: &Home) -> Self {
        let run = home.backed_up();
        let path = PathBuf::from(run["backup_filepath"].as_str().unwrap());
        Self { id: run["backup_id"].clone(), contents: repository::contents(&path), path }
    }

    /// It is still there, listed as good, byte for byte; and stock pg_restore reads it.
    #[track_caller]
    pub fn untouched(&self, home: &Home, server: &Server) {
        let now = repository::contents(&self.path);
        assert!(now == self.contents, "an earlier backup must not be changed by a failure");
        let listed = home.backups();
        let own = listed.iter().find(|backup| backup["id"] == self.id);
        assert_eq!(own.unwrap()["status"], "good", "an earlier backup must stay good: {listed:?}");
        let listing = server.program("pg_restore").arg("--list").arg(self.path.join("archive")).output();
        assert!(listing.unwrap().status.success(), "stock pg_restore must still read it");
    }
}

/// What a failed run says.
#[derive(Debug)]
pub struct Failure {
    pub message: String,
    pub hint: String,
}

impl Failure {
    #[track_caller]
    pub fn of(run: &Value) -> Self {
        let text = |field: &str| run[field].as_str().unwrap_or_default().to_owned();
        let failure = Self { message: text("error_message"), hint: text("error_hint") };
        assert!(!failure.message.is_empty(), "a failure without words helps nobody: {run}");
        assert!(!failure.hint.is_empty(), "a failure without a hint leaves people alone: {run}");
        failure
    }

    /// Message and hint hold these words.
    #[track_caller]
    pub fn says(&self, message: &str, hint: &str) {
        assert!(self.message.contains(message), "{message:?} is missing: {self:?}");
        assert!(self.hint.contains(hint), "{hint:?} is missing in the hint: {self:?}");
    }
}

/// The document that a command prints.
#[track_caller]
pub fn json_of(mut command: Command) -> (i32, Value) {
    let ended = ended(command.output().unwrap());
    let document = serde_json::from_str(&ended.stdout);
    (ended.status, document.unwrap_or_else(|error| panic!("not one document: {error}: {ended:?}")))
}

/// What a finished process left.
pub fn ended(output: Output) -> Ended {
    Ended {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A cron expression that comes once a year: in a moment.
pub fn soon() -> String {
    let at = chrono::Utc::now() + chrono::Duration::seconds(2);
    at.format("%-S %-M %-H %-d %-m *").to_string()
}

/// A name that occurs nowhere else.
pub fn unusual(what: &str) -> String {
    format!("{what}{}x{}", std::process::id(), number())
}
