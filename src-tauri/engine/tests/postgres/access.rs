//! What a role may not read is found before anything is dumped, and as pg_dump would meet it.

use super::support::{place, run};
use holdfast_engine::postgres::access::{AccessProblem, access_problems};
use holdfast_engine::postgres::{PostgresError, Snapshot, connect, inspect};

#[tokio::test]
async fn everything_that_bars_a_dump_is_named_at_once() {
    let place = place().await;
    let admin = place
        .session(
            "CREATE ROLE backup LOGIN;
             CREATE TABLE readable (i int); GRANT SELECT ON readable TO backup;
             CREATE TABLE \"clo sed\" (i int);
             CREATE SEQUENCE numbers;
             CREATE TABLE guarded (owner text); GRANT SELECT ON guarded TO backup;
             ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
             CREATE POLICY own ON guarded USING (owner = current_user);
             CREATE SCHEMA hidden; CREATE TABLE hidden.t (i int); GRANT SELECT ON hidden.t TO backup;
             SELECT lo_create(4711)",
        )
        .await;
    assert_eq!(access_problems(&admin).await.unwrap(), [], "a superuser may read everything");
    let session = connect(&place.resolved_as("backup"), None).await.unwrap();
    assert_eq!(
        access_problems(&session).await.unwrap(),
        [
            AccessProblem::RowSecurity { table: "public.guarded".into() },
            AccessProblem::NoUsage { schema: "hidden".into() },
            AccessProblem::NoSelectOnSequence { sequence: "public.numbers".into() },
            AccessProblem::NoSelect { table: "public.clo sed".into() },
            AccessProblem::LargeObjects { count: 1, some: vec![4711] },
        ],
        "each obstacle in one go, or the operator mends them one failed night at a time"
    );
    let role = inspect::role(&session).await.unwrap();
    assert!(!role.superuser && !role.bypasses_row_security && !role.standby, "an ordinary role: {role:?}");

    admin
        .execute(
            "DROP TABLE \"clo sed\"; DROP SEQUENCE numbers; DROP SCHEMA hidden CASCADE; \
                  SELECT lo_unlink(oid) FROM pg_largeobject_metadata",
        )
        .await
        .unwrap();
    let connection = place.resolved_as("backup");
    let error = run(&place.plan(&connection, "postgres", "rows", None), |_| {}).await.unwrap_err();
    assert_eq!(
        error,
        PostgresError::RowSecurity { relation: Some("guarded".into()) },
        "pg_dump refuses rather than leaving rows out, and its words are understood"
    );
    place.end().await;
}

#[tokio::test]
async fn a_role_that_reads_all_data_is_told_of_the_large_objects_that_it_cannot_read() {
    let place = place().await;
    let admin = place
        .session(
            "CREATE ROLE backup LOGIN; GRANT pg_read_all_data TO backup; CREATE TABLE t (i int);
             SELECT lo_create(oid) FROM generate_series(4711, 4715) oid; GRANT SELECT ON LARGE OBJECT 4711 TO backup",
        )
        .await;
    let session = connect(&place.resolved_as("backup"), None).await.unwrap();
    let expected = AccessProblem::LargeObjects { count: 4, some: vec![4712, 4713, 4714] };
    let found = access_problems(&session).await.unwrap();
    assert_eq!(found, [expected], "the role that the manual recommends fails only at the dump's end");
    admin.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata").await.unwrap();
    assert_eq!(access_problems(&session).await.unwrap(), [], "and it suffices where there are none");
    place.end().await;
}

#[tokio::test]
async fn a_table_without_select_stops_snapshot_and_dump_by_name() {
    let place = place().await;
    place.session("CREATE ROLE backup LOGIN; CREATE TABLE orders (i int)").await;
    let connection = place.resolved_as("backup");
    let not_permitted = |error: &PostgresError| matches!(error, PostgresError::NotPermitted { object: Some(table), .. } if table == "orders");
    let session = connect(&connection, None).await.unwrap();
    let error = Snapshot::export(session).await.unwrap_err();
    assert!(not_permitted(&error), "the lock needs the same right as the dump: {error:?}");
    let error = run(&place.plan(&connection, "postgres", "none", None), |_| {}).await.unwrap_err();
    assert!(not_permitted(&error), "pg_dump's words are understood: {error:?}");
    place.end().await;
}
