//! Objects named in full, by their number in the table of contents. Pure.

use super::toc::{Entry, Toc};
use crate::sql::bare_or_quoted as written;

/// The kinds whose tag holds more than a name: a table and its constraint, a function and its arguments.
const COMPOSED: [&str; 17] = [
    "ACL",
    "AGGREGATE",
    "CAST",
    "CHECK CONSTRAINT",
    "COMMENT",
    "CONSTRAINT",
    "DEFAULT",
    "DEFAULT ACL",
    "FK CONSTRAINT",
    "FUNCTION",
    "OPERATOR",
    "POLICY",
    "PROCEDURE",
    "PUBLICATION TABLE",
    "RULE",
    "SECURITY LABEL",
    "TRIGGER",
];

/// The object of that number: `TABLE public."odd ""name"`. None when the archive has no such entry.
pub fn full_name(toc: &Toc, dump_id: i32) -> Option<String> {
    toc.entries.iter().find(|entry| entry.dump_id == dump_id).map(named)
}

fn named(entry: &Entry) -> String {
    let (desc, schema, tag) = (entry.desc(), entry.namespace(), entry.tag());
    let dot = if schema.is_empty() { String::new() } else { format!("{}.", written(&schema)) };
    let name = if COMPOSED.contains(&desc.as_ref()) { tag.into_owned() } else { written(&tag) };
    format!("{desc} {dot}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::toc::sample::{self, entry};

    #[test]
    fn a_name_is_told_whole_whatever_it_holds() {
        let toc = sample::toc(vec![
            entry(1, "TABLE", "public", "orders"),
            entry(2, "TABLE DATA", "a.b", "odd \"name\nof mine"),
            entry(3, "CONSTRAINT", "public", "orders orders_pkey"),
            entry(4, "SCHEMA", "", "shop"),
        ]);
        let named = |id| full_name(&toc, id).unwrap_or_default();
        assert_eq!(named(1), "TABLE public.orders", "a plain name stays plain");
        assert_eq!(
            named(2),
            "TABLE DATA \"a.b\".\"odd \"\"name\nof mine\"",
            "cut at its space or line break, nobody finds it"
        );
        assert_eq!(named(3), "CONSTRAINT public.orders orders_pkey", "a table and its constraint");
        assert_eq!(named(4), "SCHEMA shop", "what lies in no schema");
        assert_eq!(full_name(&toc, 9), None, "a number that is not there");
    }
}
