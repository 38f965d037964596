//! Settings: what can be set, what it accepts, and where each value comes from.
//!
//! An operator's value counts most, then what the first start on the data directory found in the environment,
//! then what it found in a `.env` file of its working directory, then what is built in. Later starts look at
//! neither: a command run in some project's folder must not repoint what all processes share.

use crate::catalog::{CatalogError, Tx, operators, settings};
use crate::error::{Error, Refusal};
use crate::platform;
use crate::schedule::CronSchedule;
use crate::surroundings::Surroundings;
use holdfast_types::{Config, OperatorId, Setting, SettingKind, SettingSource};
use std::path::{Path, PathBuf};

/// What can be set.
struct Definition {
    key: &'static str,
    variable: Option<&'static str>,
    kind: SettingKind,
    default: &'static str,
    /// The least value of a number.
    least: u64,
    description: &'static str,
}

const fn define(
    key: &'static str,
    variable: Option<&'static str>,
    kind: SettingKind,
    default: &'static str,
    description: &'static str,
) -> Definition {
    Definition { key, variable, kind, default, least: 0, description }
}

const DEFINITIONS: &[Definition] = &[
    define(
        "storage_path",
        Some("BACKUP_STORAGE_PATH"),
        SettingKind::Folder,
        "",
        "Repository: the folder that holds the backups of jobs that name none.",
    ),
    define(
        "schedule",
        Some("BACKUP_SCHEDULE"),
        SettingKind::Cron,
        "0 2 * * *",
        "Schedule that new jobs begin with.",
    ),
    define(
        "enabled",
        Some("BACKUP_ENABLED"),
        SettingKind::Switch,
        "true",
        "Whether the scheduler is started when this data directory is first used.",
    ),
    define(
        "retention_days",
        Some("BACKUP_RETENTION_DAYS"),
        SettingKind::Number,
        "30",
        "Days that new jobs keep their backups; 0 keeps them all.",
    ),
    define(
        "auto_cleanup",
        Some("BACKUP_AUTO_CLEANUP"),
        SettingKind::Switch,
        "true",
        "Whether each run deletes what the job's retention expires.",
    ),
    define(
        "max_size_mb",
        Some("BACKUP_MAX_SIZE_MB"),
        SettingKind::Number,
        "0",
        "A run whose archive grows past this many MiB is stopped; 0 for no bound.",
    ),
    define(
        "system_user_id",
        Some("BACKUP_SYSTEM_USER_ID"),
        SettingKind::Number,
        "1",
        "The operator whom scheduled runs name.",
    ),
    Definition {
        least: 1,
        ..define(
            "max_concurrent_runs",
            None,
            SettingKind::Number,
            "2",
            "Runs that may go on at a time on this data directory, whichever process carries them out.",
        )
    },
    define(
        "history_days",
        None,
        SettingKind::Number,
        "1095",
        "Days that the records of runs are kept; 0 keeps them all. Backups have their own retention.",
    ),
    define(
        "notify_success",
        None,
        SettingKind::Switch,
        "false",
        "Whether a completed run raises a notification too.",
    ),
    define(
        "close_to_tray",
        None,
        SettingKind::Switch,
        "true",
        "Whether Holdfast goes on in the tray when its window is closed; off, closing the window quits it.",
    ),
    define(
        "password_store",
        None,
        SettingKind::Text,
        "auto",
        "Where new passwords go: auto (the keyring if there is one) or file.",
    ),
];

/// Internal key: whether an operator left the scheduler started.
pub const SCHEDULER_STARTED: &str = "internal.scheduler_started";

/// Internal key: when the surroundings were taken into this catalog.
const SURROUNDINGS_TAKEN: &str = "internal.surroundings_taken";

/// The variables of the environment that settings have.
pub(crate) fn variables() -> impl Iterator<Item = &'static str> {
    DEFINITIONS.iter().filter_map(|definition| definition.variable)
}

/// Internal key: what of a `.env` file could not be read at the first start.
const NOT_READ: &str = "internal.surroundings_not_read";

/// Internal keys: why a variable was not taken at the first start, by the key of its setting.
const NOT_TAKEN: &str = "internal.not_taken.";

