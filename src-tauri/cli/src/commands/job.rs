//! `holdfast job`.

use super::config::tell_doubt;
use super::cron::schedule_shown;
use super::job_options::JobOptions;
use super::proof_options::{self, DrillPlace};
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{bytes, or_dash, parse_rfc3339, plain, time, time_in, time_or_none};
use crate::table::{cut, fields, table, text};
use clap::{Args, Subcommand};
use holdfast_engine::Engine;
use holdfast_types::{
    Compression, CreateJob, DatabaseSelection, DeleteJob, DisableJob, EnableJob, GetConfig, GetJob, Job,
    JobId, JobPurpose, JobSpec, JobSummary, ListJobs, LoadLimits, Page, PreviewSchedule, RetentionPolicy,
    Schedule, Timestamp, UpdateJob,
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

/// Answers with the job as stored; people see it as `job show` does.
/// Answers with a job as it is now, and tells when backups cannot be written to its repository yet.
async fn answer_changed(app: &App, engine: &Engine, job: &Job) -> Result<(), Failure> {
    let summary = engine.get_job(GetJob { id: job.id }).await?;
    app.output.answer(job, |_| shown(&summary))?;
    tell_doubt(app, engine, job.spec.repository.clone()).await
}

fn listed(jobs: &Page<JobSummary>) -> String {
    if jobs.items.is_empty() {
        return "No jobs yet. Add one with: holdfast job add NAME --server S --database DB --cron '0 2 * * *'"
            .to_owned();
    }
    // Those that nobody plans come last.
    let mut summaries: Vec<&JobSummary> = jobs.items.iter().collect();
    summaries.sort_by_key(|summary| summary.job.purpose == JobPurpose::Safety);
    let rows: Vec<[String; 6]> = summaries
        .into_iter()
        .map(|summary| {
            let spec = &summary.job.spec;
            [
                plain(&spec.name),
                plain(&summary.server_name),
                databases_shown(&spec.databases),
                summary.schedule_description.clone(),
                next_shown(summary),
                or_dash(summary.last_run.as_ref().map(last_shown).unwrap_or_default()),
            ]
        })
        .collect();
    let columns = [
        cut("NAME", 20),
        cut("SERVER", 14),
        cut("DATABASES", 14),
        cut("SCHEDULE", 24),
        text("NEXT"),
        text("LAST"),
    ];
    table(columns, &rows)
}

fn next_shown(summary: &JobSummary) -> String {
    if summary.job.purpose == JobPurpose::Safety {
        return "–".to_owned();
    }
    match (summary.job.spec.enabled, summary.next_runs.first()) {
        (false, _) => "off".to_owned(),
        (true, Some(next)) => time(next),
        (true, None) => "–".to_owned(),
    }
}

fn last_shown(last: &holdfast_types::LastRun) -> String {
    super::run_view::status_word(last.status)
}

fn databases_shown(databases: &DatabaseSelection) -> String {
    match databases {
        DatabaseSelection::All => "all".to_owned(),
        DatabaseSelection::Named(names) => {
            names.iter().map(|name| plain(name)).collect::<Vec<_>>().join(", ")
        }
    }
}

fn shown(summary: &JobSummary) -> String {
    let (job, spec) = (&summary.job, &summary.job.spec);
    let schedule = match job.purpose {
        JobPurpose::Safety => format!("none: {}", summary.schedule_description),
        JobPurpose::Ordinary => format!(
            "{} ({}, {}){}",
            summary.schedule_description,
            spec.schedule.expression,
            spec.schedule.timezone,
            if spec.enabled { "" } else { ", off" }
        ),
    };
    let next: Vec<String> =
        summary.next_runs.iter().map(|slot| time_in(slot, &spec.schedule.timezone)).collect();
    let missed = format!("{}, within {} h", spec.missed.as_str(), spec.grace_seconds / 3600);
    let size = match spec.max_size_mb {
        None => "the configured bound".to_owned(),
        Some(0) => "no bound".to_owned(),
        Some(bound) => bytes(bound.saturating_mul(1 << 20)),
    };
    let last = summary.last_run.as_ref().map(|last| format!("{} {}", last_shown(last), time(&last.at)));
    let assertions: Vec<String> =
        spec.verification.assertions.iter().map(|statement| plain(statement)).collect();
    let assertions = assertions.join("\n              ");
    let trust = summary.trust.map(|trust| format!("{trust:?}, {}", trust.label().to_lowercase()));
    fields(&[
        ("Job", plain(&spec.name)),
        ("Id", job.id.to_string()),
        ("Server", plain(&summary.server_name)),
        ("Databases", databases_shown(&spec.databases)),
        ("Schedule", schedule),
        ("Next", next.join("\n              ")),
        ("Repository", plain(&summary.repository_path)),
        ("Engine", spec.engine.as_str().to_owned()),
        ("Compression", compression_shown(spec.compression)),
        ("Parallelism", spec.parallelism.map(|number| number.to_string()).unwrap_or_default()),
        ("Keeps", policy_shown(&spec.retention)),
        ("Largest size", size),
        ("Missed slots", missed),
        ("Retries", spec.retries.to_string()),
        ("Load", load_shown(&spec.load)),
        ("Proof", proof_options::policy_shown(&spec.verification)),
        ("Assertions", assertions),
        ("Last run", last.unwrap_or_default()),
        ("Last good", time_or_none(summary.last_good_at.as_ref())),
        ("Trust", trust.unwrap_or_default()),
        ("Overdue", if summary.overdue { "yes".to_owned() } else { String::new() }),
    ])
}

fn load_shown(load: &LoadLimits) -> String {
    let bounds = [
        load.rate_mb.map(|mib| format!("at most {mib} MiB in a second")),
        load.lag_mb.map(|mib| format!("waits while a standby is {mib} MiB behind")),
        load.sessions.map(|count| format!("waits while {count} other sessions are at work")),
    ];
    bounds.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn compression_shown(compression: Compression) -> String {
    match compression {
        Compression::Auto => "auto".to_owned(),
        Compression::Zstd(level) => format!("zstd:{level}"),
        Compression::Gzip(level) => format!("gzip:{level}"),
        Compression::None => "none".to_owned(),
    }
}

fn policy_shown(policy: &RetentionPolicy) -> String {
    let rules = [
        (policy.keep_days, "days"),
        (policy.keep_last, "last"),
        (policy.keep_daily, "daily"),
        (policy.keep_weekly, "weekly"),
        (policy.keep_monthly, "monthly"),
    ];
    let named: Vec<String> = rules
        .into_iter()
        .filter_map(|(number, rule)| number.map(|number| format!("{number} {rule}")))
        .collect();
    if named.is_empty() { "everything".to_owned() } else { named.join(", ") }
}
