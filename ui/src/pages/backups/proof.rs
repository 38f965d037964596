//! How a backup is proven: verify it now, watch it, and what the verifications found.

use super::report::SaveReport;
use crate::components::{
    Button, ButtonKind, ButtonSize, CheckList, DrillPlace, ErrorPanel, Icon, Notice, Pick, Picks, Tone,
    VerificationBadge, When, WorkView, glyphs, view,
};
use crate::dom;
use crate::format;
use crate::hooks::{use_call, use_loaded};
use crate::live::use_versions;
use crate::pages::verify::{Verify, use_verify};
use crate::words;
use crate::work::use_work;
use holdfast_types::{
    ApiError, Backup, BackupStatus, CancelVerification, Delivered, ListServers, ListVerifications, Page,
    Server, ServerId, TrustLevel, Verification, VerificationStatus, VerifyBackup, VerifyLevel,
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ProofProps {
    pub backup: Backup,
    /// Whether it is being chosen how to verify. The drawer holds it: the Escape key folds the choice first.
    pub choosing: UseStateHandle<bool>,
}

/// The section.
#[component]
pub fn Proof(props: &ProofProps) -> Html {
    let id = props.backup.id;
    let versions = use_versions();
    let known = use_loaded((id, versions.backups), |(id, _)| ListVerifications { backup_id: *id });
    let work = use_work(id);
    let choosing = props.choosing.clone();
    let level = use_state(|| VerifyLevel::Restore);
    let place = use_state(String::new);
    let servers = use_loaded(versions.servers, |_| ListServers {});
    let Verify { call: verify, failure } = use_verify(known.retry.clone());
    let cancel = {
        let failure = failure.setter();
        use_call::<CancelVerification>(Callback::from(move |answer: Result<Delivered, ApiError>| {
            failure.set(answer.err())
        }))
    };
    let newest = known.data.as_ref().and_then(|page| page.items.first());
    let recorded = newest.is_some_and(|newest| newest.status == VerificationStatus::Processing);
    let going_on = verify.busy || recorded;
    {
        // The button that was pressed goes away with each change; the focus moves on to what comes next.
        let first = use_mut_ref(|| true);
        let setter = choosing.setter();
        use_effect_with((*choosing, going_on), move |(choosing, going_on)| {
            if first.replace(false) {
                return;
            }
            match (going_on, choosing) {
                (true, choosing) => {
                    // One that somebody else began leaves nothing to choose.
                    if *choosing {
                        setter.set(false);
                    }
                    dom::focus_if_lost("[data-testid=verify-cancel]");
                }
                (false, true) => {
                    dom::focus("[data-testid=verify-level] input:checked");
                    dom::reveal("[data-verify-choice]");
                }
                (false, false) => dom::focus_if_lost("[data-testid=verify]"),
            }
        });
    }
    let toggle = {
        let (setter, failure, shown) = (choosing.setter(), failure.setter(), *choosing);
        Callback::from(move |_: MouseEvent| {
            failure.set(None);
            setter.set(!shown);
        })
    };
    let onchange = {
        let setter = level.setter();
        Callback::from(move |word: String| {
            if let Some(level) = VerifyLevel::parse(&word) {
                setter.set(level);
            }
        })
    };
    let start = {
        let (give, setter, failure, level) =
            (verify.give.clone(), choosing.setter(), failure.setter(), *level);
        let server_id = place.parse::<i64>().ok().map(ServerId).filter(|_| level == VerifyLevel::Restore);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            failure.set(None);
            setter.set(false);
            give.emit(VerifyBackup { id, level, server_id });
        })
    };
    html! {
        <section class="flex flex-col gap-2.5" aria-label="Proof">
            <div class="flex items-start justify-between gap-3">
                <div class="min-w-0">
                    <h3 class="font-semibold">{ "Proof" }</h3>
                    <p class="text-muted text-pretty">{ words::standing(props.backup.status, props.backup.trust) }</p>
                </div>
                <Button label="Verify" icon={glyphs::SHIELD_CHECK} size={ButtonSize::Small} disabled={going_on || *choosing} onclick={toggle.clone()} testid="verify" />
            </div>
            <div class="contents">
                if *choosing && !going_on {
                    { view_choice(*level, view_place(&place, servers.data.as_deref()), onchange, start, toggle) }
                }
                if going_on {
                    <div key="progress" class="rounded-field bg-base-200 px-4 py-3 flex flex-col gap-2">
                        <WorkView progress={work} label="The verification" testid="verify-progress" />
                        <div class="flex items-center justify-between gap-3">
                            <p class="label-muted">{ "The backup is no worse for a cancelled verification." }</p>
                            <Button label="Cancel" kind={ButtonKind::BareDanger} size={ButtonSize::Small} icon={glyphs::X} busy={cancel.busy} testid="verify-cancel"
                                onclick={let give = cancel.give.clone(); move |_: MouseEvent| give.emit(CancelVerification { backup_id: id })} />
                        </div>
                    </div>
                }
                if let Some(error) = (*failure).clone() {
                    <ErrorPanel key="error" {error} testid="verify-error" />
                }
            </div>
            { view(&known, 3, |page| view_verifications((props.backup.status, props.backup.trust), page)) }
        </section>
    }
}

