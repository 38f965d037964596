//! The commands of the dashboard: each takes one `request` and hands it to the engine.
//!
//! What needs the window or the desktop is carried out here; everything else is in the engine. The
//! capability in `tauri.conf.json` names each command that the window may call.

mod audit;
mod backups;
mod choice;
mod config;
mod contents;
mod features;
mod globals;
mod jobs;
mod restores;
mod retention;
mod runs;
mod scheduler;
mod schedules;
mod servers;
mod stats;
mod system;

use holdfast_types::ApiError;
use tauri::Wry;
use tauri::ipc::Invoke;

/// What a command answers.
type Answer<T> = Result<T, ApiError>;

/// Finds the command that a message of the window names.
pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        scheduler::scheduler_status,
        scheduler::start_scheduler,
        scheduler::stop_scheduler,
        scheduler::restart_scheduler,
        schedules::update_schedule,
        schedules::preview_schedule,
        runs::trigger_now,
        runs::cancel_run,
        runs::list_runs,
        runs::get_run,
        runs::get_run_log,
        runs::export_runs,
        stats::get_stats,
        stats::get_overview,
        stats::get_days,
        config::get_config,
        config::update_config,
        servers::list_servers,
        servers::get_server,
        servers::create_server,
        servers::update_server,
        servers::delete_server,
        servers::test_server,
        servers::test_server_draft,
        jobs::list_jobs,
        jobs::get_job,
        jobs::create_job,
        jobs::update_job,
        jobs::enable_job,
        jobs::disable_job,
        jobs::delete_job,
        backups::list_backups,
        backups::get_backup,
        backups::pin_backup,
        backups::unpin_backup,
        backups::delete_backup,
        backups::verify_backup,
        backups::cancel_verification,
        backups::list_verifications,
        backups::export_report,
        backups::save_backup_copy,
        backups::cancel_backup_copy,
        backups::list_repository_doubts,
        backups::open_backup_folder,
        contents::browse_backup,
        contents::preview_table,
        contents::read_value,
        contents::compare_backups,
        contents::compare_definitions,
        contents::find_table,
        restores::plan_restore,
        restores::start_restore,
        restores::cancel_restore,
        restores::undo_restore,
        restores::get_restore,
        restores::list_restores,
        globals::plan_globals,
        globals::restore_globals,
        retention::plan_retention,
        retention::preview_retention,
        retention::apply_retention,
        audit::list_audit,
        system::system_status,
        system::send_test_notification,
        system::enable_autostart,
        system::disable_autostart,
        system::choose_folder,
        system::create_demo,
        system::quit_app,
    ]
}
