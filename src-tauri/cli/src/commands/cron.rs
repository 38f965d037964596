//! `holdfast cron`.

use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{parse_rfc3339, plain, time_in};
use crate::table::fields;
use clap::{Args, Subcommand};
use holdfast_types::{ErrorCode, PreviewSchedule, SchedulePreview, Timestamp};

/// What can be asked about expressions.
#[derive(Debug, Subcommand)]
pub enum CronCommand {
    /// Tell what an expression means and when it fires next; fails if it never does
    Explain(ExplainArgs),
}

/// An expression.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Five or six cron fields in one argument, or a name such as @daily
    #[arg(allow_hyphen_values = true)]
    expression: String,
    /// IANA time zone, for example Europe/London; the machine's own when absent
    #[arg(long, value_name = "IANA")]
    timezone: Option<String>,
    /// How many slots
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    count: u32,
    /// After this moment; now when absent
    #[arg(long, value_name = "RFC3339", value_parser = parse_rfc3339)]
    from: Option<Timestamp>,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: CronCommand) -> Result<Exit, Failure> {
    let CronCommand::Explain(args) = command;
    let request = PreviewSchedule {
        expression: args.expression,
        timezone: args.timezone,
        count: Some(args.count),
        from: args.from,
    };
    let preview = app.engine().await?.preview_schedule(request).await.map_err(Failure::from);
    // Whether an expression is valid is the question here, so a wrong one is an answer, not wrong usage.
    let preview = preview.map_err(|failure| match failure.error.code {
        ErrorCode::InvalidInput => Failure { exit: Exit::Failed, ..failure },
        _ => failure,
    })?;
    app.output.answer(&preview, schedule_shown)?;
    Ok(Exit::Done)
}

/// A schedule in words with its slots, on the clocks of its zone.
pub fn schedule_shown(preview: &SchedulePreview) -> String {
    let head = fields(&[
        ("Expression", plain(&preview.expression)),
        ("Zone", preview.timezone.clone()),
        ("Meaning", preview.description.clone()),
    ]);
    let slots: String =
        preview.next.iter().map(|slot| format!("  {}\n", time_in(slot, &preview.timezone))).collect();
    let remarks: String = preview.remarks.iter().map(|remark| format!("Note: {remark}\n")).collect();
    format!("{head}Next\n{slots}{remarks}")
}