/// Where the drill restores.
fn view_place(place: &UseStateHandle<String>, servers: Option<&Page<Server>>) -> Html {
    let setter = place.setter();
    let onchange = Callback::from(move |id: String| setter.set(id));
    let servers = servers.map(|page| page.items.clone()).unwrap_or_default();
    html! { <DrillPlace id="verify-place" value={(**place).clone()} {servers} {onchange} /> }
}

fn view_choice(
    level: VerifyLevel,
    place: Html,
    onchange: Callback<String>,
    onsubmit: Callback<SubmitEvent>,
    close: Callback<MouseEvent>,
) -> Html {
    let picks: Vec<Pick> = VerifyLevel::ALL
        .into_iter()
        .map(|level| Pick {
            aside: words::verify_reach(level).into(),
            more: (level == VerifyLevel::Restore).then(|| place.clone()),
            ..Pick::new(level.as_str(), words::verify_title(level), words::verify_sentence(level))
        })
        .collect();
    html! {
        <form key="choice" {onsubmit} class="flex flex-col gap-3" data-verify-choice="">
            <Picks legend="How deep" name="verify-level" value={level.as_str()} {picks} {onchange} />
            <div class="flex justify-end gap-2">
                <Button label="Not now" onclick={close} />
                <Button label={words::verify_action(level)} kind={ButtonKind::Primary} submit=true testid="verify-start" />
            </div>
        </form>
    }
}

fn view_verifications(stands: (BackupStatus, TrustLevel), page: &Page<Verification>) -> Html {
    let (foremost, others) = words::proofs::in_order(stands, &page.items);
    // What it took once to restore it promises nothing of a backup that broke since.
    let recovery = page.items.iter().find(|one| one.restore_ms.is_some() && stands.0 == BackupStatus::Good);
    html! {
        <div class="flex flex-col gap-2.5">
            <div class="contents">
                if let Some(drill) = recovery {
                    { view_recovery(drill) }
                }
                if let Some(foremost) = foremost {
                    { view_newest(foremost) }
                }
            </div>
            <details class={classes!("group", others.is_empty().then_some("hidden"))}>
                <summary class="flex items-center gap-1.5 text-muted rounded-field w-fit">
                    <Icon path={glyphs::CHEVRON_RIGHT} class="size-3.5 group-open:rotate-90" />{ format::count(others.len() as u64, "other verification", "other verifications") }
                </summary>
                <ul class="flex flex-col divide-y divide-base-300 mt-1">
                    { for others.iter().map(|one| html! {
                        <li key={one.id.0} class="py-1.5">
                            <div class="flex items-center gap-2.5">
                                <VerificationBadge status={one.status} /><span class="grow truncate">{ words::verification_words(one) }</span><span class="label-muted"><When at={one.started_at.clone()} both=true /></span>
                            </div>
                            <p class={classes!("label-muted", "mt-0.5", one.error_message.is_none().then_some("hidden"))}>{ one.error_message.clone().unwrap_or_default() }</p>
                        </li>
                    }) }
                </ul>
            </details>
        </div>
    }
}

/// The measured time of recovery.
fn view_recovery(drill: &Verification) -> Html {
    let took = drill.restore_ms.map(words::recovery).unwrap_or_default();
    let server = drill.server_version.as_ref().map(|version| format!(", in PostgreSQL {version}"));
    html! {
        <p key="recovery" class="flex items-center gap-2" data-testid="recovery">
            <Icon path={glyphs::CLOCK} class="size-3.5 text-muted" />
            <span>{ format::capitalised(&took) }<span class="text-muted">{ server.unwrap_or_default() }</span></span>
        </p>
    }
}

fn view_newest(newest: &Verification) -> Html {
    let took = newest
        .completed_at
        .as_ref()
        .and_then(|end| format::seconds_between(&newest.started_at, end))
        .map(|seconds| format!("took {}", format::measured((seconds * 1000.0).max(0.0) as u64)));
    let tone = if newest.status == VerificationStatus::Failed { Tone::Bad } else { Tone::Neutral };
    html! {
        <div key="newest" class="flex flex-col gap-1.5 rounded-field border border-base-300 px-3 py-2.5" data-testid="verify-result" data-status={newest.status.as_str()}>
            <div class="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                <VerificationBadge status={newest.status} />
                <span class="font-medium grow">{ words::verification_words(newest) }</span>
                <span class="label-muted flex gap-1"><When at={newest.started_at.clone()} both=true /><span>{ took.map(|took| format!(" · {took}")).unwrap_or_default() }</span></span>
            </div>
            <div class="contents">
                if let Some(message) = &newest.error_message {
                    <Notice {tone} message={message.clone()} hint={newest.error_hint.clone().unwrap_or_default()} />
                }
            </div>
            // What failed is told above in whole sentences.
            <CheckList checks={newest.checks.iter().filter(|check| newest.error_message.as_ref() != Some(&check.detail)).cloned().collect::<Vec<_>>()} testid="verify-checks" />
            <SaveReport backup_id={newest.backup_id} />
        </div>
    }
}
