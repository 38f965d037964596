//! A job's form: what is typed, and the job that it asks for or what is wrong with it.

use super::connection::Refusal;
use super::proof::{Chooser, ProofDraft};
use holdfast_types::{
    Compression, Config, DatabaseSelection, DumpEngine, JobSpec, LoadLimits, MissedPolicy, RetentionPolicy,
    RolePasswords, Schedule, ServerId,
};

/// What the form of a job holds, as typed. Empty numbers mean the default.
#[derive(Debug, Clone, PartialEq)]
pub struct JobDraft {
    /// Its name.
    pub name: String,
    /// The server's id as text; empty while none is chosen.
    pub server: String,
    /// Whether all databases are meant.
    pub scope: Scope,
    /// The databases that are ticked.
    pub databases: Vec<String>,
    /// The cron expression.
    pub expression: String,
    /// Its zone.
    pub timezone: String,
    /// Whether the schedule is on.
    pub enabled: bool,
    /// The folder; empty for the configured one.
    pub repository: String,
    /// What makes the archive.
    pub engine: DumpEngine,
    /// `auto`, `zstd`, `gzip` or `none`.
    pub codec: String,
    /// Its level.
    pub level: String,
    /// Parallel connections.
    pub parallelism: String,
    /// keep-days, keep-last, keep-daily, keep-weekly, keep-monthly.
    pub keep: [String; 5],
    /// The bound in MiB.
    pub max_size_mb: String,
    /// What happens to missed slots.
    pub missed: MissedPolicy,
    /// How many of them run at most.
    pub missed_limit: String,
    /// Hours of grace.
    pub grace_hours: String,
    /// Retries.
    pub retries: String,
    /// Seconds before the first retry.
    pub backoff: String,
    /// Seconds of jitter.
    pub jitter: String,
    /// Seconds to wait for a lock.
    pub lock_wait: String,
    /// Whether role passwords are dumped.
    pub role_passwords: RolePasswords,
    /// MiB of rows read in a second; empty for no bound.
    pub rate: String,
    /// MiB of WAL that a standby may be behind; likewise.
    pub lag: String,
    /// Other sessions that may be at work; likewise.
    pub sessions: String,
    /// How its backups are proven.
    pub proof: ProofDraft,
}

/// Which databases are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The ticked ones.
    Chosen,
    /// All, with those to come.
    All,
}

/// The names of the retention fields, in the order of [`JobDraft::keep`].
pub const KEEP_FIELDS: [&str; 5] = ["keep_days", "keep_last", "keep_daily", "keep_weekly", "keep_monthly"];

impl JobDraft {
    /// An empty form in that zone, with the schedule and the retention of the settings, and otherwise Holdfast's
    /// defaults.
    pub fn new(timezone: String, config: &Config) -> Self {
        let databases = DatabaseSelection::Named(Vec::new());
        let spec = JobSpec::new(String::new(), ServerId(0), databases, timezone);
        let mut draft = JobDraft::of(&config.over_new_job(spec));
        draft.proof.chooser = Chooser::Proposal;
        draft
    }

    /// The form of a job.
    pub fn of(spec: &JobSpec) -> Self {
        fn text<T: ToString>(value: Option<T>) -> String {
            value.map(|value| value.to_string()).unwrap_or_default()
        }
        let (codec, level) = match spec.compression {
            Compression::Auto => ("auto", None),
            Compression::Zstd(level) => ("zstd", Some(level)),
            Compression::Gzip(level) => ("gzip", Some(level)),
            Compression::None => ("none", None),
        };
        let (scope, databases) = match &spec.databases {
            DatabaseSelection::All => (Scope::All, Vec::new()),
            DatabaseSelection::Named(names) => (Scope::Chosen, names.clone()),
        };
        let keep = &spec.retention;
        JobDraft {
            name: spec.name.clone(),
            server: text(Some(spec.server_id.0).filter(|id| *id != 0)),
            scope,
            databases,
            expression: spec.schedule.expression.clone(),
            timezone: spec.schedule.timezone.clone(),
            enabled: spec.enabled,
            repository: text(spec.repository.clone()),
            engine: spec.engine,
            codec: codec.to_owned(),
            level: text(level),
            parallelism: text(spec.parallelism),
            keep: [keep.keep_days, keep.keep_last, keep.keep_daily, keep.keep_weekly, keep.keep_monthly]
                .map(text),
            max_size_mb: text(spec.max_size_mb),
            missed: spec.missed,
            missed_limit: spec.missed_limit.to_string(),
            grace_hours: hours(spec.grace_seconds),
            retries: spec.retries.to_string(),
            backoff: spec.retry_backoff_seconds.to_string(),
            jitter: spec.jitter_seconds.to_string(),
            lock_wait: spec.lock_wait_seconds.to_string(),
            role_passwords: spec.role_passwords,
            rate: text(spec.load.rate_mb),
            lag: text(spec.load.lag_mb),
            sessions: text(spec.load.sessions),
            proof: ProofDraft::of(&spec.verification, &spec.schedule.timezone),
        }
    }

