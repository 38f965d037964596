//! pg_dumpall's dump of globals as typed data. Pure.

use crate::error::Error;
use crate::secret::Sensitive;
use crate::sql::{Setting, Token, statements, tokens};
use std::collections::BTreeMap;
use std::path::Path;

/// What a dump of globals holds of roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Globals {
    /// The roles in the dump's order, which is that of their names.
    pub(crate) roles: Vec<GlobalRole>,
    /// Who is a member of whom.
    pub(crate) memberships: Vec<Membership>,
    /// What else it holds and is not taken, by kind: `CREATE TABLESPACE`.
    pub(crate) left_out: BTreeMap<String, u64>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct GlobalRole {
    /// Its name.
    pub(crate) name: String,
    /// Its attributes that a new role has not by itself, for example `LOGIN`.
    pub(crate) attributes: Vec<&'static str>,
    /// How many connections it may have; any number when absent.
    pub(crate) connection_limit: Option<u32>,
    /// Until when its password is valid.
    pub(crate) valid_until: Option<String>,
    /// The hash of its password, when the job keeps those.
    pub(crate) password: Option<Sensitive>,
    /// Its comment.
    pub(crate) comment: Option<String>,
    /// Its settings, whatever the database.
    pub(crate) settings: Vec<Setting>,
}

/// One role's membership in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Membership {
    /// The role that has members.
    pub(crate) group: String,
    /// Its member.
    pub(crate) member: String,
    /// `ADMIN`, `INHERIT` and `SET` with `TRUE` or `FALSE`, as far as the dump says.
    pub(crate) options: Vec<(&'static str, &'static str)>,
}

/// The attributes that are taken, with what a new role has by itself.
const ATTRIBUTES: [(&str, &str); 7] = [
    ("SUPERUSER", "NOSUPERUSER"),
    ("NOINHERIT", "INHERIT"),
    ("CREATEROLE", "NOCREATEROLE"),
    ("CREATEDB", "NOCREATEDB"),
    ("LOGIN", "NOLOGIN"),
    ("REPLICATION", "NOREPLICATION"),
    ("BYPASSRLS", "NOBYPASSRLS"),
];

impl Globals {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let text = crate::platform::plain_file::read(path)
            .map_err(|source| Error::Io { path: path.to_owned(), source })?;
        Ok(Self::of(&String::from_utf8_lossy(&text)))
    }

    /// Reads the text; what is not understood is left out, and counted.
    pub(crate) fn of(text: &str) -> Self {
        let mut globals = Self::default();
        for statement in statements(text) {
            let parts = tokens(&statement).unwrap_or_default();
            if globals.take(&parts).is_none() {
                let words = statement.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
                *globals.left_out.entry(words).or_default() += 1;
            }
        }
        globals
    }

    /// Takes one statement in; none when it is not one of those that are taken.
    fn take(&mut self, parts: &[Token]) -> Option<()> {
        match parts {
            // The session's own, at the head of the file.
            [set, ..] if set.is("SET") => Some(()),
            [create, role, name] if create.is("CREATE") && role.is("ROLE") => {
                self.role(name.name()?);
                Some(())
            }
            [alter, role, name, with, attributes @ ..]
                if alter.is("ALTER") && role.is("ROLE") && with.is("WITH") =>
            {
                let read = attributes_of(attributes)?;
                let role = self.role(name.name()?);
                let GlobalRole { name, comment, settings, .. } = std::mem::take(role);
                *role = GlobalRole { name, comment, settings, ..read };
                Some(())
            }
            [alter, role, name, set, setting @ ..]
                if alter.is("ALTER") && role.is("ROLE") && set.is("SET") =>
            {
                let setting = Setting::of_tokens(setting)?;
                self.role(name.name()?).settings.push(setting);
                Some(())
            }
            [comment, on, role, name, is, Token::Text(words)]
                if comment.is("COMMENT") && on.is("ON") && role.is("ROLE") && is.is("IS") =>
            {
                self.role(name.name()?).comment = Some(words.clone());
                Some(())
            }
            // Privileges on objects have an ON.
            [grant, group, to, member, options @ ..] if grant.is("GRANT") && to.is("TO") => {
                let (group, member) = (group.name()?.to_owned(), member.name()?.to_owned());
                let options = options_of(options)?;
                self.memberships.push(Membership { group, member, options });
                Some(())
            }
            _ => None,
        }
    }

    fn role(&mut self, name: &str) -> &mut GlobalRole {
        let at = self.roles.iter().position(|role| role.name == name).unwrap_or_else(|| {
            self.roles.push(GlobalRole { name: name.to_owned(), ..GlobalRole::default() });
            self.roles.len() - 1
        });
        &mut self.roles[at]
    }
}

