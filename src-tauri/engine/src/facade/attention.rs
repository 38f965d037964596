//! What needs the operator. Pure.

use super::protection::{JobState, first_run};
use holdfast_types::{
    Attention, BackupStatus, BrokenBackup, ProtectionLevel, Remedy, RunStatus, SchedulerState,
};

/// What needs the operator, most pressing first.
pub(super) fn attention(jobs: &[JobState], scheduler: SchedulerState) -> Vec<Attention> {
    let mut items = Vec::new();
    for job in jobs {
        // What is damaged or gone has an item of its own.
        let is_broken = |name: &&String| job.broken.iter().any(|backup| backup.database == **name);
        let without: Vec<&str> =
            job.without.iter().filter(|name| !is_broken(name)).map(String::as_str).collect();
        if let Some((run, status @ (RunStatus::Failed | RunStatus::Interrupted), error)) = &job.last {
            items.push(Attention {
                level: if job.overdue || job.good.is_empty() {
                    ProtectionLevel::Unprotected
                } else {
                    ProtectionLevel::Warning
                },
                message: match status {
                    RunStatus::Interrupted => format!("{}: the newest run was interrupted.", job.name),
                    _ => format!("{}: the newest run failed.", job.name),
                },
                hint: error.clone().unwrap_or_else(|| "Open the run to see why.".to_owned()),
                job_id: Some(job.id),
                run_id: Some(*run),
                backup_id: None,
                remedy: Remedy::Look,
            });
        } else if job.overdue {
            items.push(Attention {
                level: ProtectionLevel::Unprotected,
                message: format!(
                    "{} is overdue: no good backup for longer than its schedule allows.",
                    job.name
                ),
                hint: "Run it now.".to_owned(),
                job_id: Some(job.id),
                run_id: None,
                backup_id: None,
                remedy: Remedy::RunJob,
            });
        } else if !job.enabled {
            items.push(Attention {
                level: match job.without.is_empty() {
                    true => ProtectionLevel::Warning,
                    false => ProtectionLevel::Unprotected,
                },
                message: format!("{} is switched off.", job.name),
                hint: "Its databases are backed up only by hand.".to_owned(),
                job_id: Some(job.id),
                run_id: None,
                backup_id: None,
                remedy: Remedy::RunJob,
            });
        } else if !without.is_empty() {
            items.push(Attention {
                level: ProtectionLevel::Unprotected,
                message: format!("{}: no good backup of {}.", job.name, without.join(", ")),
                hint: "Run it now.".to_owned(),
                job_id: Some(job.id),
                run_id: None,
                backup_id: None,
                remedy: Remedy::RunJob,
            });
        } else if !job.awaited.is_empty() {
            items.push(Attention {
                level: ProtectionLevel::Warning,
                message: format!("{}: no backup yet.", job.name),
                hint: first_run(job.next.as_deref()),
                job_id: Some(job.id),
                run_id: None,
                backup_id: None,
                remedy: Remedy::RunJob,
            });
        }
        items.extend(job.broken.iter().map(|backup| broken_item(job, backup)));
        items.extend(job.damaged_before.iter().map(|backup| Attention {
            level: ProtectionLevel::Warning,
            message: format!("{}: an older backup of {} is damaged.", job.name, backup.database),
            hint: "Verify the newer ones, then delete it.".to_owned(),
            job_id: Some(job.id),
            run_id: None,
            backup_id: Some(backup.backup_id),
            remedy: Remedy::Look,
        }));
    }
    items.extend(scheduler_item(scheduler).filter(|_| !jobs.is_empty()));
    items.sort_by_key(|item| item.level != ProtectionLevel::Unprotected);
    items
}

/// That no slot fires, and what helps: a scheduler that is stopped is started; one that nobody carries out waits for a
/// process.
fn scheduler_item(state: SchedulerState) -> Option<Attention> {
    let (message, hint, remedy) = match state {
        SchedulerState::Running => return None,
        SchedulerState::Stopped => {
            ("The scheduler is stopped.", "No slot fires until it is started.", Remedy::StartScheduler)
        }
        SchedulerState::Idle => (
            "No process carries out the schedule.",
            "No slot fires until the app or an agent runs on this data directory.",
            Remedy::Look,
        ),
    };
    Some(Attention {
        level: ProtectionLevel::Warning,
        message: message.to_owned(),
        hint: hint.to_owned(),
        job_id: None,
        run_id: None,
        backup_id: None,
        remedy,
    })
}

/// A newest backup that cannot be relied on.
fn broken_item(job: &JobState, backup: &BrokenBackup) -> Attention {
    let (matter, hint) = match backup.status {
        BackupStatus::Missing => (
            "gone: its folder is not there",
            "Put its folder back if it was moved, or run the job now for another one.",
        ),
        _ => ("damaged", "Look what its verification found, and run the job now for a good one."),
    };
    Attention {
        level: match job.good.iter().any(|(name, _)| *name == backup.database) {
            true => ProtectionLevel::Warning,
            false => ProtectionLevel::Unprotected,
        },
        message: format!("{}: the newest backup of {} is {matter}.", job.name, backup.database),
        hint: hint.to_owned(),
        job_id: Some(job.id),
        run_id: None,
        backup_id: Some(backup.backup_id),
        remedy: Remedy::RunJob,
    }
}
