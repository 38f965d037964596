//! Whether there is a display to open a window on. The toolkit would panic without one.

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
