//! Loading an archive into a fresh database over several connections: what arrives, what fails, and the end on demand.

use super::support::{Place, place, run};
use holdfast_engine::archive::CancellationToken;
use holdfast_engine::archive::toc::Toc;
use holdfast_engine::error::Error;
use holdfast_engine::load::{Load, Loaded, Tell, Told, into_fresh};
use holdfast_engine::postgres::restore::RestoreRequest;
use holdfast_engine::postgres::{PostgresError, Session};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A table that dominates, one that does not, both with what stands over them, a small one, and a sequence.
const SHOP: &str = "CREATE TABLE big (id int PRIMARY KEY, word text, odd text DEFAULT E'tab\\tback\\\\slash\\nline'); \
    INSERT INTO big SELECT g, md5(g::text) || md5((-g)::text) || md5((g + 7)::text) FROM generate_series(1, 120000) g; \
    UPDATE big SET word = NULL WHERE id % 1000 = 0; \
    CREATE INDEX big_word ON big (word); CREATE INDEX big_odd ON big (odd, id); \
    ALTER TABLE big CLUSTER ON big_word; \
    CREATE TABLE \"Middle One\" AS SELECT g AS id, md5(g::text) || md5((-g)::text) AS word FROM generate_series(1, 40000) g; \
    ALTER TABLE \"Middle One\" ADD UNIQUE (id, word); \
    CREATE TABLE small (id serial, big int REFERENCES big); INSERT INTO small (big) SELECT g FROM generate_series(1, 9) g; \
    CREATE TABLE none (id int)";

/// What tells two databases apart: rows, and what stands over them.
const SUMS: &str = "SELECT (SELECT string_agg(x::text, ',') FROM (SELECT count(*), sum(hashtext(b::text)::bigint) FROM big b) x), \
    (SELECT string_agg(x::text, ',') FROM (SELECT count(*), sum(hashtext(m::text)::bigint) FROM \"Middle One\" m) x), \
    (SELECT string_agg(s::text, ',' ORDER BY s) FROM small s), (SELECT last_value FROM small_id_seq), \
    (SELECT string_agg(indexdef, ';' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public'), \
    (SELECT string_agg(pg_get_constraintdef(oid), ';' ORDER BY pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace), \
    (SELECT count(*) FROM pg_index WHERE indisclustered)";

async fn dumped(place: &Place) -> Toc {
    let plan = place.plan(&place.resolved(), "postgres", "shop", None);
    run(&plan, |_| ()).await.unwrap();
    Toc::read(&place.archive("shop").join("toc.dat")).unwrap()
}

struct Ask<'a> {
    parallelism: u32,
    chosen: Option<&'a [i32]>,
    cancel: &'a CancellationToken,
    tell: Tell,
}

impl Ask<'_> {
    fn usual(parallelism: u32, cancel: &CancellationToken) -> Ask<'_> {
        Ask { parallelism, chosen: None, cancel, tell: Arc::new(|_: Told<'_>| ()) }
    }
}

async fn load(place: &Place, toc: &Toc, database: &str, ask: Ask<'_>) -> Result<Loaded, Error> {
    place.session(&format!("CREATE DATABASE {database} TEMPLATE template0")).await;
    let archive = place.archive("shop");
    let load = Load {
        request: RestoreRequest {
            tools: &place.tools,
            connection: &place.resolved(),
            database,
            archive: &archive,
            private: &place.private(),
            parallelism: ask.parallelism,
            arguments: &[],
        },
        chosen: ask.chosen,
        cancel: ask.cancel,
        tell: &ask.tell,
    };
    into_fresh(load, toc).await
}

async fn sums(session: &Session) -> Vec<Option<String>> {
    let row = session.row(SUMS).await.unwrap();
    (0..7).map(|column| row.get(column).map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_loaded_database_holds_what_the_dumped_one_held_however_many_connections_loaded_it() {
    let place = place().await;
    let expected = sums(&place.session(SHOP).await).await;
    let toc = dumped(&place).await;
    for parallelism in [1, 2, 5] {
        let never = CancellationToken::new();
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&told);
        let tell: Tell = Arc::new(move |told: Told<'_>| {
            if let Told::Began(name) | Told::Ended(_, name) = told {
                heard.lock().unwrap().push(name.to_owned());
            }
        });
        let database = format!("loaded{parallelism}");
        let ask = Ask { tell, ..Ask::usual(parallelism, &never) };
        let loaded = load(&place, &toc, &database, ask).await.unwrap();
        assert_eq!(loaded.outcome.failures, [], "nothing in it can fail");
        assert!(
            loaded
                .commands
                .iter()
                .any(|command| command.contains("COPY over") && command.contains("\"Middle One\"")),
            "the large tables are what connections of our own are for: {:?}",
            loaded.commands
        );
        let session = place.cluster.connect(&database).await.unwrap();
        assert_eq!(
            sums(&session).await,
            expected,
            "{parallelism} connections: a row or an index more or less is no restore"
        );
        let told = told.lock().unwrap();
        for name in ["big", "big_word", "big big_pkey", "Middle One"] {
            assert_eq!(
                told.iter().filter(|told| *told == name).count(),
                2,
                "{name} began and ended, once: {told:?}"
            );
        }
    }
    place.end().await;
}

