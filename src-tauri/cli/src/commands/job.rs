//! `holdfast job`.

use super::config::tell_doubt;
use super::cron::schedule_shown;
use super::job_options::JobOptions;
use super::job_view::{listed, shown};
use super::proof_options::DrillPlace;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{parse_rfc3339, plain};
use clap::{Args, Subcommand};
use holdfast_engine::Engine;
use holdfast_types::{
    CreateJob, DatabaseSelection, DeleteJob, DisableJob, EnableJob, GetConfig, GetJob, Job, JobId, JobSpec,
    ListJobs, PreviewSchedule, Schedule, Timestamp, UpdateJob,
};

/// What can be done with jobs.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// Add a job
    Add(Box<AddArgs>),
    /// List the jobs
    List,
    /// Show one job
    Show(NameArgs),
    /// Change a job; what is not named stays as it is
    Update(Box<UpdateArgs>),
    /// Turn a job's schedule on
    Enable(NameArgs),
    /// Turn a job's schedule off; it can still be run by hand
    Disable(NameArgs),
    /// Remove a job; its backups and its history stay
    Remove(NameArgs),
    /// Show a job's coming slots, with what clock changes do to them
    Next(NextArgs),
}

/// A job that exists.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// The job's name
    name: String,
}

/// A new job.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("databases").required(true))]
pub struct AddArgs {
    /// A name for the job; also that of its folder in the repository
    name: String,
    /// The server's name
    #[arg(long)]
    server: String,
    /// A database; give several, or repeat it
    #[arg(long = "database", value_name = "DB", num_args = 1.., group = "databases")]
    named: Vec<String>,
    /// All databases of the server; new ones are picked up by themselves
    #[arg(long, group = "databases")]
    all_databases: bool,
    /// When it runs: five or six cron fields, or a name such as @daily; the configured schedule when absent
    #[arg(long, value_name = "EXPR")]
    cron: Option<String>,
    #[command(flatten)]
    options: JobOptions,
    /// Leave the schedule off; the job can still be run by hand
    #[arg(long)]
    disabled: bool,
}

/// Changes of a job.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The job's name
    name: String,
    /// Its new name
    #[arg(long = "name", value_name = "NEW")]
    new_name: Option<String>,
    /// The server's name
    #[arg(long)]
    server: Option<String>,
    /// The databases instead of those before
    #[arg(long = "database", value_name = "DB", num_args = 1.., conflicts_with = "all_databases")]
    named: Vec<String>,
    /// All databases of the server; new ones are picked up by themselves
    #[arg(long)]
    all_databases: bool,
    /// When it runs: five or six cron fields, or a name such as @daily
    #[arg(long, value_name = "EXPR")]
    cron: Option<String>,
    #[command(flatten)]
    options: JobOptions,
}

/// Which slots to show.
#[derive(Debug, Args)]
pub struct NextArgs {
    /// The job's name
    name: String,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    count: u32,
    /// After this moment; now when absent
    #[arg(long, value_name = "RFC3339", value_parser = parse_rfc3339)]
    from: Option<Timestamp>,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: JobCommand) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    match command {
        JobCommand::Add(args) => {
            let spec = new_spec(&engine, *args).await?;
            let job = engine.create_job(CreateJob { spec }).await?;
            answer_changed(app, &engine, &job).await?;
        }
        JobCommand::List => {
            let jobs = engine.list_jobs(ListJobs {}).await?;
            app.output.answer(&jobs, listed)?;
        }
        JobCommand::Show(args) => {
            let job = engine.job_by_name(&args.name).await?;
            app.output.answer(&job, shown)?;
        }
        JobCommand::Update(args) => {
            let before = engine.job_by_name(&args.name).await?.job;
            let spec = changed_spec(&engine, before.spec, *args).await?;
            let job = engine.update_job(UpdateJob { id: before.id, spec }).await?;
            answer_changed(app, &engine, &job).await?;
        }
        JobCommand::Enable(args) => {
            let id = id_of(&engine, &args.name).await?;
            let job = engine.enable_job(EnableJob { id }).await?;
            app.output.answer(&job, |job| format!("The schedule of {} is on.", plain(&job.spec.name)))?;
        }
        JobCommand::Disable(args) => {
            let id = id_of(&engine, &args.name).await?;
            let job = engine.disable_job(DisableJob { id }).await?;
            app.output.answer(&job, |job| format!("The schedule of {} is off.", plain(&job.spec.name)))?;
        }
        JobCommand::Remove(args) => {
            let id = id_of(&engine, &args.name).await?;
            let deleted = engine.delete_job(DeleteJob { id }).await?;
            app.output.answer(&deleted, |deleted| {
                format!("Removed job {}. Its backups and its history stay.", plain(&deleted.deleted))
            })?;
        }
        JobCommand::Next(args) => {
            let id = id_of(&engine, &args.name).await?;
            let preview = engine.next_slots(id, args.count, args.from).await?;
            app.output.answer(&preview, schedule_shown)?;
        }
    }
    Ok(Exit::Done)
}

