//! A backup that is published and not recorded: the catalog is behind the repository.

use crate::repository::published;
use crate::server::{Server, execute};
use crate::support::Home;
use crate::wait::{PATIENCE, wait_until};
use holdfast_engine::catalog::{Catalog, runs};
use holdfast_types::{RunId, RunStatus};
use std::path::PathBuf;
use std::sync::Arc;

/// A data directory whose catalog still shows a run as going on that published its backup.
struct Behind {
    /// Runs for as long as somebody has it.
    _server: Arc<Server>,
    home: Home,
    run: RunId,
    path: Vec<PathBuf>,
}

fn behind() -> Behind {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    let holder = server.session(&database);
    execute(&holder, "BEGIN; LOCK TABLE part1 IN ACCESS EXCLUSIVE MODE");
    let mut command = home.start(&["run", "nightly"]);
    let run = home.begun_after(None);
    wait_until("the run waits for its tables", PATIENCE, || server.waits(&role));
    // The catalog as it is while the run goes on: all that a crash just after the rename would leave.
    let catalog = |name: &str| home.path().join(name);
    let files = ["catalog.db", "catalog.db-wal"];
    let kept: Vec<_> = files.iter().map(|name| std::fs::read(catalog(name)).unwrap()).collect();
    drop(holder);
    assert_eq!(command.end(PATIENCE).code(), Some(0), "the run completes");
    let path = published(&home.repository());
    home.forget_observer();
    for (name, bytes) in files.iter().zip(&kept) {
        std::fs::write(catalog(name), bytes).unwrap();
    }
    let _ = std::fs::remove_file(catalog("catalog.db-shm"));
    assert_eq!(home.backups().len(), 0, "the record must be lost, or nothing is tested");
    Behind { _server: server, home, run, path }
}

/// The one backup, which must be listed as whole.
#[track_caller]
fn listed(behind: &Behind) -> PathBuf {
    let backups = behind.home.backups();
    let paths: Vec<_> =
        backups.iter().map(|backup| PathBuf::from(backup["path"].as_str().unwrap())).collect();
    assert_eq!(
        paths, behind.path,
        "a whole backup that nobody knows takes room for ever, and is missed when needed"
    );
    assert_eq!((&backups[0]["status"], &backups[0]["trust"]), (&"good".into(), &"L2".into()), "it is whole");
    paths[0].clone()
}

#[test]
fn a_backup_that_was_published_but_not_recorded_is_recorded_by_the_next_start() {
    let behind = behind();
    let home = &behind.home;
    let agent = home.start(&["agent"]);
    wait_until("the run is marked", PATIENCE, || !home.run(behind.run).run.status.is_active());
    let healed = home.run(behind.run).run;
    assert_eq!(healed.status, RunStatus::Interrupted, "its process is gone: {healed:?}");
    let path = listed(&behind);
    assert_eq!(healed.backup_filepath, path.to_str().map(str::to_owned), "the run shows it");
    agent.terminate(PATIENCE);
    home.backed_up();
}

#[test]
fn a_backup_of_a_run_that_failed_to_record_it_is_recorded_by_the_next_start() {
    let behind = behind();
    let home = &behind.home;
    let catalog = Catalog::open(&home.path().join("catalog.db")).unwrap();
    let end = runs::RunEnd { error_message: Some("The disk was full.".into()), ..Default::default() };
    let now = holdfast_engine::time::parse("2099-01-01T00:00:00Z").unwrap();
    let failed = catalog.write(|tx| runs::finish(tx, behind.run, RunStatus::Failed, &end, now));
    assert!(failed.unwrap(), "the run ends without its backup");
    drop(catalog);
    let agent = home.start(&["agent"]);
    wait_until("the backup is listed", PATIENCE, || !home.backups().is_empty());
    listed(&behind);
    assert_eq!(home.run(behind.run).run.status, RunStatus::Failed, "what was told of the run stays true");
    agent.terminate(PATIENCE);
    let again = home.start(&["agent"]);
    home.backed_up();
    again.terminate(PATIENCE);
    assert_eq!(home.backups().len(), 2, "one that is recorded is recorded once");
}
