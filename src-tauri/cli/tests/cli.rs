//! The built `holdfast` binary, driven as a script would: statuses, documents, text. The tests with a real
//! server make a PostgreSQL cluster of their own; without its programs they fail and say what to install.
#![allow(clippy::unwrap_used)]

#[cfg(unix)]
#[path = "cli/agent.rs"]
mod agent;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/cron.rs"]
mod cron;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/objects.rs"]
mod objects;
#[cfg(unix)]
#[path = "cli/postgres.rs"]
mod postgres;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/usage.rs"]
mod usage;
