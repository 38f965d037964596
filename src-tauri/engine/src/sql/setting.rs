//! One setting of a role or a database: as the server keeps it, as pg_dump writes it, and as a clause. Pure.

use super::{Token, identifier, literal, quoted};

/// A setting with its values; most have one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// Its name, for example `search_path`.
    pub name: String,
    /// Its values. Those of a list are names, each by itself.
    pub values: Vec<String>,
}

/// The settings whose values are lists of names, each quoted by itself (pg_dump's `variable_is_guc_list_quote`).
const LISTS: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

impl Setting {
    /// Reads `name=value`, as `pg_db_role_setting` keeps it.
    pub fn of_catalog(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=')?;
        let list = LISTS.iter().any(|list| list.eq_ignore_ascii_case(name));
        let values = if list { names(value) } else { None };
        Some(Self { name: name.to_owned(), values: values.unwrap_or_else(|| vec![value.to_owned()]) })
    }

    /// Reads `name TO value, value`, as pg_dump and pg_dumpall write it behind SET.
    pub fn of_tokens(tokens: &[Token]) -> Option<Self> {
        let [name, to, values @ ..] = tokens else { return None };
        let (name, true) = (name.name()?.to_owned(), to.is("TO") || *to == Token::Sign('=')) else {
            return None;
        };
        let mut read = Vec::new();
        for (index, token) in values.iter().enumerate() {
            match (index % 2, token) {
                (0, Token::Text(value) | Token::Name(value) | Token::Word(value)) => read.push(value.clone()),
                (1, Token::Sign(',')) => {}
                _ => return None,
            }
        }
        (values.len() % 2 == 1).then_some(Self { name, values: read })
    }

    /// `SET "name" TO 'value', 'value'`, which follows a role's or a database's name.
    pub fn clause(&self) -> String {
        let values: Vec<String> = self.values.iter().map(|value| literal(value)).collect();
        let values = if values.is_empty() { "''".to_owned() } else { values.join(", ") };
        format!("SET {} TO {values}", quoted(&self.name))
    }
}

/// The names of a list, bare or quoted, between commas.
fn names(value: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = value.trim_start();
    if rest.is_empty() {
        return Some(found);
    }
    loop {
        let after = if rest.starts_with('"') {
            let (name, after) = identifier(rest)?;
            found.push(name);
            after
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            found.push(rest[..end].trim_end().to_owned());
            &rest[end..]
        };
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return after.trim().is_empty().then_some(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens;
    use super::*;

    fn kept(text: &str) -> Vec<String> {
        Setting::of_catalog(text).expect("a setting").values
    }

    #[test]
    fn a_list_is_kept_as_its_names_and_other_values_as_they_are() {
        assert_eq!(kept("search_path=\"$user\", public"), ["$user", "public"], "two schemas");
        assert_eq!(
            kept("search_path=\"a, b\", \"c\"\"d\""),
            ["a, b", "c\"d"],
            "names with commas and quotes"
        );
        assert_eq!(kept("search_path=\"\""), [""], "no schema at all");
        assert_eq!(kept("datestyle=ISO, DMY"), ["ISO, DMY"], "one value with a comma");
        assert_eq!(kept("my.app=a=b"), ["a=b"], "the first sign of equality ends the name");
    }

    #[test]
    fn the_clause_sets_what_was_read() {
        let clause = |text: &str| Setting::of_catalog(text).expect("a setting").clause();
        assert_eq!(clause("search_path=\"a, b\", c"), "SET \"search_path\" TO 'a, b', 'c'", "two names");
        assert_eq!(clause("work_mem=64MB"), "SET \"work_mem\" TO '64MB'", "one value");
        assert_eq!(clause("my.app=x'; DROP"), "SET \"my.app\" TO 'x''; DROP'", "words are data");
    }

    #[test]
    fn what_a_dump_says_is_what_the_server_keeps() {
        let dumped = |text: &str| Setting::of_tokens(&tokens(text).expect("tokens"));
        assert_eq!(
            dumped("search_path TO 'a, b', 'c'"),
            Setting::of_catalog("search_path=\"a, b\", c"),
            "equal"
        );
        assert_eq!(
            dumped("search_path TO \"$user\", public"),
            Setting::of_catalog("search_path=\"$user\", public"),
            "as old versions write it"
        );
        assert_eq!(dumped("work_mem TO '64MB' x"), None, "more than a setting is none");
        assert_eq!(dumped("work_mem TO 'a',"), None, "nor is a list without an end");
    }
}
