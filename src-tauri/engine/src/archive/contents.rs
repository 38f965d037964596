//! What an archive holds, by its table of contents and its manifest, and how two archives differ. Pure.

use super::content_change::{self, Checksums};
use super::manifest::{Manifest, ManifestTable};
use super::parts::{Owners, columns};
use super::toc::{Entry, Text, Toc};
use holdfast_types::{BackupObject, ContentsCompared};
use std::collections::{BTreeMap, HashMap};

/// How two archives differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Objects that only the newer one has.
    pub added: Vec<BackupObject>,
    /// Objects that only the older one has.
    pub removed: Vec<BackupObject>,
    /// Objects whose definition changed.
    pub changed: Vec<BackupObject>,
    /// Tables whose rows, bytes or contents changed: before and after.
    pub tables: Vec<(ManifestTable, ManifestTable, ContentsCompared)>,
    /// Tables in both whose contents could be compared.
    pub contents_compared: u64,
    /// Those whose contents could not.
    pub contents_unknown: u64,
}

/// Entries that are no objects of their own, but the data, the owner or the setting of one.
const NOT_OBJECTS: [&str; 9] = [
    "ENCODING",
    "STDSTRINGS",
    "SEARCHPATH",
    "TABLE DATA",
    "SEQUENCE SET",
    "BLOBS",
    "MATERIALIZED VIEW DATA",
    "DATABASE PROPERTIES",
    "STATISTICS DATA",
];

/// The objects of an archive, in its order.
pub fn objects(toc: &Toc, manifest: &Manifest) -> Vec<BackupObject> {
    let shown = Shown::of(toc, Some(manifest));
    toc.entries.iter().filter(|entry| is_object(entry)).map(|entry| shown.object(entry)).collect()
}

fn is_object(entry: &Entry) -> bool {
    !NOT_OBJECTS.contains(&entry.desc().as_ref())
}

fn by_name(manifest: &Manifest) -> HashMap<(&str, &str), &ManifestTable> {
    manifest.tables.iter().map(|table| ((table.schema.as_str(), table.name.as_str()), table)).collect()
}

/// What is said of each object beside its name: rows and bytes by the manifest, and whose it is.
struct Shown<'a> {
    tables: HashMap<(&'a str, &'a str), &'a ManifestTable>,
    owners: Owners<'a>,
}

impl<'a> Shown<'a> {
    fn of(toc: &'a Toc, manifest: Option<&'a Manifest>) -> Self {
        Shown { tables: manifest.map(by_name).unwrap_or_default(), owners: Owners::of(toc) }
    }

    fn object(&self, entry: &Entry) -> BackupObject {
        let (schema, name) = (entry.namespace().into_owned(), entry.tag().into_owned());
        let is_table = entry.desc() == "TABLE";
        let table = is_table.then(|| self.tables.get(&(schema.as_str(), name.as_str()))).flatten();
        let columns = entry.defn.as_ref().filter(|_| is_table).and_then(|text| columns(&text.lossy()));
        BackupObject {
            kind: entry.desc().into_owned(),
            owner: entry.owner.as_ref().map(|owner| owner.lossy().into_owned()).unwrap_or_default(),
            table: self.owners.of_entry(entry),
            columns: columns.map(|columns| columns as u64),
            rows: table.and_then(|table| table.rows),
            bytes: table.and_then(|table| table.raw_bytes),
            schema,
            name,
        }
    }
}

/// Compares two archives of one database, the older one first.
pub fn compare(before: (&Toc, &Manifest), after: (&Toc, &Manifest)) -> Comparison {
    let (old, new) = (keyed(before.0), keyed(after.0));
    let (old_shown, new_shown) = (Shown::of(before.0, Some(before.1)), Shown::of(after.0, Some(after.1)));
    let mut comparison = Comparison::default();
    for (key, entry) in &new {
        match old.get(key) {
            None => comparison.added.push(new_shown.object(entry)),
            Some(known) if definition(known) != definition(entry) => {
                comparison.changed.push(new_shown.object(entry));
            }
            Some(_) => {}
        }
    }
    let removed = old.iter().filter(|(key, _)| !new.contains_key(key));
    comparison.removed.extend(removed.map(|(_, entry)| old_shown.object(entry)));
    let sums = (Checksums::of(before.1), Checksums::of(after.1));
    for table in &after.1.tables {
        let Some(known) = old_shown.tables.get(&(table.schema.as_str(), table.name.as_str())) else {
            continue;
        };
        let moved = (known.rows, known.raw_bytes) != (table.rows, table.raw_bytes);
        let contents = match content_change::compare(&sums.0, &sums.1, &table.schema, &table.name) {
            // Another number of rows or bytes is other contents, with checksums or without.
            _ if differ(known.rows, table.rows) || differ(known.raw_bytes, table.raw_bytes) => {
                ContentsCompared::Differ
            }
            contents => contents,
        };
        // A partitioned table has no rows of its own: they are its partitions'.
        if known.archive_file.is_some() || table.archive_file.is_some() {
            match contents {
                ContentsCompared::Unknown => comparison.contents_unknown += 1,
                _ => comparison.contents_compared += 1,
            }
        }
        if moved || contents == ContentsCompared::Differ {
            comparison.tables.push(((*known).clone(), table.clone(), contents));
        }
    }
    comparison
}

