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

/// Keeps the toolkit from opening a graphics driver for menus and frames, which it draws without: Mesa's software one is
/// a quarter of what the app in the tray would hold (`cargo xtask measure`). What draws the pages opens its own. An
/// operator's own `GDK_GL` stands.
///
/// Must be called before any other thread runs, and before the toolkit is set up.
#[cfg(target_os = "linux")]
pub fn without_driver() {
    const DRIVER: &str = "GDK_GL";
    if std::env::var_os(DRIVER).is_none() {
        // SAFETY: no other thread runs that could read the environment meanwhile.
        unsafe { std::env::set_var(DRIVER, "disable") };
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
