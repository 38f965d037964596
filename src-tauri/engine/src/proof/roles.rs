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
    use super::roles_of;

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
