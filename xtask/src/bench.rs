//! The measured comparisons, which live in `benches/` and are never timed tests.

use crate::{failure::Failure, place::Place, tool};

pub fn bench(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    // All are the engine's: naming it spares building the shell, which embeds a dashboard that may not be built.
    let mut bench = tool::cargo(place, ["bench", "-p", "holdfast-engine", "--locked", "--bench", "*", "--"]);
    tool::succeed(bench.args(arguments))
}
