//! Who loads what of an archive, and when. Pure.

use crate::archive::toc::{Entry, Section, Toc};
use crate::sql::{identifier, quoted};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// A smaller file is not worth a statement of ours: pg_restore is through with it in the same time.
pub(super) const WORTHWHILE: u64 = 1024 * 1024;

/// So many tables are worth parts of their own, though pg_restore loads them all: where one run of it makes a table and
/// loads it, it empties it in between (pg_backup_archiver.c: restore_toc_entry), which takes the server longer than a
/// few rows do. Ten thousand tables of 20 rows take 6.6 s in parts and 10.5 s in one run (benches/restore).
const MANY: usize = 200;

/// What is loaded by whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct LoadPlan {
    /// Entries that pg_restore makes first: definitions.
    pub(super) before: Vec<i32>,
    /// Entries whose data pg_restore loads.
    pub(super) stock: Vec<i32>,
    /// Bytes of their files.
    pub(super) stock_bytes: u64,
    /// Tables that our connections load, largest first.
    pub(super) tables: Vec<TableLoad>,
    /// Entries that pg_restore makes last: what stands over the data, and permissions.
    pub(super) after: Vec<i32>,
}

/// A table that our connections load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableLoad {
    /// The entry of its data.
    pub(super) entry: i32,
    /// Its name, as pg_restore says it.
    pub(super) tag: String,
    /// Schema and name as SQL.
    pub(super) qualified: String,
    /// `COPY … FROM stdin`, without its end.
    pub(super) copy: String,
    /// Its file.
    pub(super) file: PathBuf,
    /// Bytes of its file.
    pub(super) bytes: u64,
    /// What is built over it.
    pub(super) builds: Vec<Build>,
}

/// An index or a constraint that has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Build {
    /// Its entry.
    pub(super) entry: i32,
    /// Its name.
    pub(super) tag: String,
    /// The statements that make it.
    pub(super) statements: String,
    /// Whether others may be built over the table meanwhile.
    pub(super) lock: Lock,
    /// How it is built.
    pub(super) method: Method,
}

/// How an index is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// Its entries are sorted, then written: a B-tree.
    Sorted,
    /// In a way of its own.
    Other,
}

/// What a build does to its table meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Lock {
    /// Others may build.
    Shared,
    /// `ALTER TABLE` keeps everybody out.
    Exclusive,
}

/// A data file of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredFile {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its bytes.
    pub(super) bytes: u64,
}

/// Divides the entries of an archive. `files` has the data file of each entry; `chosen` are the entries to restore,
/// all when absent. None when one pg_restore does it as well.
pub(super) fn plan(toc: &Toc, files: &HashMap<i32, StoredFile>, chosen: Option<&[i32]>) -> Option<LoadPlan> {
    // Our connections speak UTF-8; where the file does not, it is pg_restore's.
    let utf8 = is_utf8(toc);
    let chosen: Option<HashSet<i32>> = chosen.map(|ids| ids.iter().copied().collect());
    let wanted = |entry: &&Entry| chosen.as_ref().is_none_or(|ids| ids.contains(&entry.dump_id));
    let made: HashSet<i32> = toc
        .entries
        .iter()
        .filter(wanted)
        .filter(|entry| entry.desc() == "TABLE")
        .map(|entry| entry.dump_id)
        .collect();
    let mut plan = LoadPlan::default();
    // As pg_restore does it, what has no section is of that of the entries before it.
    let mut section = Section::PreData;
    for entry in toc.entries.iter() {
        if entry.section != Section::None {
            section = entry.section;
        }
        if !wanted(&entry) {
            continue;
        }
        // An owner may have given up rights that loading takes: permissions come last, as pg_restore has it too.
        match section {
            _ if ["ACL", "DEFAULT ACL"].contains(&entry.desc().as_ref()) => plan.after.push(entry.dump_id),
            Section::PreData | Section::None => plan.before.push(entry.dump_id),
            Section::PostData => plan.after.push(entry.dump_id),
            Section::Data => match table(entry, &made, files).filter(|_| utf8) {
                Some(table) => plan.tables.push(table),
                None => {
                    plan.stock.push(entry.dump_id);
                    plan.stock_bytes += files.get(&entry.dump_id).map_or(0, |file| file.bytes);
                }
            },
        }
    }
    if plan.tables.is_empty() && plan.stock.len() < MANY {
        return None;
    }
    add_builds(toc, &mut plan);
    plan.tables.sort_by_key(|table| std::cmp::Reverse(table.bytes));
    Some(plan)
}

