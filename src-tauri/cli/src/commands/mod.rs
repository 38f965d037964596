//! The commands, one file for each noun: arguments, and a function that translates.

mod agent;
mod backup_copy;
mod backup_view;
mod backups;
mod catalog;
mod config;
mod contents;
mod cron;
mod demo;
mod job;
mod job_options;
mod job_view;
mod proof_options;
mod restore;
mod restore_globals;
mod restore_view;
mod restores;
mod retention;
mod run;
mod run_filter;
mod run_view;
mod runs;
mod scheduler;
mod server;
mod stats;
mod verify;

use crate::app::{App, Cli, log_to_stderr};
use crate::exit::{Exit, Failure};
use clap::Subcommand;

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Servers: where PostgreSQL answers
    #[command(subcommand)]
    Server(server::ServerCommand),
    /// Jobs: what is backed up, when, where to, and how long it is kept
    #[command(subcommand)]
    Job(job::JobCommand),
    /// Cron expressions in words, with their next slots
    #[command(subcommand)]
    Cron(cron::CronCommand),
    /// The scheduler: whether slots fire, and in which process
    #[command(subcommand)]
    Scheduler(scheduler::SchedulerCommand),
    /// Run a job now, in the foreground, and print the run
    Run(run::RunArgs),
    /// The history of runs
    #[command(subcommand)]
    Runs(runs::RunsCommand),
    /// Sums over runs and backups
    Stats(stats::StatsArgs),
    /// Backups: what the runs left
    #[command(subcommand)]
    Backups(backups::BackupsCommand),
    /// Prove a backup again: by checksums, by reading it to its end, or by restoring and comparing it
    Verify(verify::VerifyArgs),
    /// Put a backup back into a database, or go back to the one that a swap kept
    Restore(restore::RestoreArgs),
    /// Restores: what was put back where, and what came of it
    #[command(subcommand)]
    Restores(restores::RestoresCommand),
    /// Retention: which backups are kept, and why
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// The catalog: rebuild it from what a repository holds
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    /// Settings, each with where its value comes from
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Carry out the schedule without a window, until Ctrl-C or SIGTERM
    Agent,
    /// Back a private sample database up, to see how it goes
    Demo(demo::DemoArgs),
}

/// Carries a command out.
pub async fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    let app = cli.app();
    if !matches!(cli.command, Command::Agent) {
        log_to_stderr();
    }
    let ended = carry_out(&app, cli.command).await;
    app.close().await;
    ended
}

async fn carry_out(app: &App, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Server(command) => server::carry_out(app, command).await,
        Command::Job(command) => job::carry_out(app, command).await,
        Command::Cron(command) => cron::carry_out(app, command).await,
        Command::Scheduler(command) => scheduler::carry_out(app, command).await,
        Command::Run(args) => run::carry_out(app, args).await,
        Command::Runs(command) => runs::carry_out(app, command).await,
        Command::Stats(args) => stats::carry_out(app, args).await,
        Command::Backups(command) => backups::carry_out(app, command).await,
        Command::Verify(args) => verify::carry_out(app, args).await,
        Command::Restore(args) => restore::carry_out(app, args).await,
        Command::Restores(command) => restores::carry_out(app, command).await,
        Command::Retention(command) => retention::carry_out(app, command).await,
        Command::Catalog(command) => catalog::carry_out(app, command).await,
        Command::Config(command) => config::carry_out(app, command).await,
        Command::Agent => agent::carry_out(app).await,
        Command::Demo(args) => demo::carry_out(app, args).await,
    }
}
