//! `holdfast backups copy`: a copy of a backup elsewhere, with progress.

use super::backups::CopyArgs;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::foreground::feed;
use crate::work::WorkBar;
use holdfast_engine::event::EngineEvent;
use holdfast_engine::platform::stop::Stop;
use holdfast_types::{CancelBackupCopy, Delivered, ProcessKind, SaveBackupCopy};

/// Carries it out. The first Ctrl-C cancels it.
pub async fn carry_out(app: &App, args: CopyArgs) -> Result<Exit, Failure> {
    let (sink, mut events) = feed();
    let engine = app.open(ProcessKind::Command, sink).await?;
    let mut stop = Stop::listen().map_err(|error| Failure::io("Signals cannot be received", &error))?;
    let mut bar = WorkBar::on_stderr();
    let folder = Some(args.folder.to_string_lossy().into_owned());
    let copying = engine.save_backup_copy(SaveBackupCopy { id: args.id, folder });
    tokio::pin!(copying);
    let delivered = loop {
        tokio::select! {
            ended = &mut copying => break ended?,
            Some(event) = events.recv() => {
                if let EngineEvent::Working(progress) = event {
                    bar.show(&progress);
                }
            }
            () = stop.requested() => {
                bar.note("Cancelling the copy.");
                // It may have ended in the same moment.
                drop(engine.cancel_backup_copy(CancelBackupCopy { backup_id: args.id }).await);
            }
        }
    };
    bar.finish();
    app.output.answer(&delivered, |delivered: &Delivered| delivered.detail.clone())?;
    Ok(Exit::Done)
}
