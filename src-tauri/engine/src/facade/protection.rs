//! The sentence on top of the overview, and what needs the operator. Pure.

use holdfast_types::{Attention, JobId, Protection, ProtectionLevel, RunId, RunStatus, ServerId};
use std::collections::HashMap;

/// A job as the sentence needs it.
#[derive(Debug, Clone)]
pub(super) struct JobState {
    pub(super) id: JobId,
    /// The server of its databases.
    pub(super) server: ServerId,
    pub(super) name: String,
    pub(super) enabled: bool,
    pub(super) overdue: bool,
    /// Databases with a good backup: name, and seconds since it was made.
    pub(super) good: Vec<(String, i64)>,
    /// Those of them whose backup is older than the schedule allows.
    pub(super) late: Vec<String>,
    /// Databases that the job is to protect but that have no good backup, though it has been their turn.
    pub(super) without: Vec<String>,
    /// Databases whose first slot is still to come.
    pub(super) awaited: Vec<String>,
    /// The job's next slot, on the clocks of its zone.
    pub(super) next: Option<String>,
    /// Databases whose newest backup is damaged.
    pub(super) damaged: Vec<String>,
    /// Databases of which an older backup is damaged.
    pub(super) damaged_before: Vec<String>,
    /// The newest run that ended.
    pub(super) last: Option<(RunId, RunStatus, Option<String>)>,
}

/// How a database stands, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Missing,
    Awaited,
    Protected,
}

/// Each database once, whichever of the jobs protects it best.
fn databases(jobs: &[JobState]) -> HashMap<(ServerId, &str), Standing> {
    let mut all = HashMap::new();
    for job in jobs {
        let good = job.good.iter().map(|(name, _)| match job.late.contains(name) {
            true => (name, Standing::Missing),
            false => (name, Standing::Protected),
        });
        let without = job.without.iter().map(|name| (name, Standing::Missing));
        let awaited = job.awaited.iter().map(|name| (name, Standing::Awaited));
        for (name, standing) in good.chain(without).chain(awaited) {
            let best = all.entry((job.server, name.as_str())).or_insert(standing);
            *best = standing.max(*best);
        }
    }
    all
}

/// The sentence. `uncovered` tells of databases that no job backs up.
pub(super) fn protection(jobs: &[JobState], uncovered: Option<String>) -> Protection {
    let databases = databases(jobs);
    let counted = |standing: Standing| databases.values().filter(|found| **found == standing).count();
    let (total, protected, awaited) =
        (databases.len(), counted(Standing::Protected), counted(Standing::Awaited));
    let oldest = jobs.iter().flat_map(|job| job.good.iter().map(|(_, age)| *age)).max();
    let damaged: usize = jobs.iter().map(|job| job.damaged.len()).sum();
    let failing = jobs.iter().filter(|job| failed(job)).count();
    let age = oldest.map(|age| format!("The oldest good backup is {} old.", span(age)));
    let (level, headline, detail) = if jobs.is_empty() {
        (
            ProtectionLevel::Empty,
            "Nothing is protected yet.".to_owned(),
            "Add a server and a job, and Holdfast makes the first backup.".to_owned(),
        )
    } else if awaited > 0 && protected + awaited == total {
        let headline = match protected {
            0 => "No backup has been made yet.".to_owned(),
            _ => format!("{} no backup yet.", part(awaited, total)),
        };
        let first = jobs.iter().find(|job| !job.awaited.is_empty()).and_then(|job| job.next.as_deref());
        (ProtectionLevel::Warning, headline, first_run(first))
    } else if protected < total || total == 0 {
        let headline = match (protected, total) {
            (_, 0) => "No database has a good backup yet.".to_owned(),
            (0, 1) => "The database has no good backup in time.".to_owned(),
            (protected, total) => format!("{} no good backup in time.", part(total - protected, total)),
        };
        let detail = age.unwrap_or_else(|| "Run a backup now.".to_owned());
        let detail = match damaged {
            0 => detail,
            _ => format!("The newest backup of {} is damaged. {detail}", count(damaged, "database")),
        };
        (ProtectionLevel::Unprotected, headline, detail)
    } else {
        let headline = match total {
            1 => "The database is protected.".to_owned(),
            2 => "Both databases are protected.".to_owned(),
            total => format!("All {total} databases are protected."),
        };
        let detail = age.unwrap_or_default();
        if failing > 0 {
            let detail = format!("{detail} The newest run of {} failed.", count(failing, "job"));
            (ProtectionLevel::Warning, headline, detail)
        } else if damaged > 0 {
            let detail = format!("{detail} The newest backup of {} is damaged.", count(damaged, "database"));
            (ProtectionLevel::Warning, headline, detail)
        } else {
            (ProtectionLevel::Protected, headline, detail)
        }
    };
    let detail = match uncovered.filter(|_| level != ProtectionLevel::Empty) {
        Some(uncovered) => format!("{detail} {uncovered}"),
        None => detail,
    };
    Protection { level, headline, detail, protected: protected as u64, total: total as u64 }
}

