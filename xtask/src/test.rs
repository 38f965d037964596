//! Everything that must hold before a change is taken.

use crate::{failure::Failure, lint, place::Place, report::Report, setup, tally, tool, ui};

pub fn test(place: &Place) -> Result<(), Failure> {
    let mut report = Report::default();
    let result = steps(place, &mut report);
    report.close();
    result
}

fn steps(place: &Place, report: &mut Report) -> Result<(), Failure> {
    report.step("setup", || setup::setup(place))?;
    report.step("dashboard", || ui::build(place, &ui::Options::default()))?;
    lint::steps(place, report)?;
    // The selection of packages is the same in both calls: another one would unify other features and build
    // the dependencies again.
    let host = ["test", "--workspace", "--exclude", "holdfast-ui", "--locked", "--no-fail-fast"];
    report.tests("tests", || tally::run(&mut tool::cargo(place, host)))?;
    report.tests("tests, dashboard", || {
        tally::run(&mut tool::cargo(place, ["test", "-p", "holdfast-ui", "--locked", "--no-fail-fast"]))
    })?;
    // Declared with `test = false`, so that it runs here and alone: the driver serves one session at a time.
    report.tests("tests, window", || {
        tally::run(tool::cargo(place, host).args(["--test", "window", "--", "--test-threads=1"]))
    })
}
