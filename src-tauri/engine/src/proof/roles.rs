//! The roles out of a backup's dump of globals, for a drill or for a server that lacks them.
//!
//! The text is not trusted: an ordinary role of the backed up server can put any words into its own settings. So it is
//! read as SQL, statement by statement; only what makes roles, their attributes and memberships is taken; and each
//! statement is handed to the server by itself, through a protocol that carries no second one. Tablespaces never are:
//! their folders may be those of a server on this very machine.

use crate::archive::identifier::identifier;
use crate::error::Error;
use crate::postgres::Session;
use std::collections::BTreeSet;
use std::path::Path;

/// Which roles are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All but this one, which restores and could lock itself out.
    AllBut(String),
    /// These, because they lack. Nothing of a role that exists is changed.
    Only(BTreeSet<String>),
}

impl Wanted {
    fn takes(&self, role: &str) -> bool {
        match self {
            Self::AllBut(own) => role != own,
            Self::Only(missing) => missing.contains(role),
        }
    }
}

/// Reads the statements that make the wanted roles.
pub(crate) fn read(globals: &Path, wanted: &Wanted) -> Result<Vec<String>, Error> {
    let text =
        std::fs::read_to_string(globals).map_err(|source| Error::Io { path: globals.to_owned(), source })?;
    Ok(statements(&text).into_iter().filter(|statement| is_wanted(statement, wanted)).collect())
}

/// Hands them to the server, and answers what it refused beside roles that exist already.
pub(crate) async fn make(session: &Session, statements: &[String]) -> Vec<String> {
    let mut refused = Vec::new();
    for statement in statements {
        // 42710: duplicate_object. The extended protocol takes one statement and no more.
        match session.client().execute(statement.as_str(), &[]).await {
            Ok(_) => {}
            Err(error) if error.code().is_some_and(|code| code.code() == "42710") => {}
            Err(error) => refused.push(Error::from(session.error(error)).to_api().message),
        }
    }
    refused
}

/// Whether a statement only makes a wanted role, changes one, or makes one a member.
fn is_wanted(statement: &str, wanted: &Wanted) -> bool {
    for start in ["CREATE ROLE ", "ALTER ROLE "] {
        if let Some(rest) = statement.strip_prefix(start) {
            return identifier(rest).is_some_and(|(role, _)| wanted.takes(&role));
        }
    }
    // `GRANT member_of TO role …`; privileges on objects have an ON and are not among globals' roles.
    let membership = statement
        .strip_prefix("GRANT ")
        .and_then(identifier)
        .and_then(|(_, rest)| rest.strip_prefix(" TO ").and_then(identifier).map(|(role, _)| role));
    membership.is_some_and(|role| wanted.takes(&role))
}

/// Where the reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Code,
    Comment,
    /// A string; with backslashes that escape, or without.
    Text {
        escapes: Escapes,
    },
    Name,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    Backslash,
    Doubled,
}

/// The statements of a script, without their semicolons; comments and psql's own commands are left out. Strings and
/// quoted names hold anything, as for a server with `standard_conforming_strings`, which pg_dumpall sets.
fn statements(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut now = String::new();
    let mut within = Within::Code;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match within {
            Within::Comment => {
                if letter == '\n' {
                    within = Within::Code;
                }
                continue;
            }
            // psql's own commands (`\restrict`) stand where a statement would begin.
            Within::Code if letter == '\\' && now.trim().is_empty() => {
                within = Within::Comment;
                continue;
            }
            Within::Code if letter == '-' && letters.peek() == Some(&'-') => {
                within = Within::Comment;
                continue;
            }
            Within::Code if letter == ';' => {
                all.push(std::mem::take(&mut now).trim().to_owned());
                continue;
            }
            Within::Code if letter == '\'' => {
                let escapes = if now.ends_with(['E', 'e']) { Escapes::Backslash } else { Escapes::Doubled };
                within = Within::Text { escapes };
            }
            Within::Code if letter == '"' => within = Within::Name,
            Within::Text { escapes: Escapes::Backslash } if letter == '\\' => {
                now.push(letter);
                now.extend(letters.next());
                continue;
            }
            Within::Text { .. } if letter == '\'' => within = Within::Code,
            Within::Name if letter == '"' => within = Within::Code,
            _ => {}
        }
        now.push(letter);
    }
    all.retain(|statement| !statement.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str, wanted: &Wanted) -> Vec<String> {
        statements(text).into_iter().filter(|statement| is_wanted(statement, wanted)).collect()
    }

    #[test]
    fn words_in_a_setting_are_never_taken_for_statements() {
        let text = "\\restrict x\nSET client_encoding = 'UTF8';\nCREATE ROLE aa;\n\
                    ALTER ROLE aa SET search_path TO E'a\\'; COPY t TO PROGRAM ''x', 'x\n-- Tablespaces\n';\n\
                    ALTER ROLE ab SET search_path TO \"; COPY (SELECT 1) TO PROGRAM $$id$$; --\";\n\
                    -- Tablespaces\nCREATE TABLESPACE fast LOCATION '/srv/fast';\nDO $$x$$;\n\\! id\nGRANT aa TO ab;\n";
        let found = taken(text, &Wanted::AllBut("me".into()));
        assert_eq!(found.len(), 4, "two roles' lines, one role's setting, one membership: {found:#?}");
        assert!(
            found.iter().all(
                |statement| !statement.starts_with("COPY") && !statement.starts_with("CREATE TABLESPACE")
            ),
            "an ordinary role of the source must not have its words carried out: {found:#?}"
        );
    }

    #[test]
    fn the_restoring_role_is_left_alone_however_it_is_written() {
        let text = "ALTER ROLE me WITH NOSUPERUSER;ALTER ROLE \"me\" WITH NOLOGIN;CREATE ROLE ann;";
        assert_eq!(
            taken(text, &Wanted::AllBut("me".into())),
            ["CREATE ROLE ann"],
            "nobody locks himself out"
        );
    }

    #[test]
    fn a_role_that_exists_on_the_target_is_not_changed() {
        let text = "CREATE ROLE ann;ALTER ROLE ann WITH NOLOGIN;CREATE ROLE \"bo'b\";GRANT ann TO \"bo'b\";\
                    GRANT \"bo'b\" TO ann;COMMENT ON ROLE ann IS 'x;y';";
        let missing = Wanted::Only(BTreeSet::from(["bo'b".to_owned()]));
        assert_eq!(
            taken(text, &missing),
            ["CREATE ROLE \"bo'b\"", "GRANT ann TO \"bo'b\""],
            "ann may be somebody else there, who must keep her rights"
        );
    }
}
