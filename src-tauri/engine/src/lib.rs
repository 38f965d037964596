//! Everything that a PostgreSQL backup needs, with no window: the façade is [`Engine`].
//!
//! The shell and the command line hold an [`Engine`] and translate; they decide nothing. The engine
//! knows no terminal and no window: it tells what happens through an [`event::EventSink`].

pub mod archive;
mod at_work;
mod cancel;
pub mod catalog;
mod context;
pub mod copy;
pub mod error;
pub mod event;
mod facade;
mod globals;
pub mod home;
pub mod load;
pub mod locks;
pub mod plain;
pub mod platform;
pub mod postgres;
mod presence;
mod proof;
pub mod repository;
mod restore;
pub mod retention;
mod retention_plan;
mod run_slots;
mod runner;
pub mod schedule;
mod scheduler;
mod scratch_databases;
pub mod secret;
pub mod settings;
pub mod sql;
pub mod surroundings;
pub mod time;
pub mod vault;

pub use error::Error;
pub use facade::{Autostart, Engine, OpenOptions};
