//! A crash between the publishing of a backup and its record: the catalog is behind the repository.

use crate::repository::published;
use crate::server::{Server, execute};
use crate::support::Home;
use crate::wait::{PATIENCE, wait_until};
use holdfast_types::RunStatus;
use std::path::PathBuf;

#[test]
fn a_backup_that_was_published_but_not_recorded_is_recorded_by_the_next_start() {
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

    let agent = home.start(&["agent"]);
    wait_until("the run is marked", PATIENCE, || !home.run(run).run.status.is_active());
    let healed = home.run(run).run;
    assert_eq!(healed.status, RunStatus::Interrupted, "its process is gone: {healed:?}");
    let backups = home.backups();
    let paths: Vec<_> =
        backups.iter().map(|backup| PathBuf::from(backup["path"].as_str().unwrap())).collect();
    assert_eq!(
        paths, path,
        "a whole backup that nobody knows takes room for ever, and is missed when needed"
    );
    assert_eq!((&backups[0]["status"], &backups[0]["trust"]), (&"good".into(), &"L2".into()), "it is whole");
    assert_eq!(healed.backup_filepath, paths[0].to_str().map(str::to_owned), "the run shows it");
    agent.terminate(PATIENCE);
    home.backed_up();
}
