//! Which tables are copied by our own connections, and why not the others. Pure.

use super::shares::own;
use crate::postgres::copy_facts::{CopyFacts, Odd};
use crate::postgres::inspect::{Membership, Naming, Relation, RelationKind};
use std::collections::{BTreeMap, HashSet};

/// A smaller table is not worth a statement of ours: pg_dump is through with it in the same time.
const WORTHWHILE: u64 = 1024 * 1024;

/// So many of them, or so many bytes together, are: pg_dump copies them one after the other.
const MANY_SMALL: (usize, u64) = (200, 16 * 1024 * 1024);

/// Each table that is taken is named to pg_dump as one to leave out; a command line has room for so many. Those that
/// all connections share are so many as well: each of them locks them all.
const MOST: usize = 500;

/// The first major version that reads a range of pages by itself (TID Range Scan).
const RANGES_SINCE: u32 = 14;

/// What the engine does with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The tables that are copied by our own connections, largest first.
    pub taken: Vec<CopyFacts>,
    /// So many of the first are shared by all connections; each of the others is one connection's from the start.
    pub shared: usize,
    /// What is left to pg_dump beside definitions.
    pub rest: Rest,
    /// Bytes of the tables that pg_dump copies.
    pub left_bytes: u64,
    /// How many large tables pg_dump copies, by reason.
    pub left: BTreeMap<Odd, usize>,
}

/// What of a database's data pg_dump copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// All but the tables that were taken.
    Others,
    /// Large objects alone: every table was taken, and the values of sequences with them.
    LargeObjects,
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

/// Which of a database's tables the engine looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of them, to take all or the large ones.
    All,
    /// Those of so many bytes at least.
    From(u64),
}

impl Reach {
    /// What is worth looking at among these relations.
    pub fn of(relations: &[Relation]) -> Self {
        if is_all_in_reach(relations) && are_many_small(relations) {
            Self::All
        } else {
            Self::From(WORTHWHILE)
        }
    }

    /// The least bytes of a table that must be known of.
    pub fn least(self) -> u64 {
        match self {
            Self::All => 0,
            Self::From(least) => least,
        }
    }
}

/// Whether all that has data is a table or a sequence that our statements can name. An extension dumps what it wants, a
/// view is filled by pg_dump's words, and a backslash in a name is written as the server's settings have it.
fn is_all_in_reach(relations: &[Relation]) -> bool {
    relations.iter().filter(|relation| relation.has_data).all(|relation| {
        let kind = matches!(relation.kind, RelationKind::Table | RelationKind::Sequence);
        let plain = relation.naming == Naming::Plain && relation.membership == Membership::None;
        kind && plain && !relation.schema.contains('\\') && !relation.name.contains('\\')
    })
}

fn are_many_small(relations: &[Relation]) -> bool {
    let tables = relations.iter().filter(|table| table.kind == RelationKind::Table && table.has_data);
    let small: Vec<u64> = tables.map(|table| table.bytes).filter(|bytes| *bytes < WORTHWHILE).collect();
    small.len() >= MANY_SMALL.0 || small.iter().sum::<u64>() >= MANY_SMALL.1
}

/// Chooses among the tables in reach of a database, all of whose tables together have so many bytes.
pub fn choose(mut tables: Vec<CopyFacts>, all: u64, reach: Reach) -> Result<Choice, Unfit> {
    tables.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.qualified.cmp(&b.qualified)));
    if reach == Reach::All {
        let large = tables.iter().take_while(|table| table.bytes >= WORTHWHILE).count();
        if tables.iter().all(|table| table.odd.is_none()) {
            let shared = large.min(MOST);
            let (left_bytes, left) = (0, BTreeMap::new());
            return Ok(Choice { taken: tables, shared, rest: Rest::LargeObjects, left_bytes, left });
        }
        tables.truncate(large);
    }
    if tables.is_empty() {
        return Err(Unfit::Small);
    }
    let mut left = BTreeMap::new();
    for odd in tables.iter().filter_map(|table| table.odd) {
        *left.entry(odd).or_default() += 1;
    }
    let taken = tables.into_iter().filter(|table| table.odd.is_none()).take(MOST).collect();
    Choice::of_large(taken, all, left)
}

impl Choice {
    /// These tables alone, of a database whose tables together have so many bytes.
    fn of_large(taken: Vec<CopyFacts>, all: u64, left: BTreeMap<Odd, usize>) -> Result<Self, Unfit> {
        if taken.is_empty() {
            return Err(Unfit::AllOdd);
        }
        let left_bytes = all.saturating_sub(taken.iter().map(|table| table.bytes).sum());
        Ok(Self { shared: taken.len(), taken, rest: Rest::Others, left_bytes, left })
    }

