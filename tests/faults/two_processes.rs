//! Two processes on one data directory: slots run once, a run is never joined by another, anybody can end it.

use crate::proc::Running;
use crate::repository::leftovers;
use crate::server::{Server, execute};
use crate::support::{Failure, Home};
use crate::wait::{PATIENCE, wait_for, wait_until};
use holdfast_types::{Run, RunId, RunStatus, TriggerType};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A second takes over within this time.
const TAKEOVER: Duration = Duration::from_secs(5);

/// Who holds the scheduler, as the command line says.
fn holder(home: &Home) -> Option<u32> {
    let status = home.document(&["scheduler", "status"]);
    status["holder"]["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok())
}

/// Runs of the schedule that completed.
fn completed(runs: &[Run]) -> usize {
    runs.iter()
        .filter(|run| run.trigger_type == TriggerType::Scheduled && run.status == RunStatus::Completed)
        .count()
}

#[test]
fn a_slot_never_runs_twice_and_the_second_agent_takes_over() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    home.document(&[
        "job",
        "update",
        "nightly",
        "--cron",
        "*/2 * * * * *",
        "--timezone",
        "UTC",
        "--keep-last",
        "2",
    ]);
    let mut agents: Vec<Running> = (0..2).map(|_| home.start(&["agent"])).collect();
    let first = wait_for("an agent holds the scheduler", PATIENCE, || holder(&home));
    let holds = agents.iter().position(|agent| agent.id() == first);
    let holding = agents.remove(holds.expect("one of the two must hold it"));
    let second = agents.remove(0);
    wait_until("three slots ran", PATIENCE, || completed(&home.runs()) >= 3);
    assert_eq!(holder(&home), Some(first), "a holder that lives keeps the scheduler");

    holding.kill();
    let killed = Instant::now();
    wait_until("the other takes over", TAKEOVER, || holder(&home) == Some(second.id()));
    assert!(killed.elapsed() <= TAKEOVER, "a night's backups must not wait for a person");
    let before = completed(&home.runs());
    wait_until("its slots run", PATIENCE, || completed(&home.runs()) >= before + 2);
    assert_eq!(second.terminate(PATIENCE).code(), Some(0), "an agent ends cleanly");
    assert_eq!(holder(&home), None, "nobody holds it now");

    let mut slots: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for run in home.runs() {
        slots.entry(run.scheduled_for.clone().expect("each has its slot")).or_default().push(run);
    }
    for (slot, runs) in &slots {
        let attempts: Vec<u32> = runs.iter().rev().map(|run| run.attempt).collect();
        let expected: Vec<u32> = (1..=u32::try_from(runs.len()).unwrap()).collect();
        assert_eq!(attempts, expected, "the slot {slot} was run twice: {runs:?}");
        let whole = runs.iter().filter(|run| run.status == RunStatus::Completed).count();
        assert!(whole <= 1, "the slot {slot} was backed up twice: {runs:?}");
    }
    assert_eq!(leftovers(&home.repository()), [] as [PathBuf; 0], "the one that took over sweeps");
}

/// A run that waits for a locked table, so that it goes on for as long as a test needs.
struct GoingOn {
    server: std::sync::Arc<Server>,
    role: String,
    home: Home,
    run: RunId,
    command: Running,
    holder: holdfast_engine::postgres::Session,
}

fn going_on(arguments: &[&str]) -> GoingOn {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    let holder = server.session(&database);
    execute(&holder, "BEGIN; LOCK TABLE part1 IN ACCESS EXCLUSIVE MODE");
    let command = home.start(arguments);
    let run = home.begun_after(None);
    wait_until("the run waits for its tables", PATIENCE, || server.waits(&role));
    GoingOn { server, role, home, run, command, holder }
}

#[test]
fn a_second_run_is_skipped_and_says_why() {
    let mut going_on = going_on(&["run", "nightly"]);
    let home = &going_on.home;
    let (status, second) = home.json(&["run", "nightly"]);
    assert_eq!(
        (status, &second["status"]),
        (3, &"skipped".into()),
        "two runs of a job never overlap: {second}"
    );
    let reason = second["error_message"].as_str().unwrap_or_default();
    assert!(reason.contains("going on"), "it must say why: {second}");
    let listed = home.document(&["runs", "list", "--status", "skipped"]);
    assert_eq!(listed["total"], 1, "what did not happen is recorded too: {listed}");
    execute(&going_on.holder, "ROLLBACK");
    assert_eq!(going_on.command.end(PATIENCE).code(), Some(0), "the first goes its way");
    assert_eq!(going_on.home.run(going_on.run).run.status, RunStatus::Completed, "and completes");
}

