//! Others write while a backup is made: it holds one moment, and what the server counted in that moment.

use crate::repository::below;
use crate::server::{Server, execute, number};
use crate::support::Home;
use crate::verified::{Verified, backup_of};
use crate::wait::{PATIENCE, wait_until};
use holdfast_engine::archive::Manifest;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// What pgbench keeps true in every moment.
const BALANCED: &str = "SELECT (SELECT sum(abalance) FROM pgbench_accounts) = (SELECT sum(delta) FROM pgbench_history) \
     AND (SELECT sum(tbalance) FROM pgbench_tellers) = (SELECT sum(bbalance) FROM pgbench_branches) \
     AND (SELECT sum(delta) FROM pgbench_history) = (SELECT sum(bbalance) FROM pgbench_branches)";

/// A pgbench that is ended when this is dropped.
struct Bench(Child);

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn bench(server: &Server, database: &str, arguments: &[&str]) -> Child {
    let mut command = server.program("pgbench");
    command.args(arguments).arg(database).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("install pgbench (Debian: postgresql-contrib)")
}

fn counted(server: &Server, database: &str) -> u64 {
    server.values(database, "SELECT count(*) FROM pgbench_history")[0].parse().unwrap()
}

#[test]
fn a_dump_under_writes_holds_one_moment_and_is_drilled_equal_to_it() {
    let server = Server::shared();
    let database = server.database(8);
    let made = bench(&server, &database, &["-i", "-q", "-s", "3"]).wait().unwrap();
    assert!(made.success(), "pgbench makes its tables");
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.document(&["job", "update", "nightly", "--ledger", "checksums", "--assert", BALANCED]);
    let writing = Bench(bench(&server, &database, &["-c", "2", "-T", "600"]));
    wait_until("pgbench writes", PATIENCE, || counted(&server, &database) > 0);
    let before = counted(&server, &database);
    home.backed_up();
    let after = counted(&server, &database);
    drop(writing);
    assert!(after > before, "it wrote while the backup was made");

    let backup = backup_of(&home, &database);
    let manifest = Manifest::read(Path::new(backup["path"].as_str().unwrap())).unwrap();
    let ledger = manifest.ledger.expect("the server counted");
    let counted = |name: &str| ledger.tables.iter().find(|table| table.name == name).unwrap().rows.unwrap();
    let held = |name: &str| manifest.tables.iter().find(|table| table.name == name).unwrap().rows.unwrap();
    let moment = counted("pgbench_history");
    assert!((before..=after).contains(&moment), "{moment} rows were there between {before} and {after}");
    for table in &ledger.tables {
        assert_eq!(table.rows.unwrap(), held(&table.name), "{}: both read one snapshot", table.name);
    }
    Verified::by(&home, None, &backup, "restore").passed("L5");
}

#[test]
fn whoever_empties_drops_or_alters_a_table_meanwhile_waits_and_the_backup_holds_it_whole() {
    for engine in ["pg_dump", "parallel"] {
        holds_against_changes(engine);
    }
}

fn holds_against_changes(engine: &str) {
    let server = Server::shared();
    let database = server.database(16);
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.document(&["job", "update", "nightly", "--ledger", "checksums", "--parallelism", "1"]);
    // Slow enough that the copy is in its middle when pg_dump has ended.
    home.document(&["job", "update", "nightly", "--engine", engine, "--max-rate-mb", "8"]);
    let rows = |table: &str| server.values(&database, &format!("SELECT count(*) FROM {table}"))[0].clone();
    let whole = rows("part1");
    let begun = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let changes = [
            "TRUNCATE part1",
            "DROP TABLE part2",
            "ALTER TABLE part3 ADD COLUMN more int DEFAULT 5, DROP COLUMN body",
            "UPDATE part4 SET body = ''",
        ];
        let waiting: Vec<_> = changes
            .into_iter()
            .map(|change| {
                let (server, database, begun) = (&server, &database, &begun);
                scope.spawn(move || {
                    let session = server.session(database);
                    wait_until("the backup begins", PATIENCE, || begun.load(Ordering::Relaxed));
                    execute(&session, change);
                })
            })
            .collect();
        let mut running = home.start(&["run", "nightly"]);
        let locked = "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE granted \
                      AND relation = 'part1'::regclass AND application_name LIKE 'holdfast %'";
        // pg_dump writes the table of contents when it holds all tables.
        let begun_by =
            |path: &PathBuf| path.ends_with("archive/toc.dat") && path.to_string_lossy().contains(".partial");
        wait_until("the tables are held", PATIENCE, || match engine {
            "pg_dump" => !server.values(&database, locked).is_empty(),
            _ => below(&home.repository()).iter().any(begun_by),
        });
        begun.store(true, Ordering::Relaxed);
        assert_eq!(running.end(PATIENCE).code(), Some(0), "the run completes");
        waiting.into_iter().for_each(|change| change.join().unwrap());
    });
    let backup = backup_of(&home, &database);
    let manifest = Manifest::read(Path::new(backup["path"].as_str().unwrap())).unwrap();
    for table in manifest.ledger.expect("the server counted").tables {
        assert_eq!(table.rows.unwrap().to_string(), whole, "{}: as it was before", table.name);
    }
    assert_eq!(rows("part1"), "0", "the change came after it");
    Verified::by(&home, None, &backup, "restore").passed("L4");
}

#[test]
fn one_of_many_small_tables_that_is_changed_meanwhile_is_held_whole_too() {
    let server = Server::shared();
    let database = format!("small_{}", number());
    server.sql("postgres", &format!("CREATE DATABASE {database}"));
    // Little on the server's disk, much as text: at the bound below the copy takes seconds.
    let make = "DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TABLE small_%s AS SELECT g AS id, \
                repeat(''x'', 4000) AS body FROM generate_series(1, 50) g', i); END LOOP; END $$";
    server.sql(&database, make);
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.document(&["job", "update", "nightly", "--parallelism", "2", "--max-rate-mb", "8"]);
    let mut running = home.start(&["run", "nightly"]);
    let run = home.begun_after(None);
    let begun_by =
        |path: &PathBuf| path.ends_with("archive/toc.dat") && path.to_string_lossy().contains(".partial");
    wait_until("pg_dump has ended", PATIENCE, || below(&home.repository()).iter().any(begun_by));
    std::thread::scope(|scope| {
        let changes = [
            "TRUNCATE small_299",
            "DROP TABLE small_298",
            "ALTER TABLE small_297 DROP COLUMN body, ADD c int",
        ];
        for change in changes {
            let (server, database) = (&server, &database);
            scope.spawn(move || execute(&server.session(database), change));
        }
        let ended = running.end(PATIENCE).code();
        let log = home.told(&["runs", "log", &run.to_string()]);
        assert_eq!(ended, Some(0), "who queues for a lock must not stop the copy behind it: {log}");
    });
    let log = home.told(&["runs", "log", &run.to_string()]);
    assert!(log.contains("tables are copied in parallel, their definitions by pg_dump"), "{log}");
    let backup = backup_of(&home, &database);
    let manifest = Manifest::read(Path::new(backup["path"].as_str().unwrap())).unwrap();
    let ledger = manifest.ledger.expect("the server counted");
    let small: Vec<_> = ledger.tables.iter().filter(|table| table.name.starts_with("small_")).collect();
    assert_eq!(small.len(), 300, "none is forgotten");
    for table in small {
        assert_eq!(table.rows, Some(50), "{}: as it was before", table.name);
    }
    assert_eq!(server.values(&database, "SELECT count(*) FROM small_299"), ["0"], "the change came after it");
    Verified::by(&home, None, &backup, "restore").passed("L4");
}
