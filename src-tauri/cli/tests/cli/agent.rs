//! `agent`: the scheduler without a window, until it is asked to end.

use crate::support::Home;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything here may take on a machine under load.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A command that goes on, killed when the test ends.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stderr: ChildStderr = child.stderr.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(stderr).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    /// Waits for a line on stderr that holds this text.
    pub fn says(&self, text: &str) -> String {
        let (until, mut said) = (Instant::now() + DEADLINE, Vec::new());
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if line.contains(text) {
                return line;
            }
            said.push(line);
        }
        panic!("{text:?} was not said, but: {said:?}");
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success(), "the process must still be there");
    }

    /// Waits for the end; the status and what was printed on stdout.
    pub fn end(mut self) -> (Option<i32>, String) {
        let mut stdout = String::new();
        std::io::Read::read_to_string(&mut self.child.stdout.take().unwrap(), &mut stdout).unwrap();
        (self.child.wait().unwrap().code(), stdout)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Waits until the scheduler is carried out by a process of this id.
fn await_holder(home: &Home, pid: u32) {
    let until = Instant::now() + DEADLINE;
    loop {
        let status = home.document(&["scheduler", "status"]);
        if status["holder"]["pid"] == json!(pid) {
            assert_eq!(status["holder"]["kind"], "agent", "the holder says what it is: {status}");
            assert_eq!(status["state"], "running", "slots fire now: {status}");
            assert!(status["last_heartbeat_at"].is_string(), "and a monitor sees that it beats: {status}");
            return;
        }
        assert!(Instant::now() < until, "process {pid} must take the lock: {status}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_agent_carries_out_the_schedule_until_sigterm_and_another_takes_over() {
    let home = Home::new();
    let first = Running::start(home.command(&["agent"]));
    first.says("agent ready");
    await_holder(&home, first.child.id());
    let second = Running::start(home.command(&["agent"]));
    let told = second.says("is carried out by");
    assert!(told.contains(&first.child.id().to_string()), "who holds the lock is told: {told}");
    second.says("agent ready");

    first.signal("TERM");
    assert_eq!(first.end(), (Some(0), String::new()), "an agent ends cleanly and keeps stdout empty");
    await_holder(&home, second.child.id());
    second.signal("INT");
    assert_eq!(second.end().0, Some(0), "Ctrl-C is a clean end too");
    assert_eq!(home.document(&["scheduler", "status"])["state"], "idle", "nobody is left");

    let logs: Vec<_> = std::fs::read_dir(home.path().join("logs")).unwrap().collect();
    assert_eq!(logs.len(), 1, "one log file a day: {logs:?}");
    let log = std::fs::read_to_string(logs[0].as_ref().unwrap().path()).unwrap();
    assert!(log.contains("agent ready") && log.contains("agent ended"), "the file tells the story: {log}");
}

#[test]
fn an_agent_whose_lock_files_are_removed_leaves_the_schedule_to_the_next() {
    let home = Home::new();
    let first = Running::start(home.command(&["agent"]));
    first.says("agent ready");
    await_holder(&home, first.child.id());
    for lock in std::fs::read_dir(home.path().join("locks")).unwrap() {
        std::fs::remove_file(lock.unwrap().path()).unwrap();
    }
    let second = Running::start(home.command(&["agent"]));
    second.says("agent ready");
    first.says("lock file was removed");
    for agent in [&first, &second] {
        agent.signal("TERM");
    }
    assert_eq!((first.end().0, second.end().0), (Some(0), Some(0)), "neither is harmed by it");
}
