//! The commands of RESTORE.md, run by a shell with stock programs and no Holdfast.

use crate::cluster::Cluster;
use holdfast_engine::repository::{RestoreNotes, restore_commands, restore_notes};

const DATABASE: &str = "it's a=b $x \"q\"";

#[test]
fn the_commands_of_the_notes_restore_roles_database_and_rows() {
    let cluster = Cluster::start();
    let quoted = format!("\"{}\"", DATABASE.replace('"', "\"\""));
    cluster.sql("postgres", &format!("CREATE DATABASE {quoted}"));
    let connection = format!("dbname='{}'", DATABASE.replace('\'', "\\'"));
    cluster.sql("postgres", "CREATE ROLE keeper");
    let fill = "CREATE TABLE t AS SELECT generate_series(1, 500) AS n; ALTER TABLE t OWNER TO keeper";
    cluster.sql(&connection, fill);
    let folder = cluster.folder("the backup");
    cluster.shell(
        &folder,
        &format!("pg_dump -Fd -f archive -d \"$(printf '%s' {})\"", shell_quoted(&connection)),
    );
    cluster.shell(&folder, "pg_dumpall --globals-only --file=globals.sql");

    let notes = RestoreNotes {
        database: DATABASE,
        server: "test",
        created_at: "2026-11-23T02:00:00Z",
        server_version: "15",
        tool_version: "15",
        encoding: Some("UTF8"),
        compression: "gzip",
    };
    let drop_all = format!("DROP DATABASE {quoted}");
    let by_path = restore_commands(&notes, folder.to_str().expect("UTF-8"));
    let text = restore_notes(&notes);
    let in_folder: Vec<String> = ["psql ", "createdb ", "pg_restore --dbname"]
        .iter()
        .map(|start| text.lines().find(|line| line.starts_with(start)).expect("in the notes").to_owned())
        .collect();
    for commands in [by_path, in_folder] {
        cluster.sql("postgres", &drop_all);
        cluster.sql("postgres", "DROP ROLE keeper");
        for command in &commands {
            cluster.shell(&folder, command);
        }
        let rows = cluster
            .sql(&connection, "SELECT count(*), min(tableowner) FROM t, pg_tables WHERE tablename = 't'");
        assert_eq!(rows, "500\tkeeper\n", "rows and owner must come back by {commands:?}");
    }
    cluster.sql("postgres", &drop_all);
    let create = text.lines().find(|line| line.starts_with("pg_restore --create")).expect("in the notes");
    cluster.shell(&folder, create);
    assert_eq!(cluster.sql(&connection, "SELECT count(*) FROM t"), "500\n", "under its own name too");
}

fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
