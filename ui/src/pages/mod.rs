//! The pages. Each asks the engine through hooks, and draws with components.

mod backups;
mod compare;
mod contents;
mod doubts;
mod job_editor;
mod jobs;
mod ordered;
mod overview;
mod quitting;
mod restore;
mod run;
mod run_now;
mod run_progress;
mod runs;
mod server_editor;
mod servers;
mod settings;
mod verify;

pub use backups::Backups;
pub use compare::Compare;
pub use contents::Contents;
pub use job_editor::JobEditor;
pub use jobs::Jobs;
pub use overview::Overview;
pub use quitting::Quitting;
pub use restore::{RestorePage, RestoreWizard, Restores};
pub use run::RunPage;
pub use runs::Runs;
pub use server_editor::ServerEditor;
pub use servers::Servers;
pub use settings::Settings;