/// Takes what the surroundings say into a new catalog, under what an operator set; into one that took them
/// before, nothing. Values that cannot be used are left out with a warning that is kept and shown with the
/// settings: a typo in a variable must not stop the scheduler, nor stay unnoticed. A relative path means the folder of this first start from then on.
pub fn adopt(tx: &Tx, surroundings: &Surroundings, now: i64) -> Result<(), CatalogError> {
    if settings::get(tx, SURROUNDINGS_TAKEN)?.is_some() {
        return Ok(());
    }
    settings::put(tx, SURROUNDINGS_TAKEN, "true", "internal", now)?;
    if !surroundings.problems.is_empty() {
        surroundings.problems.iter().for_each(|problem| tracing::warn!("{problem}"));
        settings::put(tx, NOT_READ, &surroundings.problems.join(" "), "internal", now)?;
    }
    for definition in DEFINITIONS {
        let Some(variable) = definition.variable else { continue };
        let Some((value, source)) = surroundings.find(variable) else { continue };
        if settings::get(tx, definition.key)?.is_some_and(|stored| stored.source == "operator") {
            continue;
        }
        let usable = match check(definition, value) {
            Ok(value) => insist_operator(tx, definition.key, &value)?.map(|()| value),
            unusable => unusable,
        };
        match usable {
            Ok(value) => settings::put(tx, definition.key, &value, source, now)?,
            Err(error) => {
                let words = error.to_api();
                let told =
                    format!("{variable} was not taken at the first start: {} {}", words.message, words.hint);
                tracing::warn!("{told}");
                settings::put(tx, &format!("{NOT_TAKEN}{}", definition.key), &told, "internal", now)?;
            }
        }
    }
    Ok(())
}

/// What the first start found and could not use, as far as no operator has set it since.
pub fn not_taken(tx: &Tx) -> Result<Vec<String>, CatalogError> {
    let mut told = Vec::new();
    let mut decided = false;
    for definition in DEFINITIONS {
        match settings::get(tx, definition.key)? {
            Some(stored) => decided |= stored.source == "operator",
            None => told.extend(remark(tx, definition.key)?),
        }
    }
    // What was not read may be about any setting; an operator who changed one has looked at them.
    if let (Some(stored), false) = (settings::get(tx, NOT_READ)?, decided) {
        told.insert(0, stored.value);
    }
    Ok(told)
}

fn remark(tx: &Tx, key: &str) -> Result<Option<String>, CatalogError> {
    Ok(settings::get(tx, &format!("{NOT_TAKEN}{key}"))?.map(|stored| stored.value))
}

/// Checks that an operator exists whom a setting names; runs would silently name another.
///
/// # Errors
/// The catalog cannot be read; inside: nobody has that number.
pub fn insist_operator(tx: &Tx, key: &str, value: &str) -> Result<Result<(), Error>, CatalogError> {
    if key != "system_user_id" {
        return Ok(Ok(()));
    }
    let found = match value.parse() {
        Ok(id) => operators::name(tx, OperatorId(id))?,
        Err(_) => None,
    };
    if found.is_some() {
        return Ok(Ok(()));
    }
    let all = operators::list(tx)?;
    let known: Vec<String> = all.into_iter().map(|(id, name)| format!("{id} ({name})")).collect();
    Ok(Err(Error::Invalid {
        field: "system_user_id",
        problem: format!("cannot be {value}: no operator has that number"),
        accepts: format!("It accepts the number of an operator: {}.", known.join(", ")),
    }))
}

/// All settings, in the order in which they are shown.
pub fn all(tx: &Tx) -> Result<Config, CatalogError> {
    let items = DEFINITIONS
        .iter()
        .map(|definition| {
            let stored = settings::get(tx, definition.key)?;
            let source = match stored.as_ref().map(|stored| stored.source.as_str()) {
                Some("environment") => SettingSource::Environment,
                Some("dot_env") => SettingSource::DotEnv,
                Some(_) => SettingSource::Operator,
                None => SettingSource::Default,
            };
            // What was not taken stands where the reader looks for the reason of a default.
            let remark = if stored.is_none() { remark(tx, definition.key)? } else { None };
            let description = match remark {
                Some(remark) => format!("{} {remark}", definition.description),
                None => definition.description.to_owned(),
            };
            Ok(Setting {
                key: definition.key.to_owned(),
                value: stored.map_or_else(|| definition.default.to_owned(), |stored| stored.value),
                source,
                variable: definition.variable.map(str::to_owned),
                description,
                kind: definition.kind,
            })
        })
        .collect::<Result<_, CatalogError>>()?;
    Ok(Config { items })
}

/// The value of a setting that exists.
pub fn text(tx: &Tx, key: &'static str) -> Result<String, CatalogError> {
    let default = DEFINITIONS.iter().find(|d| d.key == key).map_or("", |d| d.default);
    Ok(settings::get(tx, key)?.map_or_else(|| default.to_owned(), |stored| stored.value))
}

