//! One value of one row is changed in a restored database, for each type: the comparison must notice.

use crate::kinds::{INTERNAL, KINDS, column};
use crate::server::{Server, execute, runtime};
use crate::zoo;
use holdfast_engine::archive::CancellationToken;
use holdfast_engine::archive::row_sum::RowSum;
use holdfast_engine::postgres::copy_out::Copying;
use holdfast_engine::postgres::ledger::{self, Depth};
use holdfast_engine::postgres::{PostgresError, Session, inspect};

/// The checksums of one table, as a drill takes them: the server's, and that of the rows as COPY writes them.
fn checksum(server: &Server, session: &Session, table: &str) -> [String; 2] {
    runtime().block_on(async {
        let relations = inspect::relations(session).await.unwrap();
        let own: Vec<_> = relations.into_iter().filter(|relation| relation.name == table).collect();
        ledger::settle(session).await.unwrap();
        let found = ledger::count(session, &own, Depth::Checksums, &CancellationToken::new()).await.unwrap();
        session.execute("ROLLBACK").await.unwrap();
        let (mut copying, mut sum) =
            (Copying::beside(&server.resolved(), session).await.unwrap(), RowSum::default());
        let copied: Result<u64, PostgresError> = copying
            .copy(&format!("COPY (SELECT * FROM ONLY public.{table}) TO STDOUT"), |block| {
                sum.push(&block);
                std::future::ready(Ok(()))
            })
            .await;
        assert_eq!(copied.unwrap(), sum.rows(), "each row is a line");
        [found.tables[0].checksum.clone().expect("it was counted"), sum.text()]
    })
}

/// Both checksums see that something is another.
#[track_caller]
fn assert_noticed(before: &[String; 2], now: &[String; 2], what: &str) {
    for (kind, at) in [("the server's", 0), ("that of the copied rows", 1)] {
        assert_ne!(before[at], now[at], "{what}, and {kind} checksum did not notice");
    }
}

/// The database as stock pg_restore makes it out of a dump.
fn restored(server: &Server, database: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let dumped = server.program("pg_dump").args(["-Fd", "-f"]).arg(&archive).arg(database).output().unwrap();
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    let target = format!("{database}_restored");
    server.sql("postgres", &format!("CREATE DATABASE {target}"));
    let loaded =
        server.program("pg_restore").args(["--exit-on-error", "-d", &target]).arg(&archive).output().unwrap();
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    target
}

#[test]
fn one_changed_value_of_any_type_is_noticed_in_a_restored_database() {
    let server = Server::own();
    zoo::make_roles(&server);
    zoo::make_kinds(&server, "base");
    let internal: Vec<String> = INTERNAL.iter().map(|name| format!("'{name}'")).collect();
    let lacking = server.values(
        "base",
        &format!(
            "SELECT typname FROM pg_type t WHERE typnamespace = 'pg_catalog'::regnamespace \
             AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A' AND typname NOT IN ({}) AND NOT EXISTS \
             (SELECT FROM pg_attribute WHERE attrelid = 'kinds'::regclass AND atttypid = t.oid)",
            internal.join(", ")
        ),
    );
    let vectors = ["int2vector", "oidvector"];
    let lacking: Vec<_> = lacking.iter().filter(|name| !vectors.contains(&name.as_str())).collect();
    assert!(lacking.is_empty(), "every built-in type is among the kinds: {lacking:?} are not");

    let target = restored(&server, "base");
    let session = server.session(&target);
    let mut last = checksum(&server, &server.session("base"), "kinds");
    assert_eq!(checksum(&server, &session, "kinds"), last, "what was restored is what was dumped");
    let changing = server.session(&target);
    for (at, (kind, values)) in KINDS.iter().enumerate() {
        // To another value, to none, and from none to a value: each time one value of one row.
        let nothing = if values.contains(&"''") { "''" } else { values[2] };
        for (row, value) in [(0, values[1]), (1, "NULL"), (3, nothing)] {
            if (row, value) == (3, "NULL") {
                continue;
            }
            execute(&changing, &format!("UPDATE kinds SET {} = {value} WHERE id = {row}", column(at)));
            let now = checksum(&server, &session, "kinds");
            assert_noticed(&last, &now, &format!("{kind}: row {row} became {value}"));
            last = now;
        }
    }
}

