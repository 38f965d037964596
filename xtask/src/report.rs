//! Runs the steps of a task, and tells at the end how each one went.

use std::time::{Duration, Instant};

use crate::{failure::Failure, tally::Tally};

/// What became of the steps so far.
#[derive(Default)]
pub struct Report {
    lines: Vec<Line>,
}

struct Line {
    name: &'static str,
    took: Duration,
    outcome: Outcome,
    /// Tests inside the step; the step itself is counted on top.
    tests: Tally,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
}

impl Report {
    /// Runs one step that counts nothing but itself.
    pub fn step(
        &mut self,
        name: &'static str,
        act: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.tests(name, || (Tally::default(), act()))
    }

    /// Runs one step that counts tests.
    pub fn tests(
        &mut self,
        name: &'static str,
        act: impl FnOnce() -> (Tally, Result<(), Failure>),
    ) -> Result<(), Failure> {
        println!("==> {name}");
        let started = Instant::now();
        let (tests, result) = act();
        let took = started.elapsed();
        let outcome = if result.is_ok() && tests.failed == 0 { Outcome::Passed } else { Outcome::Failed };
        self.lines.push(Line { name, took, outcome, tests });
        println!("<== {name}: {} in {}", word(outcome), duration(took));
        match (result, outcome) {
            (Err(failure), _) => {
                eprintln!("error: {failure}");
                Err(Failure::Step(name))
            }
            (Ok(()), Outcome::Failed) => Err(Failure::Step(name)),
            (Ok(()), Outcome::Passed) => Ok(()),
        }
    }

    /// Prints the table of steps and the closing line, `N passed, N failed`.
    pub fn close(&self) {
        println!("\n{}", self.table());
    }

    fn table(&self) -> String {
        let mut total = Tally::default();
        let mut text =
            format!("{:<22} {:<7} {:>10} {:>7} {:>7}\n", "step", "result", "time", "passed", "failed");
        for line in &self.lines {
            total += line.tests;
            match line.outcome {
                Outcome::Passed => total.passed += 1,
                Outcome::Failed => total.failed += 1,
            }
            let (name, result, took) = (line.name, word(line.outcome), duration(line.took));
            text += &format!(
                "{name:<22} {result:<7} {took:>10} {:>7} {:>7}\n",
                line.tests.passed, line.tests.failed
            );
        }
        text + &format!("{} passed, {} failed", total.passed, total.failed)
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "FAILED",
    }
}

fn duration(took: Duration) -> String {
    match took.as_secs() {
        0..60 => format!("{:.1} s", took.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_counts_steps_and_tests() {
        let mut report = Report::default();
        let passed = report.tests("tests", || (Tally { passed: 5, failed: 0 }, Ok(())));
        assert!(passed.is_ok(), "five passing tests make a passing step");
        let failed = report.step("lint", || Err(Failure::Unexpected("no".into())));
        assert!(matches!(failed, Err(Failure::Step("lint"))), "the caller stops at the first failed step");
        assert!(
            report.table().ends_with("\n6 passed, 1 failed"),
            "five tests and one step passed, one step failed:\n{}",
            report.table()
        );
    }

    #[test]
    fn a_step_with_a_failed_test_fails_even_when_its_command_did_not() {
        let result = Report::default().tests("tests", || (Tally { passed: 1, failed: 1 }, Ok(())));
        assert!(result.is_err(), "a failed test may not hide behind an exit status");
    }
}
