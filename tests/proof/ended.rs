//! A drill whose process is killed or told to end: no server and no file of it stays, and the backup is no worse.

use crate::proc::{Running, signal};
use crate::repository::below;
use crate::server::{Server, runtime};
use crate::support::Home;
use crate::verified::{Verified, backup_of, standing};
use crate::wait::{PATIENCE, SHORTLY, wait_for, wait_until};
use holdfast_types::{BackupId, ListVerifications, Verification, VerificationStatus};
use nix::sys::signal::Signal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A drill in the middle of its restore.
struct Drilling {
    home: Home,
    server: Arc<Server>,
    database: String,
    process: Running,
    cluster: PathBuf,
}

fn drilling() -> Drilling {
    let server = Server::shared();
    let database = server.database(24);
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.backed_up();
    let id = backup_of(&home, &database)["id"].to_string();
    let process = home.start(&["verify", &id, "--level", "restore"]);
    let cluster = wait_for("the drill's cluster is made", PATIENCE, || cluster_of(&home));
    let drilling = Drilling { home, server, database, process, cluster };
    wait_until("the drill restores", PATIENCE, || {
        processes_in(&drilling.cluster).iter().any(|line| line.contains(" drill "))
    });
    drilling
}

/// Where a drill that goes on has its cluster: in its own folder, or where that points to.
fn cluster_of(home: &Home) -> Option<PathBuf> {
    let drill = std::fs::read_dir(home.path().join("scratch")).ok()?.find_map(|entry| {
        let path = entry.ok()?.path();
        path.file_name()?.to_str()?.starts_with("drill-").then_some(path)
    })?;
    match std::fs::read_to_string(drill.join("cluster.path")) {
        Ok(path) if !path.is_empty() => Some(PathBuf::from(path)),
        _ if drill.join("pg").is_dir() => Some(drill.join("pg")),
        _ => None,
    }
}

/// The arguments of the processes that work in a folder.
fn processes_in(folder: &Path) -> Vec<String> {
    let works_there =
        |id: u32| std::fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|place| place.starts_with(folder));
    crate::proc::all().into_iter().filter(|it| works_there(it.id)).map(|it| it.line).collect()
}

impl Drilling {
    fn verifications(&self) -> Vec<Verification> {
        let backup_id = BackupId(backup_of(&self.home, &self.database)["id"].as_i64().unwrap());
        let request = ListVerifications { backup_id };
        runtime().block_on(self.home.observer().list_verifications(request)).unwrap().items
    }

    /// No process and no file of the drill is there, and the backup is as good as before.
    #[track_caller]
    fn left_nothing(&self) {
        wait_until("no process of the drill is left", SHORTLY, || processes_in(&self.cluster).is_empty());
        wait_until("the cluster is removed", SHORTLY, || !self.cluster.exists());
        let scratch = self.home.path().join("scratch");
        wait_until("the scratch folder is empty", SHORTLY, || below(&scratch).is_empty());
        let good = ("good".to_owned(), "L2".to_owned());
        assert_eq!(
            standing(&self.home, &self.database),
            good,
            "an ended drill says nothing against a backup"
        );
    }
}

#[test]
fn a_killed_drill_leaves_no_server_and_the_next_verification_clears_its_files_away() {
    let drilling = drilling();
    let Drilling { process, home, .. } = &drilling;
    signal(process.id(), Signal::SIGKILL);
    wait_until("no server outlives its drill", SHORTLY, || processes_in(&drilling.cluster).is_empty());
    assert_eq!(drilling.verifications()[0].status, VerificationStatus::Processing, "nobody has noticed yet");
    Verified::by(home, None, &backup_of(home, &drilling.database), "checksum").passed("L1");
    drilling.left_nothing();
    let killed = drilling.verifications().pop().unwrap();
    assert_eq!(killed.status, VerificationStatus::Undecided, "{killed:?}");
    let message = killed.error_message.as_deref().unwrap_or_default();
    assert!(message.contains("Holdfast ended while"), "it says why: {killed:?}");
    assert!(killed.error_hint.is_some_and(|hint| hint.contains("again")), "and what to do");
    Verified::by(home, None, &backup_of(home, &drilling.database), "restore").passed("L4");
}

#[test]
fn a_killed_drill_is_cleared_away_by_the_next_start_of_an_agent() {
    let drilling = drilling();
    signal(drilling.process.id(), Signal::SIGKILL);
    wait_until("no server outlives its drill", SHORTLY, || processes_in(&drilling.cluster).is_empty());
    let agent = Running::start(drilling.home.command(&["agent"]));
    wait_until("the agent notices", PATIENCE, || {
        drilling.verifications()[0].status == VerificationStatus::Undecided
    });
    drilling.left_nothing();
    assert_eq!(agent.terminate(PATIENCE).code(), Some(0), "an agent ends cleanly");
}

#[test]
fn a_drill_that_is_told_to_end_clears_its_files_away_itself() {
    let mut drilling = drilling();
    signal(drilling.process.id(), Signal::SIGINT);
    assert_eq!(drilling.process.end(PATIENCE).code(), Some(1), "what was not proven is no success");
    drilling.left_nothing();
    let ended = drilling.verifications().pop().unwrap();
    assert_eq!(ended.status, VerificationStatus::Undecided, "{ended:?}");
    assert!(ended.error_message.is_some_and(|words| words.to_lowercase().contains("cancel")), "it says why");
    assert!(drilling.server.postmaster() > 0, "the server that was backed up runs on");
}
