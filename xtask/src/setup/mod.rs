//! Brings a machine to where everything builds and tests run. Does nothing, quickly, where all is there.

mod debian;
mod deny;
mod majors;
mod node;
mod rust;

use crate::{failure::Failure, place::Place};

/// Installs what is missing, or fails with exactly what to install.
pub fn setup(place: &Place) -> Result<(), Failure> {
    rust::setup(place)?;
    system(place)?;
    node::setup(place)?;
    deny::setup(place)?;
    majors::setup(place)?;
    println!("setup: everything is there");
    Ok(())
}

/// Libraries and programs of the operating system.
fn system(place: &Place) -> Result<(), Failure> {
    if cfg!(target_os = "linux") && debian::is_here() {
        return debian::setup(place);
    }
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| crate::tool::find(need.program).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::Missing {
        what: missing.iter().map(|need| need.program.to_owned()).collect(),
        install: missing.iter().map(|need| need.install_line().to_owned()).collect(),
    })
}

/// A program without which the build or its tests cannot work, on systems whose packages are not installed
/// from here.
struct Need {
    program: &'static str,
    linux: &'static str,
    macos: &'static str,
    windows: &'static str,
}

impl Need {
    fn install_line(&self) -> &'static str {
        match std::env::consts::OS {
            "macos" => self.macos,
            "windows" => self.windows,
            _ => self.linux,
        }
    }
}

const NEEDS: &[Need] = &[
    Need {
        program: "node",
        linux: "Node.js 20 or newer with npm, from your distribution",
        macos: "brew install node",
        windows: "winget install OpenJS.NodeJS.LTS",
    },
    Need {
        program: "pg_dump",
        linux: "PostgreSQL client and server programs, plus WebKitGTK 4.1, Ayatana AppIndicator 3 and librsvg with \
                their development files (https://tauri.app/start/prerequisites names them per distribution)",
        macos: "brew install postgresql@16, and the Xcode command line tools: xcode-select --install",
        windows: "winget install PostgreSQL.PostgreSQL.16, and WebView2 with the Microsoft C++ Build Tools",
    },
    Need {
        program: "x86_64-w64-mingw32-gcc",
        linux: "the mingw-w64 compiler for x86_64, from your distribution",
        macos: "brew install mingw-w64",
        windows: "MSYS2's package mingw-w64-x86_64-gcc, with its bin folder on PATH",
    },
];
