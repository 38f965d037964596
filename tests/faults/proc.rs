//! Processes: those of a test, which end with it, and a look at all others through `/proc`.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use crate::wait::wait_for;

/// A started `holdfast` that is killed when this is dropped.
pub struct Running {
    child: Child,
}

impl Running {
    /// Starts it.
    pub fn start(mut command: Command) -> Self {
        Self { child: command.spawn().unwrap() }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as `kill -9` does, and reaps it.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits until it has.
    #[track_caller]
    pub fn terminate(mut self, patience: Duration) -> ExitStatus {
        signal(self.id(), Signal::SIGTERM);
        self.end(patience)
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end(&mut self, patience: Duration) -> ExitStatus {
        wait_for("the command ends", patience, || self.child.try_wait().unwrap())
    }

    /// Its end, if it has come.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal; a process that is gone already needs none.
pub fn signal(id: u32, signal: Signal) {
    let _ = kill(Pid::from_raw(i32::try_from(id).unwrap()), signal);
}

/// A process of the machine.
#[derive(Debug, Clone)]
pub struct Process {
    pub id: u32,
    pub parent: u32,
    /// Its arguments, separated by blanks.
    pub line: String,
}

/// All processes but zombies, which have no arguments.
pub fn all() -> Vec<Process> {
    std::fs::read_dir("/proc").unwrap().filter_map(|entry| look(entry.ok()?.file_name().to_str()?)).collect()
}

fn look(id: &str) -> Option<Process> {
    let number = id.parse().ok()?;
    let line = std::fs::read(format!("/proc/{id}/cmdline")).ok()?;
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in parentheses may hold anything: `4711 (pg_dump) S 4700 …`.
    let (_, after) = stat.rsplit_once(") ")?;
    let parent = after.split_whitespace().nth(1)?.parse().ok()?;
    let line = String::from_utf8_lossy(&line).replace('\0', " ");
    Some(Process { id: number, parent, line })
}

/// The processes whose arguments hold this text and whose program's name ends so.
pub fn with(program: &str, text: &str) -> Vec<Process> {
    let is = |process: &Process| process.line.split(' ').next().is_some_and(|name| name.ends_with(program));
    all().into_iter().filter(|process| is(process) && process.line.contains(text)).collect()
}

/// The largest resident size that a process had, in KiB; absent when it is gone.
pub fn peak_kib(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
