//! What a job's fields accept. Pure: the engine refuses what the window let through.

use super::servers::checked_name;
use crate::error::Error;
use crate::platform;
use crate::proof::assertion::{Assertion, Unusable};
use crate::schedule::CronSchedule;
use holdfast_types::{Compression, DatabaseSelection, JobSpec};
use std::path::Path;

/// Checks a job and gives its canonical form.
///
/// # Errors
/// The first field that cannot be used; nothing is changed then.
pub(super) fn checked(mut spec: JobSpec) -> Result<JobSpec, Error> {
    spec.name = checked_name("The job's name", &spec.name)?;
    spec.databases = databases(spec.databases)?;
    let schedule = CronSchedule::parse(&spec.schedule.expression, &spec.schedule.timezone)?;
    spec.schedule.timezone = schedule.timezone().to_owned();
    spec.schedule.expression = spec.schedule.expression.trim().to_owned();
    spec.repository = match spec.repository.take().map(|path| path.trim().to_owned()) {
        Some(path) if !path.is_empty() => Some(repository(&path)?),
        _ => None,
    };
    compression(spec.compression)?;
    within("The number of connections", spec.parallelism.map(u64::from), 1, 64)?;
    within("The number of retries", Some(spec.retries.into()), 0, 20)?;
    within("The pause before a retry", Some(spec.retry_backoff_seconds), 1, 21_600)?;
    within("The jitter", Some(spec.jitter_seconds), 0, 86_400)?;
    within("The grace for missed slots", Some(spec.grace_seconds), 0, 31_536_000)?;
    within("The number of missed slots to run", Some(spec.missed_limit.into()), 1, 1000)?;
    within("The wait for a lock", Some(spec.lock_wait_seconds), 1, 86_400)?;
    within("The size bound in MiB", spec.max_size_mb, 0, 1_000_000_000)?;
    within("The rate in MiB a second", spec.load.rate_mb, 1, 1_000_000)?;
    within("The lag of standbys in MiB", spec.load.lag_mb, 1, 1_000_000)?;
    within("The number of other sessions", spec.load.sessions.map(u64::from), 1, 100_000)?;
    let retention = &spec.retention;
    for (field, value) in [
        ("Keep-days", retention.keep_days),
        ("Keep-last", retention.keep_last),
        ("Keep-daily", retention.keep_daily),
        ("Keep-weekly", retention.keep_weekly),
        ("Keep-monthly", retention.keep_monthly),
    ] {
        within(field, value.map(u64::from), 1, 36_500)?;
    }
    if let Some(drill) = &mut spec.verification.drill {
        let schedule = CronSchedule::parse(&drill.expression, &drill.timezone)?;
        drill.timezone = schedule.timezone().to_owned();
        drill.expression = drill.expression.trim().to_owned();
    }
    let assertions = &mut spec.verification.assertions;
    assertions.retain(|statement| !statement.trim().is_empty());
    for line in &spec.verification.assertions {
        let usable = Assertion::read(line).and_then(|assertion| assertion.within(&spec.databases));
        usable.map_err(|unusable| unusable_assertion(line, &unusable))?;
    }
    Ok(spec)
}

fn unusable_assertion(line: &str, unusable: &Unusable<'_>) -> Error {
    Error::Invalid {
        field: "The assertion",
        problem: match unusable {
            Unusable::Open => format!("\"{line}\" begins with a bracket that is not closed"),
            Unusable::Empty => format!("\"{line}\" asks nothing"),
            Unusable::Several => {
                format!("\"{line}\" holds several statements, of which only the first would be asked")
            }
            Unusable::Foreign(name) => format!("names the database {name}, which this job does not back up"),
        },
        accepts: "SELECT … is asked of each database, [name] SELECT … of the one with that name.".into(),
    }
}

