//! Threads that carry much and answer nobody.

/// Tells the system that this thread does batch work, so that its waking does not take the processor from a server
/// that is in the middle of writing rows: what has come together is then read at once. On two cores with a server on
/// the same machine a dump takes a tenth less time (benches/dump). Only Linux knows such a wish (sched(7),
/// SCHED_BATCH); where it is not granted, nothing else changes.
#[cfg(target_os = "linux")]
pub(crate) fn this_thread() {
    use nix::libc;
    let normal = libc::sched_param { sched_priority: 0 };
    // SAFETY: 0 is the calling thread, and the parameters live until the call returns.
    let _ = unsafe { libc::sched_setscheduler(0, libc::SCHED_BATCH, &raw const normal) };
}

/// The same wish, which this system does not know.
#[cfg(not(target_os = "linux"))]
pub(crate) fn this_thread() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used)]

    #[test]
    fn only_the_thread_that_asks_does_batch_work() {
        // Field 41 of a thread's stat is its policy (proc(5)); 0 is SCHED_OTHER and 3 SCHED_BATCH.
        fn policy() -> String {
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            stat.rsplit_once(") ").unwrap().1.split(' ').nth(38).unwrap().to_owned()
        }
        let before = policy();
        let carrying = std::thread::spawn(move || {
            super::this_thread();
            policy()
        });
        assert_eq!(carrying.join().unwrap(), "3", "it would take turns with the server row by row");
        assert_eq!(policy(), before, "who answers people keeps answering at once");
    }
}
