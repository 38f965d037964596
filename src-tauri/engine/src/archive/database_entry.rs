//! How an archive's database was made, and its settings, for making another of another name. Pure.

use super::toc::{Entry, Text, Toc};
use crate::sql::{Setting, Token, identifier, statements, tokens};
use std::collections::BTreeSet;

/// What an archive says of its database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatabaseEntry {
    /// What follows the name in `CREATE DATABASE`: template, encoding, locale; without a tablespace.
    pub options: String,
    /// Its settings.
    pub settings: Vec<Setting>,
    /// Settings of roles in it.
    pub role_settings: Vec<(String, Setting)>,
    /// Its owner; empty when the archive does not say.
    pub owner: String,
    /// How many connections it allows; none for any number.
    pub connection_limit: Option<i64>,
    /// Whether others are made from it (`IS_TEMPLATE`); none when it is an ordinary one.
    pub template: Option<()>,
    /// Its comment.
    pub comment: Option<String>,
    /// Its permissions: what stands before and after its name in each GRANT and REVOKE.
    pub permissions: Vec<(String, String)>,
}

impl DatabaseEntry {
    /// Reads it from the entries that pg_dump writes into every archive.
    pub fn of(toc: &Toc) -> Self {
        let find = |desc: &str| toc.entries.iter().find(|entry| entry.desc() == desc);
        let mut own = find("DATABASE PROPERTIES").map(properties).unwrap_or_default();
        own.options = find("DATABASE").and_then(options).unwrap_or_default();
        let owner = find("DATABASE").and_then(|entry| entry.owner.as_ref());
        own.owner = owner.map(|owner| owner.lossy().into_owned()).unwrap_or_default();
        // The tag of what hangs on a database: `DATABASE shop`.
        let hanging = |desc: &str| {
            toc.entries.iter().find(|entry| entry.desc() == desc && entry.tag().starts_with("DATABASE "))
        };
        own.permissions = hanging("ACL").map(permissions).unwrap_or_default();
        own.comment = hanging("COMMENT").and_then(comment);
        own
    }

    /// The encoding that it was made with.
    pub fn encoding(&self) -> Option<String> {
        let (_, rest) = self.options.split_once("ENCODING = '")?;
        Some(rest.split_once('\'')?.0.to_owned())
    }
}

/// The roles that own something in the archive.
pub fn owners(toc: &Toc) -> BTreeSet<String> {
    let owner = |entry: &Entry| entry.owner.as_ref().map(|owner| owner.lossy().into_owned());
    toc.entries.iter().filter_map(owner).filter(|owner| !owner.is_empty()).collect()
}

/// The roles to whom the archive grants something.
pub fn grantees(toc: &Toc) -> BTreeSet<String> {
    let statements =
        toc.entries.iter().filter(|entry| ["ACL", "DEFAULT ACL"].contains(&entry.desc().as_ref()));
    let mut found = BTreeSet::new();
    for entry in statements {
        let text = entry.defn.as_ref().map(Text::lossy).unwrap_or_default();
        for line in text.lines() {
            if let Some((_, to)) = line.rsplit_once(" TO ")
                && let Some((role, _)) = identifier(to)
                && role != "PUBLIC"
            {
                found.insert(role);
            }
        }
    }
    found
}

/// The tablespaces that something in the archive lies in.
pub fn tablespaces(toc: &Toc) -> BTreeSet<String> {
    let place = |entry: &Entry| entry.tablespace.as_ref().map(|name| name.lossy().into_owned());
    toc.entries.iter().filter_map(place).filter(|name| !name.is_empty()).collect()
}

/// The two ways in which pg_dump writes a name: bare, or in double quotes.
fn after_name<'a>(statement: &'a str, verb: &str, name: &str) -> Option<&'a str> {
    let rest = statement.strip_prefix(verb)?.trim_start();
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    rest.strip_prefix(&quoted).or_else(|| rest.strip_prefix(name)).filter(|rest| rest.starts_with(' '))
}

fn options(entry: &Entry) -> Option<String> {
    let statement = entry.defn.as_ref().map(Text::lossy)?;
    let rest = after_name(statement.trim(), "CREATE DATABASE", &entry.tag())?;
    let rest = rest.trim().strip_suffix(';')?;
    // The last clause that pg_dump writes; the tablespace may not exist elsewhere.
    let rest = rest.rsplit_once(" TABLESPACE = ").map_or(rest, |(before, _)| before);
    Some(rest.trim().to_owned())
}

/// `GRANT … ON DATABASE name TO role;`, one a line.
fn permissions(entry: &Entry) -> Vec<(String, String)> {
    let text = entry.defn.as_ref().map(Text::lossy).unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let (before, rest) = line.split_once(" ON DATABASE ")?;
            let (_, after) = identifier(rest)?;
            let known = before.starts_with("GRANT ") || before.starts_with("REVOKE ");
            known.then(|| (before.to_owned(), after.trim_end_matches(';').to_owned()))
        })
        .collect()
}

