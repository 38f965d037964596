//! A display of its own: Xvfb with a window manager, which minimises and closes as a desktop would.

use crate::processes::Kept;
use crate::wait::{wait_for, wait_until};
use std::process::{Command, Stdio};

/// An X display that nothing else uses.
pub struct Display {
    _manager: Kept,
    _server: Kept,
    number: String,
}

impl Display {
    /// Starts one on a number that is free.
    pub fn start() -> Self {
        let mut server = Kept::start(
            Command::new("Xvfb")
                // Without -noreset the server begins anew when its only client leaves, and takes the others with it.
                .args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
            "xvfb",
        );
        // Printed once the display answers.
        let number = format!(":{}", server.first_line());
        let manager = Kept::start(
            Command::new("openbox").env("DISPLAY", &number).stdout(Stdio::null()).stderr(Stdio::null()),
            "openbox",
        );
        let display = Display { _server: server, _manager: manager, number };
        wait_until("the window manager announces itself", || {
            display.run("xprop", &["-root", "_NET_SUPPORTING_WM_CHECK"]).contains("window id")
        });
        display
    }

    /// Its name, as in `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.number
    }

    /// Runs a program on the display and answers what it prints.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program).args(arguments).env("DISPLAY", &self.number).output();
        let output = output
            .unwrap_or_else(|error| panic!("{program}: {error}; on Debian: apt install x11-utils xdotool"));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The windows of that title that are on the screen; minimised ones are not.
    pub fn visible(&self, title: &str) -> Vec<String> {
        self.search(title, &["--onlyvisible"])
    }

    /// The windows of that title that the window manager shows or keeps minimised.
    pub fn managed(&self, title: &str) -> Vec<String> {
        let mut windows = self.search(title, &[]);
        windows.retain(|window| self.run("xprop", &["-id", window, "WM_STATE"]).contains("window state"));
        windows
    }

    fn search(&self, title: &str, options: &[&str]) -> Vec<String> {
        let pattern = format!("^{title}$");
        let arguments = [&["search"], options, &["--name", &pattern]].concat();
        self.run("xdotool", &arguments).lines().map(str::to_owned).collect()
    }

    /// Waits for a window of that title on the screen.
    #[track_caller]
    pub fn wait_for_window(&self, title: &str) -> String {
        wait_for(&format!("a window titled {title} is on the screen"), || {
            self.visible(title).into_iter().next()
        })
    }

    /// Gives the window a size, in pixels.
    pub fn resize(&self, window: &str, width: u32, height: u32) {
        self.run("xdotool", &["windowsize", "--sync", window, &width.to_string(), &height.to_string()]);
    }

    /// Types into the window that has the keyboard, then presses the key that ends it.
    pub fn type_into(&self, window: &str, text: &str, end: &str) {
        self.run("xdotool", &["windowactivate", "--sync", window]);
        // What the field holds already is replaced.
        self.run("xdotool", &["key", "ctrl+a", "type", "--delay", "2", text]);
        self.run("xdotool", &["key", end]);
    }

    /// Presses one key in a window.
    pub fn press(&self, window: &str, key: &str) {
        self.run("xdotool", &["windowactivate", "--sync", window]);
        self.run("xdotool", &["key", key]);
    }

    /// Clicks the button at that place, counted from 1, of a row of equally wide ones at a dialog's foot.
    pub fn click_foot(&self, window: &str, place: u32, buttons: u32) {
        let geometry = self.run("xdotool", &["getwindowgeometry", "--shell", window]);
        let value = |name: &str| -> u32 {
            let line = geometry.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{name} of {geometry}"))
        };
        let x = value("WIDTH") * (2 * place - 1) / (2 * buttons);
        let y = value("HEIGHT") - 20;
        let (x, y) = (x.to_string(), y.to_string());
        self.run("xdotool", &["mousemove", "--sync", "--window", window, &x, &y, "click", "1"]);
    }

    /// Closes a window as its close button would: the window manager asks the app.
    /// <https://specifications.freedesktop.org/wm-spec/latest/>
    pub fn close(&self, window: &str) {
        let window = window.parse().expect("xdotool answers a number");
        ask_manager(&self.number, window, "_NET_CLOSE_WINDOW").expect("the display takes the message");
    }
}

/// Sends the window manager a message about a window.
fn ask_manager(display: &str, window: u32, message: &str) -> Result<(), Box<dyn std::error::Error>> {
    use x11rb::connection::Connection;
    use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};
    let (connection, screen) = x11rb::connect(Some(display))?;
    let root = connection.setup().roots[screen].root;
    let kind = connection.intern_atom(false, message.as_bytes())?.reply()?.atom;
    // The time of the request, and 2: from a pager, which acts for the user.
    let event = ClientMessageEvent::new(32, window, kind, [0, 2, 0, 0, 0]);
    let masks = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
    connection.send_event(false, root, masks, event)?.check()?;
    Ok(())
}
