//! The parallel engine makes the same archive as pg_dump: of one snapshot, both read out by stock pg_restore.

use crate::installation::Installation;
use crate::programs::programs;
use crate::server::{Server, runtime};
use crate::zoo;
use holdfast_engine::archive::CancellationToken;
use holdfast_engine::archive::row_sum::RowSum;
use holdfast_engine::copy::choice::{self, Choice, Rest};
use holdfast_engine::copy::pause::Gate;
use holdfast_engine::copy::{self, Copied, CopyPlan, Ours, Packing, Reach};
use holdfast_engine::postgres::copy_facts::copy_facts;
use holdfast_engine::postgres::copy_out::Copying;
use holdfast_engine::postgres::inspect::{Relation, data_bytes};
use holdfast_engine::postgres::ledger::{self, Depth, TableCount};
use holdfast_engine::postgres::sequences::sequences;
use holdfast_engine::postgres::{Session, Snapshot, inspect};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A range holds two pages, so that small tables have many.
const RANGE_BYTES: u64 = 16 * 1024;

/// One archive by pg_dump alone and one with the engine, of one snapshot.
pub struct Both {
    folder: tempfile::TempDir,
    choice: Choice,
    copied: Vec<Copied>,
}

impl Both {
    /// Makes both.
    pub fn of(server: &Server, database: &str, packing: Packing) -> Self {
        // Each table that can be taken is, however small.
        Self::in_reach(server, database, packing, |_| Reach::From(0))
    }

    /// Makes both, with the tables in this reach.
    pub fn in_reach(
        server: &Server,
        database: &str,
        packing: Packing,
        reach: impl Fn(&[Relation]) -> Reach,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let session = server.session(database);
        runtime().block_on(async {
            let snapshot = Snapshot::export(session).await.unwrap();
            let relations = snapshot.relations();
            let reach = reach(relations);
            let facts = copy_facts(snapshot.session(), relations, reach.least()).await.unwrap();
            let choice = choice::choose(facts, data_bytes(relations), reach).unwrap();
            let sequences = sequences(snapshot.session(), choice.sequences(relations)).await.unwrap();
            dump(server, database, snapshot.id(), &folder.path().join("stock"), &[]);
            let excluded: Vec<String> =
                choice.left_out().iter().map(|pattern| format!("--exclude-table-data={pattern}")).collect();
            dump(server, database, snapshot.id(), &folder.path().join("ours"), &excluded);
            let mut connections = Vec::new();
            for number in 0..3 {
                let connection = Copying::join(&server.resolved(), &snapshot).await.unwrap();
                connection.lock(&choice.reached_by(number, 3), Duration::from_secs(5)).await.unwrap();
                connections.push(connection);
            }
            let copied_to = folder.path().join("copied");
            std::fs::create_dir(&copied_to).unwrap();
            let plan = CopyPlan {
                tables: choice.taken.clone(),
                shared: choice.shared,
                folder: copied_to.clone(),
                packing,
                range_bytes: RANGE_BYTES,
                rate: None,
                gate: Gate::new().1,
            };
            let copied = copy::copy(plan, connections, &CancellationToken::new(), |_| ()).await.unwrap();
            let ours = Ours { copied, sequences, without_rows: choice.without_rows(relations) };
            copy::assemble(&folder.path().join("ours"), &copied_to, &ours).unwrap();
            let copied = ours.copied;
            Self { folder, choice, copied }
        })
    }

    pub fn ours(&self) -> PathBuf {
        self.folder.path().join("ours")
    }

