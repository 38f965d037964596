//! Which entries of an archive restore some tables, with what they need and what belongs to them. Pure.

use super::toc::{Entry, Toc};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A table by schema and name.
pub type TableName = (String, String);

/// What belongs to a table and comes with it, when it depends on nothing that is left out.
const BELONGING: [&str; 17] = [
    "TABLE DATA",
    "DEFAULT",
    "CONSTRAINT",
    "CHECK CONSTRAINT",
    FOREIGN_KEY,
    "INDEX",
    "INDEX ATTACH",
    "TABLE ATTACH",
    "TRIGGER",
    "RULE",
    "POLICY",
    "ROW SECURITY",
    "STATISTICS",
    "STATISTICS DATA",
    "SEQUENCE",
    "SEQUENCE OWNED BY",
    "SEQUENCE SET",
];

/// A key to another table, which brings no rows of that along.
const FOREIGN_KEY: &str = "FK CONSTRAINT";

/// What hangs on another entry whatever that is.
const ATTACHED: [&str; 4] = ["ACL", "COMMENT", "SECURITY LABEL", "PUBLICATION TABLE"];

/// What restores some tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// The numbers of the entries, in the archive's order.
    pub entries: Vec<i32>,
    /// Foreign keys of the tables that are left out, because the other table is.
    pub keys_left_out: Vec<String>,
    /// What else belongs to the tables and is left out, because it needs what was not chosen: its kind and its name.
    pub left_out: Vec<String>,
    /// The tables and sequences whose rows and values are among them.
    pub data: HashSet<TableName>,
}

impl Selection {
    /// Whether the rows of that table, or the value of that sequence, are restored.
    pub fn holds_data_of(&self, schema: &str, name: &str) -> bool {
        self.data.contains(&(schema.to_owned(), name.to_owned()))
    }
}

/// What restores these tables. A partitioned one comes with its partitions, which hold its rows.
///
/// # Errors
/// The tables that are not in the archive.
pub fn select(toc: &Toc, tables: &[TableName]) -> Result<Selection, Vec<TableName>> {
    let by_id: HashMap<i32, &Entry> = toc.entries.iter().map(|entry| (entry.dump_id, entry)).collect();
    let mut chosen: HashSet<i32> = HashSet::new();
    let mut lacking = Vec::new();
    for table in tables {
        let found: Vec<i32> = toc
            .entries
            .iter()
            .filter(|entry| ["TABLE", "FOREIGN TABLE"].contains(&entry.desc().as_ref()))
            .filter(|entry| entry.namespace() == table.0 && entry.tag() == table.1)
            .map(|entry| entry.dump_id)
            .collect();
        if found.is_empty() {
            lacking.push(table.clone());
        }
        chosen.extend(found);
    }
    if !lacking.is_empty() {
        return Err(lacking);
    }
    add_partitions(toc, &by_id, &mut chosen);
    let mut kept = with_needs(&by_id, &chosen);
    // What belongs can itself be owned: a sequence has a value, an index a comment.
    loop {
        let before = kept.len();
        for entry in &toc.entries {
            if kept.contains(&entry.dump_id) {
                continue;
            }
            if belongs(entry, &kept, &by_id) {
                kept.insert(entry.dump_id);
            } else if let Some(needed) = also_needed(entry, &chosen, &kept, &by_id) {
                kept.extend(needed);
                kept.insert(entry.dump_id);
            }
        }
        if kept.len() == before {
            break;
        }
    }
    let mut keys_left_out = Vec::new();
    let mut left_out = Vec::new();
    for entry in toc.entries.iter().filter(|entry| !kept.contains(&entry.dump_id) && is_own(entry, &chosen)) {
        let name = format!("{}.{}", entry.namespace(), entry.tag());
        match entry.desc().as_ref() {
            FOREIGN_KEY => keys_left_out.push(name),
            desc => left_out.push(format!("{desc} {name}")),
        }
    }
    let restored = || toc.entries.iter().filter(|entry| kept.contains(&entry.dump_id));
    let data = restored()
        .filter(|entry| ["TABLE DATA", "SEQUENCE SET"].contains(&entry.desc().as_ref()))
        .map(|entry| (entry.namespace().into_owned(), entry.tag().into_owned()))
        .collect();
    Ok(Selection { entries: restored().map(|entry| entry.dump_id).collect(), keys_left_out, left_out, data })
}

