//! Who may know whom, read from the sources and the manifests themselves. Cargo keeps the crates apart; this
//! keeps the modules apart, and the few promises that no compiler checks.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The most lines that a file may have; beyond, it holds two concepts.
const LONGEST: usize = 500;
const ENGINE: &str = "src-tauri/engine/src";

#[test]
fn packages_depend_only_on_those_below_them() {
    let allowed: [(&str, &[&str]); 6] = [
        ("src-tauri/types", &[]),
        ("src-tauri/engine", &["holdfast-types"]),
        ("src-tauri/cli", &["holdfast-types", "holdfast-engine"]),
        (".", &["holdfast-types", "holdfast-engine"]),
        ("ui", &["holdfast-types"]),
        ("xtask", &[]),
    ];
    for (package, below) in allowed {
        for dependency in dependencies(package) {
            let ours = dependency.starts_with("holdfast-");
            assert!(!ours || below.contains(&dependency.as_str()), "{package} may not know {dependency}");
            let tauri = dependency == "tauri" || dependency.starts_with("tauri-");
            assert!(
                !tauri || package == ".",
                "{package} depends on {dependency}, but only the shell knows Tauri"
            );
        }
    }
    let types: Vec<String> =
        dependencies("src-tauri/types").into_iter().filter(|name| name != "serde_json").collect();
    assert_eq!(types, ["serde"], "what crosses to the window must stay small enough for wasm32");
}

#[test]
fn modules_know_only_whom_they_may() {
    let pure =
        ["std::fs", "std::time::SystemTime", "std::time::Instant", "tokio", "rusqlite", "tokio_postgres"];
    let pure = pure.into_iter().chain([
        "Utc::now",
        "Local::now",
        "crate::catalog",
        "crate::postgres",
        "crate::platform",
    ]);
    let pure: Vec<&str> = pure.collect();
    let rules: [(&str, &[&str], &str); 7] = [
        ("src-tauri/engine/src/catalog", &["crate::postgres"], "the catalog records; it speaks to no server"),
        ("src-tauri/engine/src/postgres", &["crate::catalog"], "what is said to a server needs no record"),
        ("src-tauri/engine/src/schedule", &pure, "slots follow from values; the moment is an argument"),
        (
            "src-tauri/engine/src/retention",
            &pure,
            "what is kept follows from values; the moment is an argument",
        ),
        (
            "src-tauri/engine/src/archive",
            &["crate::catalog", "crate::postgres"],
            "an archive is read from its files alone",
        ),
        ("src-tauri/engine/src/sql", &pure, "what is SQL and what is data follows from the text alone"),
        ("ui/src/components", &["crate::ipc"], "components are given what they show"),
    ];
    for (folder, forbidden, reason) in rules {
        for source in sources(folder).iter().filter(|source| !source.is_test()) {
            for path in forbidden {
                assert!(!source.names(path), "{} names {path}: {reason}", source.name);
            }
        }
    }
}

#[test]
fn each_library_has_the_one_place_that_may_name_it() {
    let homes: [(&str, &[&str]); 5] = [
        ("tauri", &["src-tauri/src/", "src-tauri/build.rs"]),
        ("rusqlite", &["src-tauri/engine/src/catalog/"]),
        ("rusqlite_migration", &["src-tauri/engine/src/catalog/"]),
        ("isal_sys", &["src-tauri/engine/src/copy/igzip.rs"]),
        ("tokio_cron_scheduler", &["src-tauri/engine/src/scheduler.rs", "src-tauri/engine/src/scheduler/"]),
    ];
    for source in [sources("src-tauri"), sources("ui/src")].concat().iter().filter(|source| !source.is_test())
    {
        for (library, places) in homes {
            let at_home = places.iter().any(|place| source.name.starts_with(place));
            assert!(
                at_home || !source.names(library),
                "{} names {library}; its place is {places:?}",
                source.name
            );
        }
        let outside = !source.name.starts_with("ui/src/ipc");
        let foreign = source.name.starts_with("ui/") && source.code().contains("extern \"C\"");
        assert!(!(outside && foreign), "{}: what is foreign to Rust is declared in ui/src/ipc", source.name);
    }
}

#[test]
fn every_engine_file_says_what_it_is_for() {
    for source in sources(ENGINE) {
        assert!(source.text.starts_with("//!"), "{} must begin with //! and its purpose", source.name);
    }
}

#[test]
fn no_file_holds_two_concepts() {
    for source in everything() {
        let lines = source.text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines; past {LONGEST} a file is two concepts", source.name);
    }
}

