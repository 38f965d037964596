//! Sets up, builds, checks and shows Holdfast: `cargo xtask COMMAND`.

mod bench;
mod bundle;
mod demo;
mod failure;
mod icons;
mod lint;
mod measure;
mod place;
mod report;
mod run;
mod screenshots;
mod setup;
mod tally;
mod test;
mod tool;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{failure::Failure, place::Place};

/// Sets up, builds, checks and shows Holdfast.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what building and testing need, or say what to install.
    Setup,
    /// Build the dashboard into ui/dist.
    Ui(ui::Options),
    /// Build the dashboard and start the app.
    Run {
        /// Passed to the app.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// From nothing to a proven backup of a private PostgreSQL, then the window on it.
    Demo {
        /// Passed to `holdfast demo`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Everything: setup, dashboard, lints, tests, and the tests in the real window.
    Test,
    /// Formatting, clippy, the Windows check, documentation, dependencies.
    Lint,
    /// The measured comparisons.
    Bench {
        /// Passed to the benches.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Size of the bundle, time to the page, memory and idle processor time of what is shipped.
    Measure(measure::Options),
    /// Build the Debian package.
    Bundle,
    /// Take pictures of the real window on a virtual display.
    Screenshots(screenshots::Options),
    /// Generate every size of the icons from their SVG sources.
    Icons,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match act(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn act(command: Command) -> Result<(), Failure> {
    let place = Place::find()?;
    match command {
        Command::Setup => setup::setup(&place),
        Command::Ui(options) => ui::build(&place, &options),
        Command::Run { arguments } => run::run(&place, &arguments),
        Command::Demo { arguments } => demo::demo(&place, &arguments),
        Command::Test => test::test(&place),
        Command::Lint => lint::lint(&place),
        Command::Bench { arguments } => bench::bench(&place, &arguments),
        Command::Measure(options) => measure::measure(&place, &options),
        Command::Bundle => bundle::bundle(&place),
        Command::Screenshots(options) => screenshots::screenshots(&place, &options),
        Command::Icons => icons::generate(&place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_can_be_read() {
        // clap finds names that are used twice only when a program is built for debugging and started.
        Arguments::command().debug_assert();
        let names: Vec<_> =
            Arguments::command().get_subcommands().map(|one| one.get_name().to_owned()).collect();
        assert!(names.contains(&"measure".to_owned()), "what the README names must be there: {names:?}");
    }
}
