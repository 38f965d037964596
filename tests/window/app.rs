//! The app under test: started as a user would, or through the web driver, which can look into its window.

use crate::picture::Evidence;
use crate::processes::{Kept, Member, family};
use crate::stage::Stage;
use crate::wait::{wait_for, wait_until};
use crate::webdriver::Session;
use serde_json::json;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

/// The program that the same build made, or another one that is to be measured.
pub fn program() -> String {
    let own = || env!("CARGO_BIN_EXE_holdfast-desktop").to_owned();
    std::env::var("HOLDFAST_MEASURED_PROGRAM").unwrap_or_else(|_| own())
}

/// The window's title.
pub const TITLE: &str = "Holdfast";

/// The app, started as a user would.
pub struct App {
    pub process: Kept,
}

/// The app with a look into its window.
pub struct Driven {
    // Before everything else: it is taken while the window is still there.
    _evidence: Evidence,
    pub page: Session,
    _driver: Kept,
}

impl Stage {
    /// The app's command line on this stage's data directory.
    pub fn app(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&program());
        command.arg("--home").arg(self.home()).args(arguments);
        command
    }

    /// Starts the app.
    pub fn launch(&self, arguments: &[&str]) -> App {
        App { process: Kept::start(&mut self.app(arguments), "the app itself, which cargo builds") }
    }

    /// Starts the app with a look into its window.
    #[track_caller]
    pub fn drive(&self) -> Driven {
        let port = free_port();
        let mut command = self.command("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            // Without these the session never begins.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("TAURI_AUTOMATION", "true")
            .stdout(Stdio::null());
        let driver = Kept::start(&mut command, "webkit2gtk-driver");
        wait_until("the web driver listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        let options = json!({ "binary": program(), "args": ["--home", self.home()] });
        let session = Session::open(port, &json!({ "webkitgtk:browserOptions": options }));
        let page = session
            .unwrap_or_else(|refused| panic!("no session with the window: {refused:?}\n{}", self.log()));
        Driven { _evidence: Evidence::of(&self.display), page, _driver: driver }
    }
}

impl App {
    /// The app's process and its helpers.
    pub fn family(&self) -> Vec<Member> {
        family(self.process.id())
    }

    /// How many web processes draw for it.
    pub fn web_processes(&self) -> usize {
        self.family().iter().filter(|member| member.name.starts_with("WebKitWebProces")).count()
    }

    /// Waits until the family's memory does not fall any more, and answers it in KiB.
    pub fn settled_memory(&self) -> u64 {
        let measure = || self.family().iter().map(|member| member.pss_kib).sum::<u64>();
        let mut before = measure();
        wait_for("the app's memory settles", || {
            let now = measure();
            let settled = now.abs_diff(before) * 100 < before;
            before = now;
            settled.then_some(now)
        })
    }
}

/// A port that nothing listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
