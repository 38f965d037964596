//! Systems whose packages are not installed from here: what the build and the tests need is looked for, one by one,
//! and what is missing is named with a way to get it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{failure::Failure, tool};

/// Something without which the build or its tests cannot work.
struct Need {
    probe: Probe,
    /// How to get it.
    install: &'static str,
}

/// How to see whether it is there.
#[derive(Debug, Clone, Copy)]
enum Probe {
    /// A program on the path.
    Program(&'static str),
    /// A library with its development files, by the name that pkg-config knows.
    Library(&'static str),
    /// The C library as an archive, which the configuration of ISA-L links against.
    StaticC,
    /// A folder with all programs of a PostgreSQL server; installers leave it off the path.
    PostgresServer,
}

/// Looks for everything.
pub fn check() -> Result<(), Failure> {
    refuse(missing(needs(env::consts::OS), is_here))
}

fn refuse(missing: Vec<&'static Need>) -> Result<(), Failure> {
    if missing.is_empty() {
        return Ok(());
    }
    let what: Vec<String> = missing.iter().map(|need| need.probe.name()).collect();
    let mut install: Vec<String> = Vec::new();
    for need in missing {
        // Several things may come in one package.
        if !install.iter().any(|line| line == need.install) {
            install.push(need.install.to_owned());
        }
    }
    Err(Failure::Missing { what, install })
}

fn missing(needs: Vec<&'static Need>, is_here: impl Fn(Probe) -> bool) -> Vec<&'static Need> {
    needs.into_iter().filter(|need| !is_here(need.probe)).collect()
}

fn needs(system: &str) -> Vec<&'static Need> {
    let own = match system {
        "macos" => MACOS,
        "windows" => WINDOWS,
        _ => LINUX,
    };
    own.iter().collect()
}

impl Probe {
    fn name(self) -> String {
        match self {
            Self::Program(name) => name.to_owned(),
            Self::Library(name) => format!("{name} with its development files"),
            Self::StaticC => "the static C library libc.a".to_owned(),
            Self::PostgresServer => format!("the PostgreSQL programs {}", SERVER_PROGRAMS.join(", ")),
        }
    }
}

fn is_here(probe: Probe) -> bool {
    match probe {
        Probe::Program(name) => tool::find(name).is_some(),
        Probe::Library(name) => Command::new("pkg-config")
            .args(["--exists", name])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success()),
        // The compiler answers a name that it does not find as it was given.
        Probe::StaticC => Command::new("cc")
            .arg("-print-file-name=libc.a")
            .output()
            .is_ok_and(|answer| Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_absolute()),
        Probe::PostgresServer => server_folders().iter().any(|folder| {
            SERVER_PROGRAMS
                .iter()
                .all(|name| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)).is_file())
        }),
    }
}

/// What tests start of PostgreSQL.
const SERVER_PROGRAMS: [&str; 5] = ["initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore"];

/// The folders of the path, then those in which distributions and installers put PostgreSQL.
fn server_folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    for parent in [
        "/usr/lib/postgresql",
        "/usr",
        "/usr/local",
        "/opt",
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/Library/PostgreSQL",
        "/Applications/Postgres.app/Contents/Versions",
        "C:\\Program Files\\PostgreSQL",
    ] {
        folders.extend(below(Path::new(parent)));
    }
    folders
}

