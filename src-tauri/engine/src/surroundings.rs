//! What a process finds around it when it starts: the BACKUP_* variables and a `.env` file.
//!
//! It reads; what becomes of the values is for `settings`.

use crate::settings;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The most bytes of a `.env` file that are read; one of settings has a few hundred.
const LONGEST_DOT_ENV: u64 = 64 * 1024;

/// The BACKUP_* variables of the environment and of a `.env` file.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// What the environment says.
    pub environment: HashMap<String, String>,
    /// What the file says.
    pub dot_env: HashMap<String, String>,
    /// What could not be read, in whole sentences.
    pub problems: Vec<String>,
}

impl Surroundings {
    /// Reads the process's environment and `.env` in `folder`.
    pub fn read(folder: &Path) -> Self {
        let mut problems = Vec::new();
        let environment = environment(&mut problems);
        let dot_env = dot_env(&folder.join(".env"), &mut problems);
        Self { environment, dot_env, problems }
    }

    /// The value of a variable, and which of the two gives it: the environment is nearer than a file.
    pub(crate) fn find(&self, variable: &str) -> Option<(&str, &'static str)> {
        let environment = self.environment.get(variable).map(|value| (value.as_str(), "environment"));
        environment.or_else(|| self.dot_env.get(variable).map(|value| (value.as_str(), "dot_env")))
    }
}

fn environment(problems: &mut Vec<String>) -> HashMap<String, String> {
    let mut found = HashMap::new();
    // Each by its name: going through all variables would stumble over those of others.
    for name in settings::variables() {
        match std::env::var(name) {
            Ok(value) => drop(found.insert(name.to_owned(), value)),
            Err(std::env::VarError::NotPresent) => {}
            Err(std::env::VarError::NotUnicode(_)) => {
                problems.push(format!("{name} was not taken: it is not UTF-8."));
            }
        }
    }
    found
}

fn dot_env(path: &Path, problems: &mut Vec<String>) -> HashMap<String, String> {
    let mut found = HashMap::new();
    // A folder or a pipe of that name is somebody else's, and reading it may never end.
    if !path.is_file() {
        return found;
    }
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST_DOT_ENV + 1).read_to_string(&mut text));
    match read {
        Ok(bytes) if bytes as u64 > LONGEST_DOT_ENV => {
            problems
                .push(format!("{} was not read: it is longer than {LONGEST_DOT_ENV} bytes.", path.display()));
            return found;
        }
        Ok(_) => {}
        Err(error) => {
            problems.push(format!("{} was not read: {error}.", path.display()));
            return found;
        }
    }
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        match pair {
            Ok((name, value)) => {
                if settings::variables().any(|variable| variable == name) {
                    found.insert(name, value);
                }
            }
            Err(error @ dotenvy::Error::LineParse(..)) => {
                problems.push(format!("A line of {} was not understood: {error}.", path.display()));
            }
            // Anything else would come again for ever.
            Err(error) => {
                problems.push(format!("{} was not read to its end: {error}.", path.display()));
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_env_that_is_no_short_text_file_is_passed_over() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let file = dir.path().join(".env");
        let mut problems = Vec::new();
        let good = "BACKUP_MAX_SIZE_MB=5\n";
        std::fs::create_dir(&file).expect("a folder");
        assert!(
            dot_env(&file, &mut problems).is_empty(),
            "a folder of that name must neither count nor hang every command"
        );
        std::fs::remove_dir(&file).expect("removable");
        std::fs::write(&file, format!("{good}{}", "#\n".repeat(40_000))).expect("writable");
        assert!(dot_env(&file, &mut problems).is_empty(), "a huge file is not one of settings");
        std::fs::write(&file, [good.as_bytes(), b"X=\xff\xfe\n"].concat()).expect("writable");
        assert!(dot_env(&file, &mut problems).is_empty(), "bytes that are no text must not be half read");
        std::fs::write(&file, format!("no pair\n{good}OTHER=1\n")).expect("writable");
        let expected = HashMap::from([("BACKUP_MAX_SIZE_MB".to_owned(), "5".to_owned())]);
        assert_eq!(dot_env(&file, &mut problems), expected, "a line in error must not cost the others");
        assert_eq!(
            problems.len(),
            3,
            "each is told, and a folder of that name is nobody's settings: {problems:?}"
        );
    }
}
