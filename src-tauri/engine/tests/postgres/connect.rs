//! Connections that fail, and what is said about each.

use super::support::{changed, place};
use holdfast_engine::postgres::connection::Host;
use holdfast_engine::postgres::{PostgresError, ResolvedConnection, connect, resolve};
use holdfast_engine::secret::Sensitive;
use holdfast_types::Connection;
use std::time::Duration;

fn local(port: u16) -> ResolvedConnection {
    let connection = Connection {
        host: "127.0.0.1".into(),
        port: Some(port),
        user: Some("ann".into()),
        database: Some("shop".into()),
        ..Connection::default()
    };
    resolve(&connection, Some(Sensitive::new("x".into()))).unwrap()
}

#[tokio::test]
async fn a_session_knows_what_it_reached() {
    let place = place().await;
    let session = place.cluster.connect("postgres").await.unwrap();
    assert_eq!(session.version().major, place.tools.major, "the version decides which pg_dump is used");
    assert_eq!((session.role(), session.database()), ("holdfast", "postgres"), "as asked for");
    assert!(!session.encrypted(), "a Unix socket is never encrypted");
    let name = session.row("SELECT current_setting('application_name')").await.unwrap();
    assert_eq!(name.get(0), Some("holdfast"), "the server's administrator must see who is connected");
    place.end().await;
}

#[tokio::test]
async fn a_password_that_is_missing_or_wrong_is_told_apart() {
    let place = place().await;
    let secret = r"pa:ss\wörd '1";
    let session = place.session("CREATE ROLE ann LOGIN").await;
    session.execute(&format!("ALTER ROLE ann PASSWORD '{}'", secret.replace('\'', "''"))).await.unwrap();
    let hba = "local all holdfast trust\nlocal all ann scram-sha-256\n";
    std::fs::write(place.cluster.data().join("pg_hba.conf"), hba).unwrap();
    session.execute("SELECT pg_reload_conf()").await.unwrap();
    let own = Connection { user: Some("ann".into()), ..place.cluster.connection() };
    let as_ann = |password: Option<&str>| resolve(&own, password.map(|p| Sensitive::new(p.into()))).unwrap();

    // The server rereads its files in its own time: wait until it asks for a password.
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    let missing = loop {
        match connect(&as_ann(None), None).await {
            Ok(_) => {
                assert!(std::time::Instant::now() < deadline, "the server must demand a password by now")
            }
            Err(error) => break error,
        }
    };
    assert_eq!(
        missing,
        PostgresError::NoPassword { user: "ann".into(), ignored_passfile: None },
        "nothing was stored, and that is what must be said"
    );
    assert_eq!(
        connect(&as_ann(Some("wrong")), None).await.unwrap_err(),
        PostgresError::WrongPassword { user: "ann".into() },
        "something was stored, but not the right thing"
    );
    connect(&as_ann(Some(secret)), None)
        .await
        .expect("the right password must be accepted whatever it holds");
    assert_eq!(
        connect(&as_ann(Some(secret)), Some("gone")).await.unwrap_err(),
        PostgresError::NoSuchDatabase { database: "gone".into() },
        "a dropped database must be named"
    );
    let stranger = place.resolved_as("nobody here");
    assert!(
        matches!(connect(&stranger, None).await.unwrap_err(), PostgresError::PgHbaRejected { .. }),
        "no line of pg_hba.conf admits this role"
    );
    place.end().await;
}

#[tokio::test]
async fn a_role_that_does_not_exist_is_named() {
    let place = place().await;
    let error = connect(&place.resolved_as("ghost"), None).await.unwrap_err();
    assert!(
        matches!(&error, PostgresError::NoSuchRole { user, .. } if user == "ghost"),
        "the operator has to see which role is missing: {error:?}"
    );
    place.end().await;
}

#[tokio::test]
async fn hosts_that_cannot_be_reached_are_told_apart() {
    let unknown =
        changed(local(5432), |connection| connection.host = Host::Tcp("no-such-host.invalid".into()));
    assert_eq!(
        connect(&unknown, None).await.unwrap_err(),
        PostgresError::UnknownHost { host: "no-such-host.invalid".into() },
        "a misspelt name is not a server that is down"
    );
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mute = changed(local(port), |connection| connection.connect_timeout = Duration::from_secs(1));
    assert_eq!(
        connect(&mute, None).await.unwrap_err(),
        PostgresError::Timeout { host: "127.0.0.1".into(), port, seconds: 1 },
        "a server that accepts and says nothing must not hold a run for ever"
    );
    drop(listener);
    assert!(
        matches!(connect(&local(port), None).await.unwrap_err(), PostgresError::Refused { .. }),
        "nothing listens there"
    );
    let folder = tempfile::tempdir().unwrap();
    let socketless = changed(local(5432), |connection| connection.host = Host::Socket(folder.path().into()));
    assert!(
        matches!(connect(&socketless, None).await.unwrap_err(), PostgresError::Refused { .. }),
        "a folder without a socket is a server that is down"
    );
}

#[tokio::test]
async fn a_session_tells_that_the_server_ended_it() {
    let place = place().await;
    let held = place.cluster.connect("postgres").await.unwrap();
    let pid = held.row("SELECT pg_backend_pid()").await.unwrap().get(0).unwrap().to_owned();
    let other = place.cluster.connect("postgres").await.unwrap();
    other.execute(&format!("SELECT pg_terminate_backend({pid})")).await.unwrap();
    let ended =
        tokio::time::timeout(Duration::from_secs(10), held.ended()).await.expect("the end must be noticed");
    assert!(
        matches!(ended, PostgresError::LostConnection { .. }),
        "a lost snapshot makes a dump worthless: {ended:?}"
    );
    assert!(
        matches!(held.rows("SELECT 1").await.unwrap_err(), PostgresError::LostConnection { .. }),
        "and so do queries afterwards"
    );
    place.end().await;
}