#[tokio::test]
async fn what_does_not_load_is_told_in_the_words_of_pg_restore_and_the_rest_is_there() {
    let place = place().await;
    let others = place.session(SHOP).await;
    // Both hold in the dumped database alone.
    others
        .execute(
            "ALTER TABLE \"Middle One\" ADD CHECK (current_database() = 'postgres'); \
             CREATE FUNCTION picky(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN \
             IF current_database() <> 'postgres' THEN RAISE 'not here'; END IF; RETURN $1; END $$; \
             CREATE INDEX big_picky ON big (picky(id))",
        )
        .await
        .unwrap();
    let toc = dumped(&place).await;
    let never = CancellationToken::new();
    let loaded = load(&place, &toc, "loaded", Ask::usual(2, &never)).await.unwrap();
    let mut failed: Vec<(String, String)> =
        loaded.outcome.failures.into_iter().map(|failure| (failure.object, failure.message)).collect();
    failed.sort();
    assert_eq!(failed.len(), 2, "two objects cannot be restored, and each is told once: {failed:?}");
    assert!(
        failed[0].0.contains("big_picky") && failed[0].1.contains("not here"),
        "an index that fails must be named, with the server's reason: {failed:?}"
    );
    assert!(
        failed[1].0.contains("Middle One") && failed[1].1.contains("violates check constraint"),
        "a table that fails must be named, with the server's reason: {failed:?}"
    );
    let session = place.cluster.connect("loaded").await.unwrap();
    let row = session
        .row("SELECT (SELECT count(*) FROM big), (SELECT count(*) FROM \"Middle One\"), (SELECT count(*) FROM small), to_regclass('big_word') IS NOT NULL")
        .await
        .unwrap();
    let found: Vec<_> = (0..4).map(|column| row.get(column)).collect();
    assert_eq!(
        found,
        [Some("120000"), Some("0"), Some("9"), Some("t")],
        "no half of a table, and all others"
    );
    place.end().await;
}

#[tokio::test]
async fn a_table_whose_last_rows_are_refused_is_left_empty() {
    let place = place().await;
    let others = place.session(SHOP).await;
    // Only the last rows are refused, when most of the table was sent.
    others
        .execute("ALTER TABLE big ADD CONSTRAINT late CHECK (id < 119000 OR current_database() = 'postgres')")
        .await
        .unwrap();
    let toc = dumped(&place).await;
    let never = CancellationToken::new();
    let loaded = load(&place, &toc, "loaded", Ask::usual(4, &never)).await.unwrap();
    let failures = loaded.outcome.failures;
    assert!(
        failures.iter().any(|failure| failure.message.contains("\"late\"")),
        "the reason must be told: {failures:?}"
    );
    let session = place.cluster.connect("loaded").await.unwrap();
    let count = session.row("SELECT count(*) FROM big").await.unwrap();
    assert_eq!(count.get(0), Some("0"), "a part of a table that looks like a table is worse than none");
    place.end().await;
}

#[tokio::test]
async fn chosen_entries_alone_are_loaded() {
    let place = place().await;
    place.session(SHOP).await;
    let toc = dumped(&place).await;
    let of_big = |tag: &str| ["big", "big big_pkey", "big_word"].contains(&tag);
    let chosen: Vec<i32> =
        toc.entries.iter().filter(|entry| of_big(&entry.tag())).map(|entry| entry.dump_id).collect();
    let never = CancellationToken::new();
    let ask = Ask { chosen: Some(&chosen), ..Ask::usual(2, &never) };
    let loaded = load(&place, &toc, "loaded", ask).await.unwrap();
    assert_eq!(loaded.outcome.failures, [], "all that they need was chosen");
    let session = place.cluster.connect("loaded").await.unwrap();
    let row = session
        .row("SELECT (SELECT count(*) FROM big), string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        .await
        .unwrap();
    assert_eq!(
        (row.get(0), row.get(1)),
        (Some("120000"), Some("big big_pkey big_word")),
        "nothing else is made"
    );
    place.end().await;
}

#[tokio::test]
async fn a_damaged_file_ends_the_load_before_it_could_pass_for_whole() {
    let place = place().await;
    place.session(SHOP).await;
    let toc = dumped(&place).await;
    let largest = |folder: &Path| {
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files.max_by_key(|file| file.metadata().unwrap().len()).unwrap()
    };
    let file = largest(&place.archive("shop"));
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let never = CancellationToken::new();
    let error = load(&place, &toc, "loaded", Ask::usual(2, &never)).await.err();
    assert!(
        matches!(error, Some(Error::Archive(_))),
        "pg_restore may read a cut file without a word, so it is not asked: {error:?}"
    );
    place.end().await;
}

#[tokio::test]
async fn a_load_ends_on_demand_and_leaves_nobody_at_work() {
    let place = place().await;
    let others = place.session(SHOP).await;
    let toc = dumped(&place).await;
    let cancel = CancellationToken::new();
    let at_first_row = cancel.clone();
    let tell: Tell = Arc::new(move |told: Told<'_>| {
        if let Told::Began(_) = told {
            at_first_row.cancel();
        }
    });
    let error = load(&place, &toc, "loaded", Ask { tell, ..Ask::usual(2, &cancel) }).await.err();
    assert!(
        matches!(error, Some(Error::Postgres(PostgresError::Cancelled))),
        "who ends it must be told so: {error:?}"
    );
    // Dropping waits for nobody: who still worked there would make it fail.
    let dropped = others.execute("DROP DATABASE loaded WITH (FORCE)").await;
    assert!(dropped.is_ok(), "what was loaded must be removable at once: {dropped:?}");
    place.end().await;
}
