//! `holdfast stats`.

use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{bytes, count, duration, parse_moment};
use crate::table::fields;
use clap::Args;
use holdfast_types::{GetStats, Stats, Timestamp};

/// Which runs are summed up.
#[derive(Debug, Args)]
pub struct StatsArgs {
    /// Of this job only
    #[arg(long)]
    job: Option<String>,
    /// Since this moment (RFC 3339), or this day on the machine's clock (YYYY-MM-DD)
    #[arg(long, value_name = "D", value_parser = parse_moment)]
    since: Option<Timestamp>,
}

/// Prints the statistics.
pub async fn carry_out(app: &App, args: StatsArgs) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    let job_id = match &args.job {
        Some(name) => Some(engine.job_by_name(name).await?.job.id),
        None => None,
    };
    let stats = engine.get_stats(GetStats { job_id, since: args.since }).await?;
    app.output.answer(&stats, shown)?;
    Ok(Exit::Done)
}

fn shown(stats: &Stats) -> String {
    let success = stats.success_rate.map(|rate| format!("{:.1} %", rate * 100.0));
    let space = format!("{} in {}", bytes(stats.space_used_bytes), count(stats.backup_count, "backup"));
    fields(&[
        ("Runs", stats.total.to_string()),
        ("Completed", stats.successful.to_string()),
        ("Failed", stats.failed.saturating_sub(stats.interrupted).to_string()),
        ("Interrupted", stats.interrupted.to_string()),
        ("Success", success.unwrap_or_default()),
        ("Cancelled", stats.cancelled.to_string()),
        ("Skipped", stats.skipped.to_string()),
        ("Missed", stats.missed.to_string()),
        ("Average", stats.average_duration_seconds.map(duration).unwrap_or_default()),
        ("Longest", stats.longest_duration_seconds.map(duration).unwrap_or_default()),
        ("Space", space),
        ("Free", stats.space_free_bytes.map(bytes).unwrap_or_default()),
    ])
}

#[cfg(test)]
mod tests {
    use super::shown;
    use holdfast_types::Stats;

    #[test]
    fn an_interrupted_run_is_not_called_failed() {
        let stats = Stats { total: 8, successful: 3, failed: 5, interrupted: 5, ..Stats::default() };
        let shown = shown(&stats);
        let line =
            |name: &str| shown.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        assert!(line("Failed").ends_with(" 0"), "the list of runs shows none that failed: {shown}");
        assert!(line("Interrupted").ends_with(" 5"), "and five that were interrupted: {shown}");
    }
}