/// Adds the partitions of the chosen tables, and theirs. A `TABLE ATTACH` bears the partition's name and needs both.
fn add_partitions(toc: &Toc, by_id: &HashMap<i32, &Entry>, chosen: &mut HashSet<i32>) {
    loop {
        let before = chosen.len();
        for attach in toc.entries.iter().filter(|entry| entry.desc() == "TABLE ATTACH") {
            let is_partition = |id: &i32| {
                by_id.get(id).is_some_and(|table| {
                    table.tag() == attach.tag() && table.namespace() == attach.namespace()
                })
            };
            let (partitions, roots): (Vec<i32>, Vec<i32>) = attach.dependency_ids().partition(is_partition);
            if roots.iter().any(|root| chosen.contains(root)) {
                chosen.extend(partitions);
            }
        }
        if chosen.len() == before {
            return;
        }
    }
}

/// These entries and all that they need, however indirectly. A table that is needed (a parent, a root) comes as a
/// definition; its rows do not.
fn with_needs(by_id: &HashMap<i32, &Entry>, chosen: &HashSet<i32>) -> HashSet<i32> {
    let mut kept = HashSet::new();
    let mut open: Vec<i32> = chosen.iter().copied().collect();
    while let Some(id) = open.pop() {
        let Some(entry) = by_id.get(&id) else { continue };
        if kept.insert(id) {
            open.extend(entry.dependency_ids());
            open.extend(schema_of(entry, by_id));
        }
    }
    kept
}

/// The entry that makes the schema, which pg_dump names only by its name.
fn schema_of(entry: &Entry, by_id: &HashMap<i32, &Entry>) -> Option<i32> {
    let schema = entry.namespace();
    if schema.is_empty() {
        return None;
    }
    by_id.values().find(|other| other.desc() == "SCHEMA" && other.tag() == schema).map(|found| found.dump_id)
}

/// What an index, a trigger or another thing of a chosen table needs beside what is kept: an extension, a function, a type.
/// None when it is no such thing, or needs something that holds rows or shows them, which nobody chose.
fn also_needed(
    entry: &Entry,
    chosen: &HashSet<i32>,
    kept: &HashSet<i32>,
    by_id: &HashMap<i32, &Entry>,
) -> Option<HashSet<i32>> {
    if entry.desc() == FOREIGN_KEY || !is_own(entry, chosen) {
        return None;
    }
    let open = entry.dependency_ids().filter(|id| by_id.contains_key(id) && !kept.contains(id)).collect();
    let needed = with_needs(by_id, &open);
    let foreign = |id: &i32| !kept.contains(id) && by_id.get(id).is_some_and(|entry| holds_rows(entry));
    (!needed.iter().any(foreign)).then_some(needed)
}

/// Whether it belongs to a chosen table itself.
fn is_own(entry: &Entry, chosen: &HashSet<i32>) -> bool {
    BELONGING.contains(&entry.desc().as_ref()) && entry.dependency_ids().any(|id| chosen.contains(&id))
}

/// Whether rows lie in it, or it is drawn from others'.
fn holds_rows(entry: &Entry) -> bool {
    ["TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE"].contains(&entry.desc().as_ref())
}

