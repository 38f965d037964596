//! What a process cost, read from `/proc` while it runs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The head of the table.
pub const HEAD: &str =
    "| | wall s | client CPU s | server CPU s | memory MiB | size MiB |\n|---|---|---|---|---|---|";

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Ticks of a processor's clock in a second, as Linux tells them to programs on every machine (USER_HZ).
const TICKS: f64 = 100.0;

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    wall: f64,
    client: f64,
    server: f64,
    memory: u64,
    size: u64,
}

/// Runs a command to its end. `target` is what it makes.
pub fn run(command: &[String], postmaster: u32, target: &Path) -> Measured {
    let server = ticks(postmaster);
    let began = Instant::now();
    let mut child = Command::new(&command[0])
        .args(&command[1..])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let (mut client, mut memory) = (0.0_f64, 0);
    let status = loop {
        let all = family(child.id());
        client = client.max(all.iter().map(|id| ticks(*id)).sum());
        memory = memory.max(all.iter().map(|id| peak(*id)).sum());
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(LOOK);
    };
    let wall = began.elapsed().as_secs_f64();
    assert!(status.success(), "{command:?} failed: {status}");
    // A backend's time is added to the postmaster's once it has ended.
    std::thread::sleep(Duration::from_millis(100));
    Measured {
        wall,
        client: client / TICKS,
        server: (ticks(postmaster) - server) / TICKS,
        memory,
        size: size(target),
    }
}

/// The median of each.
pub fn median(mut all: Vec<Measured>) -> Measured {
    let middle = all.len() / 2;
    let mut of = |value: fn(&Measured) -> f64| {
        all.sort_by(|a, b| value(a).total_cmp(&value(b)));
        value(&all[middle])
    };
    Measured {
        wall: of(|one| one.wall),
        client: of(|one| one.client),
        server: of(|one| one.server),
        memory: of(|one| one.memory as f64) as u64,
        size: of(|one| one.size as f64) as u64,
    }
}

impl Measured {
    /// A row of the table.
    pub fn row(&self, name: &str) -> String {
        let mib = |bytes: u64| bytes as f64 / 1024.0 / 1024.0;
        format!(
            "| {name} | {:.2} | {:.2} | {:.2} | {:.0} | {:.1} |",
            self.wall,
            self.client,
            self.server,
            mib(self.memory),
            mib(self.size)
        )
    }
}

/// A process and its children.
fn family(id: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    let mut all = vec![id];
    all.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
    all
}

/// Processor time of a process and of its children that have ended, in ticks.
fn ticks(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name, in brackets, may hold anything; utime to cstime are the 14th to the 17th field.
    let rest = stat.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
    rest.split(' ').skip(11).take(4).filter_map(|field| field.parse::<f64>().ok()).sum()
}

/// The most memory that a process has held, in bytes.
fn peak(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() * 1024
}

/// Bytes of a file, or of all files below a folder.
fn size(path: &Path) -> u64 {
    match std::fs::read_dir(path) {
        Ok(items) => items.flatten().map(|item| size(&item.path())).sum(),
        Err(_) => path.metadata().map_or(0, |found| found.len()),
    }
}
