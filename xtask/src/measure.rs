//! What the dashboard and the app in the tray cost, on what is shipped.

use clap::Args;

use crate::{failure::Failure, place::Place, tool, ui};

/// What to measure.
#[derive(Args)]
#[group(id = "measure")]
pub struct Options {
    /// How long the app idles, in seconds: an hour shows more.
    #[arg(long, default_value_t = 60)]
    idle: u32,
    #[command(flatten)]
    ui: ui::Options,
}

pub fn measure(place: &Place, options: &Options) -> Result<(), Failure> {
    ui::build(place, &options.ui)?;
    tool::succeed(&mut tool::cargo(place, ["build", "--release", "-p", "holdfast-desktop", "--locked"]))?;
    let mut measure =
        tool::cargo(place, ["test", "-p", "holdfast-desktop", "--locked", "--test", "measure", "--"]);
    measure.arg(options.idle.to_string());
    measure.env("HOLDFAST_MEASURED_PROGRAM", place.target.join("release").join("holdfast-desktop"));
    tool::succeed(&mut measure)
}