    /// The retention policy that the form asks for, or what is wrong with it.
    pub fn retention(&self) -> Result<RetentionPolicy, Vec<Refusal>> {
        let mut form = Reading::default();
        let policy = self.read_retention(&mut form);
        form.done(policy)
    }

    fn read_retention(&self, form: &mut Reading) -> RetentionPolicy {
        let mut next =
            KEEP_FIELDS.into_iter().zip(&self.keep).map(|(field, text)| form.number(field, text, 1, 100_000));
        let mut keep = || next.next().flatten().and_then(|number| u32::try_from(number).ok());
        RetentionPolicy {
            keep_days: keep(),
            keep_last: keep(),
            keep_daily: keep(),
            keep_weekly: keep(),
            keep_monthly: keep(),
        }
    }

    /// The job that the form asks for, or what is wrong with it, field by field.
    pub fn spec(&self) -> Result<JobSpec, Vec<Refusal>> {
        let mut form = Reading::default();
        let name = self.name.trim();
        if name.is_empty() {
            form.refuse("name", "A job needs a name; it is also the name of its folder.");
        }
        let server = self.server.parse::<i64>().ok().filter(|id| *id > 0);
        if server.is_none() {
            form.refuse("server", "Choose the server to back up.");
        }
        if self.scope == Scope::Chosen && self.databases.is_empty() {
            form.refuse("databases", "Tick at least one database, or choose all of them.");
        }
        if self.expression.trim().is_empty() {
            form.refuse("cron", "A job needs a schedule; switch it off if it is to be run by hand only.");
        }
        if self.timezone.trim().is_empty() {
            form.refuse(
                "timezone",
                "Name the zone in which the schedule is read, for example Europe/London.",
            );
        }
        let compression = match self.codec.as_str() {
            "zstd" => Compression::Zstd(form.small("level", &self.level, 1, 22).unwrap_or(3)),
            "gzip" => Compression::Gzip(form.small("level", &self.level, 1, 9).unwrap_or(6)),
            "none" => Compression::None,
            _ => Compression::Auto,
        };
        let retention = self.read_retention(&mut form);
        form.refused.extend(self.proof.refused());
        let trimmed = self.repository.trim();
        let spec = JobSpec {
            name: name.to_owned(),
            server_id: ServerId(server.unwrap_or(0)),
            databases: match self.scope {
                Scope::All => DatabaseSelection::All,
                Scope::Chosen => DatabaseSelection::Named(self.databases.clone()),
            },
            schedule: Schedule {
                expression: self.expression.trim().to_owned(),
                timezone: self.timezone.trim().to_owned(),
            },
            enabled: self.enabled,
            repository: (!trimmed.is_empty()).then(|| trimmed.to_owned()),
            engine: self.engine,
            compression,
            parallelism: form.small("parallelism", &self.parallelism, 1, 64),
            retention,
            max_size_mb: form.number("max_size", &self.max_size_mb, 0, 1 << 40),
            missed: self.missed,
            missed_limit: form.small("missed_limit", &self.missed_limit, 1, 1000).unwrap_or(10),
            grace_seconds: form.hours("grace", &self.grace_hours).unwrap_or(86_400),
            retries: form.small("retries", &self.retries, 0, 20).unwrap_or(0),
            retry_backoff_seconds: form.number("backoff", &self.backoff, 1, 21_600).unwrap_or(60),
            jitter_seconds: form.number("jitter", &self.jitter, 0, 86_400).unwrap_or(0),
            lock_wait_seconds: form.number("lock_wait", &self.lock_wait, 1, 86_400).unwrap_or(300),
            role_passwords: self.role_passwords,
            load: LoadLimits {
                rate_mb: form.number("rate", &self.rate, 1, 1_000_000),
                lag_mb: form.number("lag", &self.lag, 1, 1_000_000),
                sessions: form.small("sessions", &self.sessions, 1, 100_000),
            },
            verification: self.proof.policy(),
        };
        form.done(spec)
    }
}

