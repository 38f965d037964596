//! Copying rows out of a live server: what others change meanwhile, connections that are cut, and the end on demand.

use super::support::{Place, changed, place};
use super::tls_server::{HBA, TlsServer};
use holdfast_engine::archive::CancellationToken;
use holdfast_engine::copy::pause::{Gate, Pace, Reason};
use holdfast_engine::copy::{self, Copied, CopyError, CopyPlan, Packing, Progress};
use holdfast_engine::postgres::connection::Host;
use holdfast_engine::postgres::copy_facts::{CopyFacts, copy_facts};
use holdfast_engine::postgres::copy_out::Copying;
use holdfast_engine::postgres::{ResolvedConnection, Session, Snapshot, connect};
use holdfast_types::SslMode;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// A table of 60,000 rows, about 5 MiB, on 600 pages and more.
const LONG: &str = "CREATE TABLE long AS SELECT g AS id, md5(g::text) || ' ' || md5((-g)::text) AS word FROM generate_series(1, 60000) g";

async fn snapshot(place: &Place) -> (Snapshot, Vec<CopyFacts>) {
    let snapshot = Snapshot::export(place.cluster.connect("postgres").await.unwrap()).await.unwrap();
    let facts = copy_facts(snapshot.session(), snapshot.relations(), 0).await.unwrap();
    (snapshot, facts)
}

fn plan(place: &Place, tables: Vec<CopyFacts>, folder: &str) -> CopyPlan {
    let folder = place.archive(folder);
    std::fs::create_dir(&folder).unwrap();
    let gate = Gate::new().1;
    CopyPlan {
        shared: tables.len(),
        tables,
        folder,
        packing: Packing::Plain,
        range_bytes: 256 * 1024,
        rate: None,
        gate,
    }
}

async fn connections(connection: &ResolvedConnection, snapshot: &Snapshot) -> Vec<Copying> {
    vec![
        Copying::join(connection, snapshot).await.unwrap(),
        Copying::join(connection, snapshot).await.unwrap(),
    ]
}

async fn copied(plan: CopyPlan, connections: Vec<Copying>) -> Result<Vec<Copied>, CopyError> {
    copy::copy(plan, connections, &CancellationToken::new(), |_| ()).await
}

/// The lines of a copied table, without the mark at their end.
fn lines(copied: &Copied) -> Vec<String> {
    let text = std::fs::read_to_string(&copied.file).unwrap();
    text.strip_suffix("\\.\n\n\n").expect("the mark ends it").lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn what_others_insert_change_delete_and_vacuum_meanwhile_is_not_in_the_copy() {
    let place = place().await;
    let others = place.session(LONG).await;
    let (snapshot, facts) = snapshot(&place).await;
    let expected: Vec<String> = snapshot
        .session()
        .rows("SELECT id || E'\\t' || word FROM long ORDER BY ctid")
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0).unwrap().to_owned())
        .collect();
    for change in [
        "INSERT INTO long SELECT -g, 'later' FROM generate_series(1, 60000) g",
        "UPDATE long SET word = 'changed' WHERE id % 3 = 0",
        "DELETE FROM long WHERE id % 5 = 0",
    ] {
        others.execute(change).await.unwrap();
    }
    others.execute("VACUUM long").await.unwrap();
    let connections = connections(&place.resolved(), &snapshot).await;
    let made = copied(plan(&place, facts, "copied"), connections).await.unwrap();
    assert_eq!(made[0].rows, 60_000, "the server counted what the snapshot shows");
    assert!(lines(&made[0]) == expected, "each row of that moment once, in its place");
    place.end().await;
}

/// A socket beside the server's that passes everything on, and cuts each connection after so many bytes of the server's.
struct Cut {
    folder: tempfile::TempDir,
    after: Arc<AtomicU64>,
    passed: Arc<AtomicU64>,
}

