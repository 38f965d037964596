//! What the screen shows, looked at often enough to tell milliseconds: over one connection and without programs,
//! which would take processor time from the app that they watch.

use crate::app::TITLE;
use crate::display::Display;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

/// An empty window has one colour or two; text, drawn with smooth edges, has dozens.
const DRAWN: usize = 32;

/// The part of the window that is looked at, in pixels from its corner: its head with the page's title. To fetch and
/// to count more of it that often would take one of two cores from the app.
const HEAD: (u16, u16) = (640, 64);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(5);

/// A page takes less, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to the display.
pub struct Screen {
    connection: RustConnection,
    root: Window,
    windows: Atom,
}

impl Screen {
    pub fn of(display: &Display) -> Self {
        let (connection, screen) = x11rb::connect(Some(display.name())).expect("the display answers");
        let root = connection.setup().roots[screen].root;
        // What the window manager shows: <https://specifications.freedesktop.org/wm-spec/latest/>
        let windows = connection.intern_atom(false, b"_NET_CLIENT_LIST").expect("the display takes names");
        let windows = windows.reply().expect("the display knows names").atom;
        Self { connection, root, windows }
    }

    /// Waits until the app's window shows its page, and answers how long that took.
    pub fn wait_for_page(&self, begun: Instant) -> Duration {
        loop {
            // A window may go between two questions: then it is not there.
            let window = self.window().unwrap_or_default();
            if window.is_some_and(|window| self.colours(window).is_ok_and(|found| found > DRAWN)) {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < PATIENCE, "the window shows its page");
            std::thread::sleep(LOOK);
        }
    }

    fn window(&self) -> Result<Option<Window>, Box<dyn std::error::Error>> {
        let shown = self
            .property(self.root, self.windows, AtomEnum::WINDOW)?
            .value32()
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        for window in shown {
            let title = self.property(window, AtomEnum::WM_NAME.into(), AtomEnum::ANY)?.value;
            if title == TITLE.as_bytes() {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    fn property(
        &self,
        window: Window,
        name: Atom,
        kind: AtomEnum,
    ) -> Result<x11rb::protocol::xproto::GetPropertyReply, Box<dyn std::error::Error>> {
        Ok(self.connection.get_property(false, window, name, kind, 0, 256)?.reply()?)
    }

    fn colours(&self, window: Window) -> Result<usize, Box<dyn std::error::Error>> {
        let (width, height) = HEAD;
        let image =
            self.connection.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, u32::MAX)?;
        let pixels = image.reply()?.data;
        let mut found: Vec<&[u8]> = pixels.chunks_exact(4).map(|pixel| &pixel[..3]).collect();
        // Most of a window is of one colour.
        found.dedup();
        Ok(found.into_iter().collect::<HashSet<_>>().len())
    }
}
