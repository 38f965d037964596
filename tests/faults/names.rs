//! Databases with names that shells, connection strings and file systems trip over.

use crate::server::Server;
use crate::support::Home;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// 63 bytes, the most that PostgreSQL keeps.
const LONGEST: &str = "a_very_long_name_of_a_database_that_has_sixty_three_bytes_in_it";

const NAMES: [&str; 16] = [
    "with space",
    " ends ",
    "quo'te",
    "double\"quote",
    "größe 店 ☃",
    "-rf",
    "--dbname=postgres",
    "a=b",
    "dbname=postgres user=nobody",
    "postgresql://nobody@nowhere/x",
    "100%",
    "%41",
    "a/b\\c",
    "..",
    "CON",
    LONGEST,
];

#[test]
fn databases_of_any_name_are_backed_up_and_restored_by_stock_pg_restore() {
    assert_eq!(LONGEST.len(), 63, "PostgreSQL would cut a longer one");
    let server = Server::shared();
    let role = server.superuser();
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    for (at, name) in names.iter().enumerate() {
        server.sql("postgres", &format!("CREATE DATABASE {}", quoted(name)));
        let rows = 100 + at;
        server.sql(name, &format!("CREATE TABLE own AS SELECT g AS id FROM generate_series(1, {rows}) g"));
    }
    let home = Home::new();
    home.add_server(&server.url(&role));
    let flags: Vec<String> = names.iter().map(|name| format!("--database={name}")).collect();
    home.add_job(&flags.iter().map(String::as_str).collect::<Vec<_>>());
    let run = home.backed_up();
    assert_eq!(run["backups"].as_array().unwrap().len(), names.len(), "one backup for each: {run}");

    let backups = home.backups();
    let listed: BTreeSet<&str> = backups.iter().map(|backup| backup["database"].as_str().unwrap()).collect();
    assert_eq!(listed, names.iter().map(String::as_str).collect(), "each is listed by its own name");
    let folders: BTreeSet<PathBuf> = backups.iter().map(|backup| folder_of(&home, backup)).collect();
    assert_eq!(folders.len(), names.len(), "no two databases share a folder");
    for (at, name) in names.iter().enumerate() {
        let backup = backups.iter().find(|backup| backup["database"] == name.as_str()).unwrap();
        let target = format!("restored_{at}_{role}");
        server.sql("postgres", &format!("CREATE DATABASE {target}"));
        let archive = Path::new(backup["path"].as_str().unwrap()).join("archive");
        let restored =
            server.program("pg_restore").arg("--dbname").arg(&target).arg(&archive).output().unwrap();
        assert!(restored.status.success(), "{name:?}: {}", String::from_utf8_lossy(&restored.stderr));
        let count = "SELECT count(*) FROM own";
        assert_eq!(server.values(&target, count), server.values(name, count), "{name:?}: rows must be equal");
        let notes = std::fs::read_to_string(Path::new(backup["path"].as_str().unwrap()).join("RESTORE.md"));
        assert!(notes.unwrap().contains("pg_restore"), "{name:?}: the notes tell how");
        server.sql("postgres", &format!("DROP DATABASE {target}"));
    }
    for name in &names {
        server.sql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", quoted(name)));
    }
}

/// The database's folder, which lies right beneath the job's.
fn folder_of(home: &Home, backup: &serde_json::Value) -> PathBuf {
    let path = Path::new(backup["path"].as_str().unwrap());
    let folder = path.parent().unwrap().to_owned();
    assert_eq!(
        folder.parent(),
        Some(&*home.repository().join("nightly")),
        "{folder:?} must not lie elsewhere"
    );
    folder
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