/// `1 of 17 databases has`, `2 of 17 databases have`.
fn part(number: usize, total: usize) -> String {
    format!("{number} of {total} databases {}", if number == 1 { "has" } else { "have" })
}

fn first_run(next: Option<&str>) -> String {
    match next {
        Some(next) => format!("The first run is at {next}. Run it now to be protected at once."),
        None => "Run a backup now.".to_owned(),
    }
}

fn failed(job: &JobState) -> bool {
    matches!(job.last, Some((_, RunStatus::Failed | RunStatus::Interrupted, _)))
}

/// What needs the operator, most pressing first.
pub(super) fn attention(jobs: &[JobState], scheduler_stopped: Option<&str>) -> Vec<Attention> {
    let mut items = Vec::new();
    for job in jobs {
        // What is damaged has an item of its own.
        let without: Vec<&str> =
            job.without.iter().filter(|name| !job.damaged.contains(name)).map(String::as_str).collect();
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
            });
        } else if !without.is_empty() {
            items.push(Attention {
                level: ProtectionLevel::Unprotected,
                message: format!("{}: no good backup of {}.", job.name, without.join(", ")),
                hint: "Run it now.".to_owned(),
                job_id: Some(job.id),
                run_id: None,
            });
        } else if !job.awaited.is_empty() {
            items.push(Attention {
                level: ProtectionLevel::Warning,
                message: format!("{}: no backup yet.", job.name),
                hint: first_run(job.next.as_deref()),
                job_id: Some(job.id),
                run_id: None,
            });
        }
        if !job.damaged.is_empty() {
            items.push(Attention {
                level: match job.good.is_empty() {
                    true => ProtectionLevel::Unprotected,
                    false => ProtectionLevel::Warning,
                },
                message: format!("{}: the newest backup of {} is damaged.", job.name, job.damaged.join(", ")),
                hint: "Look what its verification found, and run the job now for a good one.".to_owned(),
                job_id: Some(job.id),
                run_id: None,
            });
        }
        if !job.damaged_before.is_empty() {
            items.push(Attention {
                level: ProtectionLevel::Warning,
                message: format!(
                    "{}: an older backup of {} is damaged.",
                    job.name,
                    job.damaged_before.join(", ")
                ),
                hint: "Verify the newer ones, then delete it.".to_owned(),
                job_id: Some(job.id),
                run_id: None,
            });
        }
    }
    if let (Some(reason), false) = (scheduler_stopped, jobs.is_empty()) {
        items.push(Attention {
            level: ProtectionLevel::Warning,
            message: reason.to_owned(),
            hint: "No slot fires until it is started.".to_owned(),
            job_id: None,
            run_id: None,
        });
    }
    items.sort_by_key(|item| item.level != ProtectionLevel::Unprotected);
    items
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("one {noun}") } else { format!("{number} {noun}s") }
}

