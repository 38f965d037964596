//! `holdfast verify`.

use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::foreground::feed;
use crate::output::{Output, tell_error};
use crate::work::WorkBar;
use clap::{Args, ValueEnum};
use holdfast_engine::event::EngineEvent;
use holdfast_engine::platform::stop::Stop;
use holdfast_types::{
    BackupId, CancelVerification, ErrorCode, ProcessKind, Verification, VerificationStatus, VerifyBackup,
    VerifyLevel,
};

/// Which backup, and how deep.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The backup's id
    backup: BackupId,
    /// How deep: compare checksums, read every file to its end, or restore into a throwaway cluster and compare
    #[arg(long, value_enum, default_value_t = Level::Decode)]
    level: Level,
    /// Restore into a scratch database on this server, instead of a throwaway cluster on this machine
    #[arg(long, value_name = "S")]
    server: Option<String>,
}

/// How deep a verification goes.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    /// Every file has the checksum of the manifest
    Checksum,
    /// Every data file is read to its end and reconciled with the manifest
    Decode,
    /// The backup is restored into a throwaway cluster and compared with what the server held
    Restore,
}

impl From<Level> for VerifyLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Checksum => Self::Checksum,
            Level::Decode => Self::Decode,
            Level::Restore => Self::Restore,
        }
    }
}

/// Carries it out. The first Ctrl-C cancels it.
pub async fn carry_out(app: &App, args: VerifyArgs) -> Result<Exit, Failure> {
    if args.server.is_some() && !matches!(args.level, Level::Restore) {
        return Err(Failure::new(
            ErrorCode::InvalidInput,
            "--server is for drills only.",
            "Add --level restore.",
        ));
    }
    let (sink, mut events) = feed();
    let engine = app.open(ProcessKind::Command, sink).await?;
    let mut stop = Stop::listen().map_err(|error| Failure::io("Signals cannot be received", &error))?;
    let mut bar = WorkBar::on_stderr();
    let server_id = match &args.server {
        Some(name) => Some(engine.server_by_name(name).await?.id),
        None => None,
    };
    let verifying =
        engine.verify_backup(VerifyBackup { id: args.backup, level: args.level.into(), server_id });
    tokio::pin!(verifying);
    let verification = loop {
        tokio::select! {
            ended = &mut verifying => break ended?,
            Some(event) = events.recv() => {
                if let EngineEvent::Working(progress) = event {
                    bar.show(&progress);
                }
            }
            () = stop.requested() => {
                bar.note("Cancelling the verification.");
                // It may have ended in the same moment.
                drop(engine.cancel_verification(CancelVerification { backup_id: args.backup }).await);
            }
        }
    };
    bar.finish();
    app.output.answer(&verification, shown)?;
    if app.output == Output::People && verification.status != VerificationStatus::Passed {
        let message = verification.error_message.as_deref().unwrap_or("The verification did not pass.");
        tell_error(message, verification.error_hint.as_deref());
    }
    Ok(if verification.ok { Exit::Done } else { Exit::Failed })
}

/// A verification for people.
fn shown(verification: &Verification) -> String {
    let mut lines: Vec<String> = verification
        .checks
        .iter()
        .map(|check| {
            format!("{}  {}: {}", if check.ok { "ok    " } else { "FAILED" }, check.name, check.detail)
        })
        .collect();
    if let (Some(millis), Some(version)) = (verification.restore_ms, &verification.server_version) {
        let seconds = std::time::Duration::from_millis(millis).as_secs_f64();
        lines.push(format!("Restored into PostgreSQL {version} in {seconds:.1} s."));
    }
    lines.push(format!(
        "Backup {}: {} ({:?}).",
        verification.backup_id,
        match verification.status {
            VerificationStatus::Passed => "passed",
            VerificationStatus::Failed => "failed",
            VerificationStatus::Undecided => "could not be told",
            VerificationStatus::Processing => "processing",
        },
        verification.level
    ));
    lines.join("\n")
}
