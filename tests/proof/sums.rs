//! Rows that were copied in parallel are summed on their way; the same rows must give the same sum wherever they are
//! read again, and other rows another.

use crate::server::Server;
use crate::support::Home;
use crate::verified::{Verified, backup_of};
use serde_json::Value;
use std::path::Path;

/// Values that read otherwise where settings differ, and text that COPY escapes.
const SHOP: &str = "CREATE TABLE moments AS SELECT g AS id, timestamptz '2026-03-29 00:30:00+00' + g * interval '1 minute' AS at, \
    decode(md5(g::text), 'hex') AS raw, g * interval '1 day 3 seconds' AS span, sqrt(g) AS root, date '2026-01-02' + g % 300 AS day, \
    E'tab\\t, back\\\\slash, line\\nbreak, ünïcode ' || g AS note FROM generate_series(1, 15000) g; \
    CREATE TABLE prices AS SELECT g AS id, g::numeric::money AS price, repeat('x', 80) AS note FROM generate_series(1, 15000) g";

/// What makes the same values read otherwise.
const SETTINGS: [&str; 6] = [
    "timezone = 'Asia/Tokyo'",
    "bytea_output = 'escape'",
    "intervalstyle = 'sql_standard'",
    "datestyle = 'German, DMY'",
    "extra_float_digits = -10",
    "lc_monetary = 'C'",
];

fn ledger_of(backup: &Value, table: &str) -> Value {
    let manifest = Path::new(backup["path"].as_str().unwrap()).join("manifest.json");
    let manifest: Value = serde_json::from_slice(&std::fs::read(manifest).unwrap()).unwrap();
    let tables = manifest["ledger"]["tables"].as_array().unwrap();
    let found = tables.iter().find(|found| found["name"] == table);
    found.unwrap_or_else(|| panic!("{table} must be in the ledger: {tables:#?}")).clone()
}

#[test]
fn what_was_summed_on_its_way_is_compared_in_a_drill_whatever_the_server_sets() {
    let server = Server::own();
    server.sql("postgres", "CREATE DATABASE shop");
    server.sql("shop", SHOP);
    for setting in SETTINGS {
        server.sql("postgres", &format!("ALTER DATABASE shop SET {setting}"));
    }
    let home = Home::with_job(&server, &server.superuser(), "shop");
    home.backed_up();
    let backup = backup_of(&home, "shop");
    let moments = ledger_of(&backup, "moments");
    assert!(
        moments["checksum"].is_string()
            && moments["columns"].as_str().is_some_and(|columns| columns.contains("span")),
        "a checksum that costs nothing must be taken without being asked for: {moments}"
    );
    let prices = ledger_of(&backup, "prices");
    assert_eq!(prices["rows"], 15000, "it is counted: {prices}");
    assert!(
        prices["checksum"].is_null(),
        "money reads by a server's locale, so another one would seem to differ: {prices}"
    );
    let verified = Verified::by(&home, None, &backup, "restore");
    verified.passed("L4");
    assert_eq!(
        verified.detail("contents"),
        "the contents of 1 of 2 tables are those of the server; the others were not summed when the dump was made",
        "a drill must compare what the dump summed"
    );
}

#[test]
fn a_value_that_came_back_changed_is_noticed_in_a_table_that_was_copied_in_parallel() {
    let server = Server::own();
    server.sql("postgres", "CREATE DATABASE shop");
    server.sql(
        "shop",
        "CREATE TABLE amounts (id int, amount numeric(10, 2), note text); \
         INSERT INTO amounts SELECT g, g + 0.5, repeat('x', 80) FROM generate_series(1, 15000) g; \
         UPDATE amounts SET amount = 7.25 WHERE id = 9000",
    );
    let home = Home::with_job(&server, &server.superuser(), "shop");
    home.document(&["job", "update", "nightly", "--ledger", "checksums"]);
    let id = home.backed_up()["backup_id"].to_string();
    assert!(
        ledger_of(&backup_of(&home, "shop"), "amounts")["columns"].is_string(),
        "it was copied in parallel"
    );
    // One row of fifteen thousand is rounded on its way into this table.
    server.sql("shop", "TRUNCATE amounts; ALTER TABLE amounts ALTER amount TYPE numeric(10, 1)");
    let (exit, restore) = home.json(&[
        "restore",
        &id,
        "--server",
        "local",
        "--database",
        "shop",
        "--data-only",
        "--confirm",
        "shop",
        "--no-safety-backup",
    ]);
    assert_eq!((exit, &restore["status"]), (1, &Value::from("partial")), "{restore:#}");
    let checks = restore["checks"].as_array().unwrap();
    let find = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap_or(&Value::Null);
    assert_eq!(find("rows")["ok"], true, "no row is missing: {checks:#?}");
    assert_eq!(
        find("contents")["detail"],
        "the contents of public.amounts differ",
        "a count alone would have called it equal: {checks:#?}"
    );
}

#[test]
fn two_backups_with_as_many_rows_are_not_called_equal_when_a_value_changed() {
    let server = Server::own();
    server.sql("postgres", "CREATE DATABASE shop");
    server.sql(
        "shop",
        "CREATE TABLE amounts AS SELECT g AS id, 100 + g % 800 AS amount, repeat('x', 80) AS note FROM generate_series(1, 15000) g; \
         CREATE TABLE small AS SELECT g AS id, 'a' AS word FROM generate_series(1, 10) g; \
         CREATE TABLE same AS TABLE small",
    );
    let home = Home::with_job(&server, &server.superuser(), "shop");
    let id = || home.backed_up()["backup_id"].to_string();
    let compared = |from: &str, to: &str| home.document(&["backups", "compare", from, to]);
    let plain = id();
    server.sql("shop", "UPDATE small SET word = 'c' WHERE id = 7");
    let again = id();
    let read = compared(&plain, &again);
    assert_eq!(read["contents_compared"], 3, "small tables are summed as the archive is read: {read}");
    assert_eq!(read["tables"][0]["name"], "small", "as many rows must not pass for the same: {read}");

    home.document(&["job", "update", "nightly", "--ledger", "checksums"]);
    let before = id();
    let mixed = compared(&again, &before);
    assert_eq!(mixed["contents_compared"], 1, "sums of two kinds say nothing of each other: {mixed}");
    let words = home.told(&["backups", "compare", &again, &before]);
    assert!(words.contains("of 2 tables they were not"), "and what is not known is no equality: {words}");
    let equal = compared(&before, &before);
    assert_eq!(
        (&equal["contents_compared"], &equal["tables"]),
        (&Value::from(3), &Value::from(Vec::<u8>::new()))
    );
    server.sql(
        "shop",
        "UPDATE amounts SET amount = 999 WHERE id = 9000; UPDATE small SET word = 'b' WHERE id = 3",
    );
    let after = id();
    let found = compared(&before, &after);
    let changed: Vec<(&str, &str)> = found["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|table| (table["name"].as_str().unwrap(), table["contents"].as_str().unwrap()))
        .collect();
    assert_eq!(
        changed,
        [("amounts", "differ"), ("small", "differ")],
        "one value each, of both kinds: {found:#}"
    );
    let words = home.told(&["backups", "compare", &before, &after]);
    assert!(words.contains("differ") && words.contains("contents of 3 tables were compared"), "{words}");
}
