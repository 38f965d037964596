//! `kill -9` of the process that carries a run out, at each step of it; and the next start, which heals.

use crate::proc::Running;
use crate::repository::{leftovers, published};
use crate::server::{Server, execute};
use crate::support::{Home, Precious, soon};
use crate::wait::{PATIENCE, SHORTLY, wait_for, wait_until};
use holdfast_types::{Run, RunId, RunPhase, RunStatus, TriggerType};
use std::path::PathBuf;

/// Which process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    /// `holdfast run`.
    Command,
    /// `holdfast agent`, with a run of the schedule.
    Agent,
}

/// How often a step may have been over before the kill came; the check and the publishing are short.
const ATTEMPTS: usize = 12;

#[test]
fn a_run_killed_before_its_dump_leaves_nothing() {
    killed(Victim::Command, RunPhase::Preflight);
}

#[test]
fn a_run_killed_in_its_dump_leaves_nothing() {
    killed(Victim::Command, RunPhase::Dump);
}

#[test]
fn a_run_killed_in_its_check_leaves_nothing() {
    killed(Victim::Command, RunPhase::Check);
}

#[test]
fn a_run_killed_while_it_is_published_leaves_nothing() {
    killed(Victim::Command, RunPhase::Publish);
}

#[test]
fn an_agent_killed_before_a_dump_is_healed_and_the_slot_is_tried_again() {
    killed(Victim::Agent, RunPhase::Preflight);
}

#[test]
fn an_agent_killed_in_a_dump_is_healed_and_the_slot_is_tried_again() {
    killed(Victim::Agent, RunPhase::Dump);
}

#[test]
fn an_agent_killed_in_a_check_is_healed_and_the_slot_is_tried_again() {
    killed(Victim::Agent, RunPhase::Check);
}

#[test]
fn an_agent_killed_while_a_backup_is_published_is_healed_and_the_slot_is_tried_again() {
    killed(Victim::Agent, RunPhase::Publish);
}

#[test]
fn a_killed_command_keeps_nobody_from_running_the_job_again() {
    let scene = Scene::new();
    let home = &scene.home;
    let before = home.runs().first().map(|run| run.id);
    let process = home.start(&["run", "nightly"]);
    let run = home.begun_after(before);
    scene.reaches(run, RunPhase::Dump);
    process.kill();
    home.quiet(&scene.server, &scene.role);
    assert_eq!(
        home.run(run).run.status,
        RunStatus::Processing,
        "it was killed too late, or nothing is tested"
    );
    // No agent and no window: the next command is the first to notice.
    home.backed_up();
    assert_eq!(home.run(run).run.status, RunStatus::Interrupted, "its process is gone");
    assert_eq!(leftovers(&home.repository()), [] as [PathBuf; 0], "what it left is swept");
    let scratch = home.path().join("scratch");
    assert_eq!(crate::repository::below(&scratch), [] as [PathBuf; 0], "its password file too");
    scene.earlier.untouched(home, &scene.server);
}

/// What the kills have in common.
struct Scene {
    server: std::sync::Arc<Server>,
    role: String,
    database: String,
    home: Home,
    earlier: Precious,
}

fn killed(victim: Victim, step: RunPhase) {
    let scene = Scene::new();
    for _ in 0..ATTEMPTS {
        if scene.attempt(victim, step) == Hit::Step {
            return;
        }
    }
    panic!("the run was never caught in the step {}", step.as_str());
}

/// Whether the kill came in the wanted step.
#[derive(PartialEq, Eq)]
enum Hit {
    Step,
    Later,
}

impl Scene {
    /// A job with one good backup of a small database, and a bigger database to come.
    fn new() -> Self {
        let server = Server::shared();
        let role = server.superuser();
        let small = server.database(1);
        let database = server.database(24);
        let home = Home::with_job(&server, &role, &small);
        let earlier = Precious::make(&home);
        home.document(&["job", "update", "nightly", "--database", &database]);
        home.change_job(|spec| spec.retry_backoff_seconds = 1);
        Self { server, role, database, home, earlier }
    }

