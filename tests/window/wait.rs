//! Waiting for what is about to happen: polling with a deadline, never a fixed pause.

use std::time::{Duration, Instant};

/// Long enough for a debug build on a loaded machine with two cores.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(40);

/// Looks until there is something, and fails the test with what was waited for.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {} s in vain: {what}", PATIENCE.as_secs());
        std::thread::sleep(PAUSE);
    }
}

/// Looks until it holds.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    wait_for(what, || holds().then_some(()));
}
