//! Compares what the server held with what an archive's table of contents says. Pure.
//!
//! Relations are matched by oid, which survives odd names and encodings. Files are matched in `files`.

use super::difference::Difference;
use super::inventory::{DataState, Expected, Inventory, Membership, RelationKind};
use super::toc::{Entry, Toc};
use std::collections::{HashMap, HashSet};

/// Every difference between the server's relations and the entries, in the order of the relations, then of
/// the entries.
pub fn reconcile(inventory: &Inventory, toc: &Toc) -> Vec<Difference> {
    let contents = Contents::of(toc);
    let unpopulated = contents.resting_on_unpopulated(inventory);
    let mut differences = Vec::new();
    for expected in &inventory.relations {
        differences.extend(contents.missing_definition(expected));
        let refresh_left_out = unpopulated.contains(&expected.oid);
        if !refresh_left_out {
            differences.extend(contents.missing_data(expected));
        }
    }
    differences.extend(unlisted(inventory, toc));
    differences
}

/// Tables whose rows have more than one entry; pg_restore keeps the last only.
pub fn duplicates(toc: &Toc) -> Vec<Difference> {
    let mut seen = HashSet::new();
    toc.entries
        .iter()
        .filter(|entry| entry.desc() == TABLE_DATA)
        .filter(|entry| entry.oid_number().is_some_and(|oid| !seen.insert(oid)))
        .map(|entry| Difference::DuplicateData {
            schema: entry.namespace().into_owned(),
            name: entry.tag().into_owned(),
        })
        .collect()
}

/// How pg_dump names a table's rows; the entry has the oid of the table.
pub(super) const TABLE_DATA: &str = "TABLE DATA";
/// How pg_dump names a sequence's value; the entry has no oid, but depends on the sequence.
pub(crate) const SEQUENCE_SET: &str = "SEQUENCE SET";
/// How pg_dump names the refresh of a materialized view; the entry has the oid of the view.
const MATERIALIZED_VIEW_DATA: &str = "MATERIALIZED VIEW DATA";
/// How pg_dump names the definition of a materialized view.
pub(super) const MATERIALIZED_VIEW: &str = "MATERIALIZED VIEW";

/// The entries of a table of contents by what they are looked up by.
struct Contents<'a> {
    by_kind_and_oid: HashMap<(&'static str, u32), &'a Entry>,
    by_dump_id: HashMap<i32, &'a Entry>,
    /// Sequences whose value is set, by the number of their definition.
    sequence_sets: HashSet<i32>,
    /// The same by schema and name, for sequences that an extension defines.
    named_sequence_sets: HashSet<(String, String)>,
}

impl<'a> Contents<'a> {
    fn of(toc: &'a Toc) -> Self {
        const LOOKED_UP: [&str; 7] = [
            "TABLE",
            "SEQUENCE",
            MATERIALIZED_VIEW,
            "VIEW",
            "FOREIGN TABLE",
            TABLE_DATA,
            MATERIALIZED_VIEW_DATA,
        ];
        let mut contents = Contents {
            by_kind_and_oid: HashMap::new(),
            by_dump_id: HashMap::new(),
            sequence_sets: HashSet::new(),
            named_sequence_sets: HashSet::new(),
        };
        for entry in &toc.entries {
            contents.by_dump_id.insert(entry.dump_id, entry);
            let desc = entry.desc();
            if desc == SEQUENCE_SET {
                contents.sequence_sets.extend(entry.dependency_ids());
                let name = (entry.namespace().into_owned(), entry.tag().into_owned());
                contents.named_sequence_sets.insert(name);
            }
            let kind = LOOKED_UP.into_iter().find(|known| *known == desc);
            if let (Some(kind), Some(oid)) = (kind, entry.oid_number()) {
                contents.by_kind_and_oid.insert((kind, oid), entry);
            }
        }
        contents
    }

    fn find(&self, desc: &'static str, oid: u32) -> Option<&'a Entry> {
        self.by_kind_and_oid.get(&(desc, oid)).copied()
    }

    fn definition(&self, expected: &Expected) -> Option<&'a Entry> {
        self.find(expected.kind.definition_desc(), expected.oid)
    }

    fn missing_definition(&self, expected: &Expected) -> Option<Difference> {
        let wanted = expected.membership == Membership::Ordinary;
        (wanted && self.definition(expected).is_none()).then(|| Difference::MissingDefinition {
            kind: expected.kind,
            schema: expected.schema.clone(),
            name: expected.name.clone(),
        })
    }

    fn missing_data(&self, expected: &Expected) -> Option<Difference> {
        let wanted = expected.data == DataState::Dumped && expected.membership != Membership::Extension;
        let held = match expected.kind {
            RelationKind::Table => self.find(TABLE_DATA, expected.oid).is_some(),
            RelationKind::MaterializedView => self.find(MATERIALIZED_VIEW_DATA, expected.oid).is_some(),
            RelationKind::Sequence => match self.definition(expected) {
                Some(definition) => self.sequence_sets.contains(&definition.dump_id),
                None => self.named_sequence_sets.contains(&(expected.schema.clone(), expected.name.clone())),
            },
            // Their rows are elsewhere, or computed.
            RelationKind::PartitionedTable | RelationKind::View | RelationKind::ForeignTable => true,
        };
        (wanted && !held).then(|| Difference::MissingData {
            kind: expected.kind,
            schema: expected.schema.clone(),
            name: expected.name.clone(),
        })
    }

    /// Materialized views that need another one which is not populated, directly or through views. pg_dump
    /// leaves out their refresh too, since it would fail (buildMatViewRefreshDependencies in pg_dump.c).
    fn resting_on_unpopulated(&self, inventory: &Inventory) -> HashSet<u32> {
        let views = || inventory.relations.iter().filter(|e| e.kind == RelationKind::MaterializedView);
        let empty: HashSet<i32> = views()
            .filter(|view| view.data == DataState::NotDumped)
            .filter_map(|view| self.definition(view))
            .map(|entry| entry.dump_id)
            .collect();
        if empty.is_empty() {
            return HashSet::new();
        }
        views()
            .filter(|view| self.definition(view).is_some_and(|entry| self.rests_on(entry, &empty)))
            .map(|view| view.oid)
            .collect()
    }

    /// Whether the entry needs one of `targets`, itself not counted.
    fn rests_on(&self, entry: &Entry, targets: &HashSet<i32>) -> bool {
        let mut seen = HashSet::new();
        let mut open: Vec<i32> = entry.dependency_ids().collect();
        while let Some(id) = open.pop() {
            if targets.contains(&id) {
                return true;
            }
            if seen.insert(id)
                && let Some(next) = self.by_dump_id.get(&id)
            {
                open.extend(next.dependency_ids());
            }
        }
        false
    }
}

/// Definitions of relations that the server did not list.
fn unlisted(inventory: &Inventory, toc: &Toc) -> Vec<Difference> {
    const DEFINITIONS: [&str; 5] = ["TABLE", "SEQUENCE", MATERIALIZED_VIEW, "VIEW", "FOREIGN TABLE"];
    let listed: HashSet<u32> = inventory.relations.iter().map(|expected| expected.oid).collect();
    toc.entries
        .iter()
        .filter(|entry| DEFINITIONS.contains(&entry.desc().as_ref()))
        .filter(|entry| entry.oid_number().is_some_and(|oid| !listed.contains(&oid)))
        .map(|entry| Difference::Unlisted {
            desc: entry.desc().into_owned(),
            schema: entry.namespace().into_owned(),
            name: entry.tag().into_owned(),
        })
        .collect()
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
