//! `pg_service.conf`: named sets of connection parameters, as libpq reads them.

use super::PostgresError;
use super::connection::Surroundings;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The parameters of a service: from the user's file, else from the machine's.
pub(super) fn read(name: &str, around: &Surroundings) -> Result<HashMap<String, String>, PostgresError> {
    let searched = files(around);
    for path in &searched {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(bad(path, error.to_string())),
        };
        if let Some(found) =
            parse(&text, name).map_err(|line| bad(path, format!("line {line} is no name=value")))?
        {
            return Ok(found);
        }
    }
    Err(PostgresError::NoSuchService { name: name.into(), searched })
}

fn bad(path: &Path, reason: String) -> PostgresError {
    PostgresError::BadFile { field: "service".into(), path: path.to_path_buf(), reason }
}

fn files(around: &Surroundings) -> Vec<PathBuf> {
    let own = around
        .variable("PGSERVICEFILE")
        .map(PathBuf::from)
        .or_else(|| around.home.as_deref().map(crate::platform::folders::default_service_file));
    let machine = match around.variable("PGSYSCONFDIR") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => around.system_configuration.clone(),
    };
    own.into_iter().chain(machine.into_iter().map(|folder| folder.join("pg_service.conf"))).collect()
}

/// The parameters of the section, if the text has it. An error is the number of the line that cannot be read.
fn parse(text: &str, name: &str) -> Result<Option<HashMap<String, String>>, usize> {
    let mut found: Option<HashMap<String, String>> = None;
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if found.is_some() {
                return Ok(found);
            }
            inside = section == name;
            if inside {
                found = Some(HashMap::new());
            }
        } else if inside {
            let (key, value) = line.split_once('=').ok_or(index + 1)?;
            // The first of several counts, as in libpq.
            found.get_or_insert_default().entry(key.trim().into()).or_insert_with(|| value.trim().into());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FILE: &str = "# machines\n[prod]\nhost=db1\nport = 6432\nhost=db2\n\n[test]\nhost=t\n";

    #[test]
    fn a_section_gives_its_own_parameters_only() {
        let found = parse(FILE, "prod").unwrap().unwrap();
        assert_eq!(found["host"], "db1", "the first of two counts in libpq");
        assert_eq!(found["port"], "6432", "blanks around = do not count");
        assert_eq!(parse(FILE, "none").unwrap(), None, "a missing section must not be an empty one");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        assert_eq!(parse("[a]\nnonsense\n", "a"), Err(2), "the reader has to find the line");
    }
}
