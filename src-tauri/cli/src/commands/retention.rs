//! `holdfast retention`.

use super::backup_view::reasons_shown;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{bytes, count, or_dash, plain, time, time_or_none};
use crate::output::{Output, tell_error};
use crate::table::{cut, number, table, text};
use clap::{Args, Subcommand};
use holdfast_types::{ApplyRetention, PlanRetention, RetentionOutcome, RetentionPlan};

/// What can be done with retention.
#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// Tell which backups of a job stay and why; deletes nothing
    Plan(JobArgs),
    /// Delete the backups that the plan expires
    Apply(JobArgs),
}

/// A job.
#[derive(Debug, Args)]
pub struct JobArgs {
    /// The job's name
    job: String,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: RetentionCommand) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    match command {
        RetentionCommand::Plan(args) => {
            let job_id = engine.job_by_name(&args.job).await?.job.id;
            let plan = engine.plan_retention(PlanRetention { job_id }).await?;
            app.output.whole_list(&plan, plan.items.len(), planned)?;
            Ok(Exit::Done)
        }
        RetentionCommand::Apply(args) => {
            let job_id = engine.job_by_name(&args.job).await?.job.id;
            let outcome = engine.apply_retention(ApplyRetention { job_id }).await?;
            app.output.answer(&outcome, applied)?;
            if app.output == Output::People {
                outcome.problems.iter().for_each(|problem| tell_error(&plain(problem), None));
            }
            Ok(if outcome.problems.is_empty() { Exit::Done } else { Exit::Failed })
        }
    }
}

fn planned(plan: &RetentionPlan) -> String {
    if plan.items.is_empty() {
        return "The job has no backups.".to_owned();
    }
    let rows: Vec<[String; 7]> = plan
        .items
        .iter()
        .map(|decision| {
            let verdict = if decision.reasons.is_empty() { "expire" } else { "keep" };
            [
                decision.backup_id.to_string(),
                plain(&decision.database),
                time(&decision.created_at),
                bytes(decision.size_bytes),
                verdict.to_owned(),
                or_dash(time_or_none(decision.expires_at.as_ref())),
                reasons_shown(&decision.reasons),
            ]
        })
        .collect();
    let columns = [
        number("ID"),
        cut("DATABASE", 16),
        text("CREATED"),
        number("SIZE"),
        text("VERDICT"),
        text("EXPIRES"),
        text("KEPT AS"),
    ];
    let (keep, expire) = (count(plan.keep_count, "backup"), plan.expire_count);
    format!("{}Keeps {keep}, expires {expire} ({}).\n", table(columns, &rows), bytes(plan.expire_bytes))
}

fn applied(outcome: &RetentionOutcome) -> String {
    let deleted = count(outcome.deleted.len() as u64, "backup");
    let mut shown = format!("Deleted {deleted}, {} freed.\n", bytes(outcome.freed_bytes));
    if !outcome.missing.is_empty() {
        let missing = count(outcome.missing.len() as u64, "backup");
        shown.push_str(&format!("The files of {missing} had vanished; marked as missing.\n"));
    }
    shown
}
