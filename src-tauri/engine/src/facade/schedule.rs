//! The scheduler's controls, and previews of schedules.

use super::Engine;
use crate::catalog::{audit, jobs, settings as stored};
use crate::context::off_runtime;
use crate::error::Error;
use crate::event::EngineEvent;
use crate::schedule::preview;
use crate::{locks, platform, scheduler, settings, time};
use holdfast_types::{
    CatalogScope, JobId, PreviewSchedule, RestartScheduler, SchedulePreview, SchedulerState, SchedulerStatus,
    SchedulerStatusRequest, StartScheduler, StopScheduler, Timestamp,
};
use std::sync::atomic::Ordering;

/// Slots that a preview shows when no number is asked for.
const PREVIEW: u32 = 5;

impl Engine {
    /// How the scheduler stands.
    pub async fn scheduler_status(&self, _request: SchedulerStatusRequest) -> Result<SchedulerStatus, Error> {
        scheduler::status(&self.context).await
    }

    /// Lets slots fire. Those that passed while it was stopped are recorded as skipped, not caught up: an
    /// operator wanted them not to run.
    pub async fn start_scheduler(&self, _request: StartScheduler) -> Result<SchedulerStatus, Error> {
        scheduler::stopped::skip_passed(&self.context).await?;
        self.remember("scheduler.start", "true").await
    }

    /// Lets no slot fire until it is started again. Runs that are going on go on.
    pub async fn stop_scheduler(&self, _request: StopScheduler) -> Result<SchedulerStatus, Error> {
        self.remember("scheduler.stop", "false").await
    }

    /// Stops and starts: the lock is released and taken anew.
    pub async fn restart_scheduler(&self, _request: RestartScheduler) -> Result<SchedulerStatus, Error> {
        let held = self.context.scheduler_lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        if let Some(held) = held {
            locks::release_scheduler(&self.context.home, held);
        }
        let status = self.scheduler_status(SchedulerStatusRequest {}).await?;
        if status.state == SchedulerState::Stopped {
            scheduler::stopped::skip_passed(&self.context).await?;
        }
        self.remember("scheduler.restart", "true").await?;
        if self.context.last_heartbeat.load(Ordering::Relaxed) > 0 {
            self.beat().await?;
        }
        self.scheduler_status(SchedulerStatusRequest {}).await
    }

    async fn remember(&self, action: &'static str, started: &'static str) -> Result<SchedulerStatus, Error> {
        let (operator, now) = (self.context.operator, self.context.now());
        self.context
            .write(CatalogScope::Settings, move |tx| {
                stored::put(tx, settings::SCHEDULER_STARTED, started, "internal", now)?;
                audit::record(tx, operator, now, action, "scheduler", "")
            })
            .await?;
        let status = scheduler::status(&self.context).await?;
        self.context.emit(EngineEvent::SchedulerChanged(status.clone()));
        Ok(status)
    }

    /// What an expression means and when it fires next.
    pub async fn preview_schedule(&self, request: PreviewSchedule) -> Result<SchedulePreview, Error> {
        let from = super::moment("The start", request.from.as_deref())?.unwrap_or_else(|| self.context.now());
        let zone = request.timezone.filter(|zone| !zone.is_empty()).unwrap_or_else(machine_zone);
        let count = request.count.unwrap_or(PREVIEW);
        off_runtime(move || Ok(preview(&request.expression, &zone, time::moment(from), count)?)).await
    }

    /// The coming slots of a job.
    pub async fn next_slots(
        &self,
        job: JobId,
        count: u32,
        from: Option<Timestamp>,
    ) -> Result<SchedulePreview, Error> {
        self.insist_ordinary(job).await?;
        let schedule = self.context.read(move |tx| jobs::get(tx, job)).await?.job.spec.schedule;
        self.preview_schedule(PreviewSchedule {
            expression: schedule.expression,
            timezone: Some(schedule.timezone),
            count: Some(count),
            from,
        })
        .await
    }
}

/// The machine's time zone, UTC when it cannot be told.
pub(crate) fn machine_zone() -> String {
    let mut names = platform::zone::names().into_iter();
    names.find(|zone| crate::schedule::find_zone(zone).is_ok()).unwrap_or_else(|| "UTC".to_owned())
}
