//! The list of relations against what pg_dump really writes.

use super::support::{place, run};
use holdfast_engine::postgres::Snapshot;
use holdfast_engine::postgres::inspect::{self, RelationKind};
use holdfast_engine::postgres::sample;

#[tokio::test]
async fn the_list_says_exactly_what_the_archive_holds() {
    let place = place().await;
    let session = place
        .session(
            "CREATE TABLE plain (i int GENERATED ALWAYS AS IDENTITY, t text);
             INSERT INTO plain (t) SELECT repeat(md5(g::text), 200) FROM generate_series(1, 500) g; ANALYZE plain;
             CREATE TABLE empty ();
             CREATE TABLE parted (i int) PARTITION BY RANGE (i);
             CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
             CREATE UNLOGGED TABLE fast (i int);
             CREATE SEQUENCE alone;
             CREATE VIEW seen AS SELECT 1 AS one;
             CREATE MATERIALIZED VIEW filled AS SELECT * FROM seen;
             CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS one WITH NO DATA;
             CREATE SCHEMA \"other one\"; CREATE TABLE \"other one\".\"we\"\"ird.T\" (i int);
             CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
             CREATE FOREIGN TABLE far (i int) SERVER s;
             CREATE TEMP TABLE passing (i int);
             SELECT lo_create(0); SELECT lo_create(0)",
        )
        .await;
    let snapshot = Snapshot::export(place.cluster.connect("postgres").await.unwrap()).await.unwrap();
    session.execute("CREATE TABLE later (i int)").await.unwrap();
    let connection = place.resolved();
    run(&place.plan(&connection, "postgres", "all", Some(snapshot.id())), |_| {}).await.unwrap();
    let listing = place.listing("all");
    let entries = |desc: &str| -> Vec<String> {
        let mut names: Vec<String> = listing
            .lines()
            .filter_map(|line| line.split_once(&format!(" {desc} "))?.1.rsplit_once(' '))
            .map(|(name, _owner)| name.replacen(' ', ".", if name.starts_with("public ") { 1 } else { 0 }))
            .collect();
        names.sort();
        names
    };
    let listed = |kinds: &[RelationKind]| -> Vec<String> {
        let mut names: Vec<String> = snapshot
            .relations()
            .iter()
            .filter(|relation| relation.has_data && kinds.contains(&relation.kind))
            .map(|relation| match relation.schema.as_str() {
                "public" => relation.qualified(),
                schema => format!("{schema} {}", relation.name),
            })
            .collect();
        names.sort();
        names
    };
    assert_eq!(
        listed(&[RelationKind::Table]),
        entries("TABLE DATA"),
        "a table left out would be a silent loss"
    );
    assert_eq!(listed(&[RelationKind::Sequence]), entries("SEQUENCE SET"), "and so would a sequence");
    assert_eq!(
        listed(&[RelationKind::MaterializedView]),
        entries("MATERIALIZED VIEW DATA"),
        "an unfilled view has no entry, a filled one must"
    );
    assert!(
        snapshot.relations().iter().all(|relation| !["later", "passing"].contains(&relation.name.as_str())),
        "what was made after the snapshot, or is temporary, is not in the dump"
    );
    assert_eq!(snapshot.facts().large_objects, 2, "large objects are counted, as pg_dump writes them apart");
    assert_eq!(snapshot.facts().encoding, "UTF8", "the encoding belongs to the manifest");
    assert!(
        snapshot.facts().extensions.iter().any(|extension| extension.name == "plpgsql"),
        "extensions must be installed before a restore"
    );
    let plain = snapshot.relations().iter().find(|relation| relation.name == "plain").unwrap();
    assert!(plain.bytes > 50_000, "the size includes TOAST: {}", plain.bytes);
    assert_eq!(plain.estimated_rows, Some(500), "analysed tables have an estimate");
    let fresh = snapshot.relations().iter().find(|relation| relation.name == "parted_1").unwrap();
    assert_eq!(fresh.estimated_rows, None, "others have none, not a made-up 0");
    snapshot.release().await.unwrap();
    place.end().await;
}

#[tokio::test]
async fn a_lock_in_the_way_delays_neither_the_list_nor_a_snapshot_for_ever() {
    let place = place().await;
    let holder = place.held_table().await;
    let session = place.cluster.connect("postgres").await.unwrap();
    let found = inspect::relations(&session).await.unwrap();
    assert_eq!(found.len(), 1, "the list is read although the table's exact size cannot be");
    let error = Snapshot::export_waiting(session, std::time::Duration::from_secs(1)).await.unwrap_err();
    assert!(
        matches!(error, holdfast_engine::postgres::PostgresError::LockTimeout { .. }),
        "the wait has an end: {error:?}"
    );
    holder.execute("ROLLBACK").await.unwrap();
    place.end().await;
}

#[tokio::test]
async fn the_demo_database_is_filled_and_has_its_size() {
    let place = place().await;
    let admin = place.session("").await;
    sample::create_database(&admin, sample::DATABASE).await.unwrap();
    let session = place.cluster.connect(sample::DATABASE).await.unwrap();
    let began = std::time::Instant::now();
    let mut steps = Vec::new();
    sample::fill(&session, |step| steps.push(step.to_owned())).await.unwrap();
    let found = inspect::facts(&session).await.unwrap();
    let megabytes = found.bytes.unwrap() / 1_000_000;
    println!("filled {megabytes} MB in {:?}", began.elapsed());
    assert!(
        (90..200).contains(&megabytes),
        "about 100 MB show progress without filling a disk: {megabytes} MB"
    );
    assert_eq!(found.large_objects, 5, "large objects are part of the show");
    assert!(steps.contains(&"audit.events".to_owned()), "each step is told: {steps:?}");
    let all = inspect::databases(&admin).await.unwrap();
    let names: Vec<_> = all.iter().map(|database| database.name.as_str()).collect();
    assert_eq!(names, ["postgres", "shop"], "templates are no databases to back up");
    assert!(all.iter().all(|database| database.bytes.is_some()), "a superuser sees every size");
    place.end().await;
}
