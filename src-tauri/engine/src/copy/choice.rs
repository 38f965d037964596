//! Which tables are copied by our own connections, and why not the others. Pure.

use super::reach::{MOST, Reach, WORTHWHILE};
use super::shares::own;
use crate::postgres::copy_facts::{CopyFacts, Odd};
use crate::postgres::inspect::{Relation, RelationKind};
use std::collections::{BTreeMap, HashSet};

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
    /// What keeps the small tables, which are many, from being taken, in words.
    pub barrier: Option<String>,
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
    /// No table is large enough to gain anything; and where the small ones together are, what bars them.
    Small(Option<String>),
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
            Self::Small(None) => "no table is larger than 1 MiB".to_owned(),
            Self::Small(Some(barrier)) => {
                format!("no table is larger than 1 MiB, and {barrier} bars the small ones, which are many")
            }
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

/// Chooses among the tables in reach of a database, all of whose tables together have so many bytes.
pub fn choose(mut tables: Vec<CopyFacts>, all: u64, reach: Reach) -> Result<Choice, Unfit> {
    tables.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.qualified.cmp(&b.qualified)));
    let barrier = match reach {
        Reach::From(_) => None,
        Reach::Barred(barrier) => Some(barrier),
        Reach::All => match tables.iter().find_map(|table| Some((table, table.odd?))) {
            None => return Ok(Choice::of_all(tables)),
            Some((table, odd)) => {
                let barrier = format!("the table {} ({})", table.label, odd.words());
                tables.retain(|table| table.bytes >= WORTHWHILE);
                Some(barrier)
            }
        },
    };
    if tables.is_empty() {
        return Err(Unfit::Small(barrier));
    }
    let mut left = BTreeMap::new();
    for odd in tables.iter().filter_map(|table| table.odd) {
        *left.entry(odd).or_default() += 1;
    }
    let taken = tables.into_iter().filter(|table| table.odd.is_none()).take(MOST).collect();
    Choice::of_large(taken, all, left, barrier)
}

impl Choice {
    /// All tables of a database, largest first.
    fn of_all(taken: Vec<CopyFacts>) -> Self {
        let shared = taken.iter().take(MOST).take_while(|table| table.bytes >= WORTHWHILE).count();
        Self { taken, shared, rest: Rest::LargeObjects, left_bytes: 0, left: BTreeMap::new(), barrier: None }
    }

    /// These tables alone, of a database whose tables together have so many bytes.
    fn of_large(
        taken: Vec<CopyFacts>,
        all: u64,
        left: BTreeMap<Odd, usize>,
        barrier: Option<String>,
    ) -> Result<Self, Unfit> {
        if taken.is_empty() {
            return Err(Unfit::AllOdd);
        }
        let left_bytes = all.saturating_sub(taken.iter().map(|table| table.bytes).sum());
        Ok(Self { shared: taken.len(), taken, rest: Rest::Others, left_bytes, left, barrier })
    }

    /// Leaves these of the shared tables to pg_dump after all, and with them what is not worth a statement.
    pub fn without(self, oids: &HashSet<u32>, reason: Odd) -> Result<Self, Unfit> {
        if oids.is_empty() {
            return Ok(self);
        }
        let Self { mut taken, shared, left_bytes, mut left, barrier, .. } = self;
        let all = left_bytes + taken.iter().map(|table| table.bytes).sum::<u64>();
        taken.truncate(shared);
        let (out, taken): (Vec<_>, Vec<_>) = taken.into_iter().partition(|table| oids.contains(&table.oid));
        *left.entry(reason).or_default() += out.len();
        Self::of_large(taken, all, left, barrier)
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

    /// Where pg_dump leaves all rows out: the tables and sequences among these relations that have none to give. No
    /// other may lack them.
    pub fn without_rows(&self, relations: &[Relation]) -> Option<HashSet<u32>> {
        let empty = relations.iter().filter(|relation| !relation.has_data).map(|relation| relation.oid);
        (self.rest == Rest::LargeObjects).then(|| empty.collect())
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
#[path = "choice_tests.rs"]
mod tests;
