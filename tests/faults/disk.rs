//! Full disks: real ones, small and in memory.

use crate::repository::{below, leftovers};
use crate::server::Server;
use crate::small_disk::SmallDisk;
use crate::support::{Failure, Home, Precious};
use holdfast_types::RunPhase;
use std::path::{Path, PathBuf};

/// A job on a small disk with one good backup of a small database, and a bigger database to come.
struct Full {
    server: std::sync::Arc<Server>,
    disk: SmallDisk,
    home: Home,
    earlier: Precious,
}

fn full(kib: u64) -> Full {
    let server = Server::shared();
    let role = server.superuser();
    let small = server.database(1);
    let bigger = server.database(24);
    let disk = SmallDisk::of_kib(kib);
    let home = Home::new();
    home.add_server(&server.url(&role));
    home.add_job(&["--database", &small, "--repository", disk.path().to_str().unwrap()]);
    let earlier = Precious::make(&home);
    home.document(&["job", "update", "nightly", "--database", &bigger]);
    Full { server, disk, home, earlier }
}

impl Full {
    #[track_caller]
    fn fails_in(&self, step: RunPhase) -> Failure {
        let failure = self.home.fails();
        let run = self.home.runs()[0].id;
        let steps = self.home.run(run).steps;
        let last = steps.iter().rev().find(|taken| taken.phase != RunPhase::Done).map(|taken| taken.phase);
        assert_eq!(last, Some(step), "the disk must be found full there: {failure:?}");
        assert_eq!(leftovers(self.disk.path()), [] as [PathBuf; 0], "the partial must give its room back");
        self.earlier.untouched(&self.home, &self.server);
        assert_eq!(self.home.backups().len(), 1, "half a backup must not be listed");
        failure
    }
}

#[test]
fn a_disk_that_is_too_small_by_estimate_is_refused_before_the_dump() {
    let full = full(1300);
    full.fails_in(RunPhase::Preflight).says("free", "disk");
}

#[test]
fn a_disk_that_fills_during_the_dump_fails_the_run() {
    let full = full(6 * 1024);
    full.fails_in(RunPhase::Dump).says("disk is full", "Free space");
}

#[test]
fn a_disk_on_which_the_last_backup_would_no_longer_fit_is_refused_before_the_dump() {
    let full = full(64 * 1024);
    full.home.backed_up();
    let listed = full.home.backups().len();
    full.disk.resize(full.disk.used_kib() + 8 * 1024);
    full.home.fails().says("free", "disk");
    assert_eq!(full.home.backups().len(), listed, "nothing is listed, nothing is lost");
    full.earlier.untouched(&full.home, &full.server);
}

#[test]
fn a_disk_that_lacks_room_for_the_last_file_fails_the_run() {
    // How much the whole takes is measured first; the next run gets all of it but the last pages.
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(4);
    let disk = SmallDisk::of_kib(64 * 1024);
    let home = Home::new();
    home.add_server(&server.url(&role));
    home.add_job(&["--database", &database, "--repository", disk.path().to_str().unwrap()]);
    let before = disk.used_kib();
    home.backed_up();
    let whole = disk.used_kib() - before;
    let backup = home.backups()[0]["path"].as_str().unwrap().to_owned();
    // Without its record the estimate does not refuse the run.
    for path in below(Path::new(&backup)).iter().filter(|path| path.is_file()) {
        std::fs::remove_file(path).unwrap();
    }
    disk.resize(disk.used_kib() + whole - 8);
    home.fails().says("disk is full", "Free space");
    assert_eq!(leftovers(disk.path()), [] as [PathBuf; 0], "the partial must give its room back");
    disk.resize(64 * 1024);
    home.backed_up();
}

#[test]
fn a_full_disk_under_the_data_directory_fails_loudly_and_heals() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(8);
    let home = Home::with_job(&server, &role, &database);
    let disk = SmallDisk::of_kib(4 * 1024);
    let other = Home::new();
    let small = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("HOLDFAST_HOME", disk.path().join("home"));
        crate::support::json_of(command)
    };
    let elsewhere = other.around().join("repository");
    let url = server.url(&role);
    let added = small(&["--json", "server", "add", "local", "--url", &url]);
    assert_eq!(added.0, 0, "there is room for a catalog: {}", added.1);
    let job = [
        "--json",
        "job",
        "add",
        "nightly",
        "--server",
        "local",
        "--cron",
        "0 2 1 1 *",
        "--database",
        &database,
    ];
    assert_eq!(small(&[&job[..], &["--repository", elsewhere.to_str().unwrap()]].concat()).0, 0, "and a job");
    let filler = disk.path().join("filler");
    std::process::Command::new("dd")
        .args(["if=/dev/zero", "bs=4k"])
        .arg(format!("of={}", filler.display()))
        .output()
        .unwrap();
    let (status, answer) = small(&["--json", "run", "nightly"]);
    assert_eq!(status, 1, "a run that cannot be recorded is a failure: {answer}");
    let words = answer.to_string();
    assert!(words.contains("full"), "it must say that the disk is full: {words}");
    std::fs::remove_file(&filler).unwrap();
    let (status, run) = small(&["--json", "run", "nightly"]);
    assert_eq!((status, &run["status"]), (0, &"completed".into()), "room again, and all is well: {run}");
}
