//! `holdfast catalog`.

use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{count, plain};
use clap::{Args, Subcommand};
use holdfast_types::{RebuildCatalog, Rebuilt};
use std::path::PathBuf;

/// What can be done with the catalog.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Record a repository's backups, and the runs that made them, from the manifests alone
    Rebuild(RebuildArgs),
}

/// Which repository.
#[derive(Debug, Args)]
pub struct RebuildArgs {
    /// The repository's folder
    #[arg(long, value_name = "DIR")]
    repository: PathBuf,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: CatalogCommand) -> Result<Exit, Failure> {
    let CatalogCommand::Rebuild(args) = command;
    let repository = args.repository.to_string_lossy().into_owned();
    let rebuilt = app.engine().await?.rebuild_catalog(RebuildCatalog { repository }).await?;
    app.output.answer(&rebuilt, shown)?;
    Ok(if rebuilt.problems.is_empty() { Exit::Done } else { Exit::Failed })
}

fn shown(rebuilt: &Rebuilt) -> String {
    let Rebuilt { backups, runs, known, damaged, problems } = rebuilt;
    let mut lines = vec![format!(
        "{} of {} recorded, {known} {} known already.",
        count(*backups, "backup"),
        count(*runs, "run"),
        if *known == 1 { "was" } else { "were" }
    )];
    match *damaged {
        0 => {}
        1 => lines.push("One of them lacks files and is marked damaged.".to_owned()),
        many => lines.push(format!("{many} of them lack files and are marked damaged.")),
    }
    lines.extend(problems.iter().map(|problem| format!("Not recorded: {}", plain(problem))));
    lines.join("\n")
}
