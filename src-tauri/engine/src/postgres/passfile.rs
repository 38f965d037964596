//! Password files (`.pgpass`): reading them as libpq does, and writing the private one of a child.

use super::PostgresError;
use super::connection::Host;
use crate::platform::{folders, modes};
use crate::secret::Sensitive;
use std::path::Path;

/// A line of a password file. An absent field is the wildcard `*`.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    host: Option<String>,
    port: Option<String>,
    database: Option<String>,
    user: Option<String>,
    password: Sensitive,
}

/// What a password file gave.
#[derive(Debug, Clone)]
pub(super) enum Passfile {
    /// Its lines; none when the file does not exist.
    Entries(Vec<Entry>),
    /// Others can read it, so libpq does not use it.
    OpenToOthers {
        /// Its permission bits.
        mode: u32,
    },
}

/// Reads a password file.
pub(super) fn read(path: &Path) -> Result<Passfile, PostgresError> {
    let bad = |error: std::io::Error| PostgresError::BadFile {
        field: "passfile".into(),
        path: path.to_path_buf(),
        reason: error.to_string(),
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Passfile::Entries(Vec::new()));
        }
        Err(error) => return Err(bad(error)),
        // libpq reads plain files only: /dev/null and pipes count as absent.
        Ok(found) if !found.is_file() => return Ok(Passfile::Entries(Vec::new())),
        Ok(_) => {}
    }
    if let Some(mode) = modes::open_to_others(path).map_err(bad)? {
        return Ok(Passfile::OpenToOthers { mode });
    }
    let text = zeroize::Zeroizing::new(std::fs::read(path).map_err(bad)?);
    Ok(Passfile::Entries(parse(&String::from_utf8_lossy(&text))))
}

fn parse(text: &str) -> Vec<Entry> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(parse_line).collect()
}

/// `host:port:database:user:password`, with `\:` and `\\` escaped; what is shorter is no entry.
fn parse_line(line: &str) -> Option<Entry> {
    let mut fields = vec![(String::new(), false)];
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        let last = fields.len() == 5;
        let (field, escaped) = fields.last_mut()?;
        match c {
            ':' if last => break,
            ':' => fields.push((String::new(), false)),
            '\\' => {
                *escaped = true;
                field.push(rest.next().unwrap_or('\\'));
            }
            other => field.push(other),
        }
    }
    let (password, _) = fields.pop().filter(|(password, _)| !password.is_empty())?;
    let mut fields = fields.into_iter().map(|(field, escaped)| (escaped || field != "*").then_some(field));
    let entry = Entry {
        host: fields.next()?,
        port: fields.next()?,
        database: fields.next()?,
        user: fields.next()?,
        password: Sensitive::new(password),
    };
    Some(entry)
}

/// The password of the first line that fits.
pub(super) fn find<'a>(
    entries: &'a [Entry],
    host: &Host,
    port: u16,
    database: &str,
    user: &str,
) -> Option<&'a Sensitive> {
    // libpq calls a server behind its built-in socket folder `localhost`.
    let host = match host {
        Host::Socket(folder) if folders::socket_folders().contains(folder) => "localhost".into(),
        Host::Socket(folder) => folder.to_string_lossy(),
        Host::Tcp(name) => name.as_str().into(),
    };
    let port = port.to_string();
    let fits = |field: &Option<String>, value: &str| field.as_deref().is_none_or(|field| field == value);
    entries
        .iter()
        .find(|entry| {
            fits(&entry.host, &host)
                && fits(&entry.port, &port)
                && fits(&entry.database, database)
                && fits(&entry.user, user)
        })
        .map(|entry| &entry.password)
}

/// The text of a password file that gives this password to every connection of the child that reads it;
/// absent for a password that such a file cannot hold.
pub(super) fn text_for_child(password: &Sensitive) -> Option<zeroize::Zeroizing<String>> {
    if password.expose().contains(['\n', '\r']) {
        return None;
    }
    let mut text = zeroize::Zeroizing::new(String::with_capacity(password.expose().len() * 2 + 9));
    text.push_str("*:*:*:*:");
    for c in password.expose().chars() {
        if c == ':' || c == '\\' {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('\n');
    Some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn password(text: &str, host: &str, database: &str) -> Option<String> {
        let host = if host.starts_with('/') { Host::Socket(host.into()) } else { Host::Tcp(host.into()) };
        find(&parse(text), &host, 5432, database, "ann").map(|p| p.expose().to_owned())
    }

    #[test]
    fn the_first_line_that_fits_wins() {
        let file = "# comment\nother:*:*:*:no\nh:5432:shop:ann:first\n*:*:*:*:second\n";
        assert_eq!(password(file, "h", "shop").as_deref(), Some("first"), "the order of lines decides");
        assert_eq!(password(file, "h", "else").as_deref(), Some("second"), "wildcards catch the rest");
        assert_eq!(password("h:1:*:*:x", "h", "d"), None, "another port is another server");
    }

    #[test]
    fn escapes_are_undone_and_an_escaped_star_is_a_star() {
        assert_eq!(password(r"h:*:*:*:a\:b\\c", "h", "d").as_deref(), Some(r"a:b\c"), "both escapes count");
        assert_eq!(password(r"*:*:\*:*:x", "h", "d"), None, "an escaped star names a database called *");
        assert_eq!(password(r"*:*:\*:*:x", "h", "*").as_deref(), Some("x"), "and matches that one");
        assert_eq!(password(r"*:*:a\:b:*:x", "h", "a:b").as_deref(), Some("x"), "a colon may be in a name");
        assert_eq!(password("h:*:*:*:a:b", "h", "d").as_deref(), Some("a"), "libpq stops at a bare colon");
    }

    #[test]
    fn the_built_in_socket_folder_is_called_localhost() {
        assert_eq!(password("localhost:*:*:*:x", "/tmp", "d").as_deref(), Some("x"), "libpq's rule");
        assert_eq!(
            password("/own:*:*:*:x", "/own", "d").as_deref(),
            Some("x"),
            "other folders by their path"
        );
        assert_eq!(password("localhost:*:*:*:x", "/own", "d"), None, "and not as localhost");
    }

    #[test]
    fn a_childs_file_is_read_back_as_written() {
        let secret = r"tricky: \ * 'ü";
        let text = text_for_child(&Sensitive::new(secret.into())).unwrap();
        assert_eq!(
            password(&text, "any", "any").as_deref(),
            Some(secret),
            "pg_dump must get the exact password"
        );
        assert!(text_for_child(&Sensitive::new("a\nb".into())).is_none(), "a line break ends the line");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        std::fs::write(&path, "*:*:*:*:x\n").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        assert!(
            matches!(read(&path).unwrap(), Passfile::OpenToOthers { mode: 0o644 }),
            "libpq ignores such a file, and so must we, or session and pg_dump would differ"
        );
    }
}
