//! The figures of a run from what pg_dump says and what is measured.

use super::*;
use crate::postgres::inspect::{Membership, Naming};
use crate::postgres::tools::Codec;

fn relation(name: &str, bytes: u64) -> Relation {
    Relation {
        oid: 1,
        schema: "public".into(),
        name: name.into(),
        kind: RelationKind::Table,
        bytes,
        estimated_rows: None,
        membership: Membership::None,
        has_data: true,
        naming: Naming::Plain,
    }
}

fn state() -> State {
    with_connections(2)
}

fn with_connections(connections: u32) -> State {
    let mut state = State::new(RunId(1), JobId(1), "nightly".into(), "2026-11-23T02:00:00Z".into());
    state.databases(1, connections);
    state.database(0, "shop");
    state.tables(&[relation("small", 1_000), relation("big", 9_000)], &Expected::unknown(Codec::Gzip));
    state.phase(RunPhase::Dump);
    state
}

#[test]
fn the_largest_waiting_table_is_shown_first_and_running_ones_before_it() {
    let mut state = state();
    assert_eq!(state.progress().tables[0].name, "public.big", "what takes longest interests most");
    state.line(&ToolLine::DumpingTable { qualified: "public.small".into() });
    assert_eq!(state.progress().tables[0].name, "public.small", "what moves belongs on top");
}

#[test]
fn a_table_is_whole_only_when_pg_dump_says_so() {
    let mut state = state();
    state.by_file.insert("7.dat".into(), 0);
    state.by_dump_id.insert(7, 0);
    let file = |bytes| Measured {
        total_bytes: bytes,
        files: [("7.dat.gz".to_owned(), bytes)].into_iter().collect(),
    };
    state.measured(&file(5_000_000));
    let progress = state.progress();
    assert!(progress.bytes_done < 9_000, "an estimate must not claim the end");
    state.line(&ToolLine::FinishedItem { dump_id: 7, desc: "TABLE DATA".into(), tag: "big".into() });
    assert_eq!(state.progress().bytes_done, 9_000, "a finished table counts whole");
    assert_eq!(state.progress().tables_done, 1, "a finished table is counted");
}

#[test]
fn the_rest_is_estimated_from_what_is_done() {
    let mut state = state();
    state.by_file.insert("7.dat".into(), 0);
    state.by_dump_id.insert(7, 0);
    state.at(Duration::from_secs(1));
    state.measured(&Measured { total_bytes: 10, files: HashMap::new() });
    assert_eq!(state.progress().eta_seconds, None, "too early to tell is not zero");
    state.at(Duration::from_secs(9));
    state.line(&ToolLine::FinishedItem { dump_id: 7, desc: "TABLE DATA".into(), tag: "big".into() });
    assert_eq!(state.progress().eta_seconds, Some(1), "nine tenths took nine seconds");
}

fn dumping(name: &str) -> ToolLine {
    ToolLine::DumpingTable { qualified: name.into() }
}

#[test]
fn with_one_connection_the_next_table_ends_the_one_before() {
    let mut state = with_connections(1);
    state.line(&dumping("public.small"));
    assert_eq!(state.progress().tables_done, 0, "it has only begun");
    state.line(&dumping("public.big"));
    let progress = state.progress();
    assert_eq!(progress.tables_done, 1, "pg_dump with one connection says only what it begins");
    assert_eq!(progress.bytes_done, 1_000, "a table that ended counts whole");
    state.line(&ToolLine::Other("saving large objects".into()));
    assert_eq!(state.progress().tables_done, 2, "large objects come after the last table");
}

#[test]
fn with_several_connections_a_table_that_begins_ends_none() {
    let mut state = state();
    state.line(&dumping("public.small"));
    state.line(&dumping("public.big"));
    assert_eq!(state.progress().tables_done, 0, "both are being copied at the same time");
}

