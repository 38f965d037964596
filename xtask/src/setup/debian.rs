//! Packages of Debian and its descendants, through apt.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{failure::Failure, place::Place, tool};

/// Needed for building the shell, for the Windows check, and for tests in a real window with a real bus.
const PACKAGES: &[&str] = &[
    "autoconf",
    "automake",
    "build-essential",
    "curl",
    "dbus",
    "dunst",
    "fonts-dejavu-core",
    "gcc-mingw-w64-x86-64",
    "imagemagick",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libtool",
    "libwebkit2gtk-4.1-dev",
    "nasm",
    "openbox",
    "pkg-config",
    "python3-dbusmock",
    "webkit2gtk-driver",
    "xauth",
    "xdotool",
    "xvfb",
];
/// Needed as programs; whoever has them from elsewhere keeps those.
const PROGRAMS: &[(&str, &str)] =
    &[("node", "nodejs"), ("npm", "npm"), ("pip3", "python3-pip"), ("sqlite3", "sqlite3"), ("zstd", "zstd")];

/// Whether this is Debian or a descendant.
pub fn is_here() -> bool {
    Path::new("/etc/debian_version").exists() && tool::find("apt-get").is_some()
}

pub fn setup(place: &Place) -> Result<(), Failure> {
    let mut missing: Vec<&str> = absent(place, PACKAGES)?;
    missing.extend(
        PROGRAMS.iter().filter(|(program, _)| tool::find(program).is_none()).map(|(_, package)| package),
    );
    let server = Server::find();
    if missing.is_empty() && server == Server::Present {
        return Ok(());
    }
    let Some(rights) = Rights::find() else {
        let mut all = missing;
        if server == Server::Absent {
            all.push("postgresql");
        }
        let install = vec![format!("sudo apt-get install --no-install-recommends {}", all.join(" "))];
        return Err(Failure::Missing { what: all.into_iter().map(str::to_owned).collect(), install });
    };
    tool::succeed(rights.command(place, "apt-get").args(["update", "--quiet"]))?;
    install(place, rights, &missing)?;
    if server == Server::Absent {
        // Its own package first: what creates a cluster reads this setting when the server arrives.
        install(place, rights, &["postgresql-common"])?;
        leave_no_cluster(place, rights)?;
        install(place, rights, &["postgresql"])?;
    }
    Ok(())
}

/// Whether the programs of a PostgreSQL server are installed; tests start servers of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Server {
    Present,
    Absent,
}

impl Server {
    fn find() -> Self {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut programs = versions.map(|version| version.path().join("bin"));
        match programs.any(|bin| bin.join("initdb").exists() && bin.join("pg_dump").exists()) {
            true => Self::Present,
            false => Self::Absent,
        }
    }
}

/// How packages can be installed without asking anybody.
#[derive(Clone, Copy)]
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn find() -> Option<Self> {
        let quiet = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        let id = Command::new("id").arg("-u").output().ok()?;
        if id.stdout.trim_ascii() == b"0" {
            return Some(Self::Root);
        }
        quiet(Command::new("sudo").args(["-n", "true"])).ok()?.success().then_some(Self::Sudo)
    }

    fn command(self, place: &Place, name: &str) -> Command {
        let mut command = match self {
            Self::Root => tool::program(place, "env"),
            Self::Sudo => {
                let mut sudo = tool::program(place, "sudo");
                sudo.args(["-n", "env"]);
                sudo
            }
        };
        command.args(["DEBIAN_FRONTEND=noninteractive", name]);
        command
    }
}

fn absent<'a>(place: &Place, packages: &[&'a str]) -> Result<Vec<&'a str>, Failure> {
    let mut query = tool::program(place, "dpkg-query");
    query
        .args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"])
        .args(packages)
        .stderr(Stdio::null());
    // It ends with 1 when it does not know one of the names; the others are listed all the same.
    let known = query.output().map_err(|source| Failure::Start { line: tool::line(&query), source })?;
    let known = String::from_utf8_lossy(&known.stdout).into_owned();
    let installed: Vec<&str> = known.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    Ok(packages.iter().copied().filter(|package| !installed.contains(package)).collect())
}

fn install(place: &Place, rights: Rights, packages: &[&str]) -> Result<(), Failure> {
    if packages.is_empty() {
        return Ok(());
    }
    let mut apt = rights.command(place, "apt-get");
    tool::succeed(apt.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages))
}

/// Tells postgresql-common not to create and start a cluster of its own on this machine.
fn leave_no_cluster(place: &Place, rights: Rights) -> Result<(), Failure> {
    let settings = PathBuf::from("/etc/postgresql-common/createcluster.conf");
    let text = fs::read_to_string(&settings).map_err(Failure::file(&settings))?;
    if text.lines().any(|line| line.trim_start().starts_with("create_main_cluster")) {
        return Ok(());
    }
    let mut sed = rights.command(place, "sed");
    tool::succeed(sed.args(["-i", "$ a create_main_cluster = false"]).arg(&settings))
}
