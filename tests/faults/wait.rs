//! Waiting for what is about to happen: polling with a deadline, never a fixed pause.

use std::time::{Duration, Instant};

/// Long enough for a debug build on a loaded machine with two cores.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How long what a dead process held may outlive it.
pub const SHORTLY: Duration = Duration::from_secs(10);
/// Between two looks: short, because stages of a run are.
const PAUSE: Duration = Duration::from_millis(4);

/// Looks until there is something, and fails the test with what was waited for.
#[track_caller]
pub fn wait_for<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {} s in vain: {what}", patience.as_secs());
        std::thread::sleep(PAUSE);
    }
}

/// Looks until it holds.
#[track_caller]
pub fn wait_until(what: &str, patience: Duration, mut holds: impl FnMut() -> bool) {
    wait_for(what, patience, || holds().then_some(()));
}
