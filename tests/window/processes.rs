//! Child processes that end with the test, and a look at what an app and its helpers hold.

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::wait::wait_for;

/// A process in a group of its own, which is killed with all its children when this is dropped.
pub struct Kept {
    child: Child,
}

impl Kept {
    /// Starts it. A program that is not installed fails the test with the package that holds it.
    pub fn start(command: &mut Command, package: &str) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        Kept {
            child: child
                .unwrap_or_else(|error| panic!("{program}: {error}; on Debian: apt install {package}")),
        }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The first line that it prints.
    pub fn first_line(&mut self) -> String {
        let mut line = String::new();
        let output = self.child.stdout.take().expect("the output is piped");
        BufReader::new(output).read_line(&mut line).expect("the process prints a line");
        line.trim().to_owned()
    }

    /// Its end, if it has come.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the process can be asked")
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end(&mut self, what: &str) -> ExitStatus {
        wait_for(what, || self.ended())
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        nix::sys::signal::kill(Pid::from_raw(self.id() as i32), signal).expect("the process is there");
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Its children too, whether or not it still lives itself.
        let _ = killpg(Pid::from_raw(self.id() as i32), Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// A process of the app's family.
#[derive(Debug)]
pub struct Member {
    /// Its number; `tests/measure` looks at more of it.
    #[allow(dead_code)]
    pub id: u32,
    /// Its name as the kernel keeps it, 15 characters at most.
    pub name: String,
    /// Its proportional share of memory in KiB.
    pub pss_kib: u64,
}

/// A process and all that descend from it.
pub fn family(root: u32) -> Vec<Member> {
    let mut members = Vec::new();
    let mut queue = vec![root];
    while let Some(id) = queue.pop() {
        let Ok(name) = std::fs::read_to_string(format!("/proc/{id}/comm")) else { continue };
        let memory = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
        members.push(Member { id, name: name.trim().to_owned(), pss_kib: kib(&memory, "Pss:") });
        queue.extend(children(id));
    }
    members
}

/// A line of smaps_rollup, in KiB: `Pss:`, `Private_Dirty:`.
pub fn kib(rollup: &str, name: &str) -> u64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn children(id: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{id}/task")) else { return Vec::new() };
    threads
        .flatten()
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok())
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>())
        .collect()
}