/// Seconds in one unit, coarse as people say it, and rounded as the dashboard rounds the moments beside it.
fn span(seconds: i64) -> String {
    match seconds {
        ..45 => "less than a minute".to_owned(),
        45..3_570 => format!("{} min", (seconds + 30) / 60),
        3_570..172_800 => format!("{} h", (seconds + 1_800) / 3_600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(name: &str) -> JobState {
        JobState {
            id: JobId(1),
            // Each has a server of its own.
            server: ServerId(name.bytes().map(i64::from).sum()),
            name: name.into(),
            enabled: true,
            overdue: false,
            good: vec![("app".into(), 9 * 3600)],
            late: vec![],
            without: vec![],
            awaited: vec![],
            next: Some("2026-11-26 02:00 (UTC)".into()),
            damaged: vec![],
            damaged_before: vec![],
            last: Some((RunId(1), RunStatus::Completed, None)),
        }
    }

    #[test]
    fn the_sentence_is_green_only_when_every_database_has_a_good_backup_in_time() {
        assert_eq!(
            protection(&[], None).level,
            ProtectionLevel::Empty,
            "nothing configured is not protection"
        );
        let good = protection(&[job("a"), job("b"), job("c")], None);
        assert_eq!(good.level, ProtectionLevel::Protected, "all is well");
        assert_eq!(good.headline, "All 3 databases are protected.");
        assert_eq!(good.detail, "The oldest good backup is 9 h old.");
        let late = JobState { overdue: true, late: vec!["app".into()], ..job("b") };
        let overdue = protection(&[job("a"), late], None);
        assert_eq!(
            overdue.level,
            ProtectionLevel::Unprotected,
            "an old backup must not look like protection"
        );
        assert_eq!(overdue.headline, "1 of 2 databases has no good backup in time.", "which are counted");
        let never = protection(&[JobState { good: vec![], without: vec!["app".into()], ..job("a") }], None);
        assert_eq!(never.level, ProtectionLevel::Unprotected, "a database without a backup must be red");
        let failing = JobState { last: Some((RunId(2), RunStatus::Failed, None)), ..job("a") };
        assert_eq!(
            protection(&[failing], None).level,
            ProtectionLevel::Warning,
            "a failure must not stay green"
        );
    }

    #[test]
    fn a_job_whose_first_slot_is_to_come_waits_and_says_for_what() {
        let new = JobState { good: vec![], awaited: vec!["app".into()], last: None, ..job("new") };
        let sentence = protection(std::slice::from_ref(&new), None);
        assert_eq!(
            sentence.level,
            ProtectionLevel::Warning,
            "nothing has gone wrong, and nothing is safe yet"
        );
        assert_eq!(sentence.headline, "No backup has been made yet.");
        assert!(sentence.detail.contains("2026-11-26 02:00"), "for how long: {sentence:?}");
        let items = attention(std::slice::from_ref(&new), None);
        assert!(items[0].message.starts_with("new: no backup yet"), "beneath it stands the same: {items:?}");
        let beside = protection(&[job("a"), new.clone()], None);
        assert_eq!(beside.headline, "1 of 2 databases has no backup yet.");
        let gone = JobState { good: vec![], without: vec!["shop".into()], ..job("gone") };
        let red = protection(&[new, gone.clone()], None);
        assert_eq!(red.level, ProtectionLevel::Unprotected, "waiting must not hide what is missing");
        let items = attention(&[gone], None);
        assert!(items[0].message.contains("shop"), "what the sentence complains about is listed: {items:?}");
    }

    #[test]
    fn a_database_of_two_jobs_is_one_database() {
        let late = JobState { name: "weekly".into(), late: vec!["app".into()], ..job("a") };
        let sentence = protection(&[job("a"), late.clone(), job("b")], None);
        assert_eq!(
            sentence.headline, "Both databases are protected.",
            "one of its two jobs is enough for it"
        );
        assert_eq!((sentence.protected, sentence.total), (2, 2), "nobody has three: {sentence:?}");
        assert_eq!(
            protection(&[late.clone(), late], None).total,
            1,
            "and one that misses twice is missing once"
        );
    }

    #[test]
    fn a_damaged_newest_backup_needs_the_operator() {
        let damaged = JobState { damaged: vec!["app".into()], ..job("a") };
        assert_eq!(
            protection(std::slice::from_ref(&damaged), None).level,
            ProtectionLevel::Warning,
            "not plain green"
        );
        let items = attention(&[damaged], None);
        assert!(
            items[0].message.contains("app is damaged"),
            "an older good one does not settle it: {items:?}"
        );
        let before = JobState { damaged_before: vec!["app".into()], ..job("a") };
        let items = attention(&[before], None);
        assert!(items[0].message.contains("older backup of app"), "a disk that rots is news: {items:?}");
        let app = || vec!["app".into()];
        let only = JobState { good: vec![], without: app(), damaged: app(), ..job("a") };
        let sentence = protection(std::slice::from_ref(&only), None);
        assert_eq!(sentence.level, ProtectionLevel::Unprotected, "a backup was made, and is none any more");
        assert!(sentence.detail.contains("is damaged"), "and that is why: {}", sentence.detail);
        assert_eq!(attention(&[only], None).len(), 1, "one thing is told once");
    }

    #[test]
    fn what_is_unprotected_comes_first() {
        let jobs = [JobState { enabled: false, ..job("off") }, JobState { overdue: true, ..job("late") }];
        let items = attention(&jobs, Some("The scheduler is stopped."));
        assert!(items[0].message.starts_with("late"), "the most pressing thing must be on top");
        assert_eq!(items.len(), 3, "each thing is told once");
    }
}