/// Seconds as hours, without a fraction where there is none.
fn hours(seconds: u64) -> String {
    format!("{}", seconds as f64 / 3600.0)
}

/// Reads fields, and gathers what is wrong with them.
#[derive(Default)]
struct Reading {
    refused: Vec<Refusal>,
}

impl Reading {
    fn refuse(&mut self, field: &'static str, why: &str) {
        self.refused.push((field, why.to_owned()));
    }

    fn number(&mut self, field: &'static str, text: &str, low: u64, high: u64) -> Option<u64> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| (low..=high).contains(number));
        if number.is_none() {
            self.refuse(field, &format!("A whole number from {low} to {high}."));
        }
        number
    }

    fn small(&mut self, field: &'static str, text: &str, low: u32, high: u32) -> Option<u32> {
        self.number(field, text, u64::from(low), u64::from(high))
            .and_then(|number| u32::try_from(number).ok())
    }

    fn hours(&mut self, field: &'static str, text: &str) -> Option<u64> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let hours = text.parse::<f64>().ok().filter(|hours| (0.0..=8760.0).contains(hours));
        if hours.is_none() {
            self.refuse(field, "Hours from 0 to 8760.");
        }
        // The bound above keeps it far inside u64.
        hours.map(|hours| (hours * 3600.0).round() as u64)
    }

    fn done<T>(self, value: T) -> Result<T, Vec<Refusal>> {
        if self.refused.is_empty() { Ok(value) } else { Err(self.refused) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use holdfast_types::{Setting, SettingKind, SettingSource};

    fn whole() -> JobSpec {
        let databases = DatabaseSelection::Named(vec!["billing".to_owned()]);
        let mut spec = JobSpec::new("nightly".to_owned(), ServerId(3), databases, "Europe/London".to_owned());
        spec.load = LoadLimits { rate_mb: Some(80), lag_mb: Some(512), sessions: Some(40) };
        spec.compression = Compression::Zstd(9);
        spec.parallelism = Some(4);
        spec.grace_seconds = 5_400;
        spec.retention.keep_weekly = Some(8);
        spec.max_size_mb = Some(0);
        spec
    }

    #[test]
    fn a_job_survives_the_way_through_its_form() {
        let spec = whole();
        assert_eq!(
            JobDraft::of(&spec).spec().unwrap(),
            spec,
            "opening and saving an editor must change nothing"
        );
    }

    fn config(pairs: &[(&str, &str)]) -> Config {
        let setting = |(key, value): &(&str, &str)| Setting {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            source: SettingSource::Environment,
            variable: None,
            description: String::new(),
            kind: SettingKind::Text,
        };
        Config { items: pairs.iter().map(setting).collect() }
    }

    #[test]
    fn a_new_form_begins_with_what_the_settings_say() {
        let configured = config(&[("schedule", "30 4 * * *"), ("retention_days", "7")]);
        let draft = JobDraft::new("UTC".to_owned(), &configured);
        assert_eq!(draft.expression, "30 4 * * *", "BACKUP_SCHEDULE is meant for new jobs");
        assert_eq!(draft.keep, ["7", "", "", "", ""], "BACKUP_RETENTION_DAYS is meant for new jobs");
        let endless = JobDraft::new("UTC".to_owned(), &config(&[("retention_days", "0")]));
        assert_eq!(endless.keep[0], "", "0 days keeps everything");
        let unknown = JobDraft::new("UTC".to_owned(), &config(&[]));
        assert_eq!((unknown.expression.as_str(), unknown.keep[0].as_str()), ("0 2 * * *", "30"), "built in");
    }

    #[test]
    fn an_empty_form_names_every_field_that_is_missing() {
        let refused = JobDraft::new("UTC".to_owned(), &config(&[])).spec().unwrap_err();
        let fields: Vec<_> = refused.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["name", "server", "databases"], "the reader sees all of them at once");
    }

    #[test]
    fn numbers_out_of_bounds_are_refused_beside_their_field() {
        let mut draft = JobDraft::of(&whole());
        draft.parallelism = "65".to_owned();
        draft.keep[0] = "0".to_owned();
        draft.retries = "many".to_owned();
        let fields: Vec<_> = draft.spec().unwrap_err().iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["keep_days", "parallelism", "retries"], "each is told apart");
    }
}