/// Whether both are known and not the same.
fn differ(before: Option<u64>, after: Option<u64>) -> bool {
    before.zip(after).is_some_and(|(before, after)| before != after)
}

/// How the definitions of two archives differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DefinitionChanges {
    /// Only the second has them.
    pub added: Vec<BackupObject>,
    /// Only the first has them.
    pub removed: Vec<BackupObject>,
    /// Both have them, in other words.
    pub changed: Vec<BackupObject>,
    /// How many are the same.
    pub equal: usize,
}

/// Compares the definitions of two archives. What concerns the database as a whole is left out: it bears its name. So
/// are large objects, which a dump of definitions alone does not hold; they are counted otherwise.
pub fn compare_definitions(before: &Toc, after: &Toc) -> DefinitionChanges {
    let is_apart = |entry: &Entry| {
        let (desc, tag) = (entry.desc(), entry.tag());
        desc.starts_with("BLOB") || tag.starts_with("DATABASE ") || tag.starts_with("LARGE OBJECT")
    };
    let (old, new) = (keyed(before), keyed(after));
    let (old_shown, new_shown) = (Shown::of(before, None), Shown::of(after, None));
    let mut changes = DefinitionChanges::default();
    for (key, entry) in new.iter().filter(|(_, entry)| !is_apart(entry)) {
        match old.get(key) {
            None => changes.added.push(new_shown.object(entry)),
            Some(known) if definition(known) != definition(entry) => {
                changes.changed.push(new_shown.object(entry))
            }
            Some(_) => changes.equal += 1,
        }
    }
    let removed = old.iter().filter(|(key, entry)| !new.contains_key(key) && !is_apart(entry));
    changes.removed.extend(removed.map(|(_, entry)| old_shown.object(entry)));
    changes
}

/// The objects of an archive by kind, schema and name.
fn keyed(toc: &Toc) -> BTreeMap<(String, String, String), &Entry> {
    let key =
        |entry: &Entry| (entry.desc().into_owned(), entry.namespace().into_owned(), entry.tag().into_owned());
    // A database's own entries bear its name, which may differ between the two.
    let of_database = |entry: &Entry| entry.desc() == "DATABASE";
    let objects = toc.entries.iter().filter(|entry| is_object(entry) && !of_database(entry));
    objects.map(|entry| (key(entry), entry)).collect()
}

/// The statement that makes an object, and its owner; none when the archive does not hold it.
pub fn definition_of(toc: &Toc, kind: &str, schema: &str, name: &str) -> Option<(String, String)> {
    let wanted = |entry: &&Entry| entry.desc() == kind && entry.namespace() == schema && entry.tag() == name;
    toc.entries.iter().filter(|entry| is_object(entry)).find(wanted).map(definition)
}

/// The statement that makes an object, and its owner.
fn definition(entry: &Entry) -> (String, String) {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.lossy().into_owned()).unwrap_or_default();
    (text(&entry.defn), text(&entry.owner))
}

/// The statements that make a table and what belongs to it, in the archive's order.
pub fn table_definition(toc: &Toc, schema: &str, name: &str) -> Option<String> {
    let tables = [(schema.to_owned(), name.to_owned())];
    let table = toc
        .entries
        .iter()
        .find(|entry| entry.desc() == "TABLE" && entry.namespace() == schema && entry.tag() == name)?;
    let chosen = super::selection::select(toc, &tables).ok()?.entries;
    let own = |entry: &&Entry| {
        entry.dump_id == table.dump_id || entry.dependency_ids().any(|id| id == table.dump_id)
    };
    let statements = toc
        .entries
        .iter()
        .filter(|entry| chosen.contains(&entry.dump_id))
        .filter(own)
        .filter(|entry| is_object(entry))
        .filter_map(|entry| entry.defn.as_ref().map(|text| text.lossy().trim().to_owned()))
        .filter(|text| !text.is_empty());
    Some(statements.collect::<Vec<_>>().join("\n\n"))
}