#[test]
fn no_test_is_set_aside() {
    let mark = concat!("#[", "ignore");
    for source in everything() {
        assert!(
            !source.text.contains(mark),
            "{} sets a test aside: a test that cannot run must fail and say why",
            source.name
        );
    }
}

#[test]
fn the_shell_registers_exactly_the_commands_that_the_types_declare() {
    let types = fs::read_to_string(root().join("src-tauri/types/src/lib.rs")).unwrap();
    let declared = types
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .filter_map(|line| line.split_once("=> \"")?.1.split_once("\" ->"));
    let declared: BTreeSet<String> = declared.map(|(name, _)| name.to_owned()).collect();
    assert!(declared.len() > 20, "the declarations are no longer where this test reads them");
    let shell = sources("src-tauri/src");
    let handlers =
        shell.iter().filter_map(|source| source.text.split_once("generate_handler![")?.1.split_once(']'));
    let registered = handlers.flat_map(|(list, _)| list.split(','));
    let registered =
        registered.filter_map(|path| path.trim().rsplit("::").next()).filter(|name| !name.is_empty());
    let registered: BTreeSet<String> = registered.map(str::to_owned).collect();
    let missing: Vec<_> = declared.difference(&registered).collect();
    assert!(missing.is_empty(), "the window may call {missing:?}, which the shell does not answer");
    let unknown: Vec<_> = registered.difference(&declared).collect();
    assert!(unknown.is_empty(), "the shell answers {unknown:?}, which no type describes");
}

#[test]
fn a_grouped_import_is_seen_as_each_of_its_paths() {
    let source =
        Source { name: "a.rs".into(), text: "use crate::{error::Error, postgres::{self, Tool}};\n".into() };
    assert!(source.names("crate::postgres"), "a rule that a pair of braces evades is no rule");
    assert!(!source.names("crate::post"), "a path ends where its name ends");
    let comment = Source { name: "b.rs".into(), text: "// crate::postgres is not used\nlet x = 1;\n".into() };
    assert!(!comment.names("crate::postgres"), "what a comment says binds nobody");
}

/// One Rust file.
#[derive(Clone)]
struct Source {
    /// Relative to the root, with forward slashes.
    name: String,
    text: String,
}

impl Source {
    /// Whether the whole file is tests.
    fn is_test(&self) -> bool {
        self.name.contains("/tests/") || self.name.ends_with("/tests.rs") || self.name.ends_with("_tests.rs")
    }

    /// The text without comments and without the test module at its end.
    fn code(&self) -> String {
        let shipped = self.text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = shipped.lines().map(|line| line.split("//").next().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Whether the code names `path`, written out or through grouped imports.
    fn names(&self, path: &str) -> bool {
        let code = self.code();
        let imported = code
            .split(';')
            .filter_map(|statement| statement.split_once("use "))
            .flat_map(|(_, tree)| expand(tree));
        contains(&code, path) || imported.into_iter().any(|import| contains(&import, path))
    }
}

/// Whether `text` contains `path` as a whole: neither its first nor its last name continues.
fn contains(text: &str, path: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = &text[at + path.len()..];
        let is_path = path.contains("::") || after.starts_with("::") || after.trim().is_empty();
        let inside_string = before == Some('"');
        is_path && !inside_string && !before.is_some_and(|c| word(c) || c == ':') && !after.starts_with(word)
    })
}

/// Writes an import tree out: `a::{b, c::{self, d}}` becomes `a::b`, `a::c::self`, `a::c::d`.
fn expand(tree: &str) -> Vec<String> {
    let Some((prefix, rest)) = tree.split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let Some((group, _)) = rest.rsplit_once('}') else {
        return vec![tree.trim().to_owned()];
    };
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(c);
        }
    }
    let inner = parts.iter().filter(|part| !part.trim().is_empty()).flat_map(|part| expand(part));
    inner.map(|path| format!("{}{path}", prefix.trim())).collect()
}

/// The names under every kind of `[…dependencies]` in a package's manifest.
fn dependencies(package: &str) -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies") && section != "workspace.dependencies";
        } else if inside && !line.starts_with('#') {
            names.extend(line.split_once(['.', '=', ' ']).map(|(name, _)| name.to_owned()));
        }
    }
    names
}

fn everything() -> Vec<Source> {
    ["src-tauri", "ui/src", "xtask", "tests", "benches"].into_iter().flat_map(sources).collect()
}

fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    // A folder that has no files yet breaks no rule.
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source { name, text: fs::read_to_string(&path).unwrap().replace("\r\n", "\n") });
        }
    }
}

fn root() -> PathBuf {
    // Cargo sets it when it runs the test; checkouts may share the compiled one.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().unwrap().to_path_buf()
}
