//! Stock pg_dump, run as a backup runs it.

use super::support::{place, processes_with, run};
use holdfast_engine::postgres::dump;
use holdfast_engine::postgres::globals::{self, GlobalsPlan, GlobalsRequest};
use holdfast_engine::postgres::verbose::ToolLine;
use holdfast_engine::postgres::{PostgresError, Snapshot, connect, resolve};
use holdfast_engine::secret::Sensitive;
use holdfast_types::{Connection, RolePasswords};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn databases_of_any_name_are_dumped() {
    let place = place().await;
    let admin = place.session("").await;
    let names = [
        "with space",
        "quo'te",
        "dou\"ble",
        "ünï-😀",
        "-dash",
        "--help",
        "postgresql://elsewhere/x?sslmode=disable",
        "host=elsewhere",
        "back\\slash",
        "$(true)`;",
    ];
    for (number, name) in names.iter().enumerate() {
        admin.execute(&format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\""))).await.unwrap();
        let connection = place.resolved();
        let session = connect(&connection, Some(name)).await.unwrap();
        assert_eq!(session.database(), *name, "the session must be in the database that was asked for");
        session
            .execute(&format!("CREATE TABLE mark_{number} (i int); INSERT INTO mark_{number} VALUES (1)"))
            .await
            .unwrap();
        let snapshot = Snapshot::export(session).await.unwrap();
        let archive = format!("archive {number}");
        let mut dumped = Vec::new();
        let plan = place.plan(&connection, name, &archive, Some(snapshot.id()));
        run(&plan, |line| {
            if let ToolLine::DumpingTable { qualified } = line {
                dumped.push(qualified);
            }
        })
        .await
        .unwrap_or_else(|error| panic!("{name} must be dumped: {error:?}"));
        assert_eq!(dumped, [format!("public.mark_{number}")], "progress must come from {name} itself");
        assert!(
            place.listing(&archive).contains(&format!("TABLE DATA public mark_{number}")),
            "the archive of {name} must hold its own table"
        );
    }
    place.end().await;
}

#[tokio::test]
async fn a_password_is_seen_nowhere_while_a_dump_runs() {
    let place = place().await;
    let secret = r"planted:\Secret-7391";
    let session = place.session("CREATE TABLE t (i int); CREATE ROLE ann LOGIN SUPERUSER").await;
    session.execute(&format!("ALTER ROLE ann PASSWORD '{secret}'")).await.unwrap();
    let hba = "local all holdfast trust\nlocal all ann scram-sha-256\n";
    std::fs::write(place.cluster.data().join("pg_hba.conf"), hba).unwrap();
    session.execute("SELECT pg_reload_conf()").await.unwrap();
    let own = Connection { user: Some("ann".into()), ..place.cluster.connection() };
    let connection = resolve(&own, Some(Sensitive::new(secret.into()))).unwrap();
    let plan = place.plan(&connection, "postgres", "secret", None);
    assert!(!format!("{plan:?} {connection:?}").contains("Secret-7391"), "Debug must not print it");
    assert!(!plan.display_command().contains("Secret-7391"), "the log must not show it");
    assert!(!plan.display_command().contains("passfile"), "nor where it lies");
    assert!(
        plan.display_command().contains("keepalives_idle=60"),
        "a machine that vanishes must not keep a job waiting for hours"
    );

    let archive = place.archive("secret");
    let (mut seen_running, mut leaks, mut modes) = (false, Vec::new(), Vec::new());
    run(&plan, |_| {
        seen_running |= !processes_with(archive.to_str().unwrap()).is_empty();
        leaks.extend(processes_with("Secret-7391"));
        for entry in std::fs::read_dir(place.private()).unwrap() {
            modes.push(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777);
        }
    })
    .await
    .expect("the password with a colon and a backslash must reach pg_dump unharmed");
    assert!(seen_running, "the look-out must have seen pg_dump itself");
    assert_eq!(leaks, Vec::<String>::new(), "every user of the machine can read command lines");
    assert!(
        !modes.is_empty() && modes.iter().all(|mode| *mode == 0o600),
        "the file is its owner's only: {modes:?}"
    );
    let left = std::fs::read_dir(place.private()).unwrap().count();
    assert_eq!(left, 0, "the password file must not outlive the dump");

    let wrong = resolve(&own, Some(Sensitive::new("wrong".into()))).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while connect(&wrong, None).await.is_ok() {
        assert!(Instant::now() < deadline, "the server must check passwords by now");
    }
    let error = run(&place.plan(&wrong, "postgres", "wrong", None), |_| {}).await.unwrap_err();
    assert_eq!(error, PostgresError::WrongPassword { user: "ann".into() }, "pg_dump's words are understood");
    place.end().await;
}

/// A dump that waits for a lock until something happens to it: `act` is called once when pg_dump runs.
async fn interrupted(
    place: &super::support::Place,
    archive: &str,
    cancel: CancellationToken,
    mut act: impl FnMut(),
) -> PostgresError {
    let connection = place.resolved();
    let plan = dump::DumpPlan::new(dump::DumpRequest {
        tools: &place.tools,
        connection: &connection,
        database: "postgres",
        archive: &place.archive(archive),
        private: &place.private(),
        parallelism: 2,
        lock_wait: Duration::from_secs(600),
        compression: &holdfast_engine::postgres::tools::CompressionPlan {
            arguments: Vec::new(),
            codec: holdfast_engine::postgres::tools::Codec::Gzip,
            level: None,
        },
        snapshot: None,
        without_data: &[],
    })
    .unwrap();
    let mut acted = false;
    dump::run(&plan, cancel, |line| {
        // The tables are locked right after this line.
        if !acted && line == (ToolLine::Reading { what: "reading user-defined tables".into() }) {
            acted = true;
            act();
        }
    })
    .await
    .unwrap_err()
}