impl Cut {
    fn before(server: &Path, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = format!(".s.PGSQL.{port}");
        let listener = UnixListener::bind(folder.path().join(&name)).unwrap();
        let (after, passed) = (Arc::new(AtomicU64::new(u64::MAX)), Arc::new(AtomicU64::new(0)));
        let (server, cut, seen) = (server.join(name), Arc::clone(&after), Arc::clone(&passed));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, server, Arc::clone(&cut), Arc::clone(&seen)));
            }
        });
        Self { folder, after, passed }
    }
}

async fn pass(client: UnixStream, server: UnixStream, after: Arc<AtomicU64>, passed: Arc<AtomicU64>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut block = vec![0; 16 * 1024];
    let mut all = 0_u64;
    while let Ok(read @ 1..) = from_server.read(&mut block).await {
        let room = after.load(Ordering::Relaxed).saturating_sub(all);
        let take = usize::try_from(room).unwrap_or(usize::MAX).min(read);
        all += take as u64;
        passed.fetch_max(all, Ordering::Relaxed);
        if to_client.write_all(&block[..take]).await.is_err() || take < read {
            break;
        }
    }
    up.abort();
}

#[tokio::test]
async fn a_connection_that_is_cut_anywhere_in_a_copy_is_an_error_and_never_a_shorter_file() {
    let place = place().await;
    place.session(LONG).await;
    let (snapshot, facts) = snapshot(&place).await;
    let direct = place.resolved();
    let Host::Socket(folder) = &direct.host else { panic!("clusters of tests have sockets") };
    let cut = Cut::before(folder, direct.port);
    let through = changed(direct.clone(), |connection| {
        connection.host = Host::Socket(cut.folder.path().to_path_buf());
    });
    let whole = {
        let connection = Copying::join(&through, &snapshot).await.unwrap();
        copied(plan(&place, facts.clone(), "whole"), vec![connection]).await.unwrap()
    };
    assert_eq!(whole[0].rows, 60_000, "nothing is cut yet");
    let all = cut.passed.load(Ordering::Relaxed);
    assert!(all > 4_000_000, "{all} bytes passed");
    // What comes before the rows, then places all over them, in and between messages, and the very end.
    let places = (0..24_u64).map(|n| 6_000 + (all - 6_000) * n / 24 + n * 7919 % 97).chain([
        all - 1,
        all - 3,
        all - 9,
    ]);
    for (number, bytes) in places.enumerate() {
        let connection = Copying::join(&through, &snapshot).await.unwrap();
        cut.after.store(bytes, Ordering::Relaxed);
        let result = copied(plan(&place, facts.clone(), &format!("cut{number}")), vec![connection]).await;
        cut.after.store(u64::MAX, Ordering::Relaxed);
        let error = result.expect_err(&format!("cut after {bytes} of {all} bytes, it must not look whole"));
        assert!(matches!(error, CopyError::Postgres(_)), "{bytes}: the connection is to blame: {error:?}");
    }
    place.end().await;
}

