//! What forms hold and mean, decided by pure functions: nothing here draws or asks.

pub mod compare;
pub mod connection;
pub mod connection_url;
pub mod contents;
pub mod cron;
pub mod job;
pub mod jobs;
pub mod list;
pub mod period;
pub mod proof;
pub mod proposal;
pub mod restore;
pub mod restore_name;
pub mod restore_query;
pub mod restores;
pub mod runs;
pub mod server_name;
pub mod servers;
pub mod tested;
pub mod unsaved;
pub mod url_field;
pub mod weekdays;
