//! Statements that make roles, written from data: whatever a name or a value holds, it stays one. Pure.

use super::{GlobalRole, Membership};
use crate::secret::Sensitive;
use crate::sql::{Setting, literal, quoted};

/// The first major version whose memberships say whether they are inherited.
const OPTIONS_SINCE: u32 = 16;

/// A statement, and how it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    text: Sensitive,
    /// Without secrets.
    pub(crate) shown: String,
}

impl Statement {
    /// One that holds no secret.
    fn plain(text: String) -> Self {
        Self { text: Sensitive::new(text.clone()), shown: text }
    }

    /// For the server only.
    pub(crate) fn text(&self) -> &str {
        self.text.expose()
    }
}

/// Makes a role with its attributes and its comment.
pub(crate) fn create(role: &GlobalRole) -> Vec<Statement> {
    let name = quoted(&role.name);
    let mut words: Vec<String> = role.attributes.iter().map(|&word| word.to_owned()).collect();
    words.extend(role.connection_limit.map(|limit| format!("CONNECTION LIMIT {limit}")));
    words.extend(role.valid_until.as_ref().map(|moment| format!("VALID UNTIL {}", literal(moment))));
    let with = if words.is_empty() { String::new() } else { format!(" WITH {}", words.join(" ")) };
    let mut all = vec![Statement::plain(format!("CREATE ROLE {name}{with}"))];
    all.extend(role.password.as_ref().map(|hash| Statement {
        text: Sensitive::new(format!("ALTER ROLE {name} PASSWORD {}", literal(hash.expose()))),
        shown: format!("ALTER ROLE {name} PASSWORD …"),
    }));
    all.extend(
        role.comment
            .as_ref()
            .map(|words| Statement::plain(format!("COMMENT ON ROLE {name} IS {}", literal(words)))),
    );
    all
}

/// Gives a role a setting.
pub(crate) fn set(role: &str, setting: &Setting) -> Statement {
    Statement::plain(format!("ALTER ROLE {} {}", quoted(role), setting.clause()))
}

/// Gives a database a setting.
pub(crate) fn set_database(database: &str, setting: &Setting) -> Statement {
    Statement::plain(format!("ALTER DATABASE {} {}", quoted(database), setting.clause()))
}

/// Gives a role a setting in one database.
pub(crate) fn set_within(role: &str, database: &str, setting: &Setting) -> Statement {
    Statement::plain(format!(
        "ALTER ROLE {} IN DATABASE {} {}",
        quoted(role),
        quoted(database),
        setting.clause()
    ))
}

/// Makes a role a member of another, in the words of a server of this major version.
pub(crate) fn grant(membership: &Membership, major: u32) -> Statement {
    let options: Vec<String> = if major >= OPTIONS_SINCE {
        membership.options.iter().map(|(what, value)| format!("{what} {value}")).collect()
    } else {
        membership
            .options
            .iter()
            .filter(|option| **option == ("ADMIN", "TRUE"))
            .map(|_| "ADMIN OPTION".to_owned())
            .collect()
    };
    let with = if options.is_empty() { String::new() } else { format!(" WITH {}", options.join(", ")) };
    Statement::plain(format!("GRANT {} TO {}{with}", quoted(&membership.group), quoted(&membership.member)))
}

#[cfg(test)]
mod tests {
    use super::super::Globals;
    use super::*;

    fn shown(statements: &[Statement]) -> Vec<&str> {
        statements.iter().map(|statement| statement.shown.as_str()).collect()
    }

    #[test]
    fn a_role_is_made_as_it_was_and_its_hash_is_shown_nowhere() {
        let globals = Globals::of(
            "CREATE ROLE \"a\"\"b\"; ALTER ROLE \"a\"\"b\" WITH LOGIN CONNECTION LIMIT 7 PASSWORD 'md5x''y'; \
             COMMENT ON ROLE \"a\"\"b\" IS 'z';",
        );
        let made = create(&globals.roles[0]);
        assert_eq!(
            shown(&made),
            [
                "CREATE ROLE \"a\"\"b\" WITH LOGIN CONNECTION LIMIT 7",
                "ALTER ROLE \"a\"\"b\" PASSWORD …",
                "COMMENT ON ROLE \"a\"\"b\" IS 'z'"
            ],
            "names stay names"
        );
        assert_eq!(made[1].text(), "ALTER ROLE \"a\"\"b\" PASSWORD 'md5x''y'", "the server gets the hash");
        assert!(!format!("{made:?}").contains("md5x"), "and nobody else");
    }

    #[test]
    fn a_membership_is_worded_for_the_server_that_reads_it() {
        let globals = Globals::of(
            "GRANT a TO b WITH ADMIN OPTION; GRANT a TO c WITH INHERIT FALSE, SET TRUE GRANTED BY x; GRANT a TO d;",
        );
        let all = |major| globals.memberships.iter().map(|one| grant(one, major).shown).collect::<Vec<_>>();
        assert_eq!(
            all(15),
            ["GRANT \"a\" TO \"b\" WITH ADMIN OPTION", "GRANT \"a\" TO \"c\"", "GRANT \"a\" TO \"d\""],
            "one that knows no more than ADMIN"
        );
        assert_eq!(
            all(16),
            [
                "GRANT \"a\" TO \"b\" WITH ADMIN TRUE",
                "GRANT \"a\" TO \"c\" WITH INHERIT FALSE, SET TRUE",
                "GRANT \"a\" TO \"d\""
            ],
            "one that knows all three"
        );
    }
}
