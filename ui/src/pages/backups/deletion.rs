//! Asks before a backup is deleted, and says why where that cannot be.

use crate::components::{Confirm, Notice, Tone};
use crate::format;
use crate::locale::{self, Form};
use crate::words::kept::{Caution, caution};
use holdfast_types::{ApiError, Backup};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DeletionProps {
    pub backup: Backup,
    pub busy: bool,
    pub error: Option<ApiError>,
    pub onconfirm: Callback<()>,
    pub onclose: Callback<()>,
}

/// A backup as a sentence names it.
pub fn named(backup: &Backup) -> String {
    format!("backup of {} of {}", backup.database, locale::moment(&backup.created_at, Form::Short))
}

/// The question. Where the engine would refuse, nothing is to be typed.
#[component]
pub fn Deletion(props: &DeletionProps) -> Html {
    let backup = &props.backup;
    let (message, hint, barred) = match caution(backup) {
        Caution::None => (None, "", false),
        Caution::Last(message) => (Some(message), "", false),
        Caution::Barred(message, hint) => (Some(message), hint, true),
    };
    let typed = (!barred).then(|| AttrValue::from(backup.database.clone()));
    let size = format::bytes(backup.size_bytes);
    html! {
        <Confirm title={format!("Delete the {}?", named(backup))} action="Delete the backup" {typed} {barred}
            busy={props.busy} error={props.error.clone()} onconfirm={props.onconfirm.clone()} onclose={props.onclose.clone()}>
            <div class="contents">
                if let Some(message) = message {
                    <Notice tone={Tone::Doubtful} {message} {hint} testid="backup-caution" />
                }
            </div>
            <div class={classes!("flex", "flex-col", "gap-2", barred.then_some("hidden"))}>
                <p>{ format!("{size} are removed from the disk and cannot be brought back:") }</p>
                <p class="mono break-all bg-base-200 rounded-field px-3 py-2">{ &backup.path }</p>
            </div>
        </Confirm>
    }
}
