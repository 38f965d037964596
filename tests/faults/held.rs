//! What a run holds on the server: locks and a snapshot while pg_dump reads, nothing afterwards.

use crate::server::{Server, execute, runtime};
use crate::support::Home;
use crate::wait::{PATIENCE, wait_until};
use holdfast_types::{RunPhase, RunStatus};
use std::sync::Arc;

/// Sessions of the role whose query or name is like this.
fn sessions(server: &Server, role: &str, like: &str) -> Vec<String> {
    server
        .values("postgres", &format!("SELECT pid FROM pg_stat_activity WHERE usename = '{role}' AND {like}"))
}

#[test]
fn the_tables_are_free_again_while_the_archive_is_checked() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(48);
    let home = Home::with_job(&server, &role, &database);
    let mut command = home.start(&["run", "nightly"]);
    let run = home.begun_after(None);
    wait_until("the check begins", PATIENCE, || {
        home.run(run).steps.iter().any(|step| step.phase == RunPhase::Check)
    });
    let held = format!(
        "SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
         WHERE a.usename = '{role}' AND l.locktype = 'relation'"
    );
    let held = server.values(&database, &held);
    assert_eq!(held, [] as [String; 0], "an ALTER TABLE must not wait for the reading of an archive");
    let snapshots = sessions(&server, &role, "backend_xmin IS NOT NULL");
    assert_eq!(snapshots, [] as [String; 0], "VACUUM must be able to clean up again");
    assert_eq!(command.end(PATIENCE).code(), Some(0), "the run completes without them");
}

#[test]
fn a_run_that_waits_for_a_lock_says_whose_it_is() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    let holder = server.session(&database);
    execute(
        &holder,
        "SET application_name = 'migration of orders'; BEGIN; LOCK TABLE part3 IN ACCESS EXCLUSIVE MODE",
    );
    let mut command = home.start(&["run", "nightly"]);
    let run = home.begun_after(None);
    wait_until("the log names the one in the way", PATIENCE, || {
        let told = home.told(&["runs", "log", &run.to_string()]);
        told.contains("Waits for a lock on public.part3") && told.contains("migration of orders")
    });
    execute(&holder, "ROLLBACK");
    assert_eq!(command.end(PATIENCE).code(), Some(0), "and goes on as soon as it may");
}

#[test]
fn who_queues_before_pg_dump_holds_the_tables_is_let_through_and_the_dump_begins_anew() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    let holder = server.session(&database);
    execute(&holder, "BEGIN; LOCK TABLE part4 IN ACCESS EXCLUSIVE MODE");
    let mut command = home.start(&["run", "nightly"]);
    let run = home.begun_after(None);
    wait_until("the run holds the first table and waits for the last", PATIENCE, || server.waits(&role));
    // Queues behind the run's lock, and pg_dump's lock behind it: a circle that no server sees.
    let emptier = server.session(&database);
    let emptying = runtime().spawn(async move { emptier.execute("TRUNCATE part1").await });
    wait_until("somebody wants to empty a table", PATIENCE, || {
        let waiting = "SELECT pid FROM pg_stat_activity WHERE query = 'TRUNCATE part1' AND wait_event_type = 'Lock' \
                       AND datname = current_database()";
        !server.values(&database, waiting).is_empty()
    });
    execute(&holder, "ROLLBACK");
    assert_eq!(command.end(PATIENCE).code(), Some(0), "a run must not hold an application up until it fails");
    runtime().block_on(emptying).unwrap().unwrap();
    let log = home.told(&["runs", "log", &run.to_string()]);
    assert!(log.contains("begins anew"), "and says what happened: {log}");
    home.quiet(&server, &role);
}

#[test]
fn a_session_that_is_lost_before_pg_dump_holds_the_tables_fails_the_run() {
    let server = Arc::new(Server::own());
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    // One connection: it needs the snapshot only at its beginning, and would go on without a word.
    home.change_job(|spec| spec.parallelism = Some(1));
    let holder = server.session(&database);
    execute(&holder, "BEGIN; LOCK TABLE part4 IN ACCESS EXCLUSIVE MODE");
    let mut command = home.start(&["run", "nightly"]);
    let run = home.begun_after(None);
    wait_until("the run waits for the last table", PATIENCE, || server.waits(&role));
    // Queues behind the run's lock, and pg_dump's lock behind it.
    let emptier = server.session(&database);
    let emptying = runtime().spawn(async move { emptier.execute("TRUNCATE part1").await });
    wait_until("somebody wants to empty a table", PATIENCE, || {
        let waiting =
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'TRUNCATE%' AND wait_event_type = 'Lock'";
        !server.values("postgres", waiting).is_empty()
    });
    execute(&holder, "ROLLBACK");
    wait_until("pg_dump waits behind it", PATIENCE, || {
        let like = "application_name LIKE 'holdfast %' AND wait_event_type = 'Lock'";
        !sessions(&server, &role, like).is_empty()
    });
    let ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE application_name = 'holdfast' AND state = 'idle in transaction'";
    server.values("postgres", &format!("{ours} AND usename = '{role}'"));
    assert_eq!(
        command.end(PATIENCE).code(),
        Some(1),
        "a dump of an emptied table must not count as a backup"
    );
    let ended = home.run(run).run;
    assert_eq!(ended.status, RunStatus::Failed, "{ended:?}");
    assert_eq!(home.backups().len(), 0, "nothing is listed");
    runtime().block_on(emptying).unwrap().unwrap();
    home.quiet(&server, &role);
    home.backed_up();
}
