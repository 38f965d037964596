//! Counts tests from what `cargo test` prints.

use std::{
    io::{BufRead, BufReader, Write},
    ops::AddAssign,
    process::{Command, Stdio},
};

use crate::{failure::Failure, tool};

/// How many things passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs a test command, shows its output as it comes, and counts the results. The command's failure
/// comes with the tally, because a reader wants both.
pub fn run(command: &mut Command) -> (Tally, Result<(), Failure>) {
    let mut tally = Tally::default();
    let line = tool::line(command);
    let started = command.stdout(Stdio::piped()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(source) => return (tally, Err(Failure::Start { line, source })),
    };
    if let Some(stdout) = child.stdout.take() {
        let mut ours = std::io::stdout().lock();
        for text in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            // A closed pipe on our side must not stop the tests.
            let _ = ours.write_all(&text).and_then(|()| ours.write_all(b"\n"));
            tally += count(&String::from_utf8_lossy(&text));
        }
    }
    let result = match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::Program { line, status }),
        Err(source) => Err(Failure::Start { line, source }),
    };
    (tally, result)
}

/// Reads one line of libtest: `test result: ok. 12 passed; 0 failed; …`.
fn count(line: &str) -> Tally {
    let Some((_, counts)) = line.split_once("test result: ") else {
        return Tally::default();
    };
    let number_before = |word: &str| {
        let words: Vec<&str> = counts.split([' ', ';']).filter(|part| !part.is_empty()).collect();
        words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
    };
    Tally { passed: number_before("passed"), failed: number_before("failed") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_line_is_counted_and_others_are_not() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.01s";
        assert_eq!(count(line), Tally { passed: 12, failed: 3 }, "the closing line adds these up");
        assert_eq!(
            count("test a::b ... ok"),
            Tally::default(),
            "single tests are in the result line already"
        );
    }
}