/// Waits until both connections have asked for rows.
async fn both_copy(others: &Session) {
    let at_work = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY %'";
    while others.row(at_work).await.unwrap().get(0) != Some("2") {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_copy_ends_within_a_second_when_it_is_cancelled_and_its_sessions_with_it() {
    let place = place().await;
    let others = place.session(LONG).await;
    let (snapshot, facts) = snapshot(&place).await;
    let connections = connections(&place.resolved(), &snapshot).await;
    // A minute's work, of which nothing can be waited for.
    let slow = CopyPlan { rate: Some(100_000), ..plan(&place, facts, "slow") };
    let cancel = CancellationToken::new();
    let copying = tokio::spawn({
        let cancel = cancel.clone();
        async move { copy::copy(slow, connections, &cancel, |_| ()).await }
    });
    both_copy(&others).await;
    let began = Instant::now();
    cancel.cancel();
    let result = copying.await.unwrap();
    assert!(matches!(result, Err(CopyError::Cancelled)), "{result:?}");
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
    place.end().await;
}

#[tokio::test]
async fn a_copy_waits_while_it_is_told_to_and_tells_its_progress_by_pages() {
    let place = place().await;
    let others = place.session(LONG).await;
    let (snapshot, facts) = snapshot(&place).await;
    let pages = facts[0].pages;
    let connections = connections(&place.resolved(), &snapshot).await;
    let (pace, gate) = Gate::new();
    pace.send_replace(Pace::Waiting(Reason::Sessions(9)));
    let waiting = CopyPlan { gate, ..plan(&place, facts, "waiting") };
    let told: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let copying = tokio::spawn({
        let told = Arc::clone(&told);
        async move {
            let tell = move |progress| told.lock().unwrap().push(progress);
            copy::copy(waiting, connections, &CancellationToken::new(), tell).await
        }
    });
    both_copy(&others).await;
    assert!(told.lock().unwrap().is_empty(), "nothing may be copied while it waits");
    pace.send_replace(Pace::Going);
    let made = copying.await.unwrap().unwrap();
    assert_eq!(made[0].rows, 60_000, "nothing is lost by waiting");
    let told = told.lock().unwrap().clone();
    assert_eq!(
        told.iter().filter_map(|progress| progress.pages).max(),
        Some((pages, pages)),
        "each page is counted once"
    );
    assert!(told.len() > 10, "each range is told");
    let folder: PathBuf = place.archive("waiting");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "one file for one table");
    place.end().await;
}

#[tokio::test]
async fn a_table_that_is_asked_for_whole_tells_its_file_as_it_grows() {
    let place = place().await;
    let _others = place.session(LONG).await;
    let (snapshot, facts) = snapshot(&place).await;
    let pages = facts[0].pages;
    let alone = vec![Copying::join(&place.resolved(), &snapshot).await.unwrap()];
    let told: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let tell = {
        let told = Arc::clone(&told);
        move |progress| told.lock().unwrap().push(progress)
    };
    copy::copy(plan(&place, facts, "whole"), alone, &CancellationToken::new(), tell).await.unwrap();
    let told = told.lock().unwrap().clone();
    let (last, before) = told.split_last().unwrap();
    assert_eq!((before[0].pages, before[0].file_bytes), (None, 0), "it is seen to have begun");
    assert!(before.len() > 5, "it would stand still until its end: {before:?}");
    assert!(before.is_sorted_by(|a, b| a.file_bytes < b.file_bytes), "and only grows: {before:?}");
    assert_eq!(last.pages, Some((pages, pages)), "then all of it is there");
    place.end().await;
}

#[tokio::test]
async fn rows_come_through_tls_and_over_a_connection_that_did_without_it() {
    let mut server = TlsServer::new().await;
    server.grant("server", "ca", Some("subjectAltName=DNS:localhost"));
    server.restart("server", HBA, &["ssl = on"]).await;
    let encrypted = server.tcp("localhost", SslMode::VerifyFull, Some("ca.crt"));
    let socket = changed(server.place.resolved(), |socket| {
        socket.port = encrypted.port;
        socket.sslmode = SslMode::Prefer;
    });
    connect(&encrypted, None).await.unwrap().execute(LONG).await.unwrap();
    for (connection, folder, over_tls) in [
        (encrypted, "encrypted", true),
        // Prefers TLS, which a Unix socket has not.
        (socket, "plain", false),
    ] {
        let session = connect(&connection, None).await.unwrap();
        assert_eq!(session.encrypted(), over_tls, "{folder}: the dump's own connection");
        let snapshot = Snapshot::export(session).await.unwrap();
        let facts = copy_facts(snapshot.session(), snapshot.relations(), 0).await.unwrap();
        let connections = connections(&connection, &snapshot).await;
        let made = copied(plan(&server.place, facts, folder), connections).await.unwrap();
        assert_eq!(made[0].rows, 60_000, "{folder}: each row once");
        let found = lines(&made[0]);
        assert!(
            found[0].starts_with("1\t") && found[59_999].starts_with("60000\t"),
            "{folder}: in their order"
        );
    }
    server.place.end().await;
}