/// The folder `bin` of each installation in a folder: of all in one of PostgreSQL's own, else of those that are
/// named for it.
fn below(parent: &Path) -> Vec<PathBuf> {
    let own = parent.to_string_lossy().to_lowercase().contains("postgres");
    let named = |name: &str| own || name.starts_with("postgresql") || name.starts_with("pgsql");
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .filter(|entry| named(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path().join("bin"))
        .collect()
}

const LINUX: &[Need] = &[
    Need { probe: Probe::Program("cc"), install: "a C compiler, from your distribution" },
    // They build ISA-L.
    Need { probe: Probe::Program("make"), install: "make, from your distribution" },
    Need { probe: Probe::Program("autoreconf"), install: "autoconf and automake, from your distribution" },
    Need { probe: Probe::Program("libtoolize"), install: "libtool, from your distribution" },
    Need { probe: Probe::Program("nasm"), install: "nasm, from your distribution" },
    Need { probe: Probe::StaticC, install: "the static C library: glibc-static on Fedora, glibc on Arch" },
    Need { probe: Probe::Program("pkg-config"), install: "pkg-config or pkgconf, from your distribution" },
    Need {
        probe: Probe::Library("webkit2gtk-4.1"),
        install: "WebKitGTK 4.1 with its development files: webkit2gtk4.1-devel on Fedora, webkit2gtk-4.1 on Arch",
    },
    Need {
        probe: Probe::Library("gtk+-3.0"),
        install: "GTK 3 with its development files: gtk3-devel on Fedora, gtk3 on Arch",
    },
    Need {
        probe: Probe::Library("ayatana-appindicator3-0.1"),
        install: "Ayatana AppIndicator for GTK 3 with its development files, from your distribution",
    },
    Need {
        probe: Probe::Library("librsvg-2.0"),
        install: "librsvg with its development files: librsvg2-devel on Fedora, librsvg on Arch",
    },
    Need { probe: Probe::Program("node"), install: NODE_LINUX },
    Need { probe: Probe::Program("npm"), install: NODE_LINUX },
    Need {
        probe: Probe::Program("x86_64-w64-mingw32-gcc"),
        install: "the mingw-w64 compiler for x86_64, from your distribution",
    },
    Need {
        probe: Probe::PostgresServer,
        install: "PostgreSQL 15 or newer, server and client programs, from your distribution",
    },
    Need {
        probe: Probe::Program("WebKitWebDriver"),
        install: "WebKitWebDriver, the driver of WebKitGTK 4.1, from your distribution",
    },
    Need {
        probe: Probe::Program("Xvfb"),
        install: "Xvfb, the X server without a screen, from your distribution",
    },
    Need { probe: Probe::Program("openbox"), install: "openbox, from your distribution" },
    Need { probe: Probe::Program("dbus-daemon"), install: "dbus with dbus-daemon, from your distribution" },
    Need { probe: Probe::Program("dunst"), install: "dunst, from your distribution" },
    Need { probe: Probe::Program("import"), install: IMAGEMAGICK },
    Need { probe: Probe::Program("identify"), install: IMAGEMAGICK },
];
const NODE_LINUX: &str = "Node.js 20 or newer with npm, from your distribution";
const IMAGEMAGICK: &str = "ImageMagick with its X11 programs, from your distribution";

const MACOS: &[Need] = &[
    Need { probe: Probe::Program("cc"), install: "xcode-select --install" },
    Need { probe: Probe::Program("node"), install: "brew install node" },
    Need { probe: Probe::Program("npm"), install: "brew install node" },
    Need { probe: Probe::PostgresServer, install: "brew install postgresql@16" },
    Need { probe: Probe::Program("x86_64-w64-mingw32-gcc"), install: "brew install mingw-w64" },
];

const WINDOWS: &[Need] = &[
    Need { probe: Probe::Program("node"), install: "winget install OpenJS.NodeJS.LTS" },
    Need { probe: Probe::PostgresServer, install: "winget install PostgreSQL.PostgreSQL.16" },
    Need {
        probe: Probe::Program("x86_64-w64-mingw32-gcc"),
        install: "MSYS2's package mingw-w64-x86_64-gcc, with its bin folder on PATH",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_thing_is_named_and_each_way_to_get_it_once() {
        for system in ["linux", "macos", "windows"] {
            let all = needs(system);
            let names: Vec<String> = all.iter().map(|need| need.probe.name()).collect();
            let failure = refuse(missing(all, |_| false)).expect_err("everything is missing").to_string();
            for name in names {
                assert!(
                    failure.contains(&name),
                    "{system}: nobody installs what is not named: {name}\n{failure}"
                );
            }
        }
        let only = |probe: Probe| !matches!(probe, Probe::Program("node" | "npm"));
        let failure = refuse(missing(needs("linux"), only)).expect_err("Node is missing").to_string();
        assert_eq!(failure.matches(NODE_LINUX).count(), 1, "one package is installed once:\n{failure}");
        assert!(!failure.contains("WebKit"), "what is there need not be installed:\n{failure}");
    }

    #[test]
    fn a_machine_that_was_set_up_lacks_nothing() {
        let missing = missing(needs(env::consts::OS), is_here);
        let names: Vec<String> = missing.iter().map(|need| need.probe.name()).collect();
        assert_eq!(names, [""; 0], "setup installs on Debian what it asks for elsewhere");
    }
}