#[test]
fn values_that_sql_calls_equal_but_are_not_the_same_are_told_apart() {
    let server = Server::shared();
    let database = server.database(1);
    let session = server.session(&database);
    let changing = server.session(&database);
    for (kind, one, other) in [
        ("float8", "'0'", "'-0'"),
        ("float4", "'0'", "'-0'"),
        ("numeric", "1.0", "1.00"),
        ("interval", "'1 mon'", "'30 days'"),
        ("interval", "'1 day'", "'24 hours'"),
        ("jsonb", "'1.0'", "'1.00'"),
        ("text", "NULL", "''"),
        ("text", "NULL", "'NULL'"),
        ("text[]", "'{}'", "'{NULL}'"),
        ("int[]", "'{1,2}'", "'[0:1]={1,2}'"),
        ("text", "'é'", r"U&'e\0301'"),
        ("timetz", "'00:00+00'", "'01:00+01'"),
    ] {
        execute(&changing, &format!("DROP TABLE IF EXISTS one; CREATE TABLE one (v {kind})"));
        execute(&changing, &format!("INSERT INTO one VALUES ({one})"));
        let before = checksum(&server, &session, "one");
        execute(&changing, &format!("UPDATE one SET v = {other}"));
        let now = checksum(&server, &session, "one");
        assert_noticed(&before, &now, &format!("{kind}: {one} and {other} are not the same"));
    }
}

#[test]
fn a_row_that_is_lost_doubled_or_mixed_up_is_noticed_and_their_order_is_none() {
    let server = Server::shared();
    let database = server.database(1);
    let session = server.session(&database);
    let changing = server.session(&database);
    let with = |rows: &str| {
        execute(&changing, "DROP TABLE IF EXISTS two; CREATE TABLE two (a text, b text)");
        execute(&changing, &format!("INSERT INTO two VALUES {rows}"));
        checksum(&server, &session, "two")
    };
    let rows = with("('a', 'b'), ('c', 'd'), ('c', 'd')");
    assert_eq!(with("('c', 'd'), ('a', 'b'), ('c', 'd')"), rows, "rows have no order");
    for (other, what) in [
        ("('a', 'b'), ('c', 'd')", "one of two equal rows is lost"),
        ("('a', 'b'), ('a', 'b'), ('c', 'd')", "one row took another's place"),
        ("('a', 'd'), ('c', 'b'), ('c', 'd')", "values of two rows are swapped"),
        ("('b', 'a'), ('c', 'd'), ('c', 'd')", "values of two columns are swapped"),
        ("('a,b', ''), ('c', 'd'), ('c', 'd')", "a separator is part of a value"),
    ] {
        assert_noticed(&rows, &with(other), what);
    }
}

#[test]
fn one_changed_byte_of_a_large_object_is_noticed_and_a_hole_is_no_change() {
    let server = Server::own();
    let contents = |session: &Session| {
        runtime().block_on(async {
            ledger::settle(session).await.unwrap();
            let found =
                ledger::count(session, &[], Depth::Checksums, &CancellationToken::new()).await.unwrap();
            session.execute("ROLLBACK").await.unwrap();
            found.large_objects.checksum.expect("they were summed")
        })
    };
    server.sql("postgres", "CREATE DATABASE objects");
    server.sql(
        "objects",
        "SELECT lo_from_bytea(4711, decode(repeat('00ff10', 3000), 'hex')); \
         SELECT lo_put(lo_create(4712), 5000000, 'after a hole'); SELECT lo_create(4713)",
    );
    let target = restored(&server, "objects");
    let session = server.session(&target);
    let first = contents(&server.session("objects"));
    assert_eq!(contents(&session), first, "a hole is restored as zeros, which is what it reads as");
    let changing = server.session(&target);
    for (change, what) in [
        ("SELECT lo_put(4711, 7, '\\x01')", "a byte in the middle"),
        ("SELECT lo_put(4711, 7, '\\x00'), lo_put(4711, 2, '\\x01')", "half a byte before zeros"),
        ("SELECT lo_put(4712, 100, '\\x01')", "a byte in the hole"),
    ] {
        let before = contents(&session);
        execute(&changing, change);
        assert_ne!(contents(&session), before, "{what} is data");
    }
}