#[test]
fn a_waiting_run_of_another_process_can_be_cancelled() {
    let mut going_on = going_on(&["run", "nightly"]);
    let began = Instant::now();
    going_on.home.document(&["runs", "cancel", &going_on.run.to_string()]);
    let status = going_on.command.end(PATIENCE);
    assert!(began.elapsed() < Duration::from_secs(5), "a cancel is heeded at once: {:?}", began.elapsed());
    assert_eq!(status.code(), Some(1), "a cancelled run made no backup");
    is_cancelled(&going_on.home, going_on.run);
    // The table is still locked: nobody may go on waiting for it.
    going_on.home.quiet(&going_on.server, &going_on.role);
    drop(going_on.holder);
}

#[test]
fn a_dump_of_another_process_can_be_cancelled() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(64);
    let home = Home::with_job(&server, &role, &database);
    let mut command = home.start(&["run", "nightly"]);
    let run = home.begun_after(None);
    wait_until("pg_dump works", PATIENCE, || {
        !crate::proc::with("pg_dump", home.around().to_str().unwrap()).is_empty()
    });
    let began = Instant::now();
    home.document(&["runs", "cancel", &run.to_string()]);
    command.end(PATIENCE);
    assert!(began.elapsed() < Duration::from_secs(5), "a cancel is heeded at once: {:?}", began.elapsed());
    is_cancelled(&home, run);
    home.quiet(&server, &role);
    let (status, again) = home.json(&["runs", "cancel", &run.to_string()]);
    assert_eq!(status, 3, "a run that ended cannot be ended: {again}");
}

#[test]
fn an_agent_that_is_asked_to_end_cancels_its_run() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(32);
    let home = Home::with_job(&server, &role, &database);
    home.document(&["job", "update", "nightly", "--cron", &crate::support::soon(), "--timezone", "UTC"]);
    let agent = home.start(&["agent"]);
    let run = home.begun_after(None);
    wait_until("pg_dump works", PATIENCE, || !home.tools_at_work().is_empty());
    assert_eq!(agent.terminate(PATIENCE).code(), Some(0), "an agent ends cleanly");
    is_cancelled(&home, run);
    home.quiet(&server, &role);
}

#[track_caller]
fn is_cancelled(home: &Home, run: RunId) {
    let ended = home.run(run).run;
    assert_eq!(ended.status, RunStatus::Cancelled, "{ended:?}");
    Failure { message: ended.error_message.unwrap_or_default(), hint: String::new() }.says("ancelled", "");
    assert_eq!(leftovers(&home.repository()), [] as [PathBuf; 0], "the partial must be removed");
    assert_eq!(home.backups().len(), 0, "half a backup must not be listed");
}

#[test]
fn the_limit_of_runs_at_a_time_counts_across_processes() {
    let mut going_on = going_on(&["run", "nightly"]);
    let home = &going_on.home;
    home.document(&["config", "set", "max_concurrent_runs", "1"]);
    let database = going_on.server.database(1);
    home.document(&["job", "add", "other", "--server", "local", "--database", &database, "--disabled"]);
    let mut other = home.start(&["run", "other"]);
    let second = wait_for("the second is queued", PATIENCE, || {
        home.runs().first().map(|run| run.id).filter(|id| *id != going_on.run)
    });
    // Gives the second time to begin if it were to.
    home.document(&["runs", "show", &second.to_string()]);
    execute(&going_on.holder, "ROLLBACK");
    assert_eq!(going_on.command.end(PATIENCE).code(), Some(0), "the first was not disturbed");
    assert_eq!(other.end(PATIENCE).code(), Some(0), "waiting is no failure");
    let (first, second) = (home.run(going_on.run).run, home.run(second).run);
    // Without the zone's letter, which stands behind whole seconds at once and is greater than a dot.
    let moment = |at: &Option<String>| at.as_ref().map(|at| at.trim_end_matches('Z').to_owned());
    assert!(
        first.completed_at.is_some() && moment(&second.started_at) >= moment(&first.completed_at),
        "two at once would burden the server past the limit: {first:?} {second:?}"
    );
}