/// `COMMENT ON DATABASE name IS 'text';`, of which one string is taken and nothing behind it.
fn comment(entry: &Entry) -> Option<String> {
    let text = entry.defn.as_ref().map(Text::lossy)?;
    let [statement] = statements(&text).try_into().ok()?;
    match tokens(&statement)?.as_slice() {
        [comment, on, database, _, is, Token::Text(text)]
            if comment.is("COMMENT") && on.is("ON") && database.is("DATABASE") && is.is("IS") =>
        {
            Some(text.clone())
        }
        _ => None,
    }
}

/// `ALTER DATABASE name SET …`, `… CONNECTION LIMIT = 5`, `… IS_TEMPLATE = true`, and `ALTER ROLE name IN DATABASE name SET
/// …`. A value may hold anything, so they are read as SQL. Permissions and comments are other entries.
fn properties(entry: &Entry) -> DatabaseEntry {
    let text = entry.defn.as_ref().map(Text::lossy).unwrap_or_default();
    let mut found = DatabaseEntry::default();
    for parts in statements(&text).iter().filter_map(|statement| tokens(statement)) {
        match parts.as_slice() {
            [alter, database, _, rest @ ..] if alter.is("ALTER") && database.is("DATABASE") => match rest {
                [set, rest @ ..] if set.is("SET") => found.settings.extend(Setting::of_tokens(rest)),
                [connection, limit, Token::Sign('='), Token::Word(number)]
                    if connection.is("CONNECTION") && limit.is("LIMIT") =>
                {
                    found.connection_limit = number.parse().ok().filter(|limit| *limit >= 0);
                }
                [template, Token::Sign('='), value] if template.is("IS_TEMPLATE") => {
                    found.template = value.is("true").then_some(());
                }
                _ => {}
            },
            [alter, role, name, within, database, _, set, rest @ ..]
                if alter.is("ALTER")
                    && role.is("ROLE")
                    && within.is("IN")
                    && database.is("DATABASE")
                    && set.is("SET") =>
            {
                let named = Token::name(name).map(str::to_owned);
                found.role_settings.extend(named.zip(Setting::of_tokens(rest)));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::toc::sample;

    fn entry(desc: &str, tag: &str, defn: &str) -> Entry {
        Entry { defn: Some(defn.into()), owner: Some("ann".into()), ..sample::entry(1, desc, "", tag) }
    }

    #[test]
    fn encoding_and_locale_are_kept_and_the_tablespace_is_not() {
        let of = |name: &str, defn: &str| options(&entry("DATABASE", name, defn));
        assert_eq!(
            of(
                "shop",
                "CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'C' TABLESPACE = fast;\n\n"
            )
            .as_deref(),
            Some("WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'C'"),
            "another machine may lack the tablespace"
        );
        assert_eq!(
            of("a WITH \"b", "CREATE DATABASE \"a WITH \"\"b\" WITH TEMPLATE = template0;").as_deref(),
            Some("WITH TEMPLATE = template0"),
            "a name may look like a clause"
        );
    }

    #[test]
    fn settings_can_be_given_to_a_database_of_another_name() {
        let DatabaseEntry { settings: own, role_settings: of_roles, .. } = properties(&entry(
            "DATABASE PROPERTIES",
            "shop",
            "ALTER DATABASE shop SET search_path TO 'a', 'b';\nALTER DATABASE shop SET my.motto TO 'x;\n\
             ALTER DATABASE shop SET y TO ''z'';';\nALTER ROLE ann IN DATABASE shop SET work_mem TO '64MB';\n",
        ));
        let clauses: Vec<String> = own.iter().map(Setting::clause).collect();
        assert_eq!(
            clauses,
            [
                "SET \"search_path\" TO 'a', 'b'",
                "SET \"my.motto\" TO 'x;\nALTER DATABASE shop SET y TO ''z'';'"
            ],
            "what was set stays set, and the words of a value are carried out by nobody"
        );
        assert_eq!(of_roles.len(), 1, "a role's own in this database: {of_roles:?}");
        assert_eq!(
            (of_roles[0].0.as_str(), of_roles[0].1.name.as_str()),
            ("ann", "work_mem"),
            "whose and what"
        );
    }

    #[test]
    fn limits_and_comments_are_taken_and_nothing_that_follows_them() {
        let of = |defn: &str| {
            let found = properties(&entry("DATABASE PROPERTIES", "shop", defn));
            (found.connection_limit, found.template)
        };
        assert_eq!(
            of("ALTER DATABASE \"a b\" CONNECTION LIMIT = 5;\nALTER DATABASE shop IS_TEMPLATE = true;\n"),
            (Some(5), Some(())),
            "whoever uses the database counts on them"
        );
        assert_eq!(
            of("ALTER DATABASE shop CONNECTION LIMIT = 5 x;\nALTER DATABASE shop SET \"CONNECTION\" TO '7';"),
            (None, None),
            "a number and nothing else"
        );
        let said = |defn: &str| comment(&entry("COMMENT", "DATABASE shop", defn));
        assert_eq!(
            said("COMMENT ON DATABASE shop IS 'it''s; mine';\n\n").as_deref(),
            Some("it's; mine"),
            "whatever it holds"
        );
        assert_eq!(
            said("COMMENT ON DATABASE shop IS 'a'; DROP ROLE b;"),
            None,
            "a second statement is no comment"
        );
    }
}
