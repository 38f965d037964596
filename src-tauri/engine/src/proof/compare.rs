//! Compares what a restored database holds with what the server held when it was dumped. Pure.

use crate::archive::manifest::{LedgerSequence, LedgerTable, ManifestLedger};
use holdfast_types::counted;
use holdfast_types::{Check, grouped};
use std::collections::{BTreeMap, HashMap};

/// The check of the tables' rows.
pub(crate) const ROWS: &str = "rows";

/// The check of the large objects.
pub(super) const LARGE_OBJECTS: &str = "large objects";

/// How many differences are named; the rest is counted.
const NAMED: usize = 5;

/// Which table each partition belongs to in the end, by schema and name.
pub type Roots = HashMap<(String, String), (String, String)>;

/// One check for rows, one for contents, sequences, large objects and materialized views. `found` was read from
/// the restored database. A partition may have taken rows of its sibling (a hash of an enum differs between
/// servers, so pg_dump loads them through the root): then the sums over the root decide.
pub fn compare(expected: &ManifestLedger, found: &ManifestLedger, roots: &Roots) -> Vec<Check> {
    let mut checks = vec![rows(expected, found, roots)];
    checks.extend(contents(expected, found, roots));
    checks.push(sequences(&expected.sequences, &found.sequences));
    checks.push(large_objects(expected, found));
    checks.extend(materialized_views(&expected.materialized_views, &found.materialized_views));
    checks
}

/// Whether every table was counted, so that equal rows mean an equal database.
pub fn is_complete(expected: &ManifestLedger) -> bool {
    expected.tables.iter().all(|table| table.rows.is_some())
}

fn key(table: &LedgerTable) -> (String, String) {
    (table.schema.clone(), table.name.clone())
}

/// Sums of counts are never below zero.
fn whole(count: i128) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn rows(expected: &ManifestLedger, found: &ManifestLedger, roots: &Roots) -> Check {
    let value = |table: &LedgerTable| table.rows.map(i128::from);
    let differences =
        differing(&expected.tables, &found.tables, roots, value, |name, wanted, held| match held {
            None => format!("{name} is missing ({})", counted(whole(wanted), "row")),
            Some(held) => {
                format!("{name} has {} instead of {}", counted(whole(held), "row"), grouped(whole(wanted)))
            }
        });
    judged(ROWS, differences, equal_rows(expected))
}

/// What is said when every row is there.
pub(super) fn equal_rows(expected: &ManifestLedger) -> String {
    let known = expected.tables.iter().filter(|table| table.rows.is_some());
    let (tables, total) = known
        .fold((0_u64, 0_u64), |(tables, total), table| (tables + 1, total + table.rows.unwrap_or_default()));
    let uncounted = expected.tables.len() as u64 - tables;
    let mut equal =
        format!("{} in {} are those of the server", counted(total, "row"), counted(tables, "table"));
    if uncounted > 0 {
        equal.push_str(&format!("; {} not counted when the dump was made", counted(uncounted, "table")));
    }
    equal
}

fn contents(expected: &ManifestLedger, found: &ManifestLedger, roots: &Roots) -> Option<Check> {
    let summed = expected.tables.iter().filter(|table| table.checksum.is_some()).count();
    if summed == 0 {
        return None;
    }
    let value = |table: &LedgerTable| table.checksum.as_deref().and_then(|sum| sum.parse().ok());
    let differences = differing(&expected.tables, &found.tables, roots, value, |name, _, held| match held {
        None => format!("{name} is missing"),
        Some(_) => format!("the contents of {name} differ"),
    });
    let all = counted(expected.tables.len() as u64, "table");
    let equal = match expected.tables.len() - summed {
        0 => format!("the contents of {all} are those of the server"),
        _ => format!(
            "the contents of {} of {all} are those of the server; the others were not summed when the dump was made",
            grouped(summed as u64)
        ),
    };
    Some(judged("contents", differences, equal))
}

