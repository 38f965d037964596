//! Settings, each with where its value comes from.

use crate::{JobSpec, RetentionPolicy, Schedule};
use serde::{Deserialize, Serialize};

/// Reads all settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GetConfig {}

/// Changes one setting.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpdateConfig {
    /// Its key.
    pub key: String,
    /// Its new value as text; absent to go back to the default.
    pub value: Option<String>,
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// The settings in the order in which they are shown.
    pub items: Vec<Setting>,
}

impl Config {
    /// The value of a setting, if it is known.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.items.iter().find(|setting| setting.key == key).map(|setting| setting.value.as_str())
    }

    /// What a new job begins with: the configured schedule, and the configured days of retention, of which 0
    /// keeps everything. What is not known stays as it is.
    pub fn over_new_job(&self, spec: JobSpec) -> JobSpec {
        let expression = self.value("schedule").map(str::to_owned);
        let keep_days = match self.value("retention_days").and_then(|days| days.parse::<u32>().ok()) {
            Some(days) => Some(days).filter(|days| *days > 0),
            None => spec.retention.keep_days,
        };
        JobSpec {
            schedule: Schedule {
                expression: expression.unwrap_or(spec.schedule.expression),
                timezone: spec.schedule.timezone,
            },
            retention: RetentionPolicy { keep_days, ..spec.retention },
            ..spec
        }
    }
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its key, for example `storage_path`.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// Where the value comes from.
    pub source: SettingSource,
    /// The environment variable that gives its first default.
    pub variable: Option<String>,
    /// What it does.
    pub description: String,
    /// What it accepts, for the form.
    pub kind: SettingKind,
}

/// Where a setting's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingSource {
    /// Built in.
    Default,
    /// An environment variable.
    Environment,
    /// A `.env` file in the working directory.
    DotEnv,
    /// Set by an operator.
    Operator,
}

/// What a setting accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// `true` or `false`.
    Switch,
    /// A whole number.
    Number,
    /// A folder.
    Folder,
    /// A cron expression.
    Cron,
    /// Any text.
    Text,
}
