//! What goes on beside the app while its pictures are taken: a backup in another process, a server that never answers.

use super::home;
use crate::{failure::Failure, place::Place, tool};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};

/// It ends with this value.
#[derive(Default)]
pub struct Company {
    running: Option<Child>,
    _silent: Option<TcpListener>,
}

impl Drop for Company {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            // It may have come to its end, which is as good.
            let _ = running.kill();
            let _ = running.wait();
        }
    }
}

/// Nothing.
pub fn none(_: &Place, _: &Path) -> Result<Company, Failure> {
    Ok(Company::default())
}

/// A backup that goes on for minutes, and a port that takes connections and says nothing.
pub fn slow(place: &Place, home: &Path) -> Result<Company, Failure> {
    let silent = TcpListener::bind(("127.0.0.1", home::SILENT_PORT)).map_err(Failure::file("a port"))?;
    let mut command = tool::program(place, place.built("holdfast"));
    command.env("HOLDFAST_HOME", home).args(["run", home::DEMO_JOB]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let line = tool::line(&command);
    let running = command.spawn().map_err(|source| Failure::Start { line, source })?;
    Ok(Company { running: Some(running), _silent: Some(silent) })
}
