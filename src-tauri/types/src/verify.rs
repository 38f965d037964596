//! Verification: how a backup is proven again, by itself or by a drill that restores it.

use crate::{BackupId, OperatorId, ServerId, Timestamp, TrustLevel, VerificationId};
use serde::{Deserialize, Serialize};

/// How deep a verification goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifyLevel {
    /// Every file is compared with the manifest: L1.
    Checksum,
    /// Every data file is read to its end and the contents are reconciled with the manifest: L2.
    Decode,
    /// The backup is restored into a throwaway cluster and compared with what the server held: L3 to L5.
    Restore,
}

impl VerifyLevel {
    /// All levels, shallowest first.
    pub const ALL: [VerifyLevel; 3] = [Self::Checksum, Self::Decode, Self::Restore];

    /// The word that the command line and the catalog use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checksum => "checksum",
            Self::Decode => "decode",
            Self::Restore => "restore",
        }
    }

    /// The level that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// How a verification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationStatus {
    /// Going on.
    Processing,
    /// Everything that was asked for holds.
    Passed,
    /// The backup is not what it should be.
    Failed,
    /// It could not be told: the drill had no room, no programs, or was cancelled. The backup is no worse for it.
    Undecided,
}

impl VerificationStatus {
    /// All states.
    pub const ALL: [VerificationStatus; 4] = [Self::Processing, Self::Passed, Self::Failed, Self::Undecided];

    /// The word that the catalog uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Undecided => "undecided",
        }
    }

    /// The state that the word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// One thing that a verification looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was looked at, for example `checksums`.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

/// A verification and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Its id.
    pub id: VerificationId,
    /// The backup.
    pub backup_id: BackupId,
    /// How deep it was to go.
    pub requested: VerifyLevel,
    /// The trust level that the backup has reached by it.
    pub level: TrustLevel,
    /// Whether everything that was asked for holds.
    pub ok: bool,
    /// How it stands.
    pub status: VerificationStatus,
    /// What was looked at, in order.
    pub checks: Vec<Check>,
    /// Why it did not pass.
    pub error_message: Option<String>,
    /// What to do about it.
    pub error_hint: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// How long the restore of a drill took, in milliseconds: from the empty cluster to the analysed database.
    pub restore_ms: Option<u64>,
    /// The version of the server that the drill restored into.
    pub server_version: Option<String>,
    /// Who asked for it; the system for those of a job.
    pub triggered_by_user_id: OperatorId,
}

/// Verifies a backup and waits for the end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VerifyBackup {
    /// Which one.
    pub id: BackupId,
    /// How deep.
    pub level: VerifyLevel,
    /// The server on which a drill restores, into a scratch database; a throwaway cluster of this machine when absent.
    #[serde(default)]
    pub server_id: Option<ServerId>,
}

/// Lists the verifications of a backup, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListVerifications {
    /// Which backup's.
    pub backup_id: BackupId,
}

/// Ends a verification that is going on in this process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelVerification {
    /// Of which backup.
    pub backup_id: BackupId,
}

/// How far a verification or a restore is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkProgress {
    /// The backup that is worked on.
    pub backup_id: BackupId,
    /// The step, in a few words.
    pub step: String,
    /// Bytes done within the step.
    pub bytes_done: u64,
    /// Bytes of the step; 0 while unknown.
    pub bytes_total: u64,
    /// The tables being worked on, for the eye.
    pub tables: Vec<String>,
    /// Estimated seconds to the end of the step; absent while unknown.
    pub eta_seconds: Option<u64>,
    /// Who holds the step up on the server, as a sentence; absent while nobody is known to.
    pub held_up: Option<String>,
}

/// In which form a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// A page for people.
    Html,
    /// A document for programs.
    Json,
}

/// Writes the report of a backup's newest verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportVerification {
    /// Of which backup.
    pub backup_id: BackupId,
    /// In which form.
    pub format: ReportFormat,
}

/// Writes the report of a backup's newest verification to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportReport {
    /// Which report.
    #[serde(flatten)]
    pub report: ReportVerification,
    /// Where to; the window asks for a place when absent.
    #[serde(default)]
    pub path: Option<String>,
}
