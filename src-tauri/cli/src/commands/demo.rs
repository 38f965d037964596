//! `holdfast demo`: a private PostgreSQL with sample data, one backup of it, and what stock pg_restore
//! sees in the archive.

use super::run::{exit_of, tell_outcome};
use super::run_view::run_shown;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::foreground::{Events, feed, run_now};
use crate::format::{bytes, count, plain, shell_word, took};
use crate::output::{Output, tell};
use crate::table::fields;
use clap::Args;
use holdfast_engine::Engine;
use holdfast_engine::locks;
use holdfast_engine::platform::modes;
use holdfast_engine::platform::stop::Stop;
use holdfast_engine::postgres::tools::discover;
use holdfast_engine::repository::layout::ARCHIVE_DIR;
use holdfast_types::{
    CreateDemo, Demo, ErrorCode, GetJob, ProcessKind, Run, RunStatus, UpdateConfig, Verification,
    VerifyBackup, VerifyLevel,
};
use serde::Serialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The beginning of the name of a demo's data directory; the number of its process follows.
const FOLDER: &str = "demo-";

/// What becomes of the demo.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep the demo's server, job and backup
    #[arg(long)]
    keep: bool,
}

/// Whether the demo stays when it has been shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Afterwards {
    Kept,
    Removed,
}

/// What the demo showed.
#[derive(Debug, Serialize)]
struct Shown {
    server: String,
    job: String,
    run: Run,
    /// Tables whose data stock pg_restore lists in the archive; absent when there is no archive.
    tables_listed: Option<u64>,
    /// The drill: the backup restored into a throwaway cluster and compared.
    drill: Option<Verification>,
    afterwards: Afterwards,
}

/// Makes the demo, backs it up and lists the archive.
pub async fn carry_out(app: &App, args: DemoArgs) -> Result<Exit, Failure> {
    let shown = if args.keep {
        let (sink, events) = feed();
        let engine = app.open(ProcessKind::Command, sink).await?;
        show(&engine, events, app.output, Afterwards::Kept).await?
    } else {
        // A data directory of its own within the other one: whatever the demo makes goes with it, and
        // nothing that was there before is touched.
        modes::create_private_folder(&app.home)
            .map_err(|error| Failure::io(&format!("{} cannot be made", app.home.display()), &error))?;
        sweep(app).await;
        let folder = app.home.join(format!("{FOLDER}{}", std::process::id()));
        // Held for as long as the folder is, so that another demo knows that it is in use.
        let _in_use = locks::file(&lock_of(&folder))?;
        let throwaway = App::on(folder.clone(), app.output);
        let shown = show_and_discard(&throwaway).await;
        throwaway.close().await;
        let removed = std::fs::remove_dir_all(&folder);
        let _ = std::fs::remove_file(lock_of(&folder));
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                let what = format!("The demo in {} cannot be removed", folder.display());
                return shown.and(Err(Failure::io(&what, &error)));
            }
            _ => shown?,
        }
    };
    app.output.answer(&shown, summary)?;
    if app.output == Output::People {
        tell_outcome(&shown.run);
    }
    Ok(exit_of(shown.run.status))
}

/// The lock of a demo's folder lies beside it, because the folder is deleted while the lock is held.
fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

/// Removes what demos left that were killed, with their clusters. What cannot be removed stays for the next time.
async fn sweep(app: &App) {
    let entries = std::fs::read_dir(&app.home).into_iter().flatten().flatten();
    for folder in entries.map(|entry| entry.path()).filter(|path| is_of_a_demo(path)) {
        let Ok(Some(_dead)) = locks::file(&lock_of(&folder)) else { continue };
        let left = App::on(folder.clone(), app.output);
        if let Ok(engine) = left.engine().await
            && let Err(error) = engine.discard_demo().await
        {
            tracing::warn!("{}: the cluster of a demo cannot be removed: {error}", folder.display());
        }
        left.close().await;
        if let Err(error) = std::fs::remove_dir_all(&folder) {
            tracing::warn!("{} cannot be removed: {error}", folder.display());
        }
        let _ = std::fs::remove_file(lock_of(&folder));
    }
}

fn is_of_a_demo(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let number = name.and_then(|name| name.strip_prefix(FOLDER));
    path.is_dir() && number.is_some_and(|number| number.parse::<u32>().is_ok())
}

