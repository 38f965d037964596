//! Who loads what of a small shop, of odd ones, and of parts of it.

use super::*;
use crate::archive::toc::sample;

fn entry(dump_id: i32, desc: &str, tag: &str, section: Section, needs: &[i32]) -> Entry {
    let dependencies = sample::needs(needs);
    Entry { section, dependencies, ..sample::entry(dump_id, desc, "public", tag) }
}

fn data(dump_id: i32, tag: &str, of: i32) -> Entry {
    let copy = format!("COPY public.{tag} (id, note) FROM stdin;\n");
    Entry { copy_stmt: Some(copy.as_str().into()), ..entry(dump_id, "TABLE DATA", tag, Section::Data, &[of]) }
}

fn index(dump_id: i32, tag: &str, statements: &str, needs: &[i32]) -> Entry {
    Entry { defn: Some(statements.into()), ..entry(dump_id, "INDEX", tag, Section::PostData, needs) }
}

fn toc(entries: Vec<Entry>) -> Toc {
    let encoding = Entry {
        defn: Some("SET client_encoding = 'UTF8';\n".into()),
        ..entry(1, "ENCODING", "ENCODING", Section::PreData, &[])
    };
    sample::toc(std::iter::once(encoding).chain(entries).collect())
}

/// A large table `big`, a small one, a sequence, and what stands over them.
fn shop() -> Vec<Entry> {
    vec![
        entry(10, "TABLE", "big", Section::PreData, &[]),
        entry(11, "TABLE", "small", Section::PreData, &[]),
        entry(12, "ACL", "TABLE big", Section::None, &[10]),
        data(20, "big", 10),
        data(21, "small", 11),
        entry(22, "SEQUENCE SET", "big_id_seq", Section::Data, &[]),
        index(30, "big_note", "CREATE INDEX big_note ON public.big USING btree (note);\n", &[10]),
        index(31, "small_note", "CREATE INDEX small_note ON public.small USING btree (note);\n", &[11]),
        entry(32, "FK CONSTRAINT", "big small", Section::PostData, &[10, 11, 30]),
    ]
}

fn files(sizes: &[(i32, u64)]) -> HashMap<i32, StoredFile> {
    let file = |(id, bytes): &(i32, u64)| {
        (*id, StoredFile { path: PathBuf::from(format!("{id}.dat.gz")), bytes: *bytes })
    };
    sizes.iter().map(file).collect()
}

const LARGE: u64 = 50 * WORTHWHILE;

#[test]
fn every_entry_is_somebodys_and_nobodys_twice() {
    let toc = toc(shop());
    let plan = plan(&toc, &files(&[(20, LARGE), (21, 9)]), None).expect("a large table is worth it");
    assert_eq!(plan.before, [1, 10, 11], "definitions come before rows");
    assert_eq!(
        (plan.stock.as_slice(), plan.stock_bytes),
        ([21, 22].as_slice(), 9),
        "pg_restore has the small ones"
    );
    assert_eq!(plan.tables.len(), 1, "the large one is ours");
    let big = &plan.tables[0];
    assert_eq!((big.entry, big.qualified.as_str()), (20, "\"public\".\"big\""), "which is truncated");
    assert_eq!(big.copy, "COPY public.big (id, note) FROM stdin", "which is filled");
    assert_eq!(
        big.builds.iter().map(|build| build.entry).collect::<Vec<_>>(),
        [30],
        "its index goes with it"
    );
    assert_eq!(
        plan.after,
        [12, 31, 32],
        "permissions and keys are last: an owner may have given up what loading takes"
    );
}

#[test]
fn small_archives_and_other_encodings_are_left_to_pg_restore() {
    assert_eq!(
        plan(&toc(shop()), &files(&[(20, 9), (21, 9)]), None),
        None,
        "connections would cost more than they save"
    );
    let mut latin = toc(shop());
    latin.entries[0].defn = Some("SET client_encoding = 'LATIN1';\n".into());
    assert_eq!(plan(&latin, &files(&[(20, LARGE)]), None), None, "our connections would misread its bytes");
}

#[test]
fn many_small_tables_are_loaded_in_a_part_of_their_own() {
    let table = |at: i32| entry(100 + at, "TABLE", &format!("t{at}"), Section::PreData, &[]);
    let rows = |at: i32| data(1000 + at, &format!("t{at}"), 100 + at);
    let plan_of = |tables: i32| {
        let toc = toc((0..tables).map(table).chain((0..tables).map(rows)).collect());
        plan(&toc, &HashMap::new(), None)
    };
    let few = i32::try_from(MANY).expect("a small number") - 1;
    assert_eq!(plan_of(few), None, "for a few, programs would cost more than they save");
    let parts = plan_of(few + 1).expect("pg_restore would empty each table that it has just made");
    assert_eq!((parts.tables.len(), parts.stock.len()), (0, MANY), "pg_restore has them all");
    assert!(parts.before.contains(&100) && !parts.before.contains(&1000), "and made them before");
}

#[test]
fn a_table_that_the_restore_does_not_make_is_never_truncated() {
    let mut entries = shop();
    entries.retain(|entry| entry.dump_id != 10);
    assert_eq!(
        plan(&toc(entries), &files(&[(20, LARGE)]), None),
        None,
        "an extension's table has rows of its own"
    );
    let chosen = [20, 30];
    assert_eq!(
        plan(&toc(shop()), &files(&[(20, LARGE)]), Some(&chosen)),
        None,
        "nor one that was not chosen"
    );
}

#[test]
fn rows_that_go_through_another_table_are_left_to_pg_restore() {
    let mut entries = shop();
    entries[3].copy_stmt = Some("COPY public.root (id, note) FROM stdin;\n".into());
    assert_eq!(
        plan(&toc(entries), &files(&[(20, LARGE)]), None),
        None,
        "truncating the root would lose other parts' rows"
    );
}

#[test]
fn an_index_that_needs_what_comes_later_is_left_to_pg_restore() {
    let mut entries = shop();
    entries.push(index(33, "late", "CREATE INDEX late ON public.big USING btree (id);\n", &[10, 31]));
    let elsewhere = index(34, "elsewhere", "CREATE INDEX elsewhere ON public.big USING btree (id);\n", &[10]);
    entries.push(Entry { tablespace: Some("fast".into()), ..elsewhere });
    let plan = plan(&toc(entries), &files(&[(20, LARGE)]), None).expect("a large table is worth it");
    assert_eq!(
        plan.after,
        [12, 31, 32, 33, 34],
        "what it needs is not there yet, or it takes a setting of its own"
    );
}

#[test]
fn only_what_shares_a_table_may_be_built_beside_others() {
    let mut entries = shop();
    let clustered =
        "CREATE INDEX c ON public.big USING btree (id);\n\nALTER TABLE public.big CLUSTER ON c;\n";
    entries.push(index(33, "c", clustered, &[10]));
    let plan = plan(&toc(entries), &files(&[(20, LARGE)]), None).expect("a large table is worth it");
    let locks: Vec<Lock> = plan.tables[0].builds.iter().map(|build| build.lock).collect();
    assert_eq!(locks, [Lock::Shared, Lock::Exclusive], "two that change one table would wait for each other");
}
