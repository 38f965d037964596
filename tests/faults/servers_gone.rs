//! What a run depends on goes away under it: pg_dump, one of its workers, the server.

use crate::proc::{Running, signal};
use crate::repository::{below, leftovers};
use crate::server::Server;
use crate::support::{Failure, Home, Precious};
use crate::wait::{PATIENCE, wait_for, wait_until};
use holdfast_types::{RunId, RunStatus};
use nix::sys::signal::Signal;
use std::path::PathBuf;

/// A run that is in the middle of its dump.
struct Dumping {
    role: String,
    home: Home,
    earlier: Precious,
    run: RunId,
    command: Running,
}

fn dumping(server: &Server) -> Dumping {
    dumping_by(server, "auto")
}

/// The same with this engine.
fn dumping_by(server: &Server, engine: &str) -> Dumping {
    let role = server.superuser();
    let small = server.database(1);
    let database = server.database(32);
    let home = Home::with_job(server, &role, &small);
    let earlier = Precious::make(&home);
    // Slow enough that what happens next happens in the middle.
    let slow = ["--engine", engine, "--max-rate-mb", "4"];
    home.document(&[&["job", "update", "nightly", "--database", &database], &slow[..]].concat());
    let before = home.runs().first().map(|run| run.id);
    let command = home.start(&["run", "nightly"]);
    let run = home.begun_after(before);
    let mid = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.contains(".partial")
            && name.contains(".dat")
            && path.metadata().is_ok_and(|found| found.len() > 0)
    };
    wait_until("pg_dump writes data", PATIENCE, || below(&home.repository()).iter().any(mid));
    Dumping { role, home, earlier, run, command }
}

impl Dumping {
    /// The run failed, says why, and left nothing.
    #[track_caller]
    fn has_failed(&mut self, server: &Server) -> Failure {
        let status = self.command.end(PATIENCE);
        assert_eq!(status.code(), Some(1), "a failed run must not look like a success: {status}");
        let run = self.home.run(self.run).run;
        assert_eq!(run.status, RunStatus::Failed, "{run:?}");
        assert_eq!(leftovers(&self.home.repository()), [] as [PathBuf; 0], "the partial must be removed");
        self.home.quiet(server, &self.role);
        self.earlier.untouched(&self.home, server);
        assert_eq!(self.home.backups().len(), 1, "half a backup must not be listed");
        Failure::of(&serde_json::to_value(&run).unwrap())
    }

    /// The process of pg_dump, which holdfast started.
    fn leader(&self) -> u32 {
        let found = self.home.tools_at_work();
        found.iter().find(|process| process.parent == self.command.id()).unwrap().id
    }
}

#[test]
fn a_killed_pg_dump_fails_the_run() {
    let server = Server::shared();
    let mut dumping = dumping_by(&server, "pg_dump");
    signal(dumping.leader(), Signal::SIGKILL);
    dumping.has_failed(&server).says("pg_dump was killed", "out of memory");
}

#[test]
fn a_killed_worker_of_pg_dump_fails_the_run() {
    let server = Server::shared();
    let mut dumping = dumping_by(&server, "pg_dump");
    let leader = dumping.leader();
    let worker = wait_for("pg_dump has workers", PATIENCE, || {
        dumping.home.tools_at_work().into_iter().find(|process| process.parent == leader)
    });
    signal(worker.id, Signal::SIGKILL);
    dumping.has_failed(&server).says("worker process died", "log");
}

#[test]
fn a_pg_dump_that_is_told_to_end_fails_the_run() {
    let server = Server::shared();
    let mut dumping = dumping_by(&server, "pg_dump");
    signal(dumping.leader(), Signal::SIGTERM);
    dumping.has_failed(&server).says("pg_dump", "log");
}

#[test]
fn a_killed_server_fails_the_run_and_the_next_one_completes() {
    let server = Server::own();
    let mut dumping = dumping(&server);
    signal(server.postmaster(), Signal::SIGKILL);
    let status = dumping.command.end(PATIENCE);
    assert_eq!(status.code(), Some(1), "a failed run must not look like a success: {status}");
    server.start_again();
    dumping.has_failed(&server).says("connection to the server was lost", "server's log");
    dumping.home.backed_up();
}

#[test]
fn a_server_that_restarts_fails_the_run_and_the_next_one_completes() {
    let server = Server::own();
    let mut dumping = dumping(&server);
    server.start_again();
    dumping.has_failed(&server).says("connection to the server was lost", "server's log");
    dumping.home.backed_up();
}

#[test]
fn a_session_that_an_administrator_ends_fails_the_run() {
    let server = Server::shared();
    let mut dumping = dumping(&server);
    let end = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}' AND query LIKE 'COPY %' \
         AND state = 'active'",
        dumping.role
    );
    wait_until("a table is being read", PATIENCE, || !server.values("postgres", &end).is_empty());
    dumping.has_failed(&server).says("connection to the server was lost", "server's log");
}
