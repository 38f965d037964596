//! `holdfast restores`.

use super::restore_view::{details_shown, restores_shown};
use crate::app::App;
use crate::exit::{Exit, Failure};
use clap::{Args, Subcommand};
use holdfast_types::{BackupId, GetRestore, ListRestores, RestoreId};

/// What can be asked about restores.
#[derive(Debug, Subcommand)]
pub enum RestoresCommand {
    /// List restores, newest first, with the databases that swaps kept
    List(ListArgs),
    /// Show one restore with what it compared and what failed
    Show(ShowArgs),
}

/// A restore.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The restore's id
    id: RestoreId,
}

/// Which restores to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Of this backup
    #[arg(long, value_name = "BACKUP")]
    backup: Option<BackupId>,
    /// The page, from 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,
    /// Rows on a page, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = holdfast_types::DEFAULT_LIMIT,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(holdfast_types::MAX_LIMIT)))]
    limit: u32,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: RestoresCommand) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    match command {
        RestoresCommand::List(args) => {
            let request =
                ListRestores { backup_id: args.backup, page: Some(args.page), limit: Some(args.limit) };
            app.output.answer(&engine.list_restores(request).await?, restores_shown)?;
        }
        RestoresCommand::Show(args) => {
            app.output.answer(&engine.get_restore(GetRestore { id: args.id }).await?, details_shown)?;
        }
    }
    Ok(Exit::Done)
}
