//! PostgreSQL's own regression suite: its SQL out of Debian's source package, and its library compiled with the
//! headers of the server that is installed. Nothing is installed; everything lies in the build's output.
//!
//! What cannot be had here is told, and the test that needs it fails with the same words.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{failure::Failure, place::Place, tool};

/// Where `tests/proof/regression.rs` looks.
const FOLDER: &str = "regression";

/// Fetches and compiles the suite unless it is there.
pub fn setup(place: &Place) -> Result<(), Failure> {
    let folder = place.target.join("pg").join(FOLDER);
    if folder.is_dir() || tool::find("apt-get").is_none() {
        return Ok(());
    }
    println!("setup: fetching PostgreSQL's regression suite for the tests, once for this checkout");
    let partial = place.target.join("pg").join("regression.partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(Failure::file(&partial))?;
    }
    match fetch(place, &partial) {
        Ok(()) => fs::rename(&partial, &folder).map_err(Failure::file(&folder)),
        Err(failure) => {
            println!("setup: the regression suite cannot be had, and its test will say so: {failure}");
            Ok(())
        }
    }
}

fn fetch(place: &Place, folder: &Path) -> Result<(), Failure> {
    let make = |path: &Path| fs::create_dir_all(path).map_err(Failure::file(path));
    let (parts, lists, packages) = (folder.join("parts"), folder.join("lists"), folder.join("packages"));
    for path in [&parts, &lists.join("partial"), &packages] {
        make(path)?;
    }
    let own_list = folder.join("sources.list");
    sources(&own_list, &parts)?;
    let apt = |program: &str| {
        let mut command = tool::program(place, program);
        // As root apt reads with an account of its own, to which the build's folder may be closed.
        command.args(["-q", "-o", "APT::Sandbox::User=root"]);
        command.arg("-o").arg(format!("Dir::Etc::sourcelist={}", own_list.display()));
        command.arg("-o").arg(format!("Dir::Etc::sourceparts={}", parts.display()));
        command.arg("-o").arg(format!("Dir::State::lists={}", lists.display()));
        command
    };
    tool::succeed(apt("apt-get").arg("update"))?;
    let (major, version) = installed(place)?;
    let source = format!("postgresql-{major}");
    // The version that is installed, else any that the mirror still has.
    let known = tool::output(apt("apt-cache").args(["showsrc", &source]))?;
    let versions = known.lines().filter_map(|line| line.strip_prefix("Version: ").map(str::to_owned));
    let mut wanted = vec![version.clone()];
    wanted.extend(versions.filter(|other| *other != version));
    first_that_works(&wanted, |version| {
        let mut get = apt("apt-get");
        get.args(["source", "--download-only", &format!("{source}={version}")]);
        tool::succeed(get.current_dir(&packages))
    })?;
    let headers = format!("postgresql-server-dev-{major}");
    first_that_works(&wanted, |version| {
        let mut get = tool::program(place, "apt-get");
        get.args(["-q", "-o", "APT::Sandbox::User=root", "download", &format!("{headers}={version}")]);
        tool::succeed(get.current_dir(&packages))
    })?;
    unpack(place, folder, &packages, &major)
}

/// The suite's SQL in `regress`, its library in `lib`.
fn unpack(place: &Place, folder: &Path, packages: &Path, major: &str) -> Result<(), Failure> {
    let named = |start: &str, part: &str| -> Result<PathBuf, Failure> {
        let entries = fs::read_dir(packages).map_err(Failure::file(packages))?.flatten();
        entries
            .map(|entry| entry.path())
            .find(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                name.starts_with(start) && name.contains(part)
            })
            .ok_or_else(|| Failure::Unexpected(format!("no {start}…{part} was downloaded")))
    };
    let mut tar = tool::program(place, "tar");
    tar.args(["--extract", "--strip-components=4", "--wildcards", "--one-top-level=regress", "--file"]);
    tar.arg(named("postgresql-", ".orig.tar")?).arg("*/src/test/regress/*").current_dir(folder);
    tool::succeed(&mut tar)?;
    let headers = folder.join("headers");
    let mut dpkg = tool::program(place, "dpkg");
    tool::succeed(dpkg.arg("-x").arg(named("postgresql-server-dev-", ".deb")?).arg(&headers))?;
    let lib = folder.join("lib");
    fs::create_dir_all(&lib).map_err(Failure::file(&lib))?;
    let mut cc = tool::program(place, "cc");
    cc.args(["-shared", "-fPIC", "-O1", "-w", "-I"]);
    cc.arg(headers.join(format!("usr/include/postgresql/{major}/server")));
    cc.arg("-o").arg(lib.join("regress.so")).arg(folder.join("regress/regress.c"));
    tool::succeed(&mut cc)
}

/// The major version and the package's version of the server that Debian installed.
fn installed(place: &Place) -> Result<(String, String), Failure> {
    let mut query = tool::program(place, "dpkg-query");
    query.args(["--show", "--showformat=${Package} ${Version} ${db:Status-Status}\\n", "postgresql-[0-9]*"]);
    let found = tool::output(&mut query)?;
    let server = found.lines().find_map(|line| {
        let mut words = line.split(' ');
        let (package, version, status) = (words.next()?, words.next()?, words.next()?);
        let major = package.strip_prefix("postgresql-")?;
        let is_server = major.chars().all(|letter| letter.is_ascii_digit()) && status == "installed";
        is_server.then(|| (major.to_owned(), version.to_owned()))
    });
    server.ok_or_else(|| Failure::Unexpected("no PostgreSQL server of Debian's is installed".into()))
}

fn first_that_works(
    wanted: &[String],
    mut attempt: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut last = Err(Failure::Unexpected("no version is known".into()));
    for version in wanted {
        last = attempt(version);
        if last.is_ok() {
            break;
        }
    }
    last
}

/// The machine's own sources, asked for source packages.
fn sources(list: &Path, parts: &Path) -> Result<(), Failure> {
    let mut lines = String::new();
    let main = Path::new("/etc/apt/sources.list");
    let folder = Path::new("/etc/apt/sources.list.d");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    files.push(main.to_owned());
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        if file.extension().is_some_and(|suffix| suffix == "sources") {
            let target = parts.join(file.file_name().unwrap_or_default());
            fs::write(&target, of_sources(&text)).map_err(Failure::file(&target))?;
        } else {
            lines.push_str(&of_lines(&text));
        }
    }
    fs::write(list, lines).map_err(Failure::file(list))
}

/// `Types: deb` asks for source packages, whatever it asked for.
fn of_sources(text: &str) -> String {
    text.lines().fold(String::new(), |done, line| match line.starts_with("Types:") {
        true => done + "Types: deb-src\n",
        false => done + line + "\n",
    })
}

/// `deb …` as `deb-src …`; other lines are left out.
fn of_lines(text: &str) -> String {
    text.lines()
        .filter_map(|line| line.strip_prefix("deb "))
        .fold(String::new(), |done, rest| done + "deb-src " + rest + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_sources_are_asked_for_source_packages() {
        assert_eq!(
            of_sources("Types: deb\nURIs: x\n\nTypes: deb deb-src\n"),
            "Types: deb-src\nURIs: x\n\nTypes: deb-src\n",
            "the mirror that serves this machine is the one to ask"
        );
        assert_eq!(of_lines("# c\ndeb x y main\ndeb-src z\n"), "deb-src x y main\n", "the old form too");
    }
}