async fn show_and_discard(app: &App) -> Result<Shown, Failure> {
    let (sink, events) = feed();
    let engine = app.open(ProcessKind::Command, sink).await?;
    // Whatever the environment says, the backup goes where it is removed again.
    let folder = app.home.join("backups").to_string_lossy().into_owned();
    engine.update_config(UpdateConfig { key: "storage_path".to_owned(), value: Some(folder) }).await?;
    let shown = show(&engine, events, app.output, Afterwards::Removed).await;
    engine.discard_demo().await.map_err(Failure::from).and(shown)
}

async fn show(
    engine: &Engine,
    events: Events,
    output: Output,
    afterwards: Afterwards,
) -> Result<Shown, Failure> {
    let mut stop = Stop::listen().map_err(|error| Failure::io("Signals cannot be received", &error))?;
    tell("Making a private PostgreSQL with sample data; this takes a moment.");
    let demo = tokio::select! {
        made = engine.create_demo(CreateDemo {}) => made?,
        () = stop.requested() => return Err(Failure::new(ErrorCode::Cancelled, "The demo was cancelled.", "")),
    };
    let run = run_now(engine, events, demo.job_id, output).await?;
    look_at(engine, &demo, run, afterwards).await
}

async fn look_at(engine: &Engine, demo: &Demo, run: Run, afterwards: Afterwards) -> Result<Shown, Failure> {
    let job = engine.get_job(GetJob { id: demo.job_id }).await?;
    let tables_listed = match (&run.backup_filepath, run.status) {
        (Some(folder), RunStatus::Completed) => {
            Some(list_archive(&Path::new(folder).join(ARCHIVE_DIR)).await?)
        }
        _ => None,
    };
    let drill = match (run.backup_id, run.status) {
        (Some(id), RunStatus::Completed) => {
            tell("Restoring the backup into a throwaway cluster, and comparing it.");
            let request = VerifyBackup { id, level: VerifyLevel::Restore, server_id: None };
            Some(engine.verify_backup(request).await?)
        }
        _ => None,
    };
    Ok(Shown { server: job.server_name, job: job.job.spec.name, run, tables_listed, drill, afterwards })
}

/// Counts the tables with data that the machine's own pg_restore lists in an archive.
async fn list_archive(archive: &Path) -> Result<u64, Failure> {
    let program = discover().await.into_iter().find_map(|tools| tools.pg_restore).ok_or_else(|| {
        let hint = "Install PostgreSQL's client programs, on Debian the package postgresql-client.";
        Failure::new(ErrorCode::MissingTool, "pg_restore is not installed.", hint)
    })?;
    let listed = tokio::process::Command::new(&program)
        .arg("--list")
        .arg(archive)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| Failure::io(&format!("{} cannot be started", program.display()), &error))?;
    if !listed.status.success() {
        let said = plain(String::from_utf8_lossy(&listed.stderr).trim());
        let message = format!("pg_restore cannot list {}: {said}", archive.display());
        return Err(Failure::new(ErrorCode::Failed, message, ""));
    }
    let lines = String::from_utf8_lossy(&listed.stdout);
    Ok(lines.lines().filter(|line| !line.starts_with(';') && line.contains(" TABLE DATA ")).count() as u64)
}

/// What a drill found, in a line.
fn drill_shown(drill: &Verification) -> String {
    let rows = drill.checks.iter().find(|check| check.name == "rows").map_or("", |check| &check.detail);
    let seconds = drill.restore_ms.unwrap_or_default() as f64 / 1000.0;
    match &drill.error_message {
        None => format!("restored in {seconds:.1} s: {rows} ({:?})", drill.level),
        Some(message) => message.clone(),
    }
}

fn summary(shown: &Shown) -> String {
    let Some(tables) = shown.tables_listed else {
        return run_shown(&shown.run);
    };
    let run = &shown.run;
    let afterwards = match shown.afterwards {
        Afterwards::Kept => format!("kept; run it again with: holdfast run {}", shell_word(&shown.job)),
        Afterwards::Removed => "removed; --keep keeps it".to_owned(),
    };
    fields(&[
        ("Server", plain(&shown.server)),
        ("Backup", run.backup_filepath.as_deref().map(plain).unwrap_or_default()),
        ("Size", run.backup_size_bytes.map(bytes).unwrap_or_default()),
        ("Took", took(run)),
        ("pg_restore --list", format!("{} with data", count(tables, "table"))),
        ("Drill", shown.drill.as_ref().map(drill_shown).unwrap_or_default()),
        ("Demo", afterwards),
    ])
}