    /// What stock pg_restore reads out of both is the same, byte for byte, but for the order of whole tables.
    #[track_caller]
    pub fn are_equal(&self, server: &Server) {
        let read = |name: &str| read_out(server, &self.folder.path().join(name));
        let (stock, ours) = (read("stock"), read("ours"));
        assert_eq!(stock.others.len(), ours.others.len(), "an object is missing or there twice");
        for (stock, ours) in stock.others.iter().zip(&ours.others) {
            assert_eq!(text(stock), text(ours), "what pg_dump wrote must stay as it was, in its order");
        }
        assert_eq!(stock.tables.len(), ours.tables.len(), "a table's rows are missing or there twice");
        for (stock, ours) in stock.tables.iter().zip(&ours.tables) {
            assert!(stock == ours, "rows differ:\n{}\nand\n{}", text(stock), text(ours));
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).into_owned()
}

fn dump(server: &Server, database: &str, snapshot: &str, archive: &Path, more: &[String]) {
    let mut command = server.program("pg_dump");
    command.args(["-Fd", "-j2", "--snapshot", snapshot, "-f"]).arg(archive).args(more).arg(database);
    // As a backup runs it: values read the same on every server.
    command.env("PGTZ", "UTC").env("PGOPTIONS", "-c bytea_output=hex");
    let said = command.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// A script in parts: the data of tables, sorted, and all others in their order.
struct Script {
    tables: Vec<Vec<u8>>,
    others: Vec<Vec<u8>>,
}

fn read_out(server: &Server, archive: &Path) -> Script {
    let mut command = server.program("pg_restore");
    let said = command.args(["--restrict-key=test", "-f", "-"]).arg(archive).output().unwrap();
    assert!(said.status.success(), "stock pg_restore reads it: {}", String::from_utf8_lossy(&said.stderr));
    let border = b"\n--\n-- ";
    let mut parts = vec![Vec::new()];
    let mut rest = said.stdout.as_slice();
    while let Some(at) = rest.windows(border.len()).position(|window| window == border) {
        parts.last_mut().unwrap().extend_from_slice(&rest[..at]);
        parts.push(border.to_vec());
        rest = &rest[at + border.len()..];
    }
    parts.last_mut().unwrap().extend_from_slice(rest);
    // The blank lines before the end belong to nobody.
    parts.iter_mut().for_each(|part| part.truncate(part.trim_ascii_end().len()));
    let is_data = |part: &Vec<u8>| {
        let head = part.split(|byte| *byte == b';').nth(1).unwrap_or_default();
        part.starts_with(b"\n--\n-- Data for Name: ") && head.starts_with(b" Type: TABLE DATA")
    };
    let (mut tables, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_data);
    tables.sort();
    Script { tables, others }
}

#[test]
fn the_zoo_is_the_same_archive_in_every_codec_and_in_every_row() {
    let installation = Installation::with_extension();
    let server = Server::of(installation.tools());
    zoo::make_roles(&server);
    zoo::make_without_objects(&server, "zoo");
    server
        .sql("zoo", "CREATE TABLE long AS SELECT g, repeat(md5(g::text), 3) FROM generate_series(1, 5000) g");
    server.sql(
        "zoo",
        "CREATE TABLE wide AS SELECT g, repeat(md5(g::text), 9000) AS v FROM generate_series(1, 40) g",
    );
    server.sql("zoo", "DELETE FROM long WHERE g % 7 = 0; UPDATE long SET repeat = 'moved' WHERE g % 5 = 0");
    for packing in [Packing::Plain, Packing::Gzip(2)] {
        let both = Both::of(&server, "zoo", packing);
        both.are_equal(&server);
        let taken: Vec<&str> = both.choice.taken.iter().map(|table| table.label.as_str()).collect();
        for name in [
            "public.long",
            "public.wide",
            "public.kinds",
            "sch.ema.-leading \"quotes\" and.dots",
            "public.birds",
        ] {
            assert!(taken.contains(&name), "{name} is ordinary: {taken:?}");
        }
        for name in ["public.secrets", "public.no_columns", "public.by_mood_0", "public.zoo_settings"] {
            assert!(!taken.contains(&name), "only pg_dump knows how {name} is dumped");
        }
        for copied in &both.copied {
            let (rows, sum) = as_psql_reads_it(&server, "zoo", copied);
            let label = &copied.table.label;
            assert_eq!(copied.rows, rows, "{label}: the rows are counted as they pass");
            assert_eq!(copied.checksum, sum, "{label}: the sum is that of the rows that anybody else reads");
        }
        for path in crate::repository::below(&both.ours())
            .iter()
            .filter(|path| path.extension().is_some_and(|e| e == "gz"))
        {
            let said = Command::new("gzip").arg("-t").arg(path).output().unwrap();
            assert!(said.status.success() && said.stderr.is_empty(), "{}: {said:?}", path.display());
        }
    }
}

/// Three hundred small tables, and what lies around tables: schemas, sequences of all kinds, partitions, heirs, large
/// objects, comments, permissions, names that need quotes.
const MANY: &str = r#"
    CREATE SCHEMA "Other ""one"""; COMMENT ON SCHEMA "Other ""one""" IS 'quoted';
    DO $$ BEGIN FOR i IN 1..300 LOOP
        EXECUTE format('CREATE TABLE small_%s (id serial PRIMARY KEY, note text, twice int GENERATED ALWAYS AS (length(note) * 2) STORED)', i);
        EXECUTE format('INSERT INTO small_%s (note) SELECT md5(g::text) || E''\t\n'' FROM generate_series(1, %s) g', i, i % 4);
    END LOOP; END $$;
    CREATE TABLE "Other ""one"""."od.d 'table" ("a ""column" int GENERATED BY DEFAULT AS IDENTITY (START 7 INCREMENT 3), b text);
    INSERT INTO "Other ""one"""."od.d 'table" (b) VALUES (NULL), (''), ('\N'), ('\.');
    CREATE SEQUENCE "Other ""one"""."it's a sequence" START 5 INCREMENT -1 MINVALUE -10 MAXVALUE 5 CYCLE;
    SELECT nextval('"Other ""one"""."it''s a sequence"') FROM generate_series(1, 3);
    CREATE SEQUENCE untouched; CREATE SEQUENCE of_small AS smallint; SELECT setval('of_small', 42, false);
    COMMENT ON SEQUENCE untouched IS 'never asked'; GRANT USAGE ON SEQUENCE untouched TO PUBLIC;
    CREATE TABLE parted (at date, n bigserial) PARTITION BY RANGE (at);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
    INSERT INTO parted SELECT date '2026-01-01' + g FROM generate_series(1, 60) g;
    CREATE TABLE heir (more text) INHERITS (small_1); INSERT INTO heir (note, more) VALUES ('of both', 'own');
    CREATE UNLOGGED TABLE unlogged AS SELECT g FROM generate_series(1, 5) g;
    CREATE VIEW seen AS SELECT id FROM small_3; GRANT SELECT ON small_3 TO PUBLIC; COMMENT ON TABLE small_3 IS 'three';
    SELECT lo_from_bytea(0, 'one'), lo_from_bytea(0, 'two');
    CREATE TABLE larger AS SELECT g, md5(g::text) FROM generate_series(1, 40000) g; CREATE INDEX ON larger (md5);
"#;

#[test]
fn many_small_tables_with_their_sequences_are_the_same_archive_without_pg_dump_copying_any() {
    for (server, packing) in [(Server::own(), Packing::Gzip(2)), (Server::of(programs(18)), Packing::Gzip(6))]
    {
        let major = server.tools.major;
        server.sql("postgres", "CREATE DATABASE many");
        server.sql("many", MANY);
        let both = Both::in_reach(&server, "many", packing, Reach::of);
        assert_eq!(both.choice.rest, Rest::LargeObjects, "{major}: nothing in it needs pg_dump");
        assert_eq!(both.copied.len(), 306, "{major}: 300 and 6 other tables have rows of their own");
        both.are_equal(&server);
        let held = contents(&server.session("many"));
        server.sql("postgres", "CREATE DATABASE restored");
        let mut command = server.program("pg_restore");
        let said =
            command.args(["--exit-on-error", "-j4", "-d", "restored"]).arg(both.ours()).output().unwrap();
        assert!(said.status.success(), "{major}: {}", String::from_utf8_lossy(&said.stderr));
        assert_eq!(contents(&server.session("restored")), held, "{major}: every row is back");
        let next = r#"SELECT nextval('"Other ""one"""."it''s a sequence"') || ' ' || nextval('untouched') || ' ' || nextval('small_3_id_seq')"#;
        assert_eq!(server.values("restored", next), ["2 1 4"], "{major}: sequences go on where they stood");
    }
}

/// Rows and checksum of a table that was copied, of what the server gives to psql.
fn as_psql_reads_it(server: &Server, database: &str, copied: &Copied) -> (u64, String) {
    let table = &copied.table;
    let copy = format!("COPY (SELECT {} FROM ONLY {}) TO STDOUT", table.columns, table.qualified);
    let mut psql = server.program("psql");
    psql.args(["-X", "-d", database, "-c", &copy]);
    psql.env("PGTZ", "UTC")
        .env("PGDATESTYLE", "ISO")
        .env("PGOPTIONS", "-c extra_float_digits=3 -c search_path=");
    let said = psql.output().unwrap();
    assert!(said.status.success(), "{copy}: {}", String::from_utf8_lossy(&said.stderr));
    let mut sum = RowSum::default();
    sum.push(&said.stdout);
    (sum.rows(), sum.text())
}

/// Rows and contents of all tables.
fn contents(session: &Session) -> Vec<TableCount> {
    runtime().block_on(async {
        let relations = inspect::relations(session).await.unwrap();
        ledger::settle(session).await.unwrap();
        let found =
            ledger::count(session, &relations, Depth::Checksums, &CancellationToken::new()).await.unwrap();
        session.execute("ROLLBACK").await.unwrap();
        let mut tables = found.tables;
        tables.iter_mut().for_each(|table| table.oid = 0);
        tables.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
        tables
    })
}

#[test]
fn stock_pg_restore_of_each_version_restores_it_with_one_connection_and_with_four() {
    let newest = programs(18);
    for (server, packing) in [
        (Server::own(), Packing::Gzip(2)),
        (Server::of(programs(16)), Packing::Gzip(6)),
        (Server::of(newest.clone()), Packing::Gzip(1)),
    ] {
        let major = server.tools.major;
        zoo::make_roles(&server);
        zoo::make_kinds(&server, "base");
        server.sql("base", "CREATE TABLE long AS SELECT g, md5(g::text) FROM generate_series(1, 20000) g");
        server.sql("base", "ALTER TABLE long ADD PRIMARY KEY (g); CREATE TABLE wide AS SELECT g, repeat(md5(g::text), 9000) AS v FROM generate_series(1, 40) g");
        let both = Both::of(&server, "base", packing);
        both.are_equal(&server);
        let held = contents(&server.session("base"));
        for jobs in ["-j1", "-j4"] {
            let target = format!("restored_{}", &jobs[2..]);
            server.sql("postgres", &format!("CREATE DATABASE {target}"));
            let mut command = server.program("pg_restore");
            let said =
                command.args(["--exit-on-error", jobs, "-d", &target]).arg(both.ours()).output().unwrap();
            assert!(said.status.success(), "{major} {jobs}: {}", String::from_utf8_lossy(&said.stderr));
            assert_eq!(contents(&server.session(&target)), held, "{major} {jobs}: every row is back");
        }
    }
}

#[test]
fn an_archive_in_zstd_is_read_by_an_older_pg_restore_once_zstd_has_unpacked_it() {
    let server = Server::own();
    zoo::make_roles(&server);
    zoo::make_kinds(&server, "base");
    server.sql("base", "CREATE TABLE long AS SELECT g, md5(g::text) FROM generate_series(1, 20000) g");
    let both = Both::of(&server, "base", Packing::Zstd(1));
    let files: Vec<PathBuf> = crate::repository::below(&both.ours())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "zst"))
        .collect();
    assert!(files.len() > 1, "the tables are in zstd: {files:?}");
    // The line of RESTORE.md.
    for arguments in [&["-q", "-t"][..], &["-q", "-d", "--rm"]] {
        let said =
            Command::new("zstd").args(arguments).args(&files).output().expect("install zstd (Debian: zstd)");
        assert!(said.status.success(), "{said:?}");
    }
    both.are_equal(&server);
}