fn databases(selection: DatabaseSelection) -> Result<DatabaseSelection, Error> {
    let DatabaseSelection::Named(names) = selection else { return Ok(DatabaseSelection::All) };
    let field = "The list of databases";
    let mut seen = Vec::new();
    for name in names {
        if name.is_empty() || name.contains('\0') || name.len() > 63 {
            return Err(Error::Invalid {
                field,
                problem: format!("holds \"{name}\", which no database can be called"),
                accepts: "Names have 1 to 63 bytes.".into(),
            });
        }
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    if seen.is_empty() {
        return Err(Error::Invalid {
            field,
            problem: "is empty".into(),
            accepts: "Name at least one database, or choose all databases.".into(),
        });
    }
    Ok(DatabaseSelection::Named(seen))
}

fn repository(path: &str) -> Result<String, Error> {
    let invalid = |problem: String| Error::Invalid {
        field: "The repository",
        problem,
        accepts: "It accepts the whole path of a folder, from the root or from ~.".into(),
    };
    if path.contains('\0') {
        return Err(invalid("holds a character that no path can hold".into()));
    }
    let absolute =
        platform::folders::written(path).map_err(|error| invalid(format!("is no path: {error}")))?;
    // An app and an agent work in other folders than whoever wrote it thinks of.
    if !path.starts_with('~') && !Path::new(path).is_absolute() {
        return Err(invalid(format!("is only a part of a path; here it would mean {}", absolute.display())));
    }
    Ok(absolute.to_string_lossy().into_owned())
}

fn compression(compression: Compression) -> Result<(), Error> {
    match compression {
        Compression::Auto | Compression::None => Ok(()),
        Compression::Zstd(level) => within("The zstd level", Some(level.into()), 1, 22),
        Compression::Gzip(level) => within("The gzip level", Some(level.into()), 1, 9),
    }
}

fn within(field: &'static str, value: Option<u64>, least: u64, most: u64) -> Result<(), Error> {
    match value {
        Some(value) if !(least..=most).contains(&value) => Err(Error::Invalid {
            field,
            problem: format!("cannot be {value}"),
            accepts: format!("It accepts {least} to {most}."),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{Schedule, ServerId};

    fn spec() -> JobSpec {
        JobSpec::new("nightly".into(), ServerId(1), DatabaseSelection::All, "Europe/London".into())
    }

    #[test]
    fn a_plain_job_passes_unchanged() {
        assert_eq!(checked(spec()).expect("the defaults must be acceptable"), spec());
    }

    #[test]
    fn each_field_out_of_its_bounds_is_refused() {
        type Change = fn(&mut JobSpec);
        let cases: [(&str, Change); 11] = [
            ("an empty name", |s| s.name = "  ".into()),
            ("no databases", |s| s.databases = DatabaseSelection::Named(vec![])),
            ("a nameless database", |s| s.databases = DatabaseSelection::Named(vec![String::new()])),
            ("a wrong zone", |s| s.schedule.timezone = "Europe/Atlantis".into()),
            ("a slot that never comes", |s| {
                s.schedule = Schedule { expression: "0 0 30 2 *".into(), timezone: "UTC".into() }
            }),
            ("too many connections", |s| s.parallelism = Some(65)),
            ("a folder that only one process would find", |s| s.repository = Some("backups".into())),
            ("keeping nothing", |s| s.retention.keep_last = Some(0)),
            ("a gzip level of 10", |s| s.compression = Compression::Gzip(10)),
            ("a drill that never comes", |s| {
                s.verification.drill =
                    Some(Schedule { expression: "0 0 30 2 *".into(), timezone: "UTC".into() });
            }),
            ("an assertion whose database has no end", |s| {
                s.verification.assertions = vec!["[orders SELECT true".into()];
            }),
        ];
        for (what, break_it) in cases {
            let mut broken = spec();
            break_it(&mut broken);
            assert!(checked(broken).is_err(), "{what} must be refused before it is saved");
        }
    }
}
