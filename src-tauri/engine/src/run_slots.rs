//! Places for runs: as many on a data directory as the settings allow, whichever processes carry them out.
//!
//! A place is a locked file, which the system frees when its process dies, however it dies. Within a process runs
//! get places in the order in which they came; between processes whoever looks first does. It starts no run.

use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::home::Home;
use crate::locks::{self, Held};
use crate::settings;
use std::sync::Arc;
use std::time::Duration;

/// The pause between looks for a place that another process may have left. Nothing tells of that.
const LOOK: Duration = Duration::from_millis(250);

/// A run's place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _held: Held,
}

/// Waits for a place. The number of places is read at each look, so that a change of the setting counts at once;
/// runs that go on past a lowered number go on.
///
/// Dropping the future gives up the wait.
pub(crate) async fn wait(context: &Arc<Context>) -> Result<Place, Error> {
    let _first_of_this_process = context.run_queue.lock().await;
    loop {
        // Before the look, so that a place left meanwhile is not overlooked.
        let left = context.run_ended.notified();
        let places = context.read(|tx| settings::number(tx, "max_concurrent_runs")).await?;
        let home = context.home.clone();
        if let Some(place) = off_runtime(move || take(&home, places)).await? {
            return Ok(place);
        }
        tokio::select! {
            () = left => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Takes one of so many places if one is free.
fn take(home: &Home, places: u64) -> Result<Option<Place>, Error> {
    for number in 0..places.max(1) {
        let path = home.locks().join(format!("run-{number}.lock"));
        if let Some(held) = locks::file(&path)? {
            return Ok(Some(Place { _held: held }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_places_as_the_setting_says() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let home = Home::create(dir.path()).expect("home");
        let first = take(&home, 2).expect("asked");
        let second = take(&home, 2).expect("asked");
        assert!(first.is_some() && second.is_some(), "two may go on");
        assert!(take(&home, 2).expect("asked").is_none(), "a third would burden servers and disks");
        assert!(take(&home, 3).expect("asked").is_some(), "a raised number counts at once");
        assert!(take(&home, 1).expect("asked").is_none(), "so does a lowered one");
        drop(first);
        assert!(take(&home, 2).expect("asked").is_some(), "a place that was left is free again");
        assert!(take(&home, 0).expect("asked").is_some(), "with no place at all nothing would ever run");
    }
}
