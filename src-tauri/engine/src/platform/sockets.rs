//! Unix sockets of a PostgreSQL server, where the system has them.

use std::path::Path;
use tokio_postgres::Config;

/// Connects through the socket in this folder.
#[cfg(unix)]
pub fn connect_through(config: &mut Config, folder: &Path) {
    config.host_path(folder);
}

/// The client knows no such sockets here: the folder is taken for a host, whose name says what was meant when it
/// cannot be found.
#[cfg(not(unix))]
pub fn connect_through(config: &mut Config, folder: &Path) {
    config.host(folder.to_string_lossy());
}
