//! What pages are made of: properties in, markup out. Nothing here asks the engine for anything.
//!
//! Main controls carry `data-testid`, so that tests of the window do not hang on words or looks:
//!
//! - rail: `nav-overview` `nav-jobs` `nav-runs` `nav-backups` `nav-restore` `nav-servers` `nav-settings` `rail-scheduler`
//! - everywhere: `toast` `toasts` `confirm` `confirm-action` `confirm-keep` `confirm-typed` `keys` `tray-hint`
//!   `quitting` `quit-now`
//! - overview: `protection` `stat-total` `stat-rate` `stat-duration` `stat-space` `scheduler-card` `scheduler-state`
//!   `scheduler-start` `scheduler-stop` `scheduler-restart` `run-now` `run-now-job` `run-now-confirm` `live-run`
//!   `live-details` `live-cancel` `first-start` `first-server` `first-job` `create-demo`
//!   `repository-doubt`, on backups too
//! - servers: `add-server` `servers-table` `server-edit-ID` `server-delete-ID`; editor: `server-url` `server-name`
//!   `server-host` `server-port` `server-user` `server-database` `server-sslmode` `server-password` `server-test`
//!   `server-save` `server-save-foot` `server-error` `test-result` (with `data-ok`)
//! - jobs: `add-job` `jobs-table` `job-run-ID` `job-edit-ID` `job-delete-ID` `job-enabled-ID`; editor: `job-name`
//!   `job-server` `job-databases` `job-all-databases` `job-database-NAME` `job-cron` `job-cron-preset` `job-preview`
//!   `job-timezone` `job-folder` `job-keep-days` `job-ledger-DEPTH` `job-verify-LEVEL` `job-drill` `drill-cron` `drill-place`
//!   `job-assertions` `job-advanced` `job-save` `job-error`
//! - runs: `runs-table` `run-row-ID` `runs-status` `runs-job` `runs-trigger` `runs-period` `runs-from` `runs-to` `runs-search`
//!   `clear-filters` `runs-export` (CSV) `runs-export-json` `pager-words` `pager-previous` `pager-next`
//! - a run: `run-status` `run-cancel` `run-again` `run-error` `run-progress` `run-held-up` `run-log` `run-open-folder`
//! - backups: `backups-table` `backup-row-ID` `backup-drawer` `backup-pin` `backup-delete` `backup-caution` `backup-open-folder`
//!   `backup-trust` `backup-restore`; proof: `verify` `verify-level-LEVEL` `verify-place` `verify-start` `verify-cancel` `verify-progress`
//!   `verify-error` `verify-checks` `verify-result` `recovery`
//!   `backup-copy` `backup-copy-progress` `backup-copy-cancel` `backup-copied` `backup-browse` `backup-compare` `backup-contents-ID` `backups-find-table` `found-table` `found-row-ID-TABLE`
//! - contents: `contents-table` `contents-row-NAME` `contents-search` `contents-schema` `contents-kind-KIND`
//!   `contents-compare` `contents-restore`; a table: `table-drawer` `table-rows` `table-more` `table-definition`
//!   `table-restore` `table-value`; compare: `compare-with` `compare-sentence` `compare-tables` `compare-added`
//!   `compare-removed` `compare-changed`
//! - lists: `jobs-search` `servers-search` `restores-search` `backups-status`
//! - restore: `restores-table` `restore-row-ID` `restore-backup-ID`; wizard: `restore-server` `restore-target-TARGET`
//!   `restore-fresh` `restore-present` `restore-scope-SCOPE` `restore-selection-all` `restore-selection-chosen`
//!   `restore-table-NAME` `restore-ownership-mine` `restore-plan` `restore-obstacles` `restore-typed` `step-NUMBER`
//!   `restore-next` `restore-back` `restore-error`; a restore: `restore-status` `restore-progress` `restore-cancel`
//!   `restore-outcome` `restore-checks` `restore-failed` `restore-undo` `restore-undone-as` `restore-parts` `restore-again`; roles alone:
//!   `restore-scope-globals` `restore-role-settings` `restore-database-settings` `globals-plan` `globals-roles` `globals-done`
//! - settings: `setting-KEY` `setting-save-KEY` `setting-reset-KEY` `test-notification` `autostart` `audit-table`

pub mod glyphs;

mod button;
mod calendar;
mod card;
mod chart;
mod checks;
mod copy;
mod cron_builder;
mod date_range;
mod definition;
mod dialog;
mod drill_place;
mod empty;
mod error_panel;
mod field;
mod icon;
mod kept;
mod kept_strip;
mod keys_dialog;
mod loaded;
mod page;
mod pager;
mod progress;
mod radio;
mod rail;
mod row_link;
mod segments;
mod skeleton;
mod sort;
mod sparkline;
mod stat;
mod status;
mod stepper;
mod table;
mod text_area;
mod time;
mod tip;
mod toast;
mod trust;
mod work_progress;

pub use button::{Button, ButtonKind, ButtonSize};
pub use calendar::{Calendar, legend};
pub use card::Card;
pub use chart::{CHART_FIELD, Measure, RunsChart};
pub use checks::CheckList;
pub use copy::CommandLine;
pub use cron_builder::CronBuilder;
pub use date_range::DateRange;
pub use definition::DefinitionView;
pub use dialog::{Confirm, Dialog, Placement};
pub use drill_place::DrillPlace;
pub use empty::Empty;
pub use error_panel::{ErrorPanel, Notice};
pub use field::{Check, Choice, Field, Input, InputKind, Search, SearchPlace, Select, Switch};
pub use icon::Icon;
pub use kept::KeptBadges;
pub use kept_strip::{Fate, KeptStrip, Tick};
pub use keys_dialog::KeysDialog;
pub use loaded::view;
pub use page::PageFrame;
pub use pager::Pager;
pub use progress::Bar;
pub use radio::{Pick, Picks};
pub use rail::{Rail, of_scheduler};
pub use row_link::RowLink;
pub use segments::Segments;
pub use skeleton::Skeleton;
pub use sort::Order;
pub use sparkline::Sparkline;
pub use stat::Stat;
pub use status::{
    BackupBadge, Badge, RestoreBadge, StatusBadge, Tone, VerificationBadge, of_restore, of_run,
};
pub use stepper::Stepper;
pub use table::{Column, Table};
pub use text_area::TextArea;
pub use time::When;
pub use toast::{Toast, ToastKind, Toaster, use_toasts};
pub use trust::TrustBadge;
pub use work_progress::WorkView;