async fn id_of(engine: &Engine, name: &str) -> Result<JobId, Failure> {
    Ok(engine.job_by_name(name).await?.job.id)
}

async fn new_spec(engine: &Engine, args: AddArgs) -> Result<JobSpec, Failure> {
    let server = engine.server_by_name(&args.server).await?;
    let databases = selection(args.named, args.all_databases).unwrap_or(DatabaseSelection::All);
    let config = engine.get_config(GetConfig {}).await?;
    let spec = config.over_new_job(JobSpec::new(args.name, server.id, databases, String::new()));
    let cron = args.cron.unwrap_or_else(|| spec.schedule.expression.clone());
    let schedule = schedule(engine, cron, args.options.timezone.clone()).await?;
    let spec = JobSpec { schedule, enabled: !args.disabled, ..spec };
    let place = args.options.drill_place();
    drilled_at(engine, place, args.options.for_new(spec)).await
}

/// The job with its drills where they were asked for.
async fn drilled_at(
    engine: &Engine,
    place: Option<DrillPlace>,
    mut spec: JobSpec,
) -> Result<JobSpec, Failure> {
    match place {
        None => {}
        Some(DrillPlace::Here) => spec.verification.drill_server = None,
        Some(DrillPlace::Server(name)) => {
            spec.verification.drill_server = Some(engine.server_by_name(&name).await?.id);
        }
    }
    Ok(spec)
}

async fn changed_spec(engine: &Engine, spec: JobSpec, args: UpdateArgs) -> Result<JobSpec, Failure> {
    let server_id = match &args.server {
        Some(server) => engine.server_by_name(server).await?.id,
        None => spec.server_id,
    };
    let expression = args.cron.unwrap_or_else(|| spec.schedule.expression.clone());
    let timezone = args.options.timezone.clone().unwrap_or_else(|| spec.schedule.timezone.clone());
    let spec = JobSpec {
        name: args.new_name.unwrap_or(spec.name),
        server_id,
        databases: selection(args.named, args.all_databases).unwrap_or(spec.databases),
        schedule: schedule(engine, expression, Some(timezone)).await?,
        ..spec
    };
    let place = args.options.drill_place();
    drilled_at(engine, place, args.options.over(spec)).await
}

/// Lets the engine read a schedule, which fills in the machine's zone where none is given.
async fn schedule(
    engine: &Engine,
    expression: String,
    timezone: Option<String>,
) -> Result<Schedule, Failure> {
    let request = PreviewSchedule { expression, timezone, count: Some(1), from: None };
    let read = engine.preview_schedule(request).await?;
    Ok(Schedule { expression: read.expression, timezone: read.timezone })
}

fn selection(named: Vec<String>, all: bool) -> Option<DatabaseSelection> {
    match (named.is_empty(), all) {
        (false, _) => Some(DatabaseSelection::Named(named)),
        (true, true) => Some(DatabaseSelection::All),
        (true, false) => None,
    }
}

/// Answers with the job as stored (people see it as `job show` does), and tells when backups cannot be written to its repository yet.
async fn answer_changed(app: &App, engine: &Engine, job: &Job) -> Result<(), Failure> {
    let summary = engine.get_job(GetJob { id: job.id }).await?;
    app.output.answer(job, |_| shown(&summary))?;
    tell_doubt(app, engine, job.spec.repository.clone()).await
}
