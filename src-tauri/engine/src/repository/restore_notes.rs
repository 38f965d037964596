//! RESTORE.md: how to restore a backup with PostgreSQL's own programs, without Holdfast. Pure.

use super::layout::{ARCHIVE_DIR, GLOBALS_FILE};

/// What the notes need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreNotes<'a> {
    /// The database.
    pub database: &'a str,
    /// The server's name in Holdfast.
    pub server: &'a str,
    /// When the backup was made, RFC 3339.
    pub created_at: &'a str,
    /// The server's version.
    pub server_version: &'a str,
    /// The version of the pg_dump that made it.
    pub tool_version: &'a str,
    /// The database's encoding.
    pub encoding: Option<&'a str>,
    /// The codec of the archive: `zstd`, `gzip` or `none`.
    pub compression: &'a str,
}

/// The text of RESTORE.md. Its commands are to be run in the backup's folder.
pub fn restore_notes(notes: &RestoreNotes<'_>) -> String {
    let RestoreNotes { database, server, created_at, server_version, tool_version, .. } = *notes;
    let [globals, create, restore] = commands(notes, "");
    let archive = shell_word(ARCHIVE_DIR);
    let under_its_name = format!("pg_restore --create --dbname=postgres --exit-on-error {archive}");
    let newer = format!(
        "Use PostgreSQL's programs of version {} or newer; add `--host`, `--port` and `--username` as your server \
         needs them. ",
        major(tool_version)
    );
    let zstd = if notes.compression == "zstd" { ZSTD_NOTE } else { "" };
    format!(
        "# Restoring this backup\n\n\
         The database {} of the server {}, PostgreSQL {server_version}, dumped by pg_dump {tool_version} on \
         {created_at}.\n\
         Holdfast is not needed: run these commands in this folder. {newer}\n\n\
         ## 1. Roles and tablespaces\n\n\
         Once for a new server. Roles that exist already give an error that can be ignored.\n\n\
         ```sh\n{globals}\n```\n\n\
         ## 2. The database\n\n\
         Into a new, empty database; choose another name to keep the present one.\n\n\
         ```sh\n{create}\n{restore}\n```\n\n\
         Or under its own name, with its locale, owner and settings, where no such database exists:\n\n\
         ```sh\n{under_its_name}\n```\n{zstd}\n\
         ## Is it whole?\n\n\
         `manifest.json` lists the length and the sha256 of every file. pg_restore does not notice every damaged or\n\
         cut file, so compare them first:\n\n\
         ```sh\n{COMPARE}\n```\n",
        inline_code(database),
        inline_code(server),
    )
}

/// The commands that restore the backup in the folder `folder`, for a POSIX shell: roles, database, contents.
pub fn restore_commands(notes: &RestoreNotes<'_>, folder: &str) -> Vec<String> {
    let folder = folder.trim_end_matches('/');
    commands(notes, &format!("{folder}/")).to_vec()
}

/// A 15-era pg_restore, and a newer one built without zstd, read no `.zst`.
const ZSTD_NOTE: &str = "\n\
    The data is compressed with zstd. A pg_restore without zstd reads it after\n\n\
    ```sh\nzstd -d --rm archive/*.dat.zst\n```\n";

/// Standard programs only; jq because the manifest is JSON.
const COMPARE: &str =
    r#"jq -r '.files[] | "\(.sha256)  \(.path)"' manifest.json | sha256sum --check --quiet"#;

fn commands(notes: &RestoreNotes<'_>, prefix: &str) -> [String; 3] {
    let globals = shell_word(&format!("{prefix}{GLOBALS_FILE}"));
    let archive = shell_word(&format!("{prefix}{ARCHIVE_DIR}"));
    let encoding = notes.encoding.map(|e| format!(" --encoding={}", shell_word(e))).unwrap_or_default();
    [
        format!("psql --no-psqlrc --dbname=postgres --file={globals}"),
        format!("createdb --template=template0{encoding} -- {}", shell_word(notes.database)),
        format!(
            "pg_restore --dbname={} --jobs=4 --exit-on-error {archive}",
            shell_word(&database_argument(notes.database))
        ),
    ]
}

