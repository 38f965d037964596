//! The app's log: one file a day in the data directory, the last 14 kept. Runs keep their own logs.

use std::io;
use std::path::{Path, PathBuf};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// How many daily files are kept.
const DAYS: usize = 14;

/// Where the log is kept.
pub fn folder(home: &Path) -> PathBuf {
    home.join("logs")
}

/// Begins to log. `HOLDFAST_LOG` chooses what, in the directives of `tracing_subscriber`; `info` by default.
pub fn start(home: &Path) -> io::Result<()> {
    let folder = folder(home);
    holdfast_engine::platform::modes::create_private_folder(&folder)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("desktop")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(&folder)
        .map_err(io::Error::other)?;
    let filter = EnvFilter::try_from_env("HOLDFAST_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,tokio_cron_scheduler=warn"));
    // Written at once rather than from a thread of its own: nothing is lost when the process ends.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(file)
        .try_init()
        .map_err(io::Error::other)?;
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tracing::error!(%panic, "a thread panicked");
        usual(panic);
    }));
    Ok(())
}
