//! The machine around the app: tray, keyring, notifications, autostart; and the audit trail.

use crate::{JobId, ServerId, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks what the app found on this machine.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SystemStatusRequest {}

/// What the app found on this machine. What is missing degrades one feature, with a hint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemStatus {
    /// Holdfast's version.
    pub version: String,
    /// The data directory.
    pub home: String,
    /// The folder of the app's log; none where no app writes one.
    #[serde(default)]
    pub logs: Option<String>,
    /// Whether a tray host shows the icon.
    pub tray: Feature,
    /// Whether a keyring stores passwords.
    pub keyring: Feature,
    /// Whether something shows notifications.
    pub notifications: Feature,
    /// Whether Holdfast starts at login.
    pub autostart: Feature,
    /// PostgreSQL client programs found, newest first.
    pub tools: Vec<ToolInstallation>,
    /// The machine's time zone.
    pub timezone: String,
    /// The operator who acts in this process.
    pub operator: String,
    /// Whether the app ends as soon as the backups that it carries out have.
    #[serde(default)]
    pub quitting: bool,
}

/// One thing that a machine may lack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Whether it is there (or switched on).
    pub available: bool,
    /// What was found, or what to do about its absence.
    pub detail: String,
}

/// One installation of PostgreSQL's client programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolInstallation {
    /// The folder that holds pg_dump.
    pub folder: String,
    /// Its version, for example `15.18`.
    pub version: String,
    /// Whether the server's own programs stand beside them: drills restore with those.
    #[serde(default)]
    pub server_programs: bool,
}

/// Raises a notification to see whether one arrives.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SendTestNotification {}
/// Starts Holdfast hidden at login.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EnableAutostart {}
/// Does so no longer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DisableAutostart {}

/// Asks the operator for a folder.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChooseFolder {
    /// The title of the dialog.
    pub title: Option<String>,
}

/// What the operator chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenPath {
    /// The path; absent when the dialog was closed.
    pub path: Option<String>,
}

/// Something was handed on; whether it arrived cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// What happened, in words.
    pub detail: String,
}

/// Makes the private demo database with a job.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateDemo {}

/// The demo database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demo {
    /// Its server.
    pub server_id: ServerId,
    /// Its job.
    pub job_id: JobId,
}

/// Ends the app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuitApp {
    /// What becomes of runs that are going on.
    pub running: QuitChoice,
}

/// What becomes of runs that are going on when the app ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuitChoice {
    /// Wait for their end.
    Wait,
    /// Cancel them.
    Cancel,
}

/// Lists who changed what, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListAudit {
    /// The page, from 1.
    pub page: Option<u32>,
    /// Rows on a page.
    pub limit: Option<u32>,
}

/// One change that somebody made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub operator: String,
    /// What was done, for example `job.create`.
    pub action: String,
    /// To what, by name.
    pub subject: String,
    /// More about it, without secrets.
    pub detail: String,
}
