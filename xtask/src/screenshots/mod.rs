//! Pictures of the real window, on a virtual display with a message bus of its own.

mod display;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};

use self::display::Display;
use crate::{failure::Failure, place::Place, tool, ui};

/// How long a window may take to show its page on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// A page shows text, whose smoothed edges alone have more shades than this; an empty window has a few.
const SHADES_OF_A_PAGE: u32 = 24;

/// What to take pictures of.
#[derive(Args)]
pub struct Options {
    /// The data directory that the app shows; an empty one by default.
    #[arg(long)]
    home: Option<PathBuf>,
    /// Sizes of the window, in pixels.
    #[arg(long = "size", default_values = ["1440x900", "900x600"])]
    sizes: Vec<String>,
    /// Themes of the desktop, which the window follows.
    #[arg(long = "theme", value_enum, default_values = ["light", "dark"])]
    themes: Vec<Theme>,
    /// The folder that receives the pictures.
    #[arg(long, default_value = "screenshots")]
    output: PathBuf,
    /// What the pictures' names begin with.
    #[arg(long, default_value = "window")]
    name: String,
    /// Passed to the app.
    #[arg(last = true)]
    arguments: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Theme {
    Light,
    Dark,
}

impl Theme {
    fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The GTK theme by which WebKitGTK decides what `prefers-color-scheme` says.
    fn gtk(self) -> &'static str {
        match self {
            Self::Light => "Adwaita",
            Self::Dark => "Adwaita:dark",
        }
    }
}

pub fn screenshots(place: &Place, options: &Options) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::Unexpected(
            "pictures are taken on Linux, where a display can be virtual".into(),
        ));
    }
    ui::build(place, &ui::Options::default())?;
    tool::succeed(&mut tool::cargo(place, ["build", "-p", "holdfast-desktop"]))?;
    let output = place.root.join(&options.output);
    fs::create_dir_all(&output).map_err(Failure::file(&output))?;
    let home = options.home.clone().unwrap_or_else(|| place.target.join("screenshots-home"));
    for size in &options.sizes {
        for &theme in &options.themes {
            let picture = output.join(format!("{}-{size}-{}.png", options.name, theme.name()));
            let display = Display::start(place, size)?;
            let app = App::start(&display, place, options, &home, theme)?;
            let outcome = fill(&display, size).and_then(|()| take(&display, &picture));
            drop(app);
            outcome?;
            println!("{}", picture.display());
        }
    }
    Ok(())
}

/// The app in its own process group, which ends with this value.
struct App(Child);

impl App {
    fn start(
        display: &Display,
        place: &Place,
        options: &Options,
        home: &Path,
        theme: Theme,
    ) -> Result<Self, Failure> {
        let mut app = display.program("dbus-run-session");
        app.arg("--").arg(place.built("holdfast-desktop")).args(&options.arguments);
        app.env("HOLDFAST_HOME", home).env("GTK_THEME", theme.gtk());
        // Without a graphics card the webview stays blank unless it draws by itself.
        app.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut app, 0);
        app.spawn().map(Self).map_err(|source| Failure::Start { line: tool::line(&app), source })
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // The group is the bus, the app and the webview's processes. Nothing can be done about a failure here.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.0.wait();
    }
}

/// Waits for the window, and lets it cover the whole display.
fn fill(display: &Display, size: &str) -> Result<(), Failure> {
    let (width, height) =
        size.split_once('x').ok_or_else(|| Failure::Unexpected(format!("{size} is not WIDTHxHEIGHT")))?;
    let mut xdotool = display.program("timeout");
    xdotool.arg(PATIENCE.as_secs().to_string());
    xdotool.args(["xdotool", "search", "--sync", "--onlyvisible", "--limit", "1", "--name", "^Holdfast"]);
    xdotool.args(["windowmove", "0", "0", "windowsize", width, height]);
    tool::output(&mut xdotool).map(drop)
}

/// Takes a picture when the page is there and has come to rest.
fn take(display: &Display, picture: &Path) -> Result<(), Failure> {
    let deadline = Instant::now() + PATIENCE;
    let mut before = Vec::new();
    loop {
        tool::succeed(display.program("import").args(["-window", "root"]).arg(picture))?;
        let now = fs::read(picture).map_err(Failure::file(picture))?;
        if now == before && shades(display, picture)? > SHADES_OF_A_PAGE {
            return Ok(());
        }
        if Instant::now() > deadline {
            let reason = format!("{}: the window did not come to rest on a page", picture.display());
            return Err(Failure::Unexpected(reason));
        }
        before = now;
        thread::sleep(Duration::from_millis(200));
    }
}

fn shades(display: &Display, picture: &Path) -> Result<u32, Failure> {
    let count = tool::output(display.program("identify").args(["-format", "%k"]).arg(picture))?;
    count
        .trim()
        .parse()
        .map_err(|_| Failure::Unexpected(format!("identify said {count:?} instead of a number")))
}
