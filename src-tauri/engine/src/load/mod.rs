//! Loads an archive into a fresh database, faster than pg_restore alone.
//!
//! pg_restore makes everything before the data and everything after it. Between the two our own connections load the
//! large tables and build their indexes, largest first, while pg_restore loads the rest. Whatever of ours does not
//! work out is left to pg_restore, which then does it or says in its own words why it cannot.

mod carry;
mod follow;
mod fresh;
mod means;
mod plan;
mod queue;

pub(crate) use fresh::default_parallelism;
pub use fresh::{Load, Loaded, Tell, Told, by_pg_restore, into_fresh};
