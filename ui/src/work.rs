//! What moves beside the runs: verifications and restores, by the backup that they work on.
//!
//! Like the progress of runs it has a context of its own, so that only what shows it is drawn anew.

use crate::components::{Toast, ToastKind, use_toasts};
use crate::hooks::use_event;
use crate::route::Route;
use crate::words;
use holdfast_types::{
    BackupId, CatalogScope, OperatorId, Restore, RestoreEnded, RestoreStatus, Verification,
    VerificationEnded, VerificationStatus, WorkProgress,
};
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

/// The operator that stands for the schedule.
const SYSTEM: OperatorId = OperatorId(1);

/// The newest progress of the work on each backup.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WorkBoard {
    backups: Rc<BTreeMap<i64, Rc<WorkProgress>>>,
}

impl WorkBoard {
    /// The progress of the work on one backup.
    pub fn of(&self, backup: BackupId) -> Option<Rc<WorkProgress>> {
        self.backups.get(&backup.0).cloned()
    }
}

/// What changes the board.
pub enum Move {
    /// Work moved on.
    Forward(WorkProgress),
    /// Work on that backup ended.
    Ended(BackupId),
}

impl Reducible for WorkBoard {
    type Action = Move;
    fn reduce(self: Rc<Self>, action: Move) -> Rc<Self> {
        let mut backups = (*self.backups).clone();
        match action {
            Move::Forward(progress) => {
                backups.insert(progress.backup_id.0, Rc::new(progress));
            }
            Move::Ended(backup) => {
                if backups.remove(&backup.0).is_none() {
                    return self;
                }
            }
        }
        Rc::new(WorkBoard { backups: Rc::new(backups) })
    }
}

/// What is said of a verification that ended, to somebody who does not look at it. One that the schedule asked for and
/// that passed is no news.
fn verification_toast(ended: &Verification, shown: Option<Route>) -> Option<Toast> {
    let route = Route::Backup { id: ended.backup_id.0 };
    let by_hand = ended.triggered_by_user_id != SYSTEM;
    // A restore reads its backup to the end first; that it passed is seen by the restore going on.
    let restoring = matches!(shown, Some(Route::Restore { .. } | Route::NewRestore { .. }));
    let (kind, message) = match ended.status {
        VerificationStatus::Passed if by_hand && !restoring => (
            ToastKind::Success,
            format!("Backup {} passed: {}.", ended.backup_id, words::verification_words(ended)),
        ),
        VerificationStatus::Failed => {
            (ToastKind::Error, format!("Backup {} did not pass its verification.", ended.backup_id))
        }
        _ => return None,
    };
    let toast = Toast::new(kind, message).saying(ended.error_message.clone().unwrap_or_default());
    (shown != Some(route)).then(|| toast.leading_to("Show the backup", route))
}

/// What is said of a restore that ended, to somebody who does not look at it.
fn restore_toast(ended: &Restore, shown: Option<Route>) -> Option<Toast> {
    let route = Route::Restore { id: ended.id.0 };
    let kind = match ended.status {
        RestoreStatus::Completed => ToastKind::Success,
        RestoreStatus::Partial => ToastKind::Warning,
        RestoreStatus::Failed | RestoreStatus::Interrupted => ToastKind::Error,
        RestoreStatus::Processing | RestoreStatus::Cancelled => return None,
    };
    let toast = Toast::new(kind, words::restore_outcome(ended).0)
        .saying(ended.error_message.clone().unwrap_or_default());
    (shown != Some(route)).then(|| toast.leading_to("Show the restore", route))
}

#[derive(PartialEq, Properties)]
pub struct WorkProps {
    /// Tells the pages that these parts of the catalog changed.
    pub changed: Callback<Vec<CatalogScope>>,
    pub children: Html,
}

