//! `holdfast backups`.

use super::backup_copy;
use super::backup_view::{details_shown, listed};
use super::contents::{self, ContentsCommand};
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::plain;
use crate::output::{Output, print};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use holdfast_engine::platform::modes::create_private_file;
use holdfast_engine::{Engine, Error};
use holdfast_types::{
    BackupId, BackupStatus, DeleteBackup, Delivered, GetBackup, ListBackups, PinBackup, ReportFormat,
    ReportVerification, UnpinBackup,
};
use std::io::Write;
use std::path::PathBuf;

/// What can be done with backups.
#[derive(Debug, Subcommand)]
pub enum BackupsCommand {
    /// List backups, newest first
    List(ListArgs),
    /// Show one backup with its tables and the commands that restore it
    Show(IdArgs),
    /// Keep a backup whatever its job's policy says
    Pin(IdArgs),
    /// Let the policy decide again
    Unpin(IdArgs),
    /// Delete a backup and its files
    Delete(IdArgs),
    /// Copy a backup into another folder, and compare the copy with the manifest
    Copy(CopyArgs),
    /// Write the report of a backup's newest verification
    Report(ReportArgs),
    #[command(flatten)]
    Contents(ContentsCommand),
}

/// A backup.
#[derive(Debug, Args)]
pub struct IdArgs {
    /// The backup's id
    id: BackupId,
}

/// Which backup, and where to.
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The backup's id
    pub(super) id: BackupId,
    /// The folder that receives the copy, as a folder of its own
    #[arg(value_name = "FOLDER")]
    pub(super) folder: PathBuf,
}

/// Which report, and where to.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The backup's id
    id: BackupId,
    /// The form
    #[arg(long, value_enum, default_value_t = Form::Html)]
    format: Form,
    /// The file; standard output when absent
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// A page for people
    Html,
    /// A document for programs
    Json,
}

/// Which backups to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Of this job
    #[arg(long)]
    job: Option<String>,
    /// Of databases with this name
    #[arg(long, value_name = "DB")]
    database: Option<String>,
    /// In this state
    #[arg(long, value_parser = states())]
    status: Option<BackupStatus>,
    /// The page, from 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,
    /// Rows on a page, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = holdfast_types::DEFAULT_LIMIT,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(holdfast_types::MAX_LIMIT)))]
    limit: u32,
}

fn states() -> impl TypedValueParser<Value = BackupStatus> {
    PossibleValuesParser::new(BackupStatus::ALL.map(BackupStatus::as_str))
        .try_map(|word| BackupStatus::parse(&word).ok_or("not a state"))
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: BackupsCommand) -> Result<Exit, Failure> {
    let command = match command {
        BackupsCommand::Contents(command) => {
            contents::carry_out(app, command).await?;
            return Ok(Exit::Done);
        }
        BackupsCommand::Copy(args) => return backup_copy::carry_out(app, args).await,
        other => other,
    };
    let engine = app.engine().await?;
    match command {
        BackupsCommand::List(args) => {
            let job_id = match &args.job {
                Some(name) => Some(engine.job_by_name(name).await?.job.id),
                None => None,
            };
            let request = ListBackups {
                job_id,
                database: args.database,
                status: args.status,
                page: Some(args.page),
                limit: Some(args.limit),
                ..ListBackups::default()
            };
            app.output.answer(&engine.list_backups(request).await?, listed)?;
        }
        BackupsCommand::Show(args) => {
            app.output.answer(&engine.get_backup(GetBackup { id: args.id }).await?, details_shown)?;
        }
        BackupsCommand::Pin(args) => {
            let backup = engine.pin_backup(PinBackup { id: args.id }).await?;
            app.output.answer(&backup, |backup| format!("Backup {} is pinned.", backup.id))?;
        }
        BackupsCommand::Unpin(args) => {
            let backup = engine.unpin_backup(UnpinBackup { id: args.id }).await?;
            app.output.answer(&backup, |backup| format!("Backup {} is no longer pinned.", backup.id))?;
        }
        BackupsCommand::Report(args) => report(app, &engine, args).await?,
        BackupsCommand::Contents(_) | BackupsCommand::Copy(_) => {}
        BackupsCommand::Delete(args) => {
            let deleted = engine.delete_backup(DeleteBackup { id: args.id }).await?;
            app.output.answer(&deleted, |deleted| format!("Deleted {}.", plain(&deleted.deleted)))?;
        }
    }
    Ok(Exit::Done)
}

/// Writes a report to a file that does not exist yet, or to standard output.
async fn report(app: &App, engine: &Engine, args: ReportArgs) -> Result<(), Failure> {
    // On standard output only a document may stand where one is asked for.
    let format = match (args.format, app.output, &args.output) {
        (Form::Html, Output::People, _) | (Form::Html, Output::Json, Some(_)) => ReportFormat::Html,
        _ => ReportFormat::Json,
    };
    let text = engine.report_verification(ReportVerification { backup_id: args.id, format }).await?;
    let Some(path) = args.output else { return print(&text) };
    let written = create_private_file(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| Error::NotWritten { path: path.clone(), source })?;
    let detail = format!("The report is in {}.", path.display());
    app.output.answer(&Delivered { detail }, |delivered| delivered.detail.clone())
}
