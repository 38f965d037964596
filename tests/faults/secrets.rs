//! A planted password is found nowhere, and nobody else may read what Holdfast writes.

use crate::proc;
use crate::repository::below;
use crate::server::{Server, number, runtime};
use crate::support::{Home, unusual};
use holdfast_engine::event::EngineEvent;
use holdfast_engine::{Engine, OpenOptions};
use holdfast_types::{GetRun, GetRunLog, ProcessKind, QuitChoice, RunStatus, TriggerNow};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Looks at the arguments of every process of the machine, again and again, until it is asked what it found.
struct Watch {
    done: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<(u64, BTreeSet<String>, Vec<String>)>,
}

impl Watch {
    fn begin(secret: &str) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let (ended, secret) = (Arc::clone(&done), secret.to_owned());
        let thread = std::thread::spawn(move || {
            let (mut looks, mut programs, mut found) = (0, BTreeSet::new(), Vec::new());
            while !ended.load(Ordering::Relaxed) {
                for process in proc::all() {
                    let program = process.line.split(' ').next().unwrap_or_default();
                    programs.insert(program.rsplit('/').next().unwrap_or_default().to_owned());
                    if process.line.contains(&secret) {
                        found.push(process.line);
                    }
                }
                looks += 1;
            }
            (looks, programs, found)
        });
        Self { done, thread }
    }

    #[track_caller]
    fn found_nothing(self) {
        self.done.store(true, Ordering::Relaxed);
        let (looks, programs, found) = self.thread.join().unwrap();
        assert_eq!(found, Vec::<String>::new(), "everybody on the machine reads the arguments of processes");
        for program in ["holdfast", "pg_dump", "pg_dumpall"] {
            assert!(programs.contains(program), "{looks} looks must have seen {program}: {programs:?}");
        }
    }
}

/// A role that needs this password, may read everything, and owns nothing.
fn role_with(server: &Server, password: &str) -> String {
    let name = format!("ann_{}", number());
    server.sql("postgres", &format!("CREATE ROLE {name} LOGIN SUPERUSER PASSWORD '{password}'"));
    name
}

/// No file holds the secret, the private password file aside.
#[track_caller]
fn in_no_file(folder: &Path, secret: &str) {
    for path in below(folder).into_iter().filter(|path| path.is_file()) {
        let bytes = std::fs::read(&path).unwrap();
        let is_own = path.parent().is_some_and(|parent| parent.ends_with("home/passwords"));
        let holds = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!holds || is_own, "{} holds the password", path.display());
    }
}

/// Nobody but the owner may read or enter.
#[track_caller]
fn private(folder: &Path) {
    for path in below(folder).into_iter().chain([folder.to_owned()]) {
        let found = path.symlink_metadata().unwrap();
        let expected = if found.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(found.permissions().mode() & 0o777, expected, "{} is open to others", path.display());
    }
}