/// Hears how verifications and restores go on and end, and lets what is inside know.
#[component]
pub fn Work(props: &WorkProps) -> Html {
    let board = use_reducer(WorkBoard::default);
    let toasts = use_toasts();
    let shown = use_route::<Route>();
    {
        let board = board.dispatcher();
        use_event(Callback::from(move |progress: WorkProgress| board.dispatch(Move::Forward(progress))));
    }
    {
        let (board, changed, toasts) = (board.dispatcher(), props.changed.clone(), toasts.clone());
        use_event(Callback::from(move |VerificationEnded(ended)| {
            // A restore reads its backup to the end first, which is a verification of its own: the figures go on.
            if !matches!(shown, Some(Route::Restore { .. })) {
                board.dispatch(Move::Ended(ended.backup_id));
            }
            changed.emit(vec![CatalogScope::Backups, CatalogScope::Jobs]);
            if let Some(toast) = verification_toast(&ended, shown) {
                toasts.emit(toast);
            }
        }));
    }
    {
        let (board, changed) = (board.dispatcher(), props.changed.clone());
        use_event(Callback::from(move |RestoreEnded(ended)| {
            board.dispatch(Move::Ended(ended.backup_id));
            changed.emit(vec![CatalogScope::Backups]);
            if let Some(toast) = restore_toast(&ended, shown) {
                toasts.emit(toast);
            }
        }));
    }
    html! {
        <ContextProvider<WorkBoard> context={(*board).clone()}>{ props.children.clone() }</ContextProvider<WorkBoard>>
    }
}

/// Whether any of these backups is being verified or restored; only what asks for it is drawn anew with it.
#[hook]
pub fn use_worked_on(backups: &[BackupId]) -> bool {
    use_context::<WorkBoard>().is_some_and(|board| backups.iter().any(|backup| board.of(*backup).is_some()))
}

/// The newest progress of the work on a backup; only what asks for it is drawn anew with it.
#[hook]
pub fn use_work(backup: BackupId) -> Option<Rc<WorkProgress>> {
    use_context::<WorkBoard>().and_then(|board| board.of(backup))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{TrustLevel, VerificationId, VerifyLevel};

    fn verification(status: VerificationStatus, operator: i64) -> Verification {
        Verification {
            id: VerificationId(1),
            backup_id: BackupId(4),
            requested: VerifyLevel::Decode,
            level: TrustLevel::L2,
            ok: status == VerificationStatus::Passed,
            status,
            checks: Vec::new(),
            error_message: None,
            error_hint: None,
            started_at: String::new(),
            completed_at: None,
            restore_ms: None,
            server_version: None,
            triggered_by_user_id: OperatorId(operator),
        }
    }

    #[test]
    fn the_end_of_a_verification_is_told_once_and_only_where_it_is_news() {
        let told =
            |status, operator, shown| verification_toast(&verification(status, operator), shown).is_some();
        assert!(told(VerificationStatus::Failed, 1, None), "a failure is always told");
        assert!(told(VerificationStatus::Passed, 2, None), "somebody waits for it");
        assert!(!told(VerificationStatus::Passed, 1, None), "the nightly ones would be noise");
        let restoring = Some(Route::Restore { id: 1 });
        assert!(!told(VerificationStatus::Passed, 2, restoring), "a restore begins with one");
        assert!(told(VerificationStatus::Failed, 2, restoring), "but that it failed is told");
        let open = Some(Route::Backup { id: 4 });
        assert!(!told(VerificationStatus::Passed, 2, open), "it is on the screen already");
    }

    #[test]
    fn the_board_keeps_the_newest_progress_until_the_end() {
        let at = |bytes_done| WorkProgress {
            backup_id: BackupId(4),
            step: "Restoring".to_owned(),
            bytes_done,
            bytes_total: 10,
            tables: Vec::new(),
            eta_seconds: None,
            held_up: None,
        };
        let board = Rc::new(WorkBoard::default()).reduce(Move::Forward(at(1))).reduce(Move::Forward(at(2)));
        assert_eq!(board.of(BackupId(4)).map(|now| now.bytes_done), Some(2), "the newest counts");
        assert!(board.of(BackupId(5)).is_none(), "another backup is not worked on");
        let after = board.reduce(Move::Ended(BackupId(4)));
        assert!(after.of(BackupId(4)).is_none(), "a bar that stands still would look like trouble");
    }
}