    /// Leaves these of the shared tables to pg_dump after all, and with them what is not worth a statement.
    pub fn without(self, oids: &HashSet<u32>, reason: Odd) -> Result<Self, Unfit> {
        if oids.is_empty() {
            return Ok(self);
        }
        let Self { mut taken, shared, left_bytes, mut left, .. } = self;
        let all = left_bytes + taken.iter().map(|table| table.bytes).sum::<u64>();
        taken.truncate(shared);
        let (out, taken): (Vec<_>, Vec<_>) = taken.into_iter().partition(|table| oids.contains(&table.oid));
        *left.entry(reason).or_default() += out.len();
        Self::of_large(taken, all, left)
    }

    /// The tables that all connections share.
    pub fn shared(&self) -> &[CopyFacts] {
        &self.taken[..self.shared]
    }

    /// The tables that a connection copies or may copy, of so many, as SQL: it must have locked them before.
    pub fn reached_by(&self, connection: usize, connections: usize) -> Vec<&str> {
        let own = own(self.shared..self.taken.len(), connection, connections);
        let reached = (0..self.shared).chain(own);
        reached.map(|table| self.taken[table].qualified.as_str()).collect()
    }

    /// Whose data pg_dump must leave out, as its patterns.
    pub fn left_out(&self) -> Vec<String> {
        match self.rest {
            Rest::Others => self.taken.iter().map(|table| table.pattern.clone()).collect(),
            Rest::LargeObjects => vec!["*.*".into()],
        }
    }

    /// The sequences among these relations whose values are written by us, because pg_dump leaves them out.
    pub fn sequences<'a>(&self, relations: &'a [Relation]) -> impl Iterator<Item = &'a Relation> {
        let ours = self.rest == Rest::LargeObjects;
        relations
            .iter()
            .filter(move |relation| ours && relation.kind == RelationKind::Sequence && relation.has_data)
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
            Err(Unfit::Small),
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

    fn relation(oid: u32, kind: RelationKind) -> Relation {
        Relation {
            oid,
            schema: "public".into(),
            name: format!("t{oid}"),
            kind,
            bytes: 8192,
            estimated_rows: None,
            membership: Membership::None,
            has_data: true,
            naming: Naming::Plain,
        }
    }

    #[test]
    fn many_small_tables_are_taken_only_where_nothing_is_left_that_pg_dump_must_copy() {
        let mut relations: Vec<Relation> = (0..300).map(|oid| relation(oid, RelationKind::Table)).collect();
        assert_eq!(
            Reach::of(&relations[..100]),
            Reach::From(WORTHWHILE),
            "pg_dump is through with a hundred at once"
        );
        assert_eq!(Reach::of(&relations), Reach::All, "three hundred, one after the other, are worth it");
        relations.push(relation(400, RelationKind::Sequence));
        assert_eq!(Reach::of(&relations), Reach::All, "a sequence is a value, which we can write");
        let in_the_way = [
            relation(401, RelationKind::MaterializedView),
            Relation { membership: Membership::Configuration, ..relation(402, RelationKind::Table) },
            Relation { naming: Naming::Escaped, ..relation(403, RelationKind::Table) },
            Relation { name: r"a\b".into(), ..relation(404, RelationKind::Sequence) },
        ];
        for odd in in_the_way {
            let with: Vec<Relation> = relations.iter().cloned().chain([odd.clone()]).collect();
            assert_eq!(
                Reach::of(&with),
                Reach::From(WORTHWHILE),
                "pg_dump would leave {odd:?} out with the rest"
            );
        }
    }

    #[test]
    fn all_tables_are_taken_or_the_large_ones_alone() {
        let small = |oid| CopyFacts { bytes: 8192, ..table(oid, 0, None) };
        let all = choose(vec![small(7), table(1, 5, None), small(8)], 5 * MIB + 16_384, Reach::All).unwrap();
        assert_eq!((all.taken.len(), all.shared, all.rest), (3, 1, Rest::LargeObjects), "all of them");
        assert_eq!(all.connections(2), (2, 1), "pg_dump only reads definitions");
        let with_odd =
            vec![small(7), table(1, 5, None), CopyFacts { odd: Some(Odd::RowSecurity), ..small(8) }];
        let large = choose(with_odd, 5 * MIB + 16_384, Reach::All).unwrap();
        assert_eq!((large.taken.len(), large.rest), (1, Rest::Others), "one odd table is one for pg_dump");
        assert_eq!(large.left_bytes, 16_384, "which copies all small ones then");
        let late = all.clone().without(&HashSet::from([1]), Odd::WholeScans);
        assert_eq!(
            late,
            Err(Unfit::AllOdd),
            "the same when the server cannot read parts of the only large one"
        );
        assert_eq!(all.clone().without(&HashSet::new(), Odd::WholeScans), Ok(all), "nothing is nothing");
    }
}