#[test]
fn a_table_is_measured_as_its_total_is_not_by_its_compressed_file() {
    let mut state = state();
    state.by_file.insert("7.dat".into(), 0);
    // 9,000 bytes of table are expected to become 2,250 of file.
    let files = [("7.dat.gz".to_owned(), 1_125)].into_iter().collect();
    state.measured(&Measured { total_bytes: 1_125, files });
    let table = state.progress().tables.remove(0);
    assert_eq!((table.bytes_done, table.bytes_total), (4_500, 9_000), "half of the file is half of the bar");
    assert_eq!(table.bytes_written, 1_125, "what the disk holds is told beside it");
    state.phase(RunPhase::Check);
    let table = state.progress().tables.remove(0);
    assert_eq!(table.bytes_done, table.bytes_total, "a bar must reach its end");
}

#[test]
fn a_table_that_is_copied_whole_moves_on_with_its_file_and_ends_with_its_pages() {
    let mut state = state();
    let told = |pages, file_bytes| copy::Progress { label: "public.big".into(), pages, file_bytes };
    let big = |state: &State| state.progress().tables.into_iter().find(|table| table.name == "public.big");
    state.copied(&told(None, 1_125));
    let table = big(&state).unwrap();
    assert_eq!(
        (table.state, table.bytes_done),
        (TableState::Dumping, 4_500),
        "it would stand still until its end"
    );
    state.copied(&told(Some((9, 9)), 2_250));
    assert_eq!(big(&state).map_or(9_000, |table| table.bytes_done), 9_000, "then all of it is there");
    assert_eq!(state.progress().tables_done, 1, "and it is counted");
}

#[test]
fn the_rest_of_a_check_is_estimated_from_its_own_beginning() {
    let mut state = state();
    state.at(Duration::from_secs(100));
    state.phase(RunPhase::Check);
    for second in 0..=20 {
        state.at(Duration::from_secs(100 + second));
        let bytes_done = second * 10;
        state.checked(Progress { files_done: 0, files_total: 1, bytes_done, bytes_total: 400 });
    }
    assert_eq!(state.progress().eta_seconds, Some(20), "half took twenty seconds, so does the other half");
}

#[test]
fn the_rest_of_a_second_database_does_not_count_the_first() {
    let mut state = state();
    state.at(Duration::from_secs(3_600));
    state.database(1, "crm");
    state.tables(&[relation("small", 1_000), relation("big", 9_000)], &Expected::unknown(Codec::Gzip));
    assert_eq!(state.progress().phase, RunPhase::Preflight, "its tables are looked at and locked first");
    state.at(Duration::from_secs(3_700));
    state.phase(RunPhase::Dump);
    state.at(Duration::from_secs(3_730));
    state.by_dump_id.insert(7, 1);
    state.line(&dumping("public.small"));
    state.at(Duration::from_secs(3_740));
    state.line(&ToolLine::FinishedItem { dump_id: 7, desc: "TABLE DATA".into(), tag: "small".into() });
    let eta = state.progress().eta_seconds;
    assert_eq!(eta, Some(90), "a tenth took ten seconds; the hour before and the definitions say nothing");
}

#[test]
fn a_table_has_a_pace_and_a_rest_of_its_own() {
    let mut state = state();
    let told = |pages| copy::Progress { label: "public.big".into(), pages: Some((pages, 9)), file_bytes: 1 };
    let big =
        |state: &State| state.progress().tables.into_iter().find(|table| table.name == "public.big").unwrap();
    state.at(Duration::from_secs(100));
    state.copied(&told(0));
    assert_eq!((big(&state).bytes_per_second, big(&state).eta_seconds), (0, None), "nothing is known yet");
    state.at(Duration::from_secs(103));
    state.copied(&told(3));
    let table = big(&state);
    assert_eq!(table.bytes_per_second, 1_000, "a third of 9,000 bytes in three seconds since it began");
    assert_eq!(table.eta_seconds, Some(6), "the other two thirds take twice as long");
}
