//! The flags that a new job and a changed one have in common.

use super::proof_options::{DrillPlace, ProofOptions};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use holdfast_types::{Compression, DumpEngine, JobSpec, LoadLimits, MissedPolicy, RetentionPolicy};
use std::path::PathBuf;

/// How a job is carried out and how long its backups are kept.
#[derive(Debug, Args)]
pub struct JobOptions {
    /// IANA time zone of the schedule, for example Europe/London; a new job takes the machine's own
    #[arg(long, value_name = "IANA")]
    pub timezone: Option<String>,
    /// The folder that holds the backups; the configured one when absent
    #[arg(long, value_name = "DIR")]
    repository: Option<PathBuf>,
    /// What makes the archive: auto takes the fastest that is safe
    #[arg(long, value_name = "auto|pg_dump|parallel", value_parser = engines(), hide_possible_values = true)]
    engine: Option<DumpEngine>,
    /// zstd:N, gzip:N or none; zstd:3 where pg_dump can, else gzip, when absent
    #[arg(long, value_name = "CODEC", value_parser = compression)]
    compression: Option<Compression>,
    /// Parallel dump connections, 1 to 64; half the machine's cores when absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    parallelism: Option<u32>,
    #[command(flatten)]
    keep: KeepOptions,
    /// Stop a run whose archive grows past this many MiB; 0 for no bound
    #[arg(long, value_name = "N")]
    max_size_mb: Option<u64>,
    /// What happens to slots that passed while nothing could run: skip them, run once for all, or run each
    #[arg(long, value_name = "skip|once|each", value_parser = missed_policies(), hide_possible_values = true)]
    missed: Option<MissedPolicy>,
    /// How many seconds a run waits for locked tables, 1 to 86400; 300 when absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    lock_wait: Option<u64>,
    /// How often a failed slot is tried again, 0 to 20
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=20))]
    retries: Option<u32>,
    #[command(flatten)]
    load: LoadOptions,
    #[command(flatten)]
    proof: ProofOptions,
}

/// How much a run may ask of a busy server. The parallel engine keeps to it; pg_dump knows no such bounds.
#[derive(Debug, Clone, Copy, Args)]
struct LoadOptions {
    /// Read at most N MiB of rows in a second; 0 takes the bound away
    #[arg(long, value_name = "N")]
    max_rate_mb: Option<u64>,
    /// Wait while a standby is behind by more than N MiB of WAL; 0 takes the bound away
    #[arg(long, value_name = "N")]
    pause_lag_mb: Option<u64>,
    /// Wait while more than N other sessions are at work on the server; 0 takes the bound away
    #[arg(long, value_name = "N")]
    pause_sessions: Option<u32>,
}

impl LoadOptions {
    fn over(self, limits: LoadLimits) -> LoadLimits {
        let bound =
            |given: Option<u64>, before| given.map_or(before, |number| Some(number).filter(|n| *n > 0));
        LoadLimits {
            rate_mb: bound(self.max_rate_mb, limits.rate_mb),
            lag_mb: bound(self.pause_lag_mb, limits.lag_mb),
            sessions: self.pause_sessions.map_or(limits.sessions, |count| Some(count).filter(|n| *n > 0)),
        }
    }
}

/// The rules of retention. A backup stays if any rule keeps it; 0 takes a rule away.
#[derive(Debug, Clone, Copy, Args)]
pub struct KeepOptions {
    /// Keep all backups younger than this many days; 0 takes the rule away
    #[arg(long, value_name = "N")]
    keep_days: Option<u32>,
    /// Keep the newest N of each database
    #[arg(long, value_name = "N")]
    keep_last: Option<u32>,
    /// Keep the newest of each of the last N days that have one
    #[arg(long, value_name = "N")]
    keep_daily: Option<u32>,
    /// The same by week
    #[arg(long, value_name = "N")]
    keep_weekly: Option<u32>,
    /// The same by month
    #[arg(long, value_name = "N")]
    keep_monthly: Option<u32>,
}

impl KeepOptions {
    fn any(self) -> bool {
        let given = [self.keep_days, self.keep_last, self.keep_daily, self.keep_weekly, self.keep_monthly];
        given.iter().any(Option::is_some)
    }

