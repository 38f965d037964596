//! How runs look to people.

use crate::format::{bytes, or_dash, plain, time, time_or_none, took};
use crate::table::{cut, fields, number, table, text};
use console::style;
use holdfast_types::{LogLevel, LogLine, Page, Run, RunDetails, RunStatus};

/// A status, coloured on a terminal.
pub fn status_word(status: RunStatus) -> String {
    let word = style(status.as_str());
    match status {
        RunStatus::Completed => word.green(),
        RunStatus::Failed | RunStatus::Interrupted | RunStatus::Missed => word.red(),
        RunStatus::Cancelled | RunStatus::Skipped => word.yellow(),
        RunStatus::Queued | RunStatus::Processing => word.cyan(),
    }
    .to_string()
}

/// One run with all that is known of it but the error, which is told apart.
pub fn run_shown(run: &Run) -> String {
    fields(&run_fields(run))
}

fn run_fields(run: &Run) -> Vec<(&'static str, String)> {
    let backups: Vec<String> = run.backups.iter().map(ToString::to_string).collect();
    let backups = match (backups.is_empty(), run.backup_id) {
        (true, Some(only)) => only.to_string(),
        _ => backups.join(", "),
    };
    let folder = match run.backups.len() {
        0 | 1 => run.backup_filepath.as_deref().map(plain).unwrap_or_default(),
        several => format!("{several} of them; `holdfast backups show ID` names that of each"),
    };
    let versions = match (&run.server_version, &run.tool_version) {
        (Some(server), Some(tool)) => format!("server {server}, pg_dump {tool}"),
        (Some(server), None) => format!("server {server}"),
        (None, Some(tool)) => format!("pg_dump {tool}"),
        (None, None) => String::new(),
    };
    let attempt = if run.attempt > 1 { format!(", attempt {}", run.attempt) } else { String::new() };
    vec![
        ("Run", run.id.to_string()),
        ("Job", plain(&run.job)),
        ("Status", status_word(run.status)),
        ("Trigger", format!("{}{attempt}, by {}", run.trigger_type.as_str(), plain(&run.triggered_by))),
        ("Slot", time_or_none(run.scheduled_for.as_ref())),
        ("Started", time_or_none(run.started_at.as_ref())),
        ("Ended", time_or_none(run.completed_at.as_ref())),
        ("Took", took(run)),
        ("Size", run.backup_size_bytes.map(bytes).unwrap_or_default()),
        ("Backup", backups),
        ("Folder", folder),
        ("Versions", versions),
    ]
}

/// One run with its error, its steps and the commands that it started.
pub fn details_shown(details: &RunDetails) -> String {
    let told_text = |text: &Option<String>| text.as_deref().map(plain).unwrap_or_default();
    let mut told = run_fields(&details.run);
    told.push(("Error", told_text(&details.run.error_message)));
    told.push(("Hint", told_text(&details.run.error_hint)));
    let mut shown = fields(&told);
    if !details.steps.is_empty() {
        let rows: Vec<[String; 3]> = details
            .steps
            .iter()
            .map(|step| {
                let database = step.database.as_deref().map(plain).unwrap_or_default();
                [time(&step.at), step.phase.as_str().to_owned(), database]
            })
            .collect();
        shown.push_str(&format!("\n{}", table([text("AT"), text("STEP"), text("DATABASE")], &rows)));
    }
    if !details.commands.is_empty() {
        let commands: Vec<String> =
            details.commands.iter().map(|command| format!("  {}\n", plain(command))).collect();
        shown.push_str(&format!("\nCommands\n{}", commands.concat()));
    }
    shown
}

/// A page of the history; fits 120 columns.
pub fn runs_shown(runs: &Page<Run>) -> String {
    if runs.total == 0 {
        return "No runs match.".to_owned();
    }
    let rows: Vec<[String; 8]> = runs
        .items
        .iter()
        .map(|run| {
            [
                run.id.to_string(),
                plain(&run.job),
                status_word(run.status),
                run.trigger_type.as_str().to_owned(),
                time(run.started_at.as_ref().unwrap_or(&run.queued_at)),
                or_dash(took(run)),
                or_dash(run.backup_size_bytes.map(bytes).unwrap_or_default()),
                plain(&run.triggered_by),
            ]
        })
        .collect();
    let columns = [
        number("ID"),
        cut("JOB", 22),
        text("STATUS"),
        text("TRIGGER"),
        text("STARTED"),
        number("TOOK"),
        number("SIZE"),
        cut("BY", 10),
    ];
    format!("{}{}", table(columns, &rows), page_shown(runs, "run"))
}

/// Where a page stands among the others.
pub fn page_shown<T>(page: &Page<T>, what: &str) -> String {
    let pages = page.total.div_ceil(u64::from(page.limit.max(1))).max(1);
    format!("Page {} of {pages}, {}\n", page.page, crate::format::count(page.total, what))
}

/// One line of a run's log.
pub fn log_line(line: &LogLine) -> String {
    let level = match line.level {
        LogLevel::Info => style("info   "),
        LogLevel::Warning => style("warning").yellow(),
        LogLevel::Error => style("error  ").red(),
    };
    format!("{}  {level}  {}", time(&line.at), plain(&line.message))
}

#[cfg(test)]
mod tests {
    use super::runs_shown;
    use holdfast_types::{OperatorId, Page, Run, RunId, RunStatus, TriggerType};

    #[test]
    fn the_history_fits_120_columns() {
        let moment = |text: &str| Some(text.to_owned());
        let run = Run {
            id: RunId(1_234_567),
            job: "a job with a name that is much longer than any column".to_owned(),
            job_id: None,
            backup_id: None,
            trigger_type: TriggerType::Scheduled,
            status: RunStatus::Interrupted,
            scheduled_for: None,
            queued_at: "2026-11-23T02:00:00Z".to_owned(),
            not_before: None,
            started_at: moment("2026-11-23T02:00:00Z"),
            completed_at: moment("2026-11-23T02:59:59Z"),
            error_message: None,
            error_hint: None,
            backup_size_bytes: Some(1_099_000_000_000),
            backup_filepath: None,
            triggered_by_user_id: OperatorId::SYSTEM,
            triggered_by: "a.very.long.operator".to_owned(),
            attempt: 1,
            server_version: None,
            tool_version: None,
            backups: Vec::new(),
            standing: None,
        };
        let shown = runs_shown(&Page { items: vec![run], total: 120, page: 2, limit: 50 });
        for line in shown.lines() {
            let width = console::measure_text_width(line);
            assert!(width <= 120, "{width} columns break the table on a terminal: {line}");
        }
        assert!(shown.contains("Page 2 of 3, 120 runs"), "the reader must see that there is more: {shown}");
    }
}
