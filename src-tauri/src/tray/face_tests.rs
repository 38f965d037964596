//! What the tray shows in each situation.

use super::*;
use holdfast_types::*;

fn now() -> DateTime<Utc> {
    "2026-11-23T21:00:00Z".parse().expect("a moment")
}

fn job(id: i64, name: &str) -> JobSummary {
    let spec = JobSpec::new(name.to_owned(), ServerId(1), DatabaseSelection::All, "UTC".to_owned());
    let at = "2026-11-01T00:00:00Z".to_owned();
    JobSummary {
        job: Job {
            id: JobId(id),
            spec,
            purpose: JobPurpose::Ordinary,
            created_at: at.clone(),
            updated_at: at,
        },
        server_name: "main".to_owned(),
        schedule_description: "At 02:00".to_owned(),
        next_runs: Vec::new(),
        last_run: None,
        last_good_at: None,
        trust: None,
        size_trend: Vec::new(),
        overdue: false,
        repository_path: "/backups".to_owned(),
        proofs: Vec::new(),
        broken: Vec::new(),
    }
}

fn ended(id: i64, name: &str, status: RunStatus) -> JobSummary {
    let at = "2026-11-23T02:00:00Z".to_owned();
    let last_run = Some(LastRun { id: RunId(7), status, at, error_message: None });
    JobSummary { last_run, ..job(id, name) }
}

fn facts(state: SchedulerState, jobs: Vec<JobSummary>) -> Facts {
    let scheduler = SchedulerStatus {
        state,
        holder: None,
        next: None,
        last: None,
        enabled_jobs: jobs.len() as u64,
        total_jobs: jobs.len() as u64,
        active_runs: Vec::new(),
        schedule: None,
        description: None,
        last_heartbeat_at: None,
    };
    Facts { scheduler, jobs, progress: Vec::new(), own_runs: 0, quitting: false }
}

fn next(at: &str) -> Option<NextSlot> {
    Some(NextSlot {
        job_id: JobId(1),
        job: "orders".to_owned(),
        at: at.to_owned(),
        timezone: "UTC".to_owned(),
    })
}

fn progress(bytes_done: u64, bytes_total: u64, database_index: u32, database_count: u32) -> RunProgress {
    RunProgress {
        run_id: RunId(7),
        job_id: JobId(1),
        job: "orders".to_owned(),
        phase: RunPhase::Dump,
        database: None,
        database_index,
        database_count,
        bytes_written: 0,
        bytes_done,
        bytes_total,
        bytes_per_second: 0,
        eta_seconds: None,
        tables: Vec::new(),
        tables_done: 0,
        tables_total: 0,
        started_at: "2026-11-23T21:00:00Z".to_owned(),
        held_up: None,
    }
}

fn running(progress: Vec<RunProgress>) -> Facts {
    let mut facts = facts(SchedulerState::Running, vec![job(1, "orders")]);
    facts.scheduler.active_runs = vec![RunId(7)];
    Facts { own_runs: 1, progress, ..facts }
}

#[test]
fn nothing_to_do_names_the_next_slot() {
    let mut facts = facts(SchedulerState::Running, vec![job(1, "orders")]);
    for (at, line) in [
        ("2026-11-23T23:30:00Z", "Idle. Next: orders at 23:30"),
        ("2026-11-24T02:00:00Z", "Idle. Next: orders tomorrow at 02:00"),
        ("2026-11-30T02:00:00Z", "Idle. Next: orders on Mon 30 Nov at 02:00"),
    ] {
        facts.scheduler.next = next(at);
        assert_eq!(face(&facts, now(), &Utc).status, line, "the day must be told unless it is today");
    }
    assert_eq!(face(&facts, now(), &Utc).icon, IconState::Idle, "all is well");
}

#[test]
fn the_next_slot_is_told_in_the_readers_zone() {
    let mut facts = facts(SchedulerState::Running, vec![job(1, "orders")]);
    facts.scheduler.next = next("2026-11-23T23:30:00Z");
    let berlin = chrono::FixedOffset::east_opt(3600).expect("an offset");
    let line = face(&facts, now(), &berlin).status;
    assert_eq!(line, "Idle. Next: orders tomorrow at 00:30", "the clock on the same panel shows that zone");
}

#[test]
fn a_running_backup_shows_how_far_it_is() {
    for (done, line) in [
        (progress(42, 100, 1, 1), "Running orders, 42 %"),
        (progress(50, 100, 2, 4), "Running orders, 37 %"),
        (progress(100, 100, 1, 1), "Running orders, 99 %"),
        (progress(0, 0, 1, 1), "Running orders"),
    ] {
        let face = face(&running(vec![done]), now(), &Utc);
        assert_eq!(face.status, line, "all databases of the run count, and nothing running is at 100 %");
        assert_eq!(face.icon, IconState::Running, "the icon tells it without the menu");
    }
}

#[test]
fn a_run_of_another_process_is_shown_too() {
    let facts = Facts { own_runs: 0, ..running(Vec::new()) };
    let face = face(&facts, now(), &Utc);
    assert_eq!(face.status, "Running a backup", "its progress is not known here");
    assert_eq!(face.quit, QuitOffer::AtOnce, "quitting this app does not touch it");
}

#[test]
fn an_overdue_job_is_an_error_and_a_failed_run_a_warning() {
    let overdue = JobSummary { overdue: true, ..job(2, "crm") };
    let failed = ended(1, "orders", RunStatus::Failed);
    let both = face(&facts(SchedulerState::Running, vec![failed.clone(), overdue]), now(), &Utc);
    assert_eq!(both.icon, IconState::Error, "a database without a good backup in time is the worst news");
    assert_eq!(both.status, "2 jobs need attention", "both are counted");
    let one = face(&facts(SchedulerState::Running, vec![failed]), now(), &Utc);
    assert_eq!(one.icon, IconState::Warning, "a good backup in time still exists");
    assert_eq!(one.status, "orders needs attention", "one job is named");
}

#[test]
fn a_cancelled_run_needs_nobody() {
    let cancelled = ended(1, "orders", RunStatus::Cancelled);
    let face = face(&facts(SchedulerState::Running, vec![cancelled]), now(), &Utc);
    assert_eq!(face.icon, IconState::Idle, "the operator cancelled it and knows");
}

#[test]
fn a_stopped_scheduler_warns_while_there_is_something_to_do() {
    let stopped = face(&facts(SchedulerState::Stopped, vec![job(1, "orders")]), now(), &Utc);
    assert_eq!(stopped.status, "Stopped", "nothing will fire");
    assert_eq!(stopped.icon, IconState::Warning, "a scheduler left stopped is how backups are lost");
    assert_eq!(stopped.scheduler, Toggle::Resume, "the menu offers the way back");
    let empty = face(&facts(SchedulerState::Stopped, Vec::new()), now(), &Utc);
    assert_eq!(empty.icon, IconState::Idle, "without jobs nothing is lost");
}

#[test]
fn quitting_is_a_choice_only_while_this_process_runs_a_backup() {
    let busy = running(vec![progress(1, 2, 1, 1)]);
    assert_eq!(
        face(&busy, now(), &Utc).quit,
        QuitOffer::WaitOrCancel,
        "the operator decides what becomes of it"
    );
    let waiting = face(&Facts { quitting: true, ..busy }, now(), &Utc);
    assert_eq!(waiting.quit, QuitOffer::Waiting, "it can still be cancelled");
    assert_eq!(
        waiting.status, "Running orders, 50 %, then quitting",
        "why the app is still there must be told"
    );
}
