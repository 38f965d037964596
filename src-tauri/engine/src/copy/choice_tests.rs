//! What is taken, what is left, and what of it is told.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::postgres::copy_facts::TextForm;

const MIB: u64 = 1024 * 1024;

fn table(oid: u32, mib: u64, odd: Option<Odd>) -> CopyFacts {
    CopyFacts {
        oid,
        label: format!("public.t{oid}"),
        qualified: format!("public.t{oid}"),
        pattern: format!("\"public\".\"t{oid}\""),
        columns: "a".into(),
        pages: mib * 128,
        bytes: mib * MIB,
        odd,
        text: TextForm::Fixed,
    }
}

#[test]
fn large_ordinary_tables_are_taken_and_the_others_are_told_with_their_reason() {
    let found = choose(
        vec![
            table(1, 5, None),
            table(2, 900, Some(Odd::RowSecurity)),
            table(3, 50, None),
            table(5, 2, Some(Odd::RowSecurity)),
        ],
        957 * MIB,
        Reach::From(WORTHWHILE),
    )
    .unwrap();
    let oids: Vec<u32> = found.taken.iter().map(|table| table.oid).collect();
    assert_eq!(oids, [3, 1], "the largest first, so that none is alone at the end");
    assert_eq!(found.left, BTreeMap::from([(Odd::RowSecurity, 2)]), "nobody wonders why");
    assert_eq!(found.left_bytes, 902 * 1024 * 1024, "pg_dump's part decides about its connections");
}

#[test]
fn a_database_without_anything_to_gain_is_left_to_pg_dump() {
    assert_eq!(
        choose(Vec::new(), 82 * MIB, Reach::From(WORTHWHILE)),
        Err(Unfit::Small(None)),
        "ten thousand tiny tables"
    );
    assert_eq!(
        choose(vec![table(1, 9, Some(Odd::ThroughRoot))], 9 * MIB, Reach::From(WORTHWHILE)),
        Err(Unfit::AllOdd),
        "no ordinary one"
    );
    assert_eq!(fits(13, "UTF8"), Err(Unfit::Server(13)), "each range would be a scan of the whole");
    assert_eq!(fits(18, "LATIN1"), Err(Unfit::Encoding("LATIN1".into())), "bytes would be changed");
    assert_eq!(fits(14, "UTF8"), Ok(()), "the first that fits");
}

#[test]
fn connections_follow_the_shares_and_are_never_more_than_allowed_but_for_the_last() {
    let all_ours = choose(vec![table(1, 1000, None)], 1001 * MIB, Reach::From(WORTHWHILE)).unwrap();
    assert_eq!(all_ours.connections(4), (4, 1), "pg_dump only reads definitions");
    let half = choose(
        vec![table(1, 100, None), table(2, 100, Some(Odd::RowSecurity))],
        200 * MIB,
        Reach::From(WORTHWHILE),
    )
    .unwrap();
    assert_eq!(half.connections(4), (2, 2), "two each");
    let little = choose(
        vec![table(1, 10, None), table(2, 1000, Some(Odd::RowSecurity))],
        1010 * MIB,
        Reach::From(WORTHWHILE),
    )
    .unwrap();
    assert_eq!(little.connections(2), (1, 2), "each has one at least");
}

#[test]
fn all_tables_are_taken_or_the_large_ones_alone() {
    let small = |oid| CopyFacts { bytes: 8192, ..table(oid, 0, None) };
    let all = choose(vec![small(7), table(1, 5, None), small(8)], 5 * MIB + 16_384, Reach::All).unwrap();
    assert_eq!((all.taken.len(), all.shared, all.rest), (3, 1, Rest::LargeObjects), "all of them");
    assert_eq!(all.connections(2), (2, 1), "pg_dump only reads definitions");
    let with_odd = vec![small(7), table(1, 5, None), CopyFacts { odd: Some(Odd::RowSecurity), ..small(8) }];
    let large = choose(with_odd, 5 * MIB + 16_384, Reach::All).unwrap();
    assert_eq!((large.taken.len(), large.rest), (1, Rest::Others), "one odd table is one for pg_dump");
    assert_eq!(large.left_bytes, 16_384, "which copies all small ones then");
    let told = large.barrier.unwrap();
    assert!(told.contains("t8 (row security is on)"), "nobody wonders which one: {told}");
    let none_large = vec![small(7), CopyFacts { odd: Some(Odd::NoColumns), ..small(8) }];
    let unfit = choose(none_large, 16_384, Reach::All).unwrap_err();
    assert!(unfit.words().contains("public.t8 (it has no columns) bars"), "nor here: {}", unfit.words());
    let late = all.clone().without(&HashSet::from([1]), Odd::WholeScans);
    assert_eq!(late, Err(Unfit::AllOdd), "the same when the server cannot read parts of the only large one");
    assert_eq!(all.clone().without(&HashSet::new(), Odd::WholeScans), Ok(all), "nothing is nothing");
}