fn is_utf8(toc: &Toc) -> bool {
    let encoding = toc.entries.iter().find(|entry| entry.desc() == "ENCODING");
    encoding.and_then(|entry| entry.defn.as_ref()).is_some_and(|defn| defn.lossy().contains("'UTF8'"))
}

/// The entry as a table of ours. Not those that the restore does not make itself (an extension's have rows already), that
/// are loaded through the root of their partitions, or that are small.
fn table(entry: &Entry, made: &HashSet<i32>, files: &HashMap<i32, StoredFile>) -> Option<TableLoad> {
    let file = files.get(&entry.dump_id)?;
    let [of] = entry.dependency_ids().collect::<Vec<_>>()[..] else { return None };
    if entry.desc() != "TABLE DATA" || !made.contains(&of) || file.bytes < WORTHWHILE {
        return None;
    }
    let statement = String::from_utf8(entry.copy_stmt.as_ref()?.0.clone()).ok()?;
    let copy = statement.trim_end().strip_suffix(';')?;
    let (schema, rest) = identifier(copy.strip_prefix("COPY ")?)?;
    let (name, rest) = identifier(rest.strip_prefix('.')?)?;
    let itself = schema == entry.namespace() && name == entry.tag();
    if !itself || !rest.starts_with(" (") || !rest.ends_with(") FROM stdin") {
        return None;
    }
    Some(TableLoad {
        entry: entry.dump_id,
        tag: entry.tag().into_owned(),
        qualified: format!("{}.{}", quoted(&schema), quoted(&name)),
        copy: copy.to_owned(),
        file: file.path.clone(),
        bytes: file.bytes,
        builds: Vec::new(),
    })
}

/// Takes over the indexes of our tables that need nothing but what is there before the data. A number that names no entry
/// stands for what comes with an extension or the server.
fn add_builds(toc: &Toc, plan: &mut LoadPlan) {
    let before: HashSet<i32> = plan.before.iter().copied().collect();
    let after: HashSet<i32> = plan.after.iter().copied().collect();
    let by_id: HashMap<i32, &Entry> = toc.entries.iter().map(|entry| (entry.dump_id, entry)).collect();
    let table_of: HashMap<i32, usize> = plan
        .tables
        .iter()
        .enumerate()
        .filter_map(|(at, table)| Some((by_id.get(&table.entry)?.dependency_ids().next()?, at)))
        .collect();
    let mut taken = HashSet::new();
    for entry in toc.entries.iter().filter(|entry| after.contains(&entry.dump_id)) {
        let there = |id: i32| before.contains(&id) || !by_id.contains_key(&id);
        let Some((at, build)) = build(entry, &table_of, there) else { continue };
        taken.insert(build.entry);
        plan.tables[at].builds.push(build);
    }
    plan.after.retain(|id| !taken.contains(id));
}

fn build(
    entry: &Entry,
    table_of: &HashMap<i32, usize>,
    there: impl Fn(i32) -> bool,
) -> Option<(usize, Build)> {
    let desc = entry.desc();
    if !["INDEX", "CONSTRAINT"].contains(&desc.as_ref()) {
        return None;
    }
    // One in a tablespace of its own takes a setting that pg_restore knows about.
    if entry.tablespace.as_ref().is_some_and(|name| !name.0.is_empty()) {
        return None;
    }
    let statements = String::from_utf8(entry.defn.as_ref()?.0.clone()).ok()?;
    // An index may come with a statement that clusters the table on it, or makes it the replica identity.
    let lock = if statements.contains("ALTER TABLE") { Lock::Exclusive } else { Lock::Shared };
    let mut of = None;
    for id in entry.dependency_ids() {
        match table_of.get(&id) {
            Some(at) if of.is_none() => of = Some(*at),
            _ if there(id) => {}
            _ => return None,
        }
    }
    // pg_dump names the method of an index; of constraints those that exclude may have another.
    let sorted = if desc == "INDEX" {
        statements.contains(" USING btree ")
    } else {
        !statements.contains(" EXCLUDE ") && !statements.contains(" WITHOUT OVERLAPS")
    };
    let method = if sorted { Method::Sorted } else { Method::Other };
    let build = Build { entry: entry.dump_id, tag: entry.tag().into_owned(), statements, lock, method };
    Some((of?, build))
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
