//! Which tables are copied by our own connections, and why not the others. Pure.

use crate::postgres::copy_facts::{CopyFacts, Odd};
use std::collections::{BTreeMap, HashSet};

/// A smaller table is not worth a statement of ours: pg_dump is through with it in the same time.
pub const WORTHWHILE: u64 = 1024 * 1024;

/// Each table that is taken is named to pg_dump as one to leave out; a command line has room for so many.
const MOST: usize = 500;

/// The first major version that reads a range of pages by itself (TID Range Scan).
const RANGES_SINCE: u32 = 14;

/// What the engine does with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The tables that are copied by our own connections, largest first.
    pub taken: Vec<CopyFacts>,
    /// Bytes of the tables that pg_dump copies.
    pub left_bytes: u64,
    /// How many large tables pg_dump copies, by reason.
    pub left: BTreeMap<Odd, usize>,
}

/// Why the engine leaves a whole database to pg_dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The job asks for pg_dump.
    Unwanted,
    /// The server, of this major version, is older than the first one that reads parts of a table.
    Server(u32),
    /// The database's encoding is another than UTF-8: its text would be converted on the way.
    Encoding(String),
    /// No table is large enough to gain anything.
    Small,
    /// Each large table has something that only pg_dump knows.
    AllOdd,
}

impl Unfit {
    /// The reason in words that go after "because".
    pub fn words(&self) -> String {
        match self {
            Self::Unwanted => "the job asks for it".to_owned(),
            Self::Server(major) => format!(
                "the server is of version {major}, and parts of a table can be read since {RANGES_SINCE}"
            ),
            Self::Encoding(encoding) => format!("the database is in {encoding}, not in UTF-8"),
            Self::Small => "no table is larger than 1 MiB".to_owned(),
            Self::AllOdd => "each large table has something that only pg_dump knows".to_owned(),
        }
    }
}

/// Whether a database can be looked at by the engine at all.
pub fn fits(server_major: u32, encoding: &str) -> Result<(), Unfit> {
    if server_major < RANGES_SINCE {
        return Err(Unfit::Server(server_major));
    }
    if encoding != "UTF8" {
        return Err(Unfit::Encoding(encoding.to_owned()));
    }
    Ok(())
}

/// Chooses among the large tables of a database, all of whose tables together have so many bytes.
pub fn choose(mut large: Vec<CopyFacts>, all: u64) -> Result<Choice, Unfit> {
    large.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.qualified.cmp(&b.qualified)));
    if large.is_empty() {
        return Err(Unfit::Small);
    }
    let mut left = BTreeMap::new();
    for odd in large.iter().filter_map(|table| table.odd) {
        *left.entry(odd).or_default() += 1;
    }
    let taken: Vec<CopyFacts> = large.into_iter().filter(|table| table.odd.is_none()).take(MOST).collect();
    if taken.is_empty() {
        return Err(Unfit::AllOdd);
    }
    let left_bytes = all.saturating_sub(taken.iter().map(|table| table.bytes).sum());
    Ok(Choice { taken, left_bytes, left })
}

impl Choice {
    /// Leaves these tables to pg_dump after all.
    pub fn without(self, oids: &HashSet<u32>, reason: Odd) -> Result<Self, Unfit> {
        let Self { taken, mut left_bytes, mut left } = self;
        let (out, taken): (Vec<_>, Vec<_>) = taken.into_iter().partition(|table| oids.contains(&table.oid));
        if !out.is_empty() {
            *left.entry(reason).or_default() += out.len();
        }
        left_bytes += out.iter().map(|table| table.bytes).sum::<u64>();
        if taken.is_empty() { Err(Unfit::AllOdd) } else { Ok(Self { taken, left_bytes, left }) }
    }

    /// How many connections copy, and how many pg_dump has, of so many together; each has one at least.
    pub fn connections(&self, all: u32) -> (u32, u32) {
        let taken: u64 = self.taken.iter().map(|table| table.bytes).sum();
        let share = self.left_bytes as f64 / (taken + self.left_bytes).max(1) as f64;
        // What is left to pg_dump costs it little beside reading the definitions, which keeps no connection busy.
        let stock = ((f64::from(all) * share).round() as u32).clamp(1, all.max(1));
        (all.saturating_sub(if share < 0.1 { 0 } else { stock }).max(1), stock)
    }
}

#[cfg(test)]
mod tests {
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
        )
        .unwrap();
        let oids: Vec<u32> = found.taken.iter().map(|table| table.oid).collect();
        assert_eq!(oids, [3, 1], "the largest first, so that none is alone at the end");
        assert_eq!(found.left, BTreeMap::from([(Odd::RowSecurity, 2)]), "nobody wonders why");
        assert_eq!(found.left_bytes, 902 * 1024 * 1024, "pg_dump's part decides about its connections");
    }

    #[test]
    fn a_database_without_anything_to_gain_is_left_to_pg_dump() {
        assert_eq!(choose(Vec::new(), 82 * MIB), Err(Unfit::Small), "ten thousand tiny tables");
        assert_eq!(
            choose(vec![table(1, 9, Some(Odd::ThroughRoot))], 9 * MIB),
            Err(Unfit::AllOdd),
            "no ordinary one"
        );
        assert_eq!(fits(13, "UTF8"), Err(Unfit::Server(13)), "each range would be a scan of the whole");
        assert_eq!(fits(18, "LATIN1"), Err(Unfit::Encoding("LATIN1".into())), "bytes would be changed");
        assert_eq!(fits(14, "UTF8"), Ok(()), "the first that fits");
    }

    #[test]
    fn connections_follow_the_shares_and_are_never_more_than_allowed_but_for_the_last() {
        let all_ours = choose(vec![table(1, 1000, None)], 1001 * MIB).unwrap();
        assert_eq!(all_ours.connections(4), (4, 1), "pg_dump only reads definitions");
        let half =
            choose(vec![table(1, 100, None), table(2, 100, Some(Odd::RowSecurity))], 200 * MIB).unwrap();
        assert_eq!(half.connections(4), (2, 2), "two each");
        let little =
            choose(vec![table(1, 10, None), table(2, 1000, Some(Odd::RowSecurity))], 1010 * MIB).unwrap();
        assert_eq!(little.connections(2), (1, 2), "each has one at least");
    }
}