/// The attributes behind WITH; none when one of them is unknown.
fn attributes_of(mut parts: &[Token]) -> Option<GlobalRole> {
    let mut role = GlobalRole::default();
    while let [first, rest @ ..] = parts {
        parts = match rest {
            [limit, Token::Word(number), rest @ ..] if first.is("CONNECTION") && limit.is("LIMIT") => {
                role.connection_limit = number.parse().ok();
                rest
            }
            [Token::Text(hash), rest @ ..] if first.is("PASSWORD") => {
                role.password = Some(Sensitive::new(hash.clone()));
                rest
            }
            [until, Token::Text(moment), rest @ ..] if first.is("VALID") && until.is("UNTIL") => {
                role.valid_until = Some(moment.clone());
                rest
            }
            _ => {
                let (given, _) =
                    ATTRIBUTES.iter().find(|(given, usual)| first.is(given) || first.is(usual))?;
                if first.is(given) {
                    role.attributes.push(given);
                }
                rest
            }
        };
    }
    Some(role)
}

/// `WITH ADMIN OPTION`, `WITH INHERIT FALSE, SET TRUE`, and who granted it, which another server need not know.
fn options_of(mut parts: &[Token]) -> Option<Vec<(&'static str, &'static str)>> {
    let mut options = Vec::new();
    loop {
        parts = match parts {
            [] => return Some(options),
            [granted, by, _] if granted.is("GRANTED") && by.is("BY") => return Some(options),
            [join, what, value, rest @ ..] if join.is("WITH") || *join == Token::Sign(',') => {
                let what = ["ADMIN", "INHERIT", "SET"].into_iter().find(|word| what.is(word))?;
                let value = if value.is("FALSE") {
                    "FALSE"
                } else if value.is("TRUE") || value.is("OPTION") {
                    "TRUE"
                } else {
                    return None;
                };
                options.push((what, value));
                rest
            }
            _ => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_of_globals_becomes_data() {
        let globals = Globals::of(
            "\\restrict x\nSET client_encoding = 'UTF8';\nCREATE ROLE ann;\n\
             ALTER ROLE ann WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS \
             CONNECTION LIMIT 7 PASSWORD 'SCRAM-SHA-256$4096:x' VALID UNTIL '2027-01-01 00:00:00+00';\n\
             COMMENT ON ROLE ann IS 'it''s; ann';\nCREATE ROLE \"te am\";\nALTER ROLE \"te am\" WITH NOINHERIT NOLOGIN;\n\
             ALTER ROLE ann SET search_path TO 'a', 'b';\n\
             GRANT \"te am\" TO ann WITH ADMIN OPTION GRANTED BY postgres;\n\
             GRANT \"te am\" TO ann WITH INHERIT FALSE, SET TRUE GRANTED BY postgres;\n\
             CREATE TABLESPACE fast LOCATION '/srv/fast';\nGRANT ALL ON TABLESPACE fast TO ann;\n",
        );
        let [ann, team] = globals.roles.as_slice() else { panic!("two roles: {globals:?}") };
        assert_eq!(ann.attributes, ["CREATEDB", "LOGIN"], "what a new role has by itself needs no words");
        assert_eq!(
            (ann.connection_limit, ann.valid_until.as_deref()),
            (Some(7), Some("2027-01-01 00:00:00+00")),
            "limits"
        );
        assert!(
            ann.password.as_ref().is_some_and(|hash| hash.expose().starts_with("SCRAM")),
            "the hash is there"
        );
        assert_eq!(ann.comment.as_deref(), Some("it's; ann"), "its comment");
        assert_eq!(ann.settings[0].values, ["a", "b"], "its settings");
        assert_eq!(
            (team.name.as_str(), team.attributes.as_slice()),
            ("te am", &["NOINHERIT"][..]),
            "the group"
        );
        assert_eq!(globals.memberships[0].options, [("ADMIN", "TRUE")], "as servers before 16 say it");
        assert_eq!(
            globals.memberships[1].options,
            [("INHERIT", "FALSE"), ("SET", "TRUE")],
            "and those since"
        );
        assert_eq!(
            globals.left_out,
            BTreeMap::from([("CREATE TABLESPACE".into(), 1), ("GRANT ALL".into(), 1)]),
            "a tablespace's folder may be that of a server on this machine"
        );
        assert!(!format!("{globals:?}").contains("SCRAM"), "a hash must not reach a log");
    }

    #[test]
    fn words_in_a_setting_are_data_and_never_carried_out() {
        let globals = Globals::of(
            "CREATE ROLE aa;\nALTER ROLE aa SET search_path TO E'a\\'; COPY t TO PROGRAM ''x', 'x\n-- y\n';\n\
             ALTER ROLE ab SET my.x TO '; DROP ROLE aa;';\nDO $$x$$;\n\\! id\nCOPY t TO PROGRAM 'id';\n\
             ALTER ROLE aa WITH LOGIN UNKNOWN;",
        );
        let names: Vec<&str> = globals.roles.iter().map(|role| role.name.as_str()).collect();
        assert_eq!(names, ["aa", "ab"], "nothing but roles");
        assert_eq!(globals.roles[1].settings[0].values, ["; DROP ROLE aa;"], "a value, whatever it says");
        assert_eq!(
            globals.left_out.values().sum::<u64>(),
            3,
            "what is not known is left out and counted: {globals:?}"
        );
        assert_eq!(
            globals.roles[0].attributes,
            [] as [&str; 0],
            "attributes that are half understood are not taken"
        );
    }
}
