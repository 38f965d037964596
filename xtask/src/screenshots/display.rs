//! A virtual display, which ends with the value that stands for it.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use crate::{failure::Failure, place::Place, tool};

/// A running Xvfb.
pub struct Display {
    server: Child,
    name: String,
    root: PathBuf,
}

impl Display {
    /// Starts a display of the given size, `WIDTHxHEIGHT`, on a number that the server chooses itself.
    pub fn start(place: &Place, size: &str) -> Result<Self, Failure> {
        let mut command = tool::program(place, "Xvfb");
        command.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"]).arg(format!("{size}x24"));
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let line = tool::line(&command);
        let mut server = command.spawn().map_err(|source| Failure::Start { line, source })?;
        let mut number = String::new();
        // It writes its number when it is ready for clients.
        if let Some(stdout) = server.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut number);
            read.map_err(Failure::file("the number of the display"))?;
        }
        let name = format!(":{}", number.trim());
        let display = Self { server, name, root: place.root.clone() };
        match number.trim().is_empty() {
            true => Err(Failure::Unexpected(format!("Xvfb offers no display of size {size}"))),
            false => Ok(display),
        }
    }

    /// Prepares a program that runs on this display.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.current_dir(&self.root).env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY");
        command.env("GDK_BACKEND", "x11");
        command
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may be gone already, which is what is wanted.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