/// The tables whose value differs, in words. What was not measured in `expected` is not compared.
fn differing(
    expected: &[LedgerTable],
    found: &[LedgerTable],
    roots: &Roots,
    value: impl Fn(&LedgerTable) -> Option<i128>,
    words: impl Fn(&str, i128, Option<i128>) -> String,
) -> Vec<String> {
    let held: HashMap<_, _> = found.iter().map(|table| (key(table), table)).collect();
    let root = |table: &LedgerTable| roots.get(&key(table)).cloned();
    let mut differing = Vec::new();
    let mut by_root: BTreeMap<(String, String), (i128, i128)> = BTreeMap::new();
    for table in expected {
        let Some(wanted) = value(table) else { continue };
        let name = format!("{}.{}", table.schema, table.name);
        match held.get(&key(table)).map(|table| value(table)) {
            None => differing.push(words(&name, wanted, None)),
            Some(actual) => {
                let actual = actual.unwrap_or_default();
                match root(table) {
                    Some(root) => {
                        let sums = by_root.entry(root).or_default();
                        sums.0 += wanted;
                        sums.1 += actual;
                    }
                    None if actual != wanted => differing.push(words(&name, wanted, Some(actual))),
                    None => {}
                }
            }
        }
    }
    let unequal = by_root.into_iter().filter(|(_, (wanted, actual))| wanted != actual);
    differing.extend(unequal.map(|((schema, name), (wanted, actual))| {
        words(&format!("{schema}.{name}, its partitions together,"), wanted, Some(actual))
    }));
    differing
}

fn sequences(expected: &[LedgerSequence], found: &[LedgerSequence]) -> Check {
    let held: HashMap<_, _> =
        found.iter().map(|s| ((&s.schema, &s.name), (s.last_value, s.is_called))).collect();
    let differences = expected
        .iter()
        .filter_map(|wanted| match held.get(&(&wanted.schema, &wanted.name)) {
            None => Some(format!("{}.{} is missing", wanted.schema, wanted.name)),
            Some(state) if *state == (wanted.last_value, wanted.is_called) => None,
            Some((value, _)) => Some(format!(
                "{}.{} stands at {value} instead of {}",
                wanted.schema, wanted.name, wanted.last_value
            )),
        })
        .collect();
    judged(
        "sequences",
        differences,
        format!("{} where they stood", counted(expected.len() as u64, "sequence")),
    )
}

fn large_objects(expected: &ManifestLedger, found: &ManifestLedger) -> Check {
    let mut differences = Vec::new();
    if expected.large_objects != found.large_objects {
        differences
            .push(format!("{} large objects instead of {}", found.large_objects, expected.large_objects));
    }
    if let (Some(wanted), Some(held)) = (expected.large_object_bytes, found.large_object_bytes)
        && wanted != held
    {
        differences.push(format!("large objects of {held} bytes instead of {wanted}"));
    }
    let mut equal = counted(expected.large_objects, "large object");
    if let (Some(wanted), Some(held)) = (&expected.large_object_checksum, &found.large_object_checksum) {
        if wanted != held {
            differences.push("the contents of large objects differ".into());
        }
        if expected.large_objects > 0 {
            equal.push_str(", their contents compared");
        }
    }
    judged(LARGE_OBJECTS, differences, equal)
}

/// A refreshed view may rightly differ from one that had grown old, so a difference is told, and is no failure.
fn materialized_views(expected: &[LedgerTable], found: &[LedgerTable]) -> Option<Check> {
    let held: HashMap<_, _> = found.iter().map(|table| (key(table), table.rows)).collect();
    let known: Vec<&LedgerTable> = expected.iter().filter(|view| view.rows.is_some()).collect();
    if known.is_empty() {
        return None;
    }
    let missing = known.iter().filter(|view| !held.contains_key(&key(view)));
    let missing = missing.map(|view| format!("{}.{} is missing", view.schema, view.name)).collect();
    let other =
        known.iter().filter(|view| held.get(&key(view)).is_some_and(|rows| *rows != view.rows)).count();
    let mut equal = format!("{} filled again", counted(known.len() as u64, "materialized view"));
    if other > 0 {
        equal.push_str(&format!("; {other} had not been refreshed on the server for a while and differ"));
    }
    Some(judged("materialized views", missing, equal))
}

fn judged(name: &str, differences: Vec<String>, equal: String) -> Check {
    let detail = match differences.len() {
        0 => equal,
        count => {
            let mut named = differences.into_iter().take(NAMED).collect::<Vec<_>>();
            if count > NAMED {
                named.push(format!("and {} more", count - NAMED));
            }
            return Check { name: name.to_owned(), ok: false, detail: named.join("; ") };
        }
    };
    Check { name: name.to_owned(), ok: true, detail }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
