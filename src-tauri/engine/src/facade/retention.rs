//! Retention: preview, plan, apply.

use super::Engine;
use crate::error::Error;
use crate::retention::{made_up_year, plan, summarise};
use crate::retention_plan;
use crate::schedule::{CronSchedule, find_zone};
use crate::{settings, time};
use chrono_tz::Tz;
use holdfast_types::{ApplyRetention, PlanRetention, PreviewRetention, RetentionOutcome, RetentionPlan};

impl Engine {
    /// What retention would do with a job's backups now.
    pub async fn plan_retention(&self, request: PlanRetention) -> Result<RetentionPlan, Error> {
        let now = self.context.now();
        self.context.read(move |tx| retention_plan::plan(tx, request.job_id, None, now)).await
    }

    /// What a policy that is not saved yet would do: with the job's backups, or with a made-up year of its schedule for
    /// a job that does not exist yet. Its days are those of the schedule's zone.
    pub async fn preview_retention(&self, request: PreviewRetention) -> Result<RetentionPlan, Error> {
        let now = self.context.now();
        if let Some(job) = request.job_id {
            return self
                .context
                .read(move |tx| retention_plan::plan(tx, job, Some(&request.policy), now))
                .await;
        }
        let (expression, timezone) = match request.schedule {
            Some(asked) => (asked.expression, asked.timezone),
            None => (self.context.read(|tx| settings::text(tx, "schedule")).await?, "UTC".to_owned()),
        };
        let schedule = CronSchedule::parse(&expression, &timezone)?;
        let zone = find_zone(&timezone).unwrap_or(Tz::UTC);
        let candidates = made_up_year(&schedule, time::moment(now));
        let decisions = plan(&candidates, &request.policy, time::moment(now), zone);
        Ok(summarise(&candidates, &decisions))
    }

    /// Deletes what the plan expires.
    pub async fn apply_retention(&self, request: ApplyRetention) -> Result<RetentionOutcome, Error> {
        retention_plan::apply(&self.context, request.job_id, self.context.operator).await
    }
}
