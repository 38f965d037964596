//! Jobs: add, change, remove, and what a list shows of them.

use super::config::insist_possible;
use super::{Engine, job_rules, near};
use crate::catalog::jobs::StoredJob;
use crate::catalog::{CatalogError, Tx, backups, jobs, runs, servers, verifications};
use crate::error::{Error, Refusal};
use crate::event::EngineEvent;
use crate::schedule::{self, CronSchedule};
use crate::scheduler::overdue::{is_overdue, protected};
use crate::settings::storage;
use crate::{locks, time};
use holdfast_types::{
    CatalogScope, CreateJob, DeleteJob, Deleted, DisableJob, EnableJob, GetJob, Job, JobId, JobPurpose,
    JobSpec, JobSummary, LastRun, ListJobs, Page, UpdateJob, UpdateSchedule,
};

/// Backups whose sizes a trend shows.
const TREND: u32 = 20;
/// Coming slots that a list shows of each job.
const NEXT: usize = 5;

impl Engine {
    /// Lists the jobs by name.
    pub async fn list_jobs(&self, _request: ListJobs) -> Result<Page<JobSummary>, Error> {
        let now = self.context.now();
        let default = self.context.home.backups();
        let items = self
            .context
            .read(move |tx| {
                let storage = storage(tx, &default)?;
                jobs::list(tx)?
                    .into_iter()
                    .map(|job| summary(tx, job, &storage, now))
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        Ok(Page { total: items.len() as u64, page: 1, limit: items.len().max(1) as u32, items })
    }

    /// Shows one job.
    pub async fn get_job(&self, request: GetJob) -> Result<JobSummary, Error> {
        let now = self.context.now();
        let default = self.context.home.backups();
        self.context
            .read(move |tx| summary(tx, jobs::get(tx, request.id)?, &storage(tx, &default)?, now))
            .await
    }

    /// Finds a job by its name.
    pub async fn job_by_name(&self, name: &str) -> Result<JobSummary, Error> {
        let wanted = name.to_owned();
        match self.context.read(move |tx| jobs::find(tx, &wanted)).await? {
            Some(id) => self.get_job(GetJob { id }).await,
            None => {
                let all = self.context.read(jobs::list).await?;
                let names = all.into_iter().map(|stored| stored.job.spec.name);
                Err(Error::NoSuchName { kind: "job", name: name.to_owned(), near: near(name, names) })
            }
        }
    }

    /// Adds a job.
    pub async fn create_job(&self, request: CreateJob) -> Result<Job, Error> {
        let spec = possible(job_rules::checked(request.spec)?).await?;
        let now = self.context.now();
        self.change(CatalogScope::Jobs, "job.create", move |tx| {
            insist_on_servers(tx, &spec)?;
            let id = jobs::insert(tx, &spec, now)?;
            Ok((jobs::get(tx, id)?.job, spec.name.clone(), describe(&spec)))
        })
        .await
    }

    /// Changes a job.
    pub async fn update_job(&self, request: UpdateJob) -> Result<Job, Error> {
        let spec = possible(job_rules::checked(request.spec)?).await?;
        if spec.enabled {
            self.insist_ordinary(request.id).await?;
        }
        self.store(request.id, "job.update", move |_| spec).await
    }

    /// Changes a job's schedule only.
    pub async fn update_schedule(&self, request: UpdateSchedule) -> Result<Job, Error> {
        let current = self.get_job(GetJob { id: request.job_id }).await?.job.spec;
        let spec = job_rules::checked(JobSpec { schedule: request.schedule, ..current })?;
        self.insist_ordinary(request.job_id).await?;
        self.store(request.job_id, "job.schedule", move |_| spec).await
    }

    /// Turns a job's schedule on.
    pub async fn enable_job(&self, request: EnableJob) -> Result<Job, Error> {
        self.insist_ordinary(request.id).await?;
        self.store(request.id, "job.enable", |spec| JobSpec { enabled: true, ..spec }).await
    }

    /// Turns a job's schedule off.
    pub async fn disable_job(&self, request: DisableJob) -> Result<Job, Error> {
        self.store(request.id, "job.disable", |spec| JobSpec { enabled: false, ..spec }).await
    }

    /// The slots of a job whose backups are made before restores are nobody's to plan.
    pub(super) async fn insist_ordinary(&self, id: JobId) -> Result<(), Error> {
        let job = self.context.read(move |tx| jobs::get(tx, id)).await?.job;
        match job.purpose {
            JobPurpose::Ordinary => Ok(()),
            JobPurpose::Safety => Err(Error::Refused(Refusal::SafetyJob(job.spec.name))),
        }
    }

    async fn store(
        &self,
        id: JobId,
        action: &'static str,
        change: impl FnOnce(JobSpec) -> JobSpec + Send + 'static,
    ) -> Result<Job, Error> {
        let now = self.context.now();
        self.change(CatalogScope::Jobs, action, move |tx| {
            let spec = change(jobs::get(tx, id)?.job.spec);
            insist_on_servers(tx, &spec)?;
            jobs::update(tx, id, &spec, now)?;
            Ok((jobs::get(tx, id)?.job, spec.name.clone(), describe(&spec)))
        })
        .await
    }

    /// Removes a job that is not running. Its backups and its history stay.
    pub async fn delete_job(&self, request: DeleteJob) -> Result<Deleted, Error> {
        let id = request.id;
        let name = self.get_job(GetJob { id }).await?.job.spec.name;
        let Some(_lock) = locks::job(&self.context.home, id)? else {
            return Err(Error::Refused(Refusal::JobRunning(name)));
        };
        let (subject, now) = (name.clone(), self.context.now());
        let waiting = self
            .change(CatalogScope::Jobs, "job.delete", move |tx| {
                let waiting = runs::cancel_queued(tx, id, "The job was removed.", now)?;
                jobs::delete(tx, id)?;
                Ok((waiting, subject, String::new()))
            })
            .await?;
        if waiting > 0 {
            self.context.emit(EngineEvent::CatalogChanged(CatalogScope::Runs));
        }
        Ok(Deleted { deleted: name })
    }
}

/// Refuses a job whose servers are not there.
fn insist_on_servers(tx: &Tx, spec: &JobSpec) -> Result<(), CatalogError> {
    servers::get(tx, spec.server_id)?;
    if let Some(server) = spec.verification.drill_server {
        servers::get(tx, server)?;
    }
    Ok(())
}

/// A job's decisions in a line, for the audit trail.
fn describe(spec: &JobSpec) -> String {
    let state = if spec.enabled { "enabled" } else { "disabled" };
    format!("{} {} ({state})", spec.schedule.expression, spec.schedule.timezone)
}

fn summary(
    tx: &Tx,
    stored: StoredJob,
    storage: &std::path::Path,
    now: i64,
) -> Result<JobSummary, CatalogError> {
    let id = stored.job.id;
    let spec = &stored.job.spec;
    // A zone that a later time zone database dropped must not hide the job.
    let schedule = CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone).ok();
    let newest_good = backups::newest_good(tx, id)?;
    let last_run = runs::newest_begun(tx, id)?.map(|run| LastRun {
        id: run.id,
        status: run.status,
        at: run.started_at.unwrap_or(run.queued_at),
        error_message: run.error_message,
    });
    let next_runs = match &schedule {
        Some(schedule) if spec.enabled => {
            schedule.after(time::moment(now)).take(NEXT).map(schedule::timestamp).collect()
        }
        _ => Vec::new(),
    };
    Ok(JobSummary {
        schedule_description: match stored.job.purpose {
            JobPurpose::Safety => "made before restores".to_owned(),
            JobPurpose::Ordinary => {
                schedule.as_ref().map_or_else(|| spec.schedule.expression.clone(), CronSchedule::describe)
            }
        },
        next_runs,
        last_run,
        last_good_at: newest_good.map(|(at, _)| time::text(at)),
        trust: newest_good.map(|(_, trust)| trust),
        size_trend: backups::size_trend(tx, id, TREND)?,
        overdue: is_overdue(&protected(tx, &stored, now)?),
        proofs: verifications::newest_proofs(tx, id, now)?,
        broken: backups::broken_newest(tx, id)?,
        repository_path: spec.repository.clone().unwrap_or_else(|| storage.to_string_lossy().into_owned()),
        server_name: stored.server_name,
        job: stored.job,
    })
}
/// The job, if its repository can ever be made.
async fn possible(spec: JobSpec) -> Result<JobSpec, Error> {
    if let Some(repository) = &spec.repository {
        insist_possible(repository.into()).await?;
    }
    Ok(spec)
}