#[tokio::test]
async fn a_cancelled_dump_leaves_no_process_and_no_session_behind() {
    let place = place().await;
    let holder = place.held_table().await;
    let cancel = CancellationToken::new();
    let error = interrupted(&place, "cancelled", cancel.clone(), || cancel.cancel()).await;
    assert_eq!(error, PostgresError::Cancelled, "a cancelled dump is no failure");
    let archive = place.archive("cancelled");
    assert_eq!(
        processes_with(archive.to_str().unwrap()),
        Vec::<String>::new(),
        "pg_dump and its workers must be gone and reaped"
    );
    let deadline = Instant::now() + Duration::from_secs(10);
    // Not the holder: inside a transaction pg_stat_activity stays as it was at the first look.
    let watcher = place.session("").await;
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^holdfast .' OR application_name = 'pg_dump'";
    while watcher.row(sessions).await.unwrap().get(0) != Some("0") {
        assert!(Instant::now() < deadline, "the server must be rid of the dump's sessions and their locks");
    }
    holder.execute("ROLLBACK").await.unwrap();
    place.end().await;
}

#[tokio::test]
async fn a_server_that_ends_the_dump_is_a_lost_connection() {
    let place = place().await;
    let holder = place.held_table().await;
    let (begun, mut started) = tokio::sync::mpsc::unbounded_channel();
    let ending = async {
        started.recv().await.unwrap();
        holder
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
            )
            .await
            .unwrap();
    };
    let dumping = interrupted(&place, "lost", CancellationToken::new(), || begun.send(()).unwrap());
    let (error, ()) = tokio::join!(dumping, ending);
    assert!(
        matches!(error, PostgresError::LostConnection { .. }),
        "a restart of the server is told as one: {error:?}"
    );
    place.end().await;
}

#[tokio::test]
async fn a_locked_table_is_named_when_the_wait_ends() {
    let place = place().await;
    let holder = place.held_table().await;
    let connection = place.resolved();
    let error = run(&place.plan(&connection, "postgres", "locked", None), |_| {}).await.unwrap_err();
    assert_eq!(
        error,
        PostgresError::LockTimeout { relation: Some("public.held".into()), holder: None },
        "who holds the lock can only be found by the table's name"
    );
    holder.execute("ROLLBACK").await.unwrap();
    place.end().await;
}

#[tokio::test]
async fn places_that_cannot_be_written_and_snapshots_that_are_gone_are_told() {
    let place = place().await;
    let connection = place.resolved();
    std::fs::write(place.archive("file"), "in the way").unwrap();
    let error = run(&place.plan(&connection, "postgres", "file/below", None), |_| {}).await.unwrap_err();
    assert!(
        matches!(error, PostgresError::CannotWrite { .. }),
        "the repository is at fault, not the server: {error:?}"
    );
    let gone = place.plan(&connection, "postgres", "gone", Some("00000003-0000001B-1"));
    let error = run(&gone, |_| {}).await.unwrap_err();
    assert!(matches!(error, PostgresError::SnapshotLost { .. }), "a lost snapshot is told as one: {error:?}");
    let nobody = place.resolved_as("ghost");
    let error = run(&place.plan(&nobody, "postgres", "ghost", None), |_| {}).await.unwrap_err();
    assert!(matches!(error, PostgresError::NoSuchRole { .. }), "a dropped role is told as one: {error:?}");
    place.end().await;
}

#[tokio::test]
async fn globals_are_private_and_hold_no_password_unless_asked() {
    let place = place().await;
    place.session("CREATE ROLE ann LOGIN PASSWORD 'x'").await;
    let connection = place.resolved();
    for (name, role_passwords, expected) in
        [("without", RolePasswords::Omit, false), ("with", RolePasswords::Include, true)]
    {
        let file = place.archive(name);
        let plan = GlobalsPlan::new(GlobalsRequest {
            tools: &place.tools,
            connection: &connection,
            database: "postgres",
            file: &file,
            private: &place.private(),
            role_passwords,
        })
        .unwrap();
        globals::run(&plan, CancellationToken::new(), |_| {}).await.unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("CREATE ROLE ann"), "roles are missed at a restore when they are not kept");
        assert_eq!(text.contains("SCRAM-SHA-256"), expected, "password hashes only when asked for");
        let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "the file may hold password hashes");
    }
    place.end().await;
}

#[tokio::test]
async fn globals_come_through_the_only_database_that_the_role_may_enter() {
    let place = place().await;
    let admin = place
        .session("CREATE ROLE backup LOGIN; REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
        .await;
    let connection = place.resolved_as("backup");
    for (number, name) in ["shop", "host=elsewhere", "quo'te back\\slash"].iter().enumerate() {
        admin.execute(&format!("CREATE DATABASE \"{name}\" OWNER backup")).await.unwrap();
        let file = place.archive(&format!("globals {number}"));
        let plan = GlobalsPlan::new(GlobalsRequest {
            tools: &place.tools,
            connection: &connection,
            database: name,
            file: &file,
            private: &place.private(),
            role_passwords: RolePasswords::Omit,
        })
        .unwrap();
        globals::run(&plan, CancellationToken::new(), |_| {})
            .await
            .unwrap_or_else(|error| panic!("through {name} alone: {error:?}"));
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("CREATE ROLE backup"), "roles must be kept whichever database is entered");
    }
    place.end().await;
}
