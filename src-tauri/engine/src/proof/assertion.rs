//! The owner's assertions: which databases a statement is meant for. Pure.
//!
//! `SELECT …` is asked of every database of the job, `[orders] SELECT …` of `orders` alone. No statement of SQL begins
//! with a bracket.

use crate::sql::statements;
use holdfast_types::DatabaseSelection;

/// An assertion as its owner wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Assertion<'a> {
    /// The database that it is for; every one when absent.
    pub(crate) database: Option<&'a str>,
    /// What is asked.
    pub(crate) statement: &'a str,
}

/// Why an assertion cannot be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusable<'a> {
    /// A bracket that nothing closes.
    Open,
    /// Nothing is asked.
    Empty,
    /// More than one statement, of which only the first would be asked.
    Several,
    /// The job does not back this database up.
    Foreign(&'a str),
}

impl<'a> Assertion<'a> {
    /// Reads one line.
    pub(crate) fn read(line: &'a str) -> Result<Self, Unusable<'a>> {
        let line = line.trim();
        let (database, statement) = match line.strip_prefix('[') {
            None => (None, line),
            Some(rest) => {
                let (database, statement) = rest.split_once(']').ok_or(Unusable::Open)?;
                (Some(database.trim()), statement.trim())
            }
        };
        let asked = statements(&format!("{statement};"));
        match asked.len() {
            0 => Err(Unusable::Empty),
            1 => Ok(Self { database, statement }),
            _ => Err(Unusable::Several),
        }
    }

    /// Whether a job with these databases can ask it.
    pub(crate) fn within(self, databases: &DatabaseSelection) -> Result<Self, Unusable<'a>> {
        match (self.database, databases) {
            (Some(name), DatabaseSelection::Named(names)) if !names.iter().any(|known| known == name) => {
                Err(Unusable::Foreign(name))
            }
            _ => Ok(self),
        }
    }
}

/// The statements that are asked of a database.
pub(crate) fn for_database<'a>(lines: &'a [String], database: &str) -> Vec<&'a str> {
    let read = lines.iter().filter_map(|line| Assertion::read(line).ok());
    let wanted = read.filter(|assertion| assertion.database.is_none_or(|name| name == database));
    wanted.map(|assertion| assertion.statement).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_is_asked_of_the_database_that_it_names_and_of_all_when_it_names_none() {
        let lines = ["SELECT true".to_owned(), " [orders] SELECT count(*) > 0 FROM a[1] ".to_owned()];
        assert_eq!(
            for_database(&lines, "orders"),
            ["SELECT true", "SELECT count(*) > 0 FROM a[1]"],
            "its own and the common one"
        );
        assert_eq!(for_database(&lines, "people"), ["SELECT true"], "a table of orders is not in people");
    }

    #[test]
    fn what_would_never_be_asked_is_refused() {
        let jobs = DatabaseSelection::Named(vec!["orders".into()]);
        let read = |line| Assertion::read(line).and_then(|assertion| assertion.within(&jobs));
        assert_eq!(read("[orders SELECT true"), Err(Unusable::Open), "the name never ends");
        assert_eq!(read("[orders]"), Err(Unusable::Empty), "nothing is asked");
        assert_eq!(
            read("SELECT true; SELECT false"),
            Err(Unusable::Several),
            "the second would never be asked"
        );
        assert!(read("SELECT ';' = ';';").is_ok(), "a semicolon in a text or at the end begins nothing");
        assert_eq!(read("SELECT true; SELECT '$$'"), Err(Unusable::Several), "whatever the second holds");
        assert_eq!(
            read("[oders] SELECT true"),
            Err(Unusable::Foreign("oders")),
            "a typing error proves nothing"
        );
        assert!(read("[orders] SELECT true").is_ok(), "it is backed up");
        let all = Assertion::read("[later] SELECT true")
            .and_then(|assertion| assertion.within(&DatabaseSelection::All));
        assert!(all.is_ok(), "a job of all databases may meet it later");
    }
}
