//! `holdfast restore`.

use super::restore_globals;
use super::restore_view::restore_shown;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::foreground::{Events, feed};
use crate::format::{bytes, plain};
use crate::output::{Output, tell_error};
use crate::work::WorkBar;
use clap::Args;
use holdfast_engine::Engine;
use holdfast_engine::event::EngineEvent;
use holdfast_engine::platform::stop::Stop;
use holdfast_types::{
    BackupId, CancelRestore, Existing, MissingRoles, Ownership, PlanRestore, ProcessKind, Restore, RestoreId,
    RestorePlan, RestoreScope, RestoreSpec, RestoreStatus, RestoreTarget, SafetyBackup, StartRestore,
    UndoRestore,
};

/// What to restore, where to and how.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup's id
    #[arg(required_unless_present = "undo")]
    pub(super) backup: Option<BackupId>,
    /// The server to restore on
    #[arg(long, value_name = "S", required_unless_present = "undo")]
    pub(super) server: Option<String>,
    /// The database's name there; with --globals-only, one that gets the settings of the backup's
    #[arg(long, value_name = "DB", required_unless_present_any = ["undo", "globals_only"])]
    pub(super) database: Option<String>,
    /// Into a new database, which must not exist
    #[arg(long, conflicts_with_all = ["swap", "clean"])]
    create: bool,
    /// Beside the database that exists, which then stays under a dated name
    #[arg(long, conflicts_with = "clean")]
    swap: bool,
    /// The name of the database that exists, typed once more: without it nothing that exists is changed
    #[arg(long, value_name = "DB")]
    pub(super) confirm: Option<String>,
    /// Drop what the backup holds from the existing database first
    #[arg(long)]
    clean: bool,
    /// Make no backup of the existing database first
    #[arg(long)]
    no_safety_backup: bool,
    /// Parallel connections
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    parallelism: Option<u32>,
    /// Only this table, as schema.name ('"a.b".c' where either holds a dot), with what it needs; may be given
    /// several times
    #[arg(long = "table", value_name = "SCHEMA.NAME")]
    tables: Vec<String>,
    /// Definitions only
    #[arg(long, conflicts_with = "data_only")]
    schema_only: bool,
    /// Rows only, into tables that exist
    #[arg(long)]
    data_only: bool,
    /// The connecting role owns everything; permissions are left out
    #[arg(long)]
    no_owner: bool,
    /// Make the roles that are missing, as the backup's globals.sql has them
    #[arg(long, conflicts_with = "no_owner")]
    make_roles: bool,
    /// Only the roles and memberships that are missing, as the backup's globals.sql has them, and no database
    #[arg(long, conflicts_with_all = ["create", "swap", "clean", "no_safety_backup", "parallelism", "tables",
        "schema_only", "data_only", "no_owner", "make_roles", "undo"])]
    globals_only: bool,
    /// With --globals-only: the roles' own settings (ALTER ROLE … SET) as well, over what is set there
    #[arg(long, requires = "globals_only")]
    pub(super) role_settings: bool,
    /// Say what would be done, and what bars the way
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Put the database back that this restore's swap kept; `holdfast restores list` shows which can be
    #[arg(long, value_name = "RESTORE", conflicts_with = "backup")]
    undo: Option<RestoreId>,
}

/// Carries it out. The first Ctrl-C cancels it.
pub async fn carry_out(app: &App, args: RestoreArgs) -> Result<Exit, Failure> {
    let (sink, events) = feed();
    let engine = app.open(ProcessKind::Command, sink).await?;
    if let Some(id) = args.undo {
        let restore = engine.undo_restore(UndoRestore { id }).await?;
        app.output.answer(&restore, undone_shown)?;
        return Ok(Exit::Done);
    }
    if args.globals_only {
        return restore_globals::carry_out(app, &engine, &args).await;
    }
    let spec = spec(&engine, &args).await?;
    if args.dry_run {
        let plan = engine.plan_restore(PlanRestore { spec }).await?;
        app.output.answer(&plan, plan_shown)?;
        return Ok(if plan.obstacles.is_empty() { Exit::Done } else { Exit::Refused });
    }
    let restore = watch(&engine, events, spec).await?;
    app.output.answer(&restore, restore_shown)?;
    if app.output == Output::People
        && let Some(message) = &restore.error_message
    {
        tell_error(message, restore.error_hint.as_deref());
    }
    Ok(if restore.status == RestoreStatus::Completed { Exit::Done } else { Exit::Failed })
}

async fn spec(engine: &Engine, args: &RestoreArgs) -> Result<RestoreSpec, Failure> {
    let (Some(backup_id), Some(server), Some(database)) = (args.backup, &args.server, &args.database) else {
        return Err(Failure::new(
            holdfast_types::ErrorCode::InvalidInput,
            "Backup, --server and --database are needed.",
            "",
        ));
    };
    let server_id = engine.server_by_name(server).await?.id;
    Ok(RestoreSpec {
        target: match (args.create, args.swap) {
            (true, _) => RestoreTarget::New,
            (_, true) => RestoreTarget::Swap,
            _ => RestoreTarget::Existing,
        },
        scope: match (args.schema_only, args.data_only) {
            (true, _) => RestoreScope::SchemaOnly,
            (_, true) => RestoreScope::DataOnly,
            _ => RestoreScope::Whole,
        },
        tables: args.tables.clone(),
        ownership: if args.no_owner { Ownership::Mine } else { Ownership::AsBackedUp },
        roles: if args.make_roles { MissingRoles::Make } else { MissingRoles::Refuse },
        existing: if args.clean { Existing::Clean } else { Existing::Keep },
        safety_backup: if args.no_safety_backup { SafetyBackup::Decline } else { SafetyBackup::Make },
        parallelism: args.parallelism,
        confirmation: args.confirm.clone(),
        ..RestoreSpec::new(backup_id, server_id, database.clone())
    })
}

async fn watch(engine: &Engine, mut events: Events, spec: RestoreSpec) -> Result<Restore, Failure> {
    let mut stop = Stop::listen().map_err(|error| Failure::io("Signals cannot be received", &error))?;
    let id = engine.start_restore(StartRestore { spec }).await?.id;
    let mut bar = WorkBar::on_stderr();
    let ended = engine.wait_for_restore(id);
    tokio::pin!(ended);
    loop {
        tokio::select! {
            restore = &mut ended => {
                bar.finish();
                return Ok(restore?);
            }
            Some(event) = events.recv() => {
                if let EngineEvent::Working(progress) = event {
                    bar.show(&progress);
                }
            }
            () = stop.requested() => {
                bar.note("Cancelling the restore; the target is left as it was.");
                // It may have ended in the same moment.
                drop(engine.cancel_restore(CancelRestore { id }).await);
            }
        }
    }
}

fn plan_shown(plan: &RestorePlan) -> String {
    let mut lines: Vec<String> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| format!("{}. {}", index + 1, plain(step)))
        .collect();
    lines.push(format!("Space needed: about {}.", bytes(plan.needed_bytes)));
    lines.extend(plan.remarks.iter().map(|remark| format!("Note: {}", plain(remark))));
    for obstacle in &plan.obstacles {
        lines.push(format!("In the way: {} {}", plain(&obstacle.message), plain(&obstacle.hint)));
    }
    lines.join("\n")
}

fn undone_shown(restore: &Restore) -> String {
    let replaced = match &restore.undone_as {
        Some(name) => format!(" The restored one is kept as \"{}\".", plain(name)),
        None => String::new(),
    };
    format!("{} is back.{replaced}", plain(&restore.database))
}
