//! The measured comparisons, which live in `benches/` and are never timed tests.

use crate::{failure::Failure, place::Place, tool};

pub fn bench(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    let mut bench =
        tool::cargo(place, ["bench", "--workspace", "--exclude", "holdfast-ui", "--benches", "--"]);
    tool::succeed(bench.args(arguments))
}