    fn attempt(&self, victim: Victim, step: RunPhase) -> Hit {
        let home = &self.home;
        let before = home.runs().first().map(|run| run.id);
        let listed = home.backups().len();
        let lock = (step == RunPhase::Preflight).then(|| self.hold_a_table());
        let process = match victim {
            Victim::Command => home.start(&["run", "nightly"]),
            Victim::Agent => {
                home.document(&["job", "update", "nightly", "--cron", &soon(), "--timezone", "UTC"]);
                home.start(&["agent"])
            }
        };
        let run = home.begun_after(before);
        let reached = self.reaches(run, step);
        process.kill();
        let hit = reached && self.left_in(run, step);

        home.quiet(&self.server, &self.role);
        drop(lock);
        self.earlier.untouched(home, &self.server);
        let unfinished = home.run(run).run.status == RunStatus::Processing;
        if unfinished {
            assert_eq!(home.backups().len(), listed, "what is not finished must not be listed");
            self.heals(victim, run);
        } else if victim == Victim::Agent {
            // Nobody is to run the slot again.
            home.document(&["job", "update", "nightly", "--cron", "0 2 1 1 *"]);
        }
        assert_eq!(leftovers(&home.repository()), [] as [PathBuf; 0], "the next start must sweep");
        let known: Vec<_> = home.backups().iter().map(|backup| backup["path"].clone()).collect();
        for path in published(&home.repository()) {
            assert!(
                known.iter().any(|known| *known == *path.to_string_lossy()),
                "{} is listed nowhere",
                path.display()
            );
        }
        if hit && unfinished { Hit::Step } else { Hit::Later }
    }

    /// A session that keeps the run from locking its tables.
    fn hold_a_table(&self) -> holdfast_engine::postgres::Session {
        let session = self.server.session(&self.database);
        execute(&session, "BEGIN; LOCK TABLE part1 IN ACCESS EXCLUSIVE MODE");
        session
    }

    /// Waits for the step; not reached means that the run was faster.
    fn reaches(&self, run: RunId, step: RunPhase) -> bool {
        wait_for("the step begins", PATIENCE, || {
            let now = self.home.run(run);
            if !now.run.status.is_active() {
                return Some(false);
            }
            let begun = now.steps.iter().any(|taken| taken.phase == step);
            let there = match step {
                RunPhase::Preflight => begun && self.server.waits(&self.role),
                // Data is being written.
                RunPhase::Dump => begun && self.some_data(),
                _ => begun,
            };
            there.then_some(true)
        })
    }

    fn some_data(&self) -> bool {
        let is_data = |path: &PathBuf| {
            path.to_string_lossy().contains(".partial")
                && path.to_string_lossy().contains(".dat")
                && path.metadata().is_ok_and(|found| found.len() > 0)
        };
        crate::repository::below(&self.home.repository()).iter().any(is_data)
    }

    /// Whether the record of a killed run ends with the step, and its backup was not published yet.
    fn left_in(&self, run: RunId, step: RunPhase) -> bool {
        let last = self.home.run(run).steps.last().map(|taken| taken.phase);
        let partial = step == RunPhase::Preflight || !leftovers(&self.home.repository()).is_empty();
        last == Some(step) && partial
    }

    /// The next start of an agent.
    fn heals(&self, victim: Victim, run: RunId) {
        let home = &self.home;
        let agent = Running::start(home.command(&["agent"]));
        let healed = self.ended(run);
        assert_eq!(healed.status, RunStatus::Interrupted, "its process is gone: {healed:?}");
        assert!(healed.completed_at.is_some(), "an end has a time: {healed:?}");
        for words in [&healed.error_message, &healed.error_hint] {
            assert!(words.as_ref().is_some_and(|words| !words.is_empty()), "it must say so: {healed:?}");
        }
        wait_until("the interruption is told", SHORTLY, || self.log().contains("run ended as interrupted"));
        wait_until("leftovers are swept", SHORTLY, || leftovers(&home.repository()).is_empty());
        let scratch = home.path().join("scratch");
        wait_until("a password file is swept", SHORTLY, || crate::repository::below(&scratch).is_empty());
        if victim == Victim::Agent {
            let retry = wait_for("the slot is tried again", PATIENCE, || {
                let newest = home.runs().into_iter().next()?;
                (newest.id.0 > run.0 && !newest.status.is_active()).then_some(newest)
            });
            assert_eq!(
                (retry.trigger_type, retry.attempt, retry.status),
                (TriggerType::Retry, healed.attempt + 1, RunStatus::Completed),
                "a slot with retries must be tried again: {retry:?}"
            );
            assert_eq!(retry.scheduled_for, healed.scheduled_for, "it is the same slot");
        }
        let status = agent.terminate(PATIENCE);
        assert_eq!(status.code(), Some(0), "an agent ends cleanly: {status}");
    }

    fn ended(&self, run: RunId) -> Run {
        wait_for("the run is marked", PATIENCE, || {
            Some(self.home.run(run).run).filter(|run| !run.status.is_active())
        })
    }

    /// What the agents logged.
    fn log(&self) -> String {
        let files = crate::repository::below(&self.home.path().join("logs"));
        files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect()
    }
}
