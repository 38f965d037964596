//! Pictures of the real window, page by page, on a virtual display with a message bus of its own.

mod company;
mod display;
mod home;
mod pages;
mod scenes;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};

use self::display::Display;
use self::pages::Page;
use self::scenes::{SCENES, Scene};
use crate::{failure::Failure, place::Place, tool, ui};

/// How long a window may take to show its page on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// A page that still changes after this shows something that goes on.
const MOVING: Duration = Duration::from_secs(10);
/// How many pictures in a row must be the same.
const STILL: u32 = 3;
/// A page shows text, whose smoothed edges alone have more shades than this; an empty window has a few.
const SHADES_OF_A_PAGE: u32 = 24;

/// What to take pictures of.
#[derive(Args)]
#[group(id = "screenshots")]
pub struct Options {
    /// Only these scenes: window, a demo and ninety made-up days; empty; names; errors; busy. All of them by default.
    #[arg(long = "scene", value_name = "NAME")]
    scenes: Vec<String>,
    /// The data directory that the app shows, instead of the one that a scene makes anew.
    #[arg(long)]
    home: Option<PathBuf>,
    /// Only these pages; all of them by default.
    #[arg(long = "page", value_name = "NAME")]
    pages: Vec<String>,
    /// Sizes of the window, in pixels.
    #[arg(long = "size", default_values = ["1440x900", "900x600"])]
    sizes: Vec<String>,
    /// Themes of the desktop, which the window follows.
    #[arg(long = "theme", value_enum, default_values = ["light", "dark"])]
    themes: Vec<Theme>,
    /// The folder that receives the pictures.
    #[arg(long, default_value = "screenshots")]
    output: PathBuf,
    #[command(flatten)]
    ui: ui::Options,
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
    ui::build(place, &options.ui)?;
    tool::succeed(&mut tool::cargo(place, ["build", "-p", "holdfast-desktop"]))?;
    let output = place.root.join(&options.output);
    fs::create_dir_all(&output).map_err(Failure::file(&output))?;
    known(&options.scenes, &SCENES.map(|scene| scene.name))?;
    let scenes: Vec<Scene> = SCENES.into_iter().filter(|scene| wanted(&options.scenes, scene.name)).collect();
    known(
        &options.pages,
        &scenes.iter().flat_map(|scene| scene.pages).map(|page| page.name).collect::<Vec<_>>(),
    )?;
    for scene in scenes {
        let pages: Vec<&Page> = scene.pages.iter().filter(|page| wanted(&options.pages, page.name)).collect();
        if pages.is_empty() {
            continue;
        }
        let home = match &options.home {
            Some(home) => home.clone(),
            None => {
                let home = place.target.join("screenshots-home");
                (scene.home)(place, &home)?;
                home
            }
        };
        // Whether somebody's own data directory shows it is not known, and its button's place may be another's.
        let mut hint = if options.home.is_none() { Hint::Shown } else { Hint::Hidden };
        for size in &options.sizes {
            for &theme in &options.themes {
                let display = Display::start(place, size)?;
                let _company = (scene.company)(place, &home)?;
                let _app = App::start(&display, place, options, &home, theme)?;
                fill(&display, size)?;
                take(&display, &place.target.join("screenshots-first.png"))?;
                if std::mem::replace(&mut hint, Hint::Hidden) == Hint::Shown {
                    hide_hint(&display, size)?;
                }
                for page in pages.iter().copied() {
                    let name = format!("{}-{}-{size}-{}.png", scene.name, page.name, theme.name());
                    let picture = output.join(name);
                    open(&display, page)?;
                    take(&display, &picture)?;
                    println!("{}", picture.display());
                    press(&display, page.leave)?;
                }
            }
        }
    }
    Ok(())
}

/// Whether something is among what was asked for; all is where nothing was.
fn wanted(asked: &[String], name: &str) -> bool {
    asked.is_empty() || asked.iter().any(|one| one == name)
}

/// Refuses what is not there.
fn known(asked: &[String], all: &[&str]) -> Result<(), Failure> {
    match asked.iter().find(|one| !all.contains(&one.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let reason = format!("nothing here is called {unknown}; there are {}", all.join(", "));
            Err(Failure::Unexpected(reason))
        }
    }
}

/// Goes to a page by its keys, each of them once the one before has been answered. Steps from one control to the next are
/// answered at once, and a page on which something goes on never comes to rest.
fn open(display: &Display, page: &Page) -> Result<(), Failure> {
    page.keys.iter().try_for_each(|key| {
        press(display, &[key])?;
        if key.ends_with("Tab") { Ok(()) } else { rest(display, Duration::from_secs(3)) }
    })
}

fn press(display: &Display, keys: &[&str]) -> Result<(), Failure> {
    match keys.is_empty() {
        true => Ok(()),
        false => tool::output(display.program("xdotool").arg("key").args(keys)).map(drop),
    }
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

/// Whether the window tells that no tray is there: at the first start on a data directory, until it is hidden.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    Shown,
    Hidden,
}

/// Waits for the window, and lets it cover the whole display.
fn fill(display: &Display, size: &str) -> Result<(), Failure> {
    let (width, height) = parts(size)?;
    let mut xdotool = display.program("timeout");
    xdotool.arg(PATIENCE.as_secs().to_string());
    xdotool.args(["xdotool", "search", "--sync", "--onlyvisible", "--limit", "1", "--name", "^Holdfast"]);
    xdotool.args(["windowmove", "0", "0", "windowsize", width, height, "windowfocus"]);
    tool::output(&mut xdotool).map(drop)
}

fn parts(size: &str) -> Result<(&str, &str), Failure> {
    size.split_once('x').ok_or_else(|| Failure::Unexpected(format!("{size} is not WIDTHxHEIGHT")))
}

/// Presses the button of the hint, which stands at the right above every page.
fn hide_hint(display: &Display, size: &str) -> Result<(), Failure> {
    let (width, _) = parts(size)?;
    let right = width.parse::<u32>().unwrap_or_default().saturating_sub(70).to_string();
    let mut xdotool = display.program("xdotool");
    xdotool.args(["mousemove", &right, "42", "click", "1", "mousemove", "2", "2"]);
    tool::output(&mut xdotool).map(drop)
}

/// Waits until the window stands still for as long as a page takes to answer a key.
fn rest(display: &Display, patience: Duration) -> Result<(), Failure> {
    let deadline = Instant::now() + patience;
    let (mut before, mut still) = (Vec::new(), 0);
    while still < STILL {
        let mut import = display.program("import");
        let now = import.args(["-window", "root", "ppm:-"]).output();
        let now = now.map_err(|source| Failure::Start { line: tool::line(&import), source })?.stdout;
        still = if now == before { still + 1 } else { 0 };
        // A caret that blinks never stands still.
        if Instant::now() > deadline {
            break;
        }
        before = now;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Takes a picture when the page is there and has come to rest.
fn take(display: &Display, picture: &Path) -> Result<(), Failure> {
    let (settled, deadline) = (Instant::now() + MOVING, Instant::now() + PATIENCE);
    let mut before = Vec::new();
    loop {
        tool::succeed(display.program("import").args(["-window", "root"]).arg(picture))?;
        let now = fs::read(picture).map_err(Failure::file(picture))?;
        let (is_drawn, is_patient) = (shades(display, picture)? > SHADES_OF_A_PAGE, Instant::now() < settled);
        if is_drawn && (now == before || !is_patient) {
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
