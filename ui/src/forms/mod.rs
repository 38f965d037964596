//! What forms hold and mean, decided by pure functions: nothing here draws or asks.

pub mod connection;
pub mod cron;
pub mod job;
pub mod proof;
pub mod restore;
pub mod restore_name;
pub mod runs;
