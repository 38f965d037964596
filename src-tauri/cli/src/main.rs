//! The `holdfast` command: the same engine with no window, for servers and scripts. It translates a
//! command line into a call of the engine and the answer into text; it decides nothing.

mod app;
mod commands;
mod exit;
mod foreground;
mod format;
mod output;
mod progress;
mod table;
mod work;

use clap::Parser;
use clap::error::ErrorKind;
use exit::{Exit, Failure};
use holdfast_types::{ApiError, ErrorCode};
use output::Output;
use std::process::ExitCode;

fn main() -> ExitCode {
    holdfast_engine::platform::modes::close_new_files();
    let exit = match app::Cli::try_parse() {
        Ok(cli) => carry_out(cli),
        Err(error) => refuse(&error),
    };
    ExitCode::from(exit.status())
}

fn carry_out(cli: app::Cli) -> Exit {
    let output = cli.output();
    let ended = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::io("The runtime cannot start", &error))
        .and_then(|runtime| runtime.block_on(commands::dispatch(cli)));
    ended.unwrap_or_else(|failure| {
        output.fail(&failure);
        failure.exit
    })
}

/// Tells what is wrong with the command line, or prints the help that was asked for.
fn refuse(error: &clap::Error) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A reader that went away has read enough.
        drop(error.print());
        return Exit::Done;
    }
    if std::env::args_os().skip(1).take_while(|word| word != "--").any(|word| word == "--json") {
        Output::Json.fail(&Failure { error: worded(error), exit: Exit::Usage });
    } else {
        drop(error.print());
    }
    Exit::Usage
}

fn worded(error: &clap::Error) -> ApiError {
    let text = error.render().to_string();
    let (message, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    ApiError {
        code: ErrorCode::InvalidInput,
        message: words(message.trim_start_matches("error: ")),
        hint: words(rest),
    }
}
