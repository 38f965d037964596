//! How jobs look to people.

use super::proof_options;
use crate::format::{bytes, or_dash, plain, proof_shown, time, time_in, time_or_none};
use crate::table::{cut, fields, table, text};
use holdfast_types::{
    BrokenBackup, Compression, DatabaseSelection, JobPurpose, JobSummary, LoadLimits, Page, RetentionPolicy,
};

/// The jobs.
pub fn listed(jobs: &Page<JobSummary>) -> String {
    if jobs.items.is_empty() {
        return "No jobs yet. Add one with: holdfast job add NAME --server S --database DB --cron '0 2 * * *'"
            .to_owned();
    }
    // Those that nobody plans come last.
    let mut summaries: Vec<&JobSummary> = jobs.items.iter().collect();
    summaries.sort_by_key(|summary| summary.job.purpose == JobPurpose::Safety);
    let rows: Vec<[String; 6]> = summaries
        .into_iter()
        .map(|summary| {
            let spec = &summary.job.spec;
            [
                plain(&spec.name),
                plain(&summary.server_name),
                databases_shown(&spec.databases),
                summary.schedule_description.clone(),
                next_shown(summary),
                or_dash(summary.last_run.as_ref().map(last_shown).unwrap_or_default()),
            ]
        })
        .collect();
    let columns = [
        cut("NAME", 20),
        cut("SERVER", 14),
        cut("DATABASES", 14),
        cut("SCHEDULE", 24),
        text("NEXT"),
        text("LAST"),
    ];
    table(columns, &rows)
}

fn next_shown(summary: &JobSummary) -> String {
    if summary.job.purpose == JobPurpose::Safety {
        return "–".to_owned();
    }
    match (summary.job.spec.enabled, summary.next_runs.first()) {
        (false, _) => "off".to_owned(),
        (true, Some(next)) => time(next),
        (true, None) => "–".to_owned(),
    }
}

fn last_shown(last: &holdfast_types::LastRun) -> String {
    super::run_view::status_word(last.status)
}

fn databases_shown(databases: &DatabaseSelection) -> String {
    match databases {
        DatabaseSelection::All => "all".to_owned(),
        DatabaseSelection::Named(names) => {
            names.iter().map(|name| plain(name)).collect::<Vec<_>>().join(", ")
        }
    }
}

/// One job with all that it is told to do.
pub fn shown(summary: &JobSummary) -> String {
    let (job, spec) = (&summary.job, &summary.job.spec);
    let schedule = match job.purpose {
        JobPurpose::Safety => format!("none: {}", summary.schedule_description),
        JobPurpose::Ordinary => format!(
            "{} ({}, {}){}",
            summary.schedule_description,
            spec.schedule.expression,
            spec.schedule.timezone,
            if spec.enabled { "" } else { ", off" }
        ),
    };
    let next: Vec<String> =
        summary.next_runs.iter().map(|slot| time_in(slot, &spec.schedule.timezone)).collect();
    let missed = format!("{}, within {} h", spec.missed.as_str(), spec.grace_seconds / 3600);
    let size = match spec.max_size_mb {
        None => "the configured bound".to_owned(),
        Some(0) => "no bound".to_owned(),
        Some(bound) => bytes(bound.saturating_mul(1 << 20)),
    };
    let last = summary.last_run.as_ref().map(|last| format!("{} {}", last_shown(last), time(&last.at)));
    let assertions: Vec<String> =
        spec.verification.assertions.iter().map(|statement| plain(statement)).collect();
    let assertions = assertions.join("\n              ");
    let proven: Vec<String> = summary
        .proofs
        .iter()
        .map(|proof| format!("{}: {}", plain(&proof.database), proof_shown(proof)))
        .collect();
    let broken: Vec<String> = summary
        .broken
        .iter()
        .map(|backup| {
            let BrokenBackup { backup_id, database, status } = backup;
            format!("newest backup of {} is {} (backup {backup_id})", plain(database), status.as_str())
        })
        .collect();
    let trust = summary.trust.map(|trust| format!("{trust:?}, {}", trust.label().to_lowercase()));
    fields(&[
        ("Job", plain(&spec.name)),
        ("Id", job.id.to_string()),
        ("Server", plain(&summary.server_name)),
        ("Databases", databases_shown(&spec.databases)),
        ("Schedule", schedule),
        ("Next", next.join("\n              ")),
        ("Repository", plain(&summary.repository_path)),
        ("Engine", spec.engine.as_str().to_owned()),
        ("Compression", compression_shown(spec.compression)),
        ("Parallelism", spec.parallelism.map(|number| number.to_string()).unwrap_or_default()),
        ("Keeps", policy_shown(&spec.retention)),
        ("Largest size", size),
        ("Missed slots", missed),
        ("Retries", spec.retries.to_string()),
        ("Load", load_shown(&spec.load)),
        ("Proof", proof_options::policy_shown(&spec.verification)),
        ("Assertions", assertions),
        ("Last run", last.unwrap_or_default()),
        ("Last good", time_or_none(summary.last_good_at.as_ref())),
        ("Trust", trust.unwrap_or_default()),
        ("Proven", proven.join("\n              ")),
        ("Broken", broken.join("\n              ")),
        ("Overdue", if summary.overdue { "yes".to_owned() } else { String::new() }),
    ])
}

fn load_shown(load: &LoadLimits) -> String {
    let bounds = [
        load.rate_mb.map(|mib| format!("at most {mib} MiB in a second")),
        load.lag_mb.map(|mib| format!("waits while a standby is {mib} MiB behind")),
        load.sessions.map(|count| format!("waits while {count} other sessions are at work")),
    ];
    bounds.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn compression_shown(compression: Compression) -> String {
    match compression {
        Compression::Auto => "auto".to_owned(),
        Compression::Zstd(level) => format!("zstd:{level}"),
        Compression::Gzip(level) => format!("gzip:{level}"),
        Compression::None => "none".to_owned(),
    }
}

fn policy_shown(policy: &RetentionPolicy) -> String {
    let rules = [
        (policy.keep_days, "days"),
        (policy.keep_last, "last"),
        (policy.keep_daily, "daily"),
        (policy.keep_weekly, "weekly"),
        (policy.keep_monthly, "monthly"),
    ];
    let named: Vec<String> = rules
        .into_iter()
        .filter_map(|(number, rule)| number.map(|number| format!("{number} {rule}")))
        .collect();
    if named.is_empty() { "everything".to_owned() } else { named.join(", ") }
}
