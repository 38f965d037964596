//! The heartbeat: once a second the schedule, once an hour the housekeeping.
//!
//! The only user of tokio-cron-scheduler. It looks at the wall clock twice a second, so that a machine that
//! slept is noticed at once; a beat that is still going on is not joined by another.

use super::{beat, housekeeping};
use crate::context::Context;
use crate::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// A heartbeat that is silent for this long is started anew.
const SILENCE: Duration = Duration::from_secs(30);

/// Starts the heartbeat, which ends with the context.
pub(crate) async fn start(context: &Arc<Context>) -> Result<(), Error> {
    // The first beat is made here, so that a start that cannot work fails to the caller.
    beat::beat(context).await?;
    let mut scheduler = beating(context).await?;
    let context = Arc::clone(context);
    tokio::spawn(async move {
        let mut seen = context.last_heartbeat.load(std::sync::atomic::Ordering::Relaxed);
        loop {
            tokio::select! {
                () = context.closing.cancelled() => break,
                () = tokio::time::sleep(SILENCE) => {}
            }
            let now = context.last_heartbeat.load(std::sync::atomic::Ordering::Relaxed);
            if now == seen {
                tracing::error!("the heartbeat was silent for {} s and is started anew", SILENCE.as_secs());
                let _ = scheduler.shutdown().await;
                match beating(&context).await {
                    Ok(fresh) => scheduler = fresh,
                    Err(error) => tracing::error!("the heartbeat cannot be started: {error}"),
                }
            }
            seen = now;
        }
        let _ = scheduler.shutdown().await;
    });
    Ok(())
}

async fn beating(context: &Arc<Context>) -> Result<JobScheduler, Error> {
    let failed = |error: JobSchedulerError| Error::Internal(format!("heartbeat: {error}"));
    let scheduler = JobScheduler::new().await.map_err(failed)?;
    let turn = Arc::new(Mutex::new(()));
    let shared = Arc::clone(context);
    let second = Job::new_async("* * * * * *", move |_, _| {
        let (context, turn) = (Arc::clone(&shared), Arc::clone(&turn));
        Box::pin(async move {
            let Ok(_turn) = turn.try_lock() else { return };
            if context.closing.is_cancelled() {
                return;
            }
            if let Err(error) = beat::beat(&context).await {
                tracing::error!("a heartbeat failed: {}", error.to_api());
            }
        })
    })
    .map_err(failed)?;
    let shared = Arc::clone(context);
    let hourly = Job::new_async("0 7 * * * *", move |_, _| {
        let context = Arc::clone(&shared);
        Box::pin(async move {
            if let Err(error) = housekeeping::tidy(&context).await {
                tracing::error!("housekeeping failed: {}", error.to_api());
            }
        })
    })
    .map_err(failed)?;
    scheduler.add(second).await.map_err(failed)?;
    scheduler.add(hourly).await.map_err(failed)?;
    scheduler.start().await.map_err(failed)?;
    // A machine that is never on at minute 7 is tidied at each start.
    let context = Arc::clone(context);
    tokio::spawn(async move {
        if let Err(error) = housekeeping::tidy(&context).await {
            tracing::error!("housekeeping failed: {}", error.to_api());
        }
    });
    Ok(scheduler)
}