/// A name that libpq would take for a connection string is written as one.
fn database_argument(name: &str) -> String {
    let is_connection_string =
        name.contains('=') || name.starts_with("postgresql://") || name.starts_with("postgres://");
    if is_connection_string {
        format!("dbname='{}'", name.replace('\\', "\\\\").replace('\'', "\\'"))
    } else {
        name.to_owned()
    }
}

/// One word of a POSIX shell.
fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./+,@%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Code within a line of Markdown, fenced by more backticks than the text has.
fn inline_code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest == 0 { format!("{fence}{text}{fence}") } else { format!("{fence} {text} {fence}") }
}

/// The major version, for example `15` of `15.18 (Debian 15.18-1)`.
fn major(version: &str) -> &str {
    version.split(['.', ' ']).next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(database: &str) -> RestoreNotes<'_> {
        RestoreNotes {
            database,
            server: "production",
            created_at: "2026-11-23T02:00:00Z",
            server_version: "15.18",
            tool_version: "15.18 (Debian 15.18-1)",
            encoding: Some("UTF8"),
            compression: "gzip",
        }
    }

    #[test]
    fn an_ordinary_database_gets_plain_commands() {
        let expected = [
            "psql --no-psqlrc --dbname=postgres --file=/b/globals.sql",
            "createdb --template=template0 --encoding=UTF8 -- shop",
            "pg_restore --dbname=shop --jobs=4 --exit-on-error /b/archive",
        ];
        assert_eq!(restore_commands(&notes("shop"), "/b/"), expected, "they are typed in a bad hour");
    }

    #[test]
    fn odd_names_are_quoted_for_the_shell_and_for_libpq() {
        let cases = [
            ("it's", r"createdb --template=template0 --encoding=UTF8 -- 'it'\''s'", r"--dbname='it'\''s'"),
            ("-x", "createdb --template=template0 --encoding=UTF8 -- -x", "--dbname=-x"),
            ("$(rm)", "createdb --template=template0 --encoding=UTF8 -- '$(rm)'", "--dbname='$(rm)'"),
            (
                "a=b",
                "createdb --template=template0 --encoding=UTF8 -- 'a=b'",
                r"--dbname='dbname='\''a=b'\'''",
            ),
        ];
        for (name, create, dbname) in cases {
            let found = restore_commands(&notes(name), "/my backups/x");
            assert_eq!(found[1], create, "{name}: the database must be made under its own name");
            let restore = format!("pg_restore {dbname} --jobs=4 --exit-on-error '/my backups/x/archive'");
            assert_eq!(found[2], restore, "{name}: the contents must go into that database");
        }
    }

    #[test]
    fn the_notes_hold_the_commands_and_name_the_version_that_is_needed() {
        let text = restore_notes(&notes("shop"));
        for part in [
            "psql --no-psqlrc --dbname=postgres --file=globals.sql",
            "createdb --template=template0 --encoding=UTF8 -- shop",
            "pg_restore --dbname=shop --jobs=4 --exit-on-error archive",
            "pg_restore --create --dbname=postgres --exit-on-error archive",
            "version 15 or newer",
            "The database `shop` of the server `production`",
        ] {
            assert!(text.contains(part), "whoever restores without Holdfast needs {part:?} in\n{text}");
        }
        assert!(!text.contains("zstd"), "a gzip archive needs no word about zstd");
        let zstd = restore_notes(&RestoreNotes { compression: "zstd", ..notes("shop") });
        assert!(zstd.contains("zstd -d --rm archive/*.dat.zst"), "pg_restore 15 reads no zstd");
    }

    #[test]
    fn a_name_with_backticks_does_not_break_the_markdown() {
        assert_eq!(inline_code("a``b"), "``` a``b ```", "the name must be legible");
    }
}
