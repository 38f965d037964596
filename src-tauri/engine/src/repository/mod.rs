//! Where backups live: `REPOSITORY/JOB/DATABASE/2026-11-23T020000Z-RUNID/`, written whole or not at all.
//!
//! A backup is made under a name that ends in `.partial`, published by a rename, deleted under a name that
//! begins with `.deleting-`. It knows neither archives nor the catalog.

pub mod delete;
pub mod durable;
pub mod error;
pub mod layout;
mod lock;
pub mod marker;
pub mod measure;
pub mod names;
pub mod probe;
pub mod restore_notes;
pub mod space;
pub mod staged;
pub mod sweep;
#[cfg(test)]
mod tests;
pub mod walk;

pub use delete::delete_backup;
pub use error::{RepositoryAction, RepositoryError, StorageFault};
pub use measure::{Measured, measure};
pub use restore_notes::{RestoreNotes, restore_commands, restore_notes};
pub use space::available_bytes;
pub use staged::Staged;
pub use sweep::{SweepReport, sweep};
pub use walk::find_backups;
