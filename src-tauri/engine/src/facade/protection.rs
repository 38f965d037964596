//! The sentence on top of the overview. Pure.

use super::few::few;
use crate::proof::verify::capitalised;
use holdfast_types::{
    BackupStatus, BrokenBackup, JobId, Protection, ProtectionLevel, RunId, RunStatus, ServerId,
};
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
    /// The newest backups of its databases that cannot be relied on.
    pub(super) broken: Vec<BrokenBackup>,
    /// Damaged ones of its databases that are not the newest.
    pub(super) damaged_before: Vec<BrokenBackup>,
    /// The newest run that ended.
    pub(super) last: Option<(RunId, RunStatus, Option<String>)>,
    /// Of its databases, those that a drill restored: name, seconds since, and how long the restore took in milliseconds.
    pub(super) proofs: Vec<(String, i64, Option<u64>)>,
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
    // What the others have says nothing of those that have nothing.
    let in_time =
        |job: &JobState, name: &str| databases.get(&(job.server, name)) == Some(&Standing::Protected);
    let oldest_of_others = jobs
        .iter()
        .flat_map(|job| job.good.iter().filter(|(name, _)| in_time(job, name)).map(|(_, age)| *age))
        .max();
    let broken = broken_words(jobs);
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
            _ => format!(
                "{} no backup yet: {}.",
                part(awaited, total),
                names_of(&databases, Standing::Awaited)
            ),
        };
        let first = jobs.iter().find(|job| !job.awaited.is_empty()).and_then(|job| job.next.as_deref());
        (ProtectionLevel::Warning, headline, first_run(first))
    } else if protected < total || total == 0 {
        let headline = match (protected, total) {
            (_, 0) => "No database has a good backup yet.".to_owned(),
            (0, 1) => {
                format!(
                    "The database {} has no good backup in time.",
                    names_of(&databases, Standing::Missing)
                )
            }
            (protected, total) => {
                let names = names_of(&databases, Standing::Missing);
                format!("{} no good backup in time: {names}.", part(total - protected, total))
            }
        };
        let others = oldest_of_others
            .map(|oldest| format!("The oldest good backup of the others is {} old.", span(oldest)));
        let detail = others.or(age).unwrap_or_else(|| "Run a backup now.".to_owned());
        let detail = match broken {
            None => detail,
            Some(broken) => format!("{}. {detail}", capitalised(&broken)),
        };
        (ProtectionLevel::Unprotected, headline, detail)
    } else {
        // "All" must not be taken for those without a job, too.
        let of_jobs = if uncovered.is_some() { " with a job" } else { "" };
        let all = match total {
            1 => format!("The database{of_jobs} is protected"),
            2 => format!("Both databases{of_jobs} are protected"),
            total => format!("All {total} databases{of_jobs} are protected"),
        };
        let doubts =
            [(failing > 0).then(|| format!("the newest run of {} failed", count(failing, "job"))), broken];
        let doubts: Vec<String> = doubts.into_iter().flatten().collect();
        // Who reads the headline alone must know that not all is well.
        let (level, headline) = match doubts.as_slice() {
            [] => (ProtectionLevel::Protected, format!("{all}.")),
            doubts => (ProtectionLevel::Warning, format!("{all}, but {}.", doubts.join(" and "))),
        };
        let detail = [age, proof_words(jobs, &databases)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        (level, headline, detail)
    };
    let detail = match uncovered.filter(|_| level != ProtectionLevel::Empty) {
        Some(uncovered) => format!("{detail} {uncovered}"),
        None => detail,
    };
    Protection { level, headline, detail, protected: protected as u64, total: total as u64 }
}

/// The databases that stand so, by name; many are counted.
fn names_of(databases: &HashMap<(ServerId, &str), Standing>, standing: Standing) -> String {
    let is_so = |found: &(&(ServerId, &str), &Standing)| *found.1 == standing;
    let mut names: Vec<String> =
        databases.iter().filter(is_so).map(|((_, name), _)| (*name).to_owned()).collect();
    names.sort_unstable();
    few(&names, "and")
}

/// How far that rests on restores that were really made: how old the oldest of the newest is, and how long they took.
fn proof_words(jobs: &[JobState], databases: &HashMap<(ServerId, &str), Standing>) -> Option<String> {
    let total = databases.len();
    let mut newest: HashMap<(ServerId, &str), (i64, Option<u64>)> = HashMap::new();
    for job in jobs {
        // A drill of a database that is no longer looked after proves nothing of the others.
        let known =
            |proof: &&(String, i64, Option<u64>)| databases.contains_key(&(job.server, proof.0.as_str()));
        for (name, age, took) in job.proofs.iter().filter(known) {
            let known = newest.entry((job.server, name)).or_insert((*age, *took));
            if *age < known.0 {
                *known = (*age, *took);
            }
        }
    }
    let oldest = newest.values().map(|(age, _)| *age).max()?;
    let whose = match (newest.len(), total) {
        (1, 1) => "It".to_owned(),
        (proven, total) if proven == total => "Each".to_owned(),
        (proven, total) => format!("{proven} of {total}"),
    };
    let verb = if newest.len() == 1 || newest.len() == total { "was" } else { "were" };
    let took: Vec<u64> = newest.values().filter_map(|(_, took)| *took).collect();
    let recovery = match (took.iter().min(), took.iter().max()) {
        (Some(least), Some(most)) if duration(*least) == duration(*most) => {
            format!("; recovery took {}", duration(*most))
        }
        (Some(least), Some(most)) => format!("; recovery took {} to {}", duration(*least), duration(*most)),
        _ => String::new(),
    };
    Some(format!("{whose} {verb} restored and compared within {}{recovery}.", span(oldest.max(60))))
}

/// Milliseconds, in the units of the dashboard.
fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds.div_ceil(1000);
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// What is the matter with the newest backups, if anything is.
fn broken_words(jobs: &[JobState]) -> Option<String> {
    let of = |status: BackupStatus| {
        jobs.iter().flat_map(|job| &job.broken).filter(|backup| backup.status == status).count()
    };
    let words = [(of(BackupStatus::Damaged), "damaged"), (of(BackupStatus::Missing), "missing")];
    let words: Vec<String> = words
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("the newest backup of {} is {word}", count(number, "database")))
        .collect();
    (!words.is_empty()).then(|| words.join(" and "))
}

/// `1 of 17 databases has`, `2 of 17 databases have`.
fn part(number: usize, total: usize) -> String {
    format!("{number} of {total} databases {}", if number == 1 { "has" } else { "have" })
}

pub(super) fn first_run(next: Option<&str>) -> String {
    match next {
        Some(next) => format!("The first run is at {next}. Run it now to be protected at once."),
        None => "Run a backup now.".to_owned(),
    }
}

fn failed(job: &JobState) -> bool {
    matches!(job.last, Some((_, RunStatus::Failed | RunStatus::Interrupted, _)))
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
#[path = "protection_tests.rs"]
mod tests;
