//! The app, built for development, on a freshly built dashboard.

use crate::{failure::Failure, place::Place, tool, ui};

pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    ui::build(place, &ui::Options::default())?;
    let mut app = tool::cargo(place, ["run", "-p", "holdfast-desktop", "--"]);
    tool::succeed(app.args(arguments))
}