/// The value of a setting that is a number. Stored values were checked when they were taken.
pub fn number(tx: &Tx, key: &'static str) -> Result<u64, CatalogError> {
    Ok(text(tx, key)?.parse().unwrap_or(0))
}

/// The value of a setting that is a switch.
pub fn switch(tx: &Tx, key: &'static str) -> Result<bool, CatalogError> {
    Ok(text(tx, key)? == "true")
}

/// The repository of jobs that name none.
pub(crate) fn storage(tx: &Tx, default: &Path) -> Result<PathBuf, CatalogError> {
    let configured = text(tx, "storage_path")?;
    Ok(if configured.is_empty() { default.to_owned() } else { PathBuf::from(configured) })
}

/// Checks a new value of a setting and gives its canonical text.
///
/// # Errors
/// The key is unknown, or the value is not of its kind.
pub fn validate(key: &str, value: &str) -> Result<String, Error> {
    let definition = DEFINITIONS
        .iter()
        .find(|definition| definition.key == key)
        .ok_or_else(|| Error::Refused(Refusal::UnknownSetting(key.to_owned())))?;
    check(definition, value)
}

/// Whether there is a setting of that key.
///
/// # Errors
/// There is none.
pub fn known(key: &str) -> Result<(), Error> {
    if DEFINITIONS.iter().any(|definition| definition.key == key) {
        Ok(())
    } else {
        Err(Error::Refused(Refusal::UnknownSetting(key.to_owned())))
    }
}