fn belongs(entry: &Entry, kept: &HashSet<i32>, by_id: &HashMap<i32, &Entry>) -> bool {
    let desc = entry.desc();
    let needs: BTreeSet<i32> = entry.dependency_ids().filter(|id| by_id.contains_key(id)).collect();
    let on_kept = needs.iter().any(|id| kept.contains(id));
    let all_kept = needs.iter().all(|id| kept.contains(id));
    on_kept && all_kept && (BELONGING.contains(&desc.as_ref()) || ATTACHED.contains(&desc.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::toc::sample;

    fn entry(dump_id: i32, desc: &str, namespace: &str, tag: &str, needs: &[i32]) -> Entry {
        Entry { dependencies: sample::needs(needs), ..sample::entry(dump_id, desc, namespace, tag) }
    }

    fn toc() -> Toc {
        sample::toc(vec![
            entry(1, "SCHEMA", "", "shop", &[]),
            entry(2, "TYPE", "shop", "mood", &[1]),
            entry(3, "TABLE", "shop", "orders", &[2]),
            entry(4, "TABLE", "shop", "customers", &[]),
            entry(5, "SEQUENCE", "shop", "orders_id_seq", &[3]),
            entry(6, "SEQUENCE OWNED BY", "shop", "orders_id_seq", &[5]),
            entry(7, "DEFAULT", "shop", "orders id", &[5, 3]),
            entry(8, "TABLE DATA", "shop", "orders", &[3]),
            entry(9, "TABLE DATA", "shop", "customers", &[4]),
            entry(10, "SEQUENCE SET", "shop", "orders_id_seq", &[5]),
            entry(11, "CONSTRAINT", "shop", "orders orders_pkey", &[3]),
            entry(12, "CONSTRAINT", "shop", "customers customers_pkey", &[4]),
            entry(13, "FK CONSTRAINT", "shop", "orders orders_customer", &[3, 4, 12]),
            entry(14, "COMMENT", "shop", "TABLE orders", &[3]),
            entry(15, "VIEW", "shop", "overview", &[3, 4]),
            entry(30, "EXTENSION", "", "pg_trgm", &[]),
            entry(31, "INDEX", "shop", "orders_note", &[3, 30]),
            entry(32, "FUNCTION", "shop", "stamp()", &[2]),
            entry(33, "TRIGGER", "shop", "orders stamped", &[3, 32]),
            entry(34, "RULE", "shop", "orders watched", &[3, 4]),
        ])
    }

    fn table(name: &str) -> TableName {
        ("shop".into(), name.into())
    }

    #[test]
    fn a_table_comes_with_what_it_needs_and_what_is_its_own() {
        let found = select(&toc(), &[table("orders")]).expect("it is there");
        assert_eq!(
            found.entries,
            [1, 2, 3, 5, 6, 7, 8, 10, 11, 14, 30, 31, 32, 33],
            "its schema, type, sequence with its value, default, rows, key and comment; its index and trigger with the \
             extension and the function that they need"
        );
        assert_eq!(
            found.left_out,
            ["RULE shop.orders watched"],
            "what needs another table is left out, and told"
        );
        assert_eq!(found.keys_left_out, ["shop.orders orders_customer"], "a key to a table left out is told");
    }

    #[test]
    fn a_foreign_key_comes_when_both_its_tables_do() {
        let found = select(&toc(), &[table("orders"), table("customers")]).expect("both are there");
        assert!(found.entries.contains(&13), "with both tables the key between them can be made");
        assert!(!found.entries.contains(&15), "a view was not asked for");
    }

    #[test]
    fn a_partitioned_table_comes_with_its_partitions_and_their_rows() {
        let mut toc = toc();
        toc.entries.extend([
            entry(20, "TABLE", "shop", "whole", &[1]),
            entry(21, "TABLE", "shop", "part", &[1]),
            entry(22, "TABLE ATTACH", "shop", "part", &[21, 20]),
            entry(23, "TABLE DATA", "shop", "part", &[21]),
        ]);
        let found = select(&toc, &[table("whole")]).expect("it is there");
        assert_eq!(found.entries, [1, 20, 21, 22, 23], "without them it would come back empty");
        let part = select(&toc, &[table("part")]).expect("it is there");
        assert_eq!(part.entries, [1, 21, 23], "a partition can be restored by itself, as a plain table");
    }

    #[test]
    fn tables_that_the_archive_lacks_are_named() {
        assert_eq!(
            select(&toc(), &[table("order")]),
            Err(vec![table("order")]),
            "a typo must not restore nothing"
        );
    }
}
