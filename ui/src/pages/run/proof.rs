//! How far the backups of a run are proven: what goes on since it ended, and what was found.

use crate::components::{BackupBadge, Button, ButtonSize, Notice, Tone, TrustBadge, WorkView, glyphs, view};
use crate::hooks::use_loaded;
use crate::live::use_versions;
use crate::pages::verify::{Verify, use_verify};
use crate::route::Route;
use crate::words;
use crate::work::use_work;
use holdfast_types::{
    Backup, BackupId, BackupStatus, ErrorCode, GetBackup, ListVerifications, Verification,
    VerificationStatus, VerifyBackup, VerifyLevel,
};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct BackupProofProps {
    pub id: BackupId,
    /// The database; empty where the run has one backup.
    #[prop_or_default]
    pub name: AttrValue,
}

/// One backup of the run.
#[component]
pub fn BackupProof(props: &BackupProofProps) -> Html {
    let id = props.id;
    let versions = use_versions();
    let backup = use_loaded((id, versions.backups), |(id, _)| GetBackup { id: *id });
    let known = use_loaded((id, versions.backups), |(id, _)| ListVerifications { backup_id: *id });
    let work = use_work(id);
    let Verify { call: verify, failure } = use_verify(known.retry.clone());
    let newest = known.data.as_ref().and_then(|page| page.items.first());
    let going_on = verify.busy || newest.is_some_and(|one| one.status == VerificationStatus::Processing);
    let drill = {
        let (give, failure) = (verify.give.clone(), failure.setter());
        Callback::from(move |_: MouseEvent| {
            failure.set(None);
            give.emit(VerifyBackup { id, level: VerifyLevel::Restore, server_id: None });
        })
    };
    let named = !props.name.is_empty();
    if backup.error.as_ref().is_some_and(|error| error.code == ErrorCode::NotFound) {
        let words = match named {
            true => format!("{}: deleted since.", props.name),
            false => "The backup was deleted since.".to_owned(),
        };
        return html! { <p class="text-muted" data-testid="run-proof">{ words }</p> };
    }
    html! {
        <div class="flex flex-col gap-2 min-w-0" data-testid="run-proof">
            <p class={classes!("font-medium", "truncate", (!named).then_some("hidden"))} title={props.name.clone()}>{ &props.name }</p>
            { view(&backup, 2, |known| view_trust(&known.backup)) }
            <div class="contents">
                if going_on {
                    <WorkView key="work" progress={work} label="The verification" testid="run-proof-progress" />
                } else if let Some(newest) = newest {
                    { view_newest(newest) }
                }
                if let Some(error) = (*failure).clone() {
                    <Notice key="error" tone={Tone::Bad} message={error.message} hint={error.hint} />
                }
                if let (Some(known), false) = (&backup.data, going_on) {
                    if words::is_unproven(known.backup.status, known.backup.trust) {
                        <div key="drill"><Button label="Restore it for proof" size={ButtonSize::Small} icon={glyphs::SHIELD_CHECK} onclick={drill} testid="run-prove" /></div>
                    }
                }
            </div>
        </div>
    }
}

fn view_trust(backup: &Backup) -> Html {
    html! {
        <div class="flex flex-col gap-1">
            <p class="flex items-center justify-between gap-3">
                if backup.status == BackupStatus::Good {
                    <TrustBadge level={Some(backup.trust)} />
                } else {
                    <BackupBadge status={backup.status} />
                }
                <Link<Route> to={Route::Backup { id: backup.id.0 }} classes="link-quiet whitespace-nowrap">{ "Open the backup" }</Link<Route>>
            </p>
            <p class="text-muted text-pretty text-[12.5px]">{ words::standing(backup.status, backup.trust) }</p>
        </div>
    }
}

/// What the newest verification says beyond the level that the backup has: what went wrong, or how long it took.
fn view_newest(newest: &Verification) -> Html {
    let tone = if newest.status == VerificationStatus::Failed { Tone::Bad } else { Tone::Doubtful };
    match (&newest.error_message, newest.restore_ms) {
        (Some(message), _) => {
            html! { <Notice key="newest" {tone} message={message.clone()} hint={newest.error_hint.clone().unwrap_or_default()} /> }
        }
        (None, Some(took)) => {
            html! { <p key="newest" class="label-muted">{ crate::format::capitalised(&words::recovery(took)) }</p> }
        }
        (None, None) => Html::default(),
    }
}
