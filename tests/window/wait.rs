//! Waiting for what is about to happen: polling with a deadline, never a fixed pause.

use std::time::{Duration, Instant};

/// Long enough for a debug build on a loaded machine with two cores.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(40);

/// Looks until there is something, and fails the test with what was waited for.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    wait_telling(|| look().ok_or_else(|| what.to_owned()))
}

/// The same, where each look that is in vain says what was waited for and what there was instead.
#[track_caller]
pub fn wait_telling<T>(mut look: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let what = match look() {
            Ok(found) => return found,
            Err(what) => what,
        };
        assert!(Instant::now() < deadline, "waited {} s in vain: {what}", PATIENCE.as_secs());
        std::thread::sleep(PAUSE);
    }
}

/// Looks until it holds.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    wait_for(what, || holds().then_some(()));
}