#[test]
fn a_planted_password_is_found_nowhere_and_every_file_is_private() {
    let server = Server::shared();
    // With what a passfile, a connection string or a shell would trip over.
    let secret = unusual(r"Zq7\:'' x%40-");
    let secret = secret.as_str();
    let password = secret.replace("''", "'");
    let role = role_with(&server, secret);
    let database = server.database(8);
    let home = Home::new();
    let watch = Watch::begin(&password);
    let added = home.run_with_input(
        &["server", "add", "local", "--url", &server.url(&role), "--password-stdin"],
        &format!("{password}\n"),
    );
    assert_eq!(added.status, 0, "{added:?}");
    home.add_job(&["--database", &database, "--retries", "1"]);
    let mut said = vec![added.stdout, added.stderr];
    let mut say = |arguments: &[&str]| {
        let ended =
            crate::support::ended(home.command(arguments).env("HOLDFAST_LOG", "trace").output().unwrap());
        said.extend([ended.stdout, ended.stderr]);
        ended.status
    };
    assert_eq!(say(&["server", "test", "local"]), 0, "the password must work");
    assert_eq!(say(&["--json", "run", "nightly"]), 0, "also for pg_dump");
    let agent = {
        home.document(&["job", "update", "nightly", "--cron", &crate::support::soon(), "--timezone", "UTC"]);
        let mut command = home.command(&["agent"]);
        let output = std::fs::File::create(home.around().join("agent.out")).unwrap();
        command.env("HOLDFAST_LOG", "trace").stdout(output.try_clone().unwrap()).stderr(output);
        proc::Running::start(command)
    };
    crate::wait::wait_until("the slot's run ends", crate::wait::PATIENCE, || {
        home.runs().iter().filter(|run| run.status == RunStatus::Completed).count() == 2
    });
    agent.terminate(crate::wait::PATIENCE);

    // A password that is wrong is one that somebody uses elsewhere.
    let wrong = unusual("Wrong9:");
    let change = ["server", "update", "local", "--password-stdin"];
    assert_eq!(home.run_with_input(&change, &format!("{wrong}\n")).status, 0, "it can be stored");
    assert_eq!(say(&["--json", "run", "nightly"]), 1, "the server must reject it");
    for arguments in [
        &["--json", "server", "show", "local"][..],
        &["--json", "runs", "list"],
        &["--json", "runs", "show", "1"],
        &["--json", "runs", "log", "1"],
        &["--json", "runs", "log", "3"],
        &["--json", "runs", "show", "3"],
        &["--json", "backups", "list"],
        &["--json", "config", "get"],
        &["runs", "export", "--format", "csv"],
        &["scheduler", "status"],
    ] {
        assert_eq!(say(arguments), 0, "{arguments:?} must work");
    }
    let again = home.run_with_input(&change, &format!("{password}\n"));
    assert_eq!(again.status, 0, "{again:?}");
    events_hold_no(&home, &password);

    watch.found_nothing();
    for secret in [&password, &wrong] {
        in_no_file(home.around(), secret);
        for words in &said {
            assert!(!words.contains(secret.as_str()), "a command printed it: {words}");
        }
    }
    let globals: Vec<PathBuf> =
        below(&home.repository()).into_iter().filter(|path| path.ends_with("globals.sql")).collect();
    assert_eq!(globals.len(), 3, "each backup holds the roles");
    for path in &globals {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains(&role), "the roles are there");
        assert!(!text.contains("SCRAM-SHA-256"), "their password hashes are not, unless they were asked for");
    }
    private(&home.path());
}

/// Runs the job with an engine of our own and looks at each event as a log would print it.
fn events_hold_no(home: &Home, secret: &str) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let sink = {
        let heard = Arc::clone(&heard);
        Arc::new(move |event: EngineEvent| heard.lock().unwrap().push(format!("{event:?}")))
    };
    let outcome = runtime().block_on(async {
        let options = OpenOptions { home: home.path(), kind: ProcessKind::Command, sink };
        let engine = Engine::open(options).await.unwrap();
        let job = engine.job_by_name("nightly").await.unwrap();
        let run = engine.trigger_now(TriggerNow { job_id: job.job.id }).await.unwrap();
        let ended = engine.wait_for_run(run.id).await.unwrap();
        assert_eq!(ended.status, RunStatus::Completed, "{ended:?}");
        let details = engine.get_run(GetRun { id: run.id }).await.unwrap();
        let log = engine.get_run_log(GetRunLog { id: run.id, after: 0 }).await.unwrap();
        engine.shutdown(QuitChoice::Cancel).await;
        format!("{details:?} {log:?} {job:?}")
    });
    let heard = heard.lock().unwrap();
    assert!(heard.len() > 5, "a run tells of its progress: {heard:?}");
    for text in heard.iter().chain([&outcome]) {
        assert!(!text.contains(secret), "events end in logs and windows: {text}");
    }
}

#[test]
fn a_password_in_a_url_is_refused_and_forgotten() {
    let home = Home::new();
    let secret = unusual("InUrl7");
    let url = format!("postgresql://ann:{secret}@127.0.0.1:1/postgres");
    let (status, answer) = home.json(&["server", "add", "local", "--url", &url]);
    assert_eq!(status, 2, "it would stay in the shell's history: {answer}");
    assert!(!answer.to_string().contains(&secret), "and must not be repeated: {answer}");
    let (status, _) = home.json(&["server", "list"]);
    assert_eq!(status, 0, "nothing was broken by it");
    in_no_file(home.around(), &secret);
}
