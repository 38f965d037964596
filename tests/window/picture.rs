//! Pictures of the window, kept in `screenshots/` for people to look at.

use crate::display::Display;
use crate::wait::wait_for;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An empty window has one colour or two; text alone, drawn with smooth edges, has dozens.
const DRAWN: u64 = 32;

/// Waits until the window is drawn and stands still, and keeps a picture of it.
#[track_caller]
pub fn take(display: &Display, window: &str, name: &str) {
    let file = file(name);
    let mut before = String::new();
    wait_for(&format!("the window is drawn and stands still ({})", file.display()), || {
        assert!(shoot(display.name(), window, &file), "the picture {} was not taken", file.display());
        let (colours, signature) = examine(&file);
        let still = signature == before;
        before = signature;
        (still && colours > DRAWN).then_some(())
    });
}

/// Waits until something is drawn, and keeps a picture of a window that does not stand still.
#[track_caller]
pub fn take_moving(display: &Display, window: &str, name: &str) {
    let file = file(name);
    wait_for(&format!("the window is drawn ({})", file.display()), || {
        assert!(shoot(display.name(), window, &file), "the picture {} was not taken", file.display());
        (examine(&file).0 > DRAWN).then_some(())
    });
}

fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    std::fs::create_dir_all(&folder).expect("pictures have a folder");
    folder.join(format!("{name}.png"))
}

/// Whether the picture was taken.
fn shoot(display: &str, window: &str, file: &Path) -> bool {
    let taken = Command::new("import").args(["-window", window]).arg(file).env("DISPLAY", display).status();
    taken.expect("ImageMagick is installed; on Debian: apt install imagemagick").success()
}

/// How many colours a picture has, and a digest of all its pixels.
fn examine(file: &Path) -> (u64, String) {
    let said =
        Command::new("identify").args(["-format", "%k %#"]).arg(file).output().expect("ImageMagick answers");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let (colours, signature) = said.trim().split_once(' ').expect("two answers");
    (colours.parse().expect("ImageMagick counts colours"), signature.to_owned())
}

/// Takes a picture of the whole display when a test fails, named after the test.
pub struct Evidence {
    display: String,
}

impl Evidence {
    /// For tests on that display.
    pub fn of(display: &Display) -> Self {
        Evidence { display: display.name().to_owned() }
    }
}

impl Drop for Evidence {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let test = std::thread::current().name().unwrap_or("a-test").replace("::", "-");
            shoot(&self.display, "root", &file(&format!("failed-{test}")));
        }
    }
}
