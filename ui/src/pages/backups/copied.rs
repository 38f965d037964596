//! Saving a copy of a backup elsewhere: on a disk that is carried away, for example.

use crate::components::{Button, ButtonKind, ButtonSize, ErrorPanel, WorkView, glyphs};
use crate::hooks::use_call;
use crate::work::use_work;
use holdfast_types::{ApiError, BackupId, CancelBackupCopy, Delivered, ErrorCode, SaveBackupCopy};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SaveCopyProps {
    pub id: BackupId,
    /// What else can be done with the folder.
    pub children: Html,
}

/// The button, how far the copy is, and where it went or why not.
#[component]
pub fn SaveCopy(props: &SaveCopyProps) -> Html {
    let id = props.id;
    let work = use_work(id);
    let outcome = use_state(|| None::<Result<String, ApiError>>);
    let save = {
        let outcome = outcome.setter();
        use_call::<SaveBackupCopy>(Callback::from(move |answer: Result<Delivered, ApiError>| {
            outcome.set(match answer {
                // Closing the dialog, or ending the copy, is no failure.
                Err(error) if error.code == ErrorCode::Cancelled => None,
                other => Some(other.map(|delivered| delivered.detail)),
            });
        }))
    };
    let cancel = {
        let outcome = outcome.setter();
        use_call::<CancelBackupCopy>(Callback::from(move |answer: Result<Delivered, ApiError>| {
            if let Err(error) = answer {
                outcome.set(Some(Err(error)));
            }
        }))
    };
    let onclick = {
        let (give, outcome) = (save.give.clone(), outcome.setter());
        Callback::from(move |_: MouseEvent| {
            outcome.set(None);
            give.emit(SaveBackupCopy { id, folder: None });
        })
    };
    let oncancel = {
        let give = cancel.give.clone();
        Callback::from(move |_: MouseEvent| give.emit(CancelBackupCopy { backup_id: id }))
    };
    // Until a folder is chosen nothing is copied, and nothing moves.
    let moving = save.busy && work.is_some();
    html! {
        <div class="flex flex-col gap-2">
            <div class="flex flex-wrap gap-2">
                { props.children.clone() }
                <Button label="Save a copy" size={ButtonSize::Small} icon={glyphs::DOWNLOAD} busy={save.busy} {onclick} testid="backup-copy" title="Into a folder of your choice; the copy is compared with the manifest" />
            </div>
            <div class="contents">
                if moving {
                    <div class="rounded-field bg-base-200 px-4 py-3 flex flex-col gap-2">
                        <WorkView progress={work} label="The copy" testid="backup-copy-progress" />
                        <div class="flex justify-end"><Button label="Cancel" kind={ButtonKind::BareDanger} size={ButtonSize::Small} icon={glyphs::X} busy={cancel.busy} onclick={oncancel} testid="backup-copy-cancel" /></div>
                    </div>
                }
            </div>
            <div class="contents" aria-live="polite">
                { match (*outcome).clone() {
                    Some(Ok(detail)) => html! { <p class="break-words" data-testid="backup-copied">{ detail }</p> },
                    Some(Err(error)) => html! { <ErrorPanel {error} testid="backup-copy-error" /> },
                    None => Html::default(),
                } }
            </div>
        </div>
    }
}
