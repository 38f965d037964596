//! What of an archive belongs to which table, and how many columns a table has. Pure; reads no data.

use super::toc::{Entry, Toc};
use std::collections::HashMap;

/// What can own an index, a trigger or a constraint.
const RELATIONS: [&str; 4] = ["TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"];

/// What belongs to a relation, as pg_dump names it.
const PARTS: [&str; 10] = [
    "INDEX",
    "CONSTRAINT",
    "FK CONSTRAINT",
    "CHECK CONSTRAINT",
    "TRIGGER",
    "RULE",
    "POLICY",
    "DEFAULT",
    "STATISTICS",
    "ROW SECURITY",
];

/// Finds the relation to which a part belongs.
pub(super) struct Owners<'a> {
    relations: HashMap<i32, &'a Entry>,
}

impl<'a> Owners<'a> {
    pub(super) fn of(toc: &'a Toc) -> Self {
        let relations = toc.entries.iter().filter(|entry| RELATIONS.contains(&entry.desc().as_ref()));
        Owners { relations: relations.map(|entry| (entry.dump_id, entry)).collect() }
    }

    /// The relation's name. A foreign key needs two tables: its tag begins with the name of its own.
    pub(super) fn of_entry(&self, entry: &Entry) -> Option<String> {
        if !PARTS.contains(&entry.desc().as_ref()) {
            return None;
        }
        let needed: Vec<_> = entry
            .dependency_ids()
            .filter_map(|id| self.relations.get(&id))
            .filter(|relation| relation.namespace() == entry.namespace())
            .map(|relation| relation.tag())
            .collect();
        let tag = entry.tag();
        let begins =
            |name: &str| tag.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let own = needed.iter().filter(|name| begins(name)).max_by_key(|name| name.len());
        own.or(needed.first()).map(|name| name.clone().into_owned())
    }
}

/// How many columns a `CREATE TABLE` lists; none when it lists them otherwise.
pub(super) fn columns(definition: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut item = String::new();
    let mut items = Vec::new();
    for letter in definition.chars() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(') => {
                depth += 1;
                if depth == 1 {
                    continue;
                }
            }
            (None, ')') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    items.push(item);
                    let named = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty());
                    return Some(named.filter(|item| !item.starts_with("CONSTRAINT ")).count());
                }
            }
            (None, ',') if depth == 1 => {
                items.push(std::mem::take(&mut item));
                continue;
            }
            _ => {}
        }
        if depth > 0 {
            item.push(letter);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_and_constraints_are_none() {
        let of = |text: &str| columns(text);
        assert_eq!(of("CREATE TABLE public.z (\n);\n"), Some(0), "a table may have none");
        assert_eq!(
            of(
                "CREATE TABLE public.\"a (b, c\" (\n    id integer NOT NULL,\n    \"x, y\" numeric(10,2) DEFAULT 'a,(b'::text,\n    \
                CONSTRAINT positive CHECK ((id > 0))\n)\nPARTITION BY LIST (id);\n"
            ),
            Some(2),
            "names, types and defaults may hold anything"
        );
        assert_eq!(of("CREATE TABLE public.p PARTITION OF q"), None, "what lists no columns is not counted");
    }
}
