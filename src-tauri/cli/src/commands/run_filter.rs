//! The flags that choose runs, for lists and exports.

use crate::exit::Failure;
use crate::format::parse_moment;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use holdfast_engine::Engine;
use holdfast_types::{RunFilter, RunStatus, Timestamp, TriggerType};

/// Which runs.
#[derive(Debug, Args)]
pub struct FilterArgs {
    /// Of this job
    #[arg(long)]
    job: Option<String>,
    /// In this state; several with commas
    #[arg(long, value_delimiter = ',', value_parser = statuses())]
    status: Vec<RunStatus>,
    /// Started by this; several with commas
    #[arg(long, value_delimiter = ',', value_parser = triggers())]
    trigger: Vec<TriggerType>,
    /// Recorded at or after this moment (RFC 3339), or this day on the machine's clock (YYYY-MM-DD)
    #[arg(long, value_name = "D", value_parser = parse_moment)]
    since: Option<Timestamp>,
    /// Recorded before this moment, or before this day begins
    #[arg(long, value_name = "D", value_parser = parse_moment)]
    until: Option<Timestamp>,
    /// Whose job's name or error holds this text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl FilterArgs {
    /// The filter, with the job's name looked up.
    pub async fn resolve(self, engine: &Engine) -> Result<RunFilter, Failure> {
        let job_id = match &self.job {
            Some(name) => Some(engine.job_by_name(name).await?.job.id),
            None => None,
        };
        Ok(RunFilter {
            job_id,
            statuses: self.status,
            triggers: self.trigger,
            since: self.since,
            until: self.until,
            search: self.search,
        })
    }
}

fn statuses() -> impl TypedValueParser<Value = RunStatus> {
    PossibleValuesParser::new(RunStatus::ALL.map(RunStatus::as_str))
        .try_map(|word| RunStatus::parse(&word).ok_or("not a state"))
}

fn triggers() -> impl TypedValueParser<Value = TriggerType> {
    PossibleValuesParser::new(TriggerType::ALL.map(TriggerType::as_str))
        .try_map(|word| TriggerType::parse(&word).ok_or("not a trigger"))
}
