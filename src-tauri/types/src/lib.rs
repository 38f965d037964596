//! What crosses between the engine, the command line and the window.
//!
//! Plain values with serde and nothing else, so that the crate compiles to wasm32. Each command of the
//! window is a request struct that implements [`Command`]; each event is a payload that implements
//! [`Event`]. Names and shapes live here once. Times are RFC 3339 UTC text, sizes are bytes, integers
//! stay below 2^53 because they pass through JavaScript.

mod backup;
mod config;
mod contents;
mod error;
mod event;
mod globals;
mod ids;
mod job;
mod number;
mod page;
mod restore;
mod retention;
mod run;
mod schedule;
mod scheduler;
mod server;
mod stats;
mod system;
mod verify;

pub use backup::*;
pub use config::*;
pub use contents::*;
pub use error::*;
pub use event::*;
pub use globals::*;
pub use ids::*;
pub use job::*;
pub use number::*;
pub use page::*;
pub use restore::*;
pub use retention::*;
pub use run::*;
pub use schedule::*;
pub use scheduler::*;
pub use server::*;
pub use stats::*;
pub use system::*;
pub use verify::*;

/// A point in time: RFC 3339 in UTC with a trailing `Z`, for example `2026-11-23T02:00:00Z`.
pub type Timestamp = String;

/// A request that the window or the command line makes of the engine.
pub trait Command: serde::Serialize {
    /// The name under which the shell registers the command.
    const NAME: &'static str;
    /// What the command answers.
    type Response: serde::de::DeserializeOwned;
}

/// Something that happened, told to every window.
pub trait Event: serde::de::DeserializeOwned {
    /// The event's name: letters, digits, `-`, `/`, `:` and `_` only, as Tauri asks.
    const NAME: &'static str;
}

/// Declares commands: `command!(Request => "name" -> Response);`, and lists their names in [`COMMANDS`].
macro_rules! commands {
    ($($request:ident => $name:literal -> $response:ty;)*) => {
        $(impl Command for $request {
            const NAME: &'static str = $name;
            type Response = $response;
        })*
        /// The names of all commands; the shell registers exactly these.
        pub const COMMANDS: &[&str] = &[$($name),*];
    };
}

commands! {
    SchedulerStatusRequest => "scheduler_status" -> SchedulerStatus;
    StartScheduler => "start_scheduler" -> SchedulerStatus;
    StopScheduler => "stop_scheduler" -> SchedulerStatus;
    RestartScheduler => "restart_scheduler" -> SchedulerStatus;
    UpdateSchedule => "update_schedule" -> Job;
    PreviewSchedule => "preview_schedule" -> SchedulePreview;
    TriggerNow => "trigger_now" -> Run;
    CancelRun => "cancel_run" -> Run;
    ListRuns => "list_runs" -> Page<Run>;
    GetRun => "get_run" -> RunDetails;
    GetRunLog => "get_run_log" -> RunLog;
    ExportRuns => "export_runs" -> ExportedFile;
    GetStats => "get_stats" -> Stats;
    GetOverview => "get_overview" -> Overview;
    GetDays => "get_days" -> Vec<DayStats>;
    GetConfig => "get_config" -> Config;
    UpdateConfig => "update_config" -> Config;
    ListServers => "list_servers" -> Page<Server>;
    GetServer => "get_server" -> Server;
    CreateServer => "create_server" -> Server;
    UpdateServer => "update_server" -> Server;
    DeleteServer => "delete_server" -> Deleted;
    TestServer => "test_server" -> ServerTest;
    TestServerDraft => "test_server_draft" -> ServerTest;
    ListJobs => "list_jobs" -> Page<JobSummary>;
    GetJob => "get_job" -> JobSummary;
    CreateJob => "create_job" -> Job;
    UpdateJob => "update_job" -> Job;
    EnableJob => "enable_job" -> Job;
    DisableJob => "disable_job" -> Job;
    DeleteJob => "delete_job" -> Deleted;
    ListBackups => "list_backups" -> Page<Backup>;
    GetBackup => "get_backup" -> BackupDetails;
    PinBackup => "pin_backup" -> Backup;
    UnpinBackup => "unpin_backup" -> Backup;
    DeleteBackup => "delete_backup" -> Deleted;
    VerifyBackup => "verify_backup" -> Verification;
    CancelVerification => "cancel_verification" -> Delivered;
    ListVerifications => "list_verifications" -> Page<Verification>;
    ExportReport => "export_report" -> Delivered;
    BrowseBackup => "browse_backup" -> BackupContents;
    PreviewTable => "preview_table" -> TablePreview;
    ReadValue => "read_value" -> WholeValue;
    CompareBackups => "compare_backups" -> BackupComparison;
    CompareDefinitions => "compare_definitions" -> DefinitionComparison;
    FindTable => "find_table" -> Page<TableInBackup>;
    PlanRestore => "plan_restore" -> RestorePlan;
    StartRestore => "start_restore" -> Restore;
    CancelRestore => "cancel_restore" -> Delivered;
    UndoRestore => "undo_restore" -> Restore;
    GetRestore => "get_restore" -> Restore;
    ListRestores => "list_restores" -> Page<Restore>;
    PlanGlobals => "plan_globals" -> PlannedGlobals;
    RestoreGlobals => "restore_globals" -> PlannedGlobals;
    PlanRetention => "plan_retention" -> RetentionPlan;
    PreviewRetention => "preview_retention" -> RetentionPlan;
    ApplyRetention => "apply_retention" -> RetentionOutcome;
    ListAudit => "list_audit" -> Page<AuditEntry>;
    SystemStatusRequest => "system_status" -> SystemStatus;
    SendTestNotification => "send_test_notification" -> Delivered;
    EnableAutostart => "enable_autostart" -> SystemStatus;
    DisableAutostart => "disable_autostart" -> SystemStatus;
    ChooseFolder => "choose_folder" -> ChosenPath;
    SaveBackupCopy => "save_backup_copy" -> Delivered;
    CancelBackupCopy => "cancel_backup_copy" -> Delivered;
    ListRepositoryDoubts => "list_repository_doubts" -> Page<RepositoryDoubt>;
    OpenBackupFolder => "open_backup_folder" -> Delivered;
    CreateDemo => "create_demo" -> Demo;
    QuitApp => "quit_app" -> Delivered;
}
