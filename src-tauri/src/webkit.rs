//! What WebKitGTK leaves behind when the last window is gone.

/// Ends the process that WebKitGTK keeps for the network, unless a page is still there. The dashboard fetches nothing
/// from one, and an app that rests in the tray would hold a seventh of its memory for it (`cargo xtask measure`).
/// WebKitGTK takes the end of it as it takes a crash, and starts another for the next page.
#[cfg(target_os = "linux")]
pub fn end_network_process() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    // As the kernel keeps names: 15 bytes of them.
    const PAGE: &str = "WebKitWebProces";
    const NETWORK: &str = "WebKitNetworkPr";

    let children = children();
    if children.iter().any(|(_, name)| name == PAGE) {
        return;
    }
    // A child keeps its number until the toolkit has waited for it, so no other process can be met.
    for (id, _) in children.into_iter().filter(|(_, name)| name == NETWORK) {
        if let Err(error) = kill(Pid::from_raw(id), Signal::SIGTERM) {
            tracing::debug!(%error, "WebKit's network process could not be ended");
        }
    }
}

/// The processes that this one started, with their names: <https://man7.org/linux/man-pages/man5/proc_tid_children.5.html>
#[cfg(target_os = "linux")]
fn children() -> Vec<(i32, String)> {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let ids = lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    ids.filter_map(|id| {
        let name = std::fs::read_to_string(format!("/proc/{id}/comm")).ok()?;
        Some((id.parse().ok()?, name.trim_end().to_owned()))
    })
    .collect()
}

/// Gives back what the window and its page held of the heap: the allocator keeps freed memory below what is in use, some
/// megabytes of it after a few windows (`cargo xtask measure`).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_memory_back() {
    // SAFETY: may be called at any time from any thread: <https://man7.org/linux/man-pages/man3/malloc_trim.3.html>
    unsafe { nix::libc::malloc_trim(0) };
}

/// Other allocators do so by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_memory_back() {}

/// Other webviews keep none for themselves.
#[cfg(not(target_os = "linux"))]
pub fn end_network_process() {}
