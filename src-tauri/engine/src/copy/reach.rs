//! Which of a database's tables are worth a look of the engine. Pure.

use crate::postgres::inspect::{Membership, Naming, Relation, RelationKind};

/// A smaller table is not worth a statement of ours: pg_dump is through with it in the same time.
pub(super) const WORTHWHILE: u64 = 1024 * 1024;

/// So many of them, or so many bytes together, are: pg_dump copies them one after the other.
const MANY_SMALL: (usize, u64) = (200, 16 * 1024 * 1024);

/// Each table that is taken is named to pg_dump as one to leave out, unless all are; a command line has room for so many.
/// Those that all connections share are so many as well: each of them locks them all.
pub(super) const MOST: usize = 500;

/// Which of a database's tables the engine looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All of them, to take all or the large ones.
    All,
    /// The large ones: the others are many too, but this keeps them from being taken, in words.
    Barred(String),
    /// Those of so many bytes at least.
    From(u64),
}

impl Reach {
    /// What is worth looking at among these relations.
    pub fn of(relations: &[Relation]) -> Self {
        match (are_many(relations), in_the_way(relations)) {
            (false, _) => Self::From(WORTHWHILE),
            (true, None) => Self::All,
            (true, Some(barrier)) => Self::Barred(barrier),
        }
    }

    /// The least bytes of a table that must be known of.
    pub fn least(&self) -> u64 {
        match self {
            Self::All => 0,
            Self::Barred(_) => WORTHWHILE,
            Self::From(least) => *least,
        }
    }
}

/// The first that has data and is no table or sequence that our statements can name, in words. An extension dumps what it
/// wants, a view is filled by pg_dump's words, and a backslash in a name is written as the server's settings have it.
fn in_the_way(relations: &[Relation]) -> Option<String> {
    let what = relations.iter().filter(|relation| relation.has_data).find(|relation| {
        let kind = matches!(relation.kind, RelationKind::Table | RelationKind::Sequence);
        let plain = relation.naming == Naming::Plain && relation.membership == Membership::None;
        !kind || !plain || relation.schema.contains('\\') || relation.name.contains('\\')
    })?;
    let kind = match what.kind {
        RelationKind::MaterializedView => "the materialized view",
        RelationKind::Sequence => "the sequence",
        _ => "the table",
    };
    Some(format!("{kind} {}", what.qualified()))
}

/// Whether pg_dump would have much to copy beside those that can be named to it.
fn are_many(relations: &[Relation]) -> bool {
    let tables = relations.iter().filter(|table| table.kind == RelationKind::Table && table.has_data);
    let (large, small): (Vec<u64>, Vec<u64>) =
        tables.map(|table| table.bytes).partition(|bytes| *bytes >= WORTHWHILE);
    large.len() > MOST || small.len() >= MANY_SMALL.0 || small.iter().sum::<u64>() >= MANY_SMALL.1
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let large = |oid| Relation { bytes: WORTHWHILE, ..relation(oid, RelationKind::Table) };
        let many_large: Vec<Relation> = (0..600).map(large).collect();
        assert_eq!(Reach::of(&many_large), Reach::All, "a command line cannot name them all");
        assert_eq!(Reach::of(&many_large[..500]), Reach::From(WORTHWHILE), "these it can");
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
            let Reach::Barred(told) = Reach::of(&with) else {
                panic!("pg_dump would leave {odd:?} out with the rest")
            };
            assert!(told.contains(&odd.name), "nobody wonders what bars them: {told}");
        }
    }
}
