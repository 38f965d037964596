//! Puts the data of our tables into the table of contents that pg_dump wrote. Pure.

use crate::archive::TOC_FILE;
use crate::archive::reconcile::SEQUENCE_SET;
use crate::archive::toc::{Entry, Section, Text, Toc};
use crate::postgres::sequences::SequenceState;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// The catalog of tables, `pg_class`, as entries name it.
const PG_CLASS: &[u8] = b"1259";

/// A table whose data was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// Its oid.
    pub oid: u32,
    /// Its columns as SQL, in their order.
    pub columns: String,
    /// Schema and name as SQL.
    pub qualified: String,
}

/// Adds an entry for the data of each table and the value of each sequence as pg_dump words them (pg_dump.c:
/// dumpTableData, dumpSequenceData), before those that are there. Answers the new table of contents and the number of each
/// table's entry, which names its file. Where pg_dump left out all rows, `without_rows` are the tables and sequences that
/// have none to give, by oid.
///
/// # Errors
/// In words: a table or a sequence has no entry or more than one, or has data already, or would be left without its rows,
/// or what is written does not read as it was.
pub fn insert(
    toc: &Toc,
    tables: &[Data],
    sequences: &[SequenceState],
    without_rows: Option<&HashSet<u32>>,
) -> Result<(Toc, HashMap<u32, i32>), String> {
    let made = Made::of(toc)?;
    if let Some(without_rows) = without_rows {
        let ours = tables.iter().map(|table| table.oid).chain(sequences.iter().map(|sequence| sequence.oid));
        made.none_forgotten(ours.chain(without_rows.iter().copied()).collect())?;
    }
    let taken = toc.entries.iter().flat_map(|entry| entry.dependency_ids().chain([entry.dump_id]));
    let mut number = taken.max().unwrap_or(0);
    let mut next = || {
        number = number.checked_add(1).ok_or("the archive has no numbers left")?;
        Ok::<i32, String>(number)
    };
    let mut numbers = HashMap::new();
    let mut added = Vec::with_capacity(tables.len());
    for data in tables {
        let table = made.unfilled(data.oid, &data.qualified)?;
        let number = next()?;
        numbers.insert(data.oid, number);
        added.push(entry(table, data, number));
    }
    let mut values = Vec::with_capacity(sequences.len());
    for sequence in sequences {
        values.push(value(made.unfilled(sequence.oid, &sequence.qualified)?, sequence, next()?));
    }
    let by_name = |a: &Entry, b: &Entry| (&a.namespace, &a.tag).cmp(&(&b.namespace, &b.tag));
    added.sort_by(by_name);
    values.sort_by(by_name);
    let ours: HashSet<i32> = added.iter().chain(&values).map(|entry| entry.dump_id).collect();
    added.append(&mut values);
    let sections = [Section::Data, Section::PostData];
    let first =
        sections.iter().find_map(|section| toc.entries.iter().position(|entry| entry.section == *section));
    let mut whole = toc.clone();
    let at = first.unwrap_or(toc.entries.len());
    whole.entries.splice(at..at, added);
    agrees(&whole, toc, &ours)?;
    Ok((whole, numbers))
}

/// What a table of contents has of tables and sequences.
struct Made<'a> {
    /// Their entries, by oid.
    made: HashMap<u32, &'a Entry>,
    /// The oids of the tables with data, and the entries of the sequences with values.
    filled: HashSet<u32>,
    valued: HashSet<i32>,
}

impl<'a> Made<'a> {
    fn of(toc: &'a Toc) -> Result<Self, String> {
        let mut found = Self { made: HashMap::new(), filled: HashSet::new(), valued: HashSet::new() };
        for entry in &toc.entries {
            let desc = entry.desc();
            if desc == SEQUENCE_SET {
                found.valued.extend(entry.dependency_ids());
            }
            let Some(oid) = entry.oid_number() else { continue };
            let of_a_relation = entry.table_oid.as_ref().is_some_and(|catalog| catalog.0 == PG_CLASS);
            let holds_data = desc == "TABLE" || desc == "SEQUENCE";
            if of_a_relation && holds_data && found.made.insert(oid, entry).is_some() {
                return Err(format!("the relation with the oid {oid} is there twice"));
            }
            if desc == "TABLE DATA" {
                found.filled.insert(oid);
            }
        }
        Ok(found)
    }

    /// Whether there is no table and no sequence but these: whatever else there is would be without its rows, and nobody
    /// would know.
    fn none_forgotten(&self, known: HashSet<u32>) -> Result<(), String> {
        match self.made.iter().find(|(oid, _)| !known.contains(oid)) {
            Some((_, entry)) => Err(format!("{}.{} was not listed", entry.namespace(), entry.tag())),
            None => Ok(()),
        }
    }

    /// The entry of a relation whose data pg_dump left to us.
    fn unfilled(&self, oid: u32, qualified: &str) -> Result<&'a Entry, String> {
        let Some(entry) = self.made.get(&oid) else {
            return Err(format!("pg_dump left {qualified} out"));
        };
        if self.filled.contains(&oid) || self.valued.contains(&entry.dump_id) {
            return Err(format!("pg_dump copied {qualified} though it was told not to"));
        }
        Ok(entry)
    }
}

/// The value of a sequence. Its name is free of backslashes, which a server may read in two ways.
fn value(sequence: &Entry, state: &SequenceState, number: i32) -> Entry {
    let SequenceState { qualified, last_value, is_called, .. } = state;
    let name = qualified.replace('\'', "''");
    let statement = format!("SELECT pg_catalog.setval('{name}', {last_value}, {is_called});\n");
    Entry {
        dump_id: number,
        had_dumper: 0,
        oid: Some("0".into()),
        desc: Some(SEQUENCE_SET.into()),
        defn: Some(Text(statement.into_bytes())),
        copy_stmt: None,
        filename: Some("".into()),
        ..entry(sequence, &Data { oid: state.oid, columns: String::new(), qualified: String::new() }, number)
    }
}

fn entry(table: &Entry, data: &Data, number: i32) -> Entry {
    let columns = &data.columns;
    Entry {
        dump_id: number,
        had_dumper: 1,
        table_oid: Some("0".into()),
        oid: table.oid.clone(),
        tag: table.tag.clone(),
        desc: Some("TABLE DATA".into()),
        section: Section::Data,
        defn: None,
        drop_stmt: None,
        copy_stmt: Some(Text(format!("COPY {} ({columns}) FROM stdin;\n", data.qualified).into_bytes())),
        namespace: table.namespace.clone(),
        tablespace: None,
        table_am: None,
        relkind: 0,
        owner: table.owner.clone(),
        with_oids: Some("false".into()),
        dependencies: vec![Text(table.dump_id.to_string().into_bytes())],
        filename: Some(Text(format!("{number}.dat").into_bytes())),
    }
}

/// Whether the bytes of the new table of contents read as what was meant, and as the old one without what is ours.
fn agrees(whole: &Toc, old: &Toc, ours: &HashSet<i32>) -> Result<(), String> {
    let read = Toc::parse(&whole.to_bytes(), Path::new(TOC_FILE)).map_err(|error| error.to_string())?;
    let others = read.entries.iter().filter(|entry| !ours.contains(&entry.dump_id));
    if read != *whole || read.header != old.header || !others.eq(old.entries.iter()) {
        return Err("the table of contents does not read as it was written".into());
    }
    Ok(())
}

#[cfg(test)]
#[path = "entries_tests.rs"]
mod tests;
