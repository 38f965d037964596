//! What is worth a notification, and its words. Pure: nothing is shown here.

use crate::preferences::Successes;
use holdfast_engine::event::EngineEvent;
use holdfast_types::{ApiError, Backup, JobsOverdue, Run, RunStatus, Verification, VerificationStatus};

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// The page of the dashboard that a click opens.
    pub page: String,
}

/// What to tell of an event, if anything. A run that was cancelled or skipped surprises nobody.
pub fn notice(event: &EngineEvent, successes: Successes) -> Option<Notice> {
    match event {
        EngineEvent::Failed(run) if run.status == RunStatus::Failed => Some(ended(run, "failed")),
        EngineEvent::Failed(run) if run.status == RunStatus::Interrupted => {
            Some(ended(run, "was interrupted"))
        }
        EngineEvent::Completed(run) if successes == Successes::Tell => Some(ended(run, "completed")),
        EngineEvent::Verified { backup, verification }
            if verification.status == VerificationStatus::Failed =>
        {
            Some(damaged(backup, verification))
        }
        EngineEvent::Overdue(jobs) if !jobs.jobs.is_empty() => Some(overdue(jobs)),
        _ => None,
    }
}

/// Tells whether a notification arrives at all.
pub fn trial() -> Notice {
    Notice {
        title: "Holdfast can reach you".to_owned(),
        body: "A backup that fails will be announced like this.".to_owned(),
        page: "/settings".to_owned(),
    }
}

/// What was asked for outside the window was refused.
pub fn refused(error: &ApiError) -> Notice {
    Notice { title: error.message.clone(), body: error.hint.clone(), page: "/".to_owned() }
}

fn ended(run: &Run, how: &str) -> Notice {
    let told = [run.error_message.as_deref(), run.error_hint.as_deref()];
    Notice {
        title: format!("Backup of {} {how}", run.job),
        body: told.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        page: format!("/runs/{}", run.id),
    }
}

fn damaged(backup: &Backup, verification: &Verification) -> Notice {
    let told = [verification.error_message.as_deref(), verification.error_hint.as_deref()];
    Notice {
        title: format!("A backup of {} did not pass its verification", backup.database),
        body: told.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        page: "/backups".to_owned(),
    }
}

fn overdue(overdue: &JobsOverdue) -> Notice {
    let title = match overdue.jobs.as_slice() {
        [job] => format!("{job} is overdue"),
        jobs => format!("{} jobs are overdue", jobs.len()),
    };
    let body = match overdue.jobs.as_slice() {
        [_] => "It has had no good backup for longer than its schedule allows.".to_owned(),
        jobs => format!("No good backup for longer than their schedules allow: {}.", jobs.join(", ")),
    };
    Notice { title, body, page: "/jobs".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{JobId, OperatorId, RunId, TriggerType};

    fn run(status: RunStatus) -> Run {
        Run {
            id: RunId(12),
            job: "orders".to_owned(),
            job_id: Some(JobId(3)),
            backup_id: None,
            trigger_type: TriggerType::Scheduled,
            status,
            scheduled_for: None,
            queued_at: "2026-11-23T02:00:00Z".to_owned(),
            not_before: None,
            started_at: None,
            completed_at: None,
            error_message: Some("The server refused the password.".to_owned()),
            error_hint: Some("Enter it anew on the servers page.".to_owned()),
            backup_size_bytes: None,
            backup_filepath: None,
            triggered_by_user_id: OperatorId::SYSTEM,
            triggered_by: "system".to_owned(),
            attempt: 1,
            server_version: None,
            tool_version: None,
            backups: Vec::new(),
            standing: None,
        }
    }

    #[test]
    fn a_failed_run_says_what_went_wrong_and_a_click_leads_to_it() {
        let told =
            notice(&EngineEvent::Failed(run(RunStatus::Failed)), Successes::Omit).expect("a notification");
        assert_eq!(told.title, "Backup of orders failed", "the job must be named");
        assert!(told.body.contains("refused the password"), "the reason must be told: {}", told.body);
        assert!(told.body.contains("Enter it anew"), "what to do must be told: {}", told.body);
        assert_eq!(told.page, "/runs/12", "a click opens the run");
    }

    #[test]
    fn an_interrupted_run_is_told() {
        let told = notice(&EngineEvent::Failed(run(RunStatus::Interrupted)), Successes::Omit);
        assert_eq!(
            told.map(|told| told.title).as_deref(),
            Some("Backup of orders was interrupted"),
            "a crash is loud"
        );
    }

    #[test]
    fn what_surprises_nobody_is_not_told() {
        for status in [RunStatus::Cancelled, RunStatus::Skipped, RunStatus::Missed] {
            let told = notice(&EngineEvent::Failed(run(status)), Successes::Tell);
            assert_eq!(
                told, None,
                "{status:?} is in the history; a notification would train people to ignore them"
            );
        }
    }

    #[test]
    fn success_is_told_only_if_wished() {
        let completed = EngineEvent::Completed(run(RunStatus::Completed));
        assert_eq!(notice(&completed, Successes::Omit), None, "silence is the default for what went well");
        assert!(notice(&completed, Successes::Tell).is_some(), "the operator asked for it");
    }

    #[test]
    fn several_overdue_jobs_are_one_notification() {
        let jobs =
            JobsOverdue { job_ids: vec![JobId(1), JobId(2)], jobs: vec!["orders".into(), "crm".into()] };
        let told = notice(&EngineEvent::Overdue(jobs), Successes::Omit).expect("a notification");
        assert_eq!(told.title, "2 jobs are overdue", "one notification for all of them");
        assert!(told.body.contains("orders, crm"), "each is named: {}", told.body);
    }
}