fn check(definition: &Definition, value: &str) -> Result<String, Error> {
    let value = value.trim();
    let invalid = |problem: String, accepts: &str| Error::Invalid {
        field: definition.key,
        problem,
        accepts: accepts.to_owned(),
    };
    match definition.kind {
        SettingKind::Switch => match value.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok("true".into()),
            "false" | "0" | "no" | "off" => Ok("false".into()),
            _ => Err(invalid(format!("cannot be \"{value}\""), "It accepts true or false.")),
        },
        SettingKind::Number => match value.parse::<u64>() {
            Ok(number) if number >= definition.least && number <= 1_000_000_000 => Ok(number.to_string()),
            _ => Err(invalid(
                format!("cannot be \"{value}\""),
                &format!("It accepts a whole number from {} to 1000000000.", definition.least),
            )),
        },
        SettingKind::Folder if value.is_empty() => Ok(String::new()),
        SettingKind::Folder => {
            if value.contains('\0') {
                return Err(invalid("holds a character that no path can hold".into(), "It accepts a path."));
            }
            platform::folders::written(value)
                .map(|path| path.to_string_lossy().into_owned())
                .map_err(|error| invalid(format!("is no path: {error}"), "It accepts a folder's path."))
        }
        SettingKind::Cron => {
            CronSchedule::parse(value, "UTC")?;
            Ok(value.to_owned())
        }
        SettingKind::Text => match (definition.key, value) {
            ("password_store", "auto" | "file") => Ok(value.to_owned()),
            _ => Err(invalid(format!("cannot be \"{value}\""), "It accepts auto or file.")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::testing;

    fn surroundings(pairs: &[(&str, &str)], dot: &[(&str, &str)]) -> Surroundings {
        let map =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Surroundings { environment: map(pairs), dot_env: map(dot), problems: Vec::new() }
    }

    fn setting(catalog: &crate::catalog::Catalog, key: &str) -> (String, SettingSource) {
        let config = catalog.read(all).expect("readable");
        let item = config.items.into_iter().find(|item| item.key == key).expect("known");
        (item.value, item.source)
    }

    #[test]
    fn the_operator_counts_most_then_the_environment_then_dot_env() {
        let (_dir, catalog) = testing::empty();
        let both = surroundings(
            &[("BACKUP_RETENTION_DAYS", "7")],
            &[("BACKUP_RETENTION_DAYS", "9"), ("BACKUP_MAX_SIZE_MB", "100")],
        );
        catalog.write(|tx| adopt(tx, &both, 1)).expect("adopted");
        assert_eq!(
            setting(&catalog, "retention_days"),
            ("7".into(), SettingSource::Environment),
            "the environment is nearer than a file"
        );
        assert_eq!(
            setting(&catalog, "max_size_mb"),
            ("100".into(), SettingSource::DotEnv),
            "the file fills what the environment leaves open"
        );
        catalog.write(|tx| settings::put(tx, "retention_days", "12", "operator", 2)).expect("set");
        catalog.write(|tx| adopt(tx, &both, 3)).expect("adopted");
        assert_eq!(
            setting(&catalog, "retention_days"),
            ("12".into(), SettingSource::Operator),
            "a restart must not undo what an operator set"
        );
    }

    #[test]
    fn a_variable_that_cannot_be_used_changes_nothing() {
        let (_dir, catalog) = testing::empty();
        let bad = surroundings(&[("BACKUP_RETENTION_DAYS", "many"), ("BACKUP_SCHEDULE", "61 * * * *")], &[]);
        catalog.write(|tx| adopt(tx, &bad, 1)).expect("adopted");
        assert_eq!(
            setting(&catalog, "retention_days").1,
            SettingSource::Default,
            "a typo must not become a retention"
        );
        assert_eq!(
            setting(&catalog, "schedule").1,
            SettingSource::Default,
            "a typo must not become a schedule"
        );
        let told = catalog.read(not_taken).expect("readable");
        assert_eq!(told.len(), 2, "each is told: {told:?}");
        assert!(told.iter().any(|told| told.contains("BACKUP_SCHEDULE")), "by its variable: {told:?}");
        catalog.write(|tx| settings::put(tx, "schedule", "0 3 * * *", "operator", 2)).expect("set");
        let told = catalog.read(not_taken).expect("readable");
        assert_eq!(told.len(), 1, "what an operator set since is settled: {told:?}");
    }

    #[test]
    fn what_could_not_be_read_of_dot_env_is_told_until_somebody_sets_something() {
        let (_dir, catalog) = testing::empty();
        let unread =
            Surroundings { problems: vec![".env cannot be read.".into()], ..Surroundings::default() };
        catalog.write(|tx| adopt(tx, &unread, 1)).expect("adopted");
        let told = catalog.read(not_taken).expect("readable");
        assert_eq!(
            told,
            [".env cannot be read."],
            "defaults would stand in for what the file says, unnoticed"
        );
        catalog.write(|tx| settings::put(tx, "schedule", "0 3 * * *", "operator", 2)).expect("set");
        assert!(catalog.read(not_taken).expect("readable").is_empty(), "a note must not stay for ever");
    }

    #[test]
    fn scheduled_runs_name_an_operator_that_exists() {
        let (_dir, catalog) = testing::empty();
        let nobody = surroundings(&[("BACKUP_SYSTEM_USER_ID", "999999")], &[]);
        catalog.write(|tx| adopt(tx, &nobody, 1)).expect("adopted");
        assert_eq!(setting(&catalog, "system_user_id").0, "1", "runs would silently say system");
        let told = catalog.read(not_taken).expect("readable");
        assert!(
            told[0].contains("BACKUP_SYSTEM_USER_ID") && told[0].contains("1 ("),
            "who there is: {told:?}"
        );
        let known = catalog.read(|tx| insist_operator(tx, "system_user_id", "1")).expect("readable");
        assert!(known.is_ok(), "the system is an operator");
    }

    #[test]
    fn only_the_first_start_takes_what_surrounds_it() {
        let (_dir, catalog) = testing::empty();
        let first = surroundings(&[("BACKUP_RETENTION_DAYS", "7")], &[]);
        catalog.write(|tx| adopt(tx, &first, 1)).expect("adopted");
        let later = surroundings(
            &[("BACKUP_RETENTION_DAYS", "1")],
            &[("BACKUP_STORAGE_PATH", "elsewhere"), ("BACKUP_MAX_SIZE_MB", "5")],
        );
        catalog.write(|tx| adopt(tx, &later, 2)).expect("adopted");
        assert_eq!(
            setting(&catalog, "retention_days"),
            ("7".into(), SettingSource::Environment),
            "another shell's environment must not expire backups of all"
        );
        assert_eq!(
            setting(&catalog, "storage_path").1,
            SettingSource::Default,
            "a command run in some project's folder must not move the repository"
        );
    }

    #[test]
    fn a_relative_folder_is_that_of_the_first_start() {
        let (_dir, catalog) = testing::empty();
        let relative = surroundings(&[], &[("BACKUP_STORAGE_PATH", "vault")]);
        catalog.write(|tx| adopt(tx, &relative, 1)).expect("adopted");
        let here = std::env::current_dir().expect("there is a working directory");
        assert_eq!(
            setting(&catalog, "storage_path").0,
            here.join("vault").to_string_lossy(),
            "each process would look for the backups below its own folder"
        );
    }
}
