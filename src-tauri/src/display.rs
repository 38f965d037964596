//! The display: whether there is one to open a window on, and what draws the frame of a window.
//! The toolkit would panic without one.

use std::fmt;

/// Why there can be no window.
#[derive(Debug)]
pub struct NoDisplay;

impl fmt::Display for NoDisplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "Holdfast found no display to open its window on.\n\
             On a machine without one, run the scheduler with `holdfast agent`; everything else is in `holdfast --help`.",
        )
    }
}

/// Keeps the app from opening a graphics driver: the toolkit draws menus and frames without one, and the dashboard is
/// text that stands still, which the processor draws as well. On a machine without a graphics card, in a virtual
/// machine or over a remote display, a driver can leave the window blank, and Mesa's software one is a quarter of what
/// the app in the tray would hold (`cargo xtask measure`). An operator's own choice stands.
///
/// Must be called before any other thread runs, and before the toolkit is set up.
#[cfg(target_os = "linux")]
pub fn without_driver() {
    // What GTK 3 and WebKitGTK ask for, in `gdk.c` and `AcceleratedBackingStore.cpp`.
    for (name, value) in [("GDK_GL", "disable"), ("WEBKIT_DISABLE_DMABUF_RENDERER", "1")] {
        if std::env::var_os(name).is_none() {
            // SAFETY: no other thread runs that could read the environment meanwhile.
            unsafe { std::env::set_var(name, value) };
        }
    }
}

/// Other toolkits open none.
#[cfg(not(target_os = "linux"))]
pub fn without_driver() {}

/// Tries the display that the environment names.
#[cfg(target_os = "linux")]
pub fn check() -> Result<(), NoDisplay> {
    gtk::init().map_err(|_| NoDisplay)
}

/// There is always one.
#[cfg(not(target_os = "linux"))]
pub fn check() -> Result<(), NoDisplay> {
    Ok(())
}
