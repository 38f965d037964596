//! The roles out of a backup's dump of globals, for a drill or for a server that lacks them.

use crate::error::Error;
use std::path::Path;

/// Copies the roles. Tablespaces are left out: their folders may be those of a server on this very machine. So is what
/// concerns `own`, the role that restores, which it could lock out.
pub(crate) fn write_roles(globals: &Path, target: &Path, own: &str) -> Result<(), Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    let text = std::fs::read_to_string(globals).map_err(failed(globals))?;
    std::fs::write(target, roles_of(&text, own)).map_err(failed(target))
}

/// Copies what makes these roles: themselves, their attributes, settings and memberships. Nothing of a role that
/// exists is changed by it.
pub(crate) fn write_missing_roles(globals: &Path, target: &Path, missing: &[String]) -> Result<(), Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    let text = std::fs::read_to_string(globals).map_err(failed(globals))?;
    std::fs::write(target, roles_among(&text, missing)).map_err(failed(target))
}

fn roles_among(text: &str, missing: &[String]) -> String {
    let concerns = |line: &str| {
        missing.iter().any(|name| {
            // pg_dumpall writes a name bare where it can, else in double quotes.
            [name.clone(), format!("\"{}\"", name.replace('"', "\"\""))].iter().any(|name| {
                line.starts_with(&format!("CREATE ROLE {name};"))
                    || line.starts_with(&format!("ALTER ROLE {name} "))
                    || (line.starts_with("GRANT ")
                        && [" ", ";"].iter().any(|end| line.contains(&format!(" TO {name}{end}"))))
            })
        })
    };
    // A statement that goes on in the next line cannot be taken out by lines.
    let is_whole = |line: &str| line.ends_with(';') && line.matches('\'').count().is_multiple_of(2);
    let session = |line: &str| {
        line.starts_with("SET ") || line.starts_with("\\restrict") || line.starts_with("\\unrestrict")
    };
    text.lines()
        .filter(|line| session(line) || (concerns(line) && is_whole(line)))
        .fold(String::new(), |kept, line| kept + line + "\n")
}

fn roles_of(text: &str, own: &str) -> String {
    let of_own = [format!("ALTER ROLE {own} "), format!("CREATE ROLE {own};"), format!("DROP ROLE {own};")];
    let mut kept = String::new();
    let mut skipping = false;
    for line in text.lines() {
        if let Some(section) = line.strip_prefix("-- ").filter(|_| line.len() < 60) {
            skipping = section.trim() == "Tablespaces";
        }
        if !skipping && !of_own.iter().any(|start| line.starts_with(start)) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{roles_among, roles_of};

    #[test]
    fn a_role_that_exists_on_the_target_is_not_changed() {
        let text = "SET client_encoding = 'UTF8';\nCREATE ROLE ann;\nALTER ROLE ann WITH NOLOGIN;\nCREATE ROLE bob;\n\
                    ALTER ROLE bob WITH LOGIN;\nGRANT ann TO bob;\nGRANT bob TO ann;\nCOMMENT ON ROLE bob IS 'two\nlines';\n";
        assert_eq!(
            roles_among(text, &["bob".to_owned()]),
            "SET client_encoding = 'UTF8';\nCREATE ROLE bob;\nALTER ROLE bob WITH LOGIN;\nGRANT ann TO bob;\n",
            "ann may be somebody else there, who must keep her rights"
        );
    }

    #[test]
    fn tablespaces_and_the_restoring_role_are_left_out() {
        let text = "-- Roles\nCREATE ROLE ann;\nALTER ROLE me WITH NOSUPERUSER;\n-- Tablespaces\n\
                    CREATE TABLESPACE fast LOCATION '/srv/fast';\n-- Role memberships\nGRANT a TO ann;\n";
        assert_eq!(
            roles_of(text, "me"),
            "-- Roles\nCREATE ROLE ann;\n-- Role memberships\nGRANT a TO ann;\n",
            "a folder of another server must not be written to, and nobody locks himself out"
        );
    }
}