    fn over(self, policy: RetentionPolicy) -> RetentionPolicy {
        let rule =
            |given: Option<u32>, before| given.map_or(before, |number| Some(number).filter(|n| *n > 0));
        RetentionPolicy {
            keep_days: rule(self.keep_days, policy.keep_days),
            keep_last: rule(self.keep_last, policy.keep_last),
            keep_daily: rule(self.keep_daily, policy.keep_daily),
            keep_weekly: rule(self.keep_weekly, policy.keep_weekly),
            keep_monthly: rule(self.keep_monthly, policy.keep_monthly),
        }
    }
}

impl JobOptions {
    /// What a new job becomes: rules that are given replace the default rule.
    pub fn for_new(self, mut spec: JobSpec) -> JobSpec {
        if self.keep.any() {
            spec.retention = RetentionPolicy::default();
        }
        self.over(spec)
    }

    /// Where drills restore, if it was given.
    pub fn drill_place(&self) -> Option<DrillPlace> {
        self.proof.drill_place()
    }

    /// What a job becomes: only what is given changes.
    pub fn over(self, spec: JobSpec) -> JobSpec {
        let repository = self.repository.map(|folder| {
            // A relative folder means the working directory now, not that of the agent.
            std::path::absolute(&folder).unwrap_or(folder).to_string_lossy().into_owned()
        });
        JobSpec {
            repository: repository.or(spec.repository),
            engine: self.engine.unwrap_or(spec.engine),
            compression: self.compression.unwrap_or(spec.compression),
            parallelism: self.parallelism.or(spec.parallelism),
            retention: self.keep.over(spec.retention),
            max_size_mb: self.max_size_mb.or(spec.max_size_mb),
            missed: self.missed.unwrap_or(spec.missed),
            retries: self.retries.unwrap_or(spec.retries),
            lock_wait_seconds: self.lock_wait.unwrap_or(spec.lock_wait_seconds),
            load: self.load.over(spec.load),
            verification: self.proof.over(spec.verification, &spec.schedule.timezone),
            ..spec
        }
    }
}

fn engines() -> impl TypedValueParser<Value = DumpEngine> {
    PossibleValuesParser::new(DumpEngine::ALL.map(DumpEngine::as_str))
        .try_map(|word| DumpEngine::parse(&word).ok_or("not an engine"))
}

fn missed_policies() -> impl TypedValueParser<Value = MissedPolicy> {
    PossibleValuesParser::new(MissedPolicy::ALL.map(MissedPolicy::as_str)).try_map(|word| {
        MissedPolicy::ALL.into_iter().find(|policy| policy.as_str() == word).ok_or("not a policy")
    })
}

fn compression(text: &str) -> Result<Compression, String> {
    let (codec, level) = match text.split_once(':') {
        Some((codec, level)) => (codec, Some(level)),
        None => (text, None),
    };
    let level = |default, highest| match level.map(str::parse::<u32>) {
        None => Ok(default),
        Some(Ok(level)) if (1..=highest).contains(&level) => Ok(level),
        Some(_) => Err(format!("the level of {codec} is 1 to {highest}")),
    };
    match codec {
        "zstd" => level(3, 22).map(Compression::Zstd),
        "gzip" => level(6, 9).map(Compression::Gzip),
        "none" if text == codec => Ok(Compression::None),
        "auto" if text == codec => Ok(Compression::Auto),
        _ => Err("expected zstd:N, gzip:N, none or auto".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{KeepOptions, compression};
    use holdfast_types::{Compression, RetentionPolicy};

    #[test]
    fn compression_is_a_codec_with_its_level() {
        assert_eq!(compression("zstd:9"), Ok(Compression::Zstd(9)), "codec and level");
        assert_eq!(compression("gzip"), Ok(Compression::Gzip(6)), "the level may be left out");
        assert_eq!(compression("none"), Ok(Compression::None), "not compressed");
        for wrong in ["zstd:0", "zstd:23", "gzip:10", "none:1", "lz", "zstd:", ""] {
            assert!(compression(wrong).is_err(), "{wrong:?} would fail in pg_dump at night");
        }
    }

    #[test]
    fn only_the_rules_given_change_and_0_takes_one_away() {
        let given = KeepOptions {
            keep_days: Some(0),
            keep_last: Some(7),
            keep_daily: None,
            keep_weekly: None,
            keep_monthly: None,
        };
        let before =
            RetentionPolicy { keep_days: Some(30), keep_weekly: Some(4), ..RetentionPolicy::default() };
        let expected =
            RetentionPolicy { keep_last: Some(7), keep_weekly: Some(4), ..RetentionPolicy::default() };
        assert_eq!(given.over(before), expected, "a rule not named must not be lost");
    }
}
