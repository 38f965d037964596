//! Which table of an archive somebody means. Pure.

use super::selection::TableName;
use super::toc::Toc;
use crate::sql::readings;

/// The schema that is meant where none is written.
const USUAL_SCHEMA: &str = "public";

/// What a written name means in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// This table.
    Table(TableName),
    /// Each of these tables could be meant.
    Several(Vec<TableName>),
    /// Something that is no table: what it is in words.
    NoTable(&'static str),
    /// Nothing in the archive has the name.
    Nothing,
}

/// What a written name means.
pub fn meant(toc: &Toc, text: &str) -> Meant {
    let names: Vec<TableName> = readings(text)
        .into_iter()
        .map(|(schema, name)| (schema.unwrap_or_else(|| USUAL_SCHEMA.to_owned()), name))
        .collect();
    let is = |(schema, name): &TableName, kinds: &[&str]| {
        toc.entries.iter().any(|entry| {
            kinds.contains(&entry.desc().as_ref()) && entry.namespace() == *schema && entry.tag() == *name
        })
    };
    let mut tables: Vec<TableName> =
        names.iter().filter(|name| is(name, &["TABLE", "FOREIGN TABLE"])).cloned().collect();
    match tables.len() {
        1 => Meant::Table(tables.remove(0)),
        0 => [
            ("VIEW", "a view"),
            ("MATERIALIZED VIEW", "a materialized view"),
            ("SEQUENCE", "a sequence"),
            ("INDEX", "an index"),
        ]
        .into_iter()
        .find(|(kind, _)| names.iter().any(|name| is(name, &[kind])))
        .map_or(Meant::Nothing, |(_, words)| Meant::NoTable(words)),
        _ => Meant::Several(tables),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::toc::sample;

    fn toc(entries: &[(&str, &str, &str)]) -> Toc {
        let entry = |(desc, schema, tag): &(&str, &str, &str)| sample::entry(1, desc, schema, tag);
        sample::toc(entries.iter().map(entry).collect())
    }

    fn table(schema: &str, name: &str) -> TableName {
        (schema.into(), name.into())
    }

    #[test]
    fn a_name_that_fits_two_tables_means_neither_until_it_is_quoted() {
        let toc = toc(&[("TABLE", "a.b", "c"), ("TABLE", "a", "b.c"), ("TABLE", "a", "x.y")]);
        let both = vec![table("a", "b.c"), table("a.b", "c")];
        assert_eq!(meant(&toc, "a.b.c"), Meant::Several(both), "a restore of the wrong one is no restore");
        assert_eq!(meant(&toc, "\"a.b\".c"), Meant::Table(table("a.b", "c")), "quotes decide");
        assert_eq!(meant(&toc, "a.\"b.c\""), Meant::Table(table("a", "b.c")), "either way");
        assert_eq!(
            meant(&toc, "a.x.y"),
            Meant::Table(table("a", "x.y")),
            "one that fits one table needs none"
        );
    }

    #[test]
    fn what_is_there_but_no_table_is_called_what_it_is() {
        let toc = toc(&[
            ("MATERIALIZED VIEW", "sales", "mv"),
            ("VIEW", "public", "v"),
            ("TABLE DATA", "public", "t"),
        ]);
        assert_eq!(meant(&toc, "sales.mv"), Meant::NoTable("a materialized view"), "it is in the backup");
        assert_eq!(meant(&toc, "v"), Meant::NoTable("a view"), "in the usual schema");
        assert_eq!(meant(&toc, "public.t"), Meant::Nothing, "rows alone make no table");
    }
}
