//! One run: how it stands, what it did, what it says, and what can be done about it.

mod facts;
mod log;
mod proof;
mod steps;
mod timeline;

use super::run_now::use_trigger;
use super::run_progress::RunProgressView;
use crate::components::{
    BackupBadge, Button, ButtonKind, Card, CommandLine, Confirm, Notice, PageFrame, Skeleton, StatusBadge,
    Toast, ToastKind, Tone, TrustBadge, glyphs, use_toasts, view,
};
use crate::hooks::{use_call, use_loaded};
use crate::live::use_versions;
use crate::route::Route;
use facts::view_facts;
use holdfast_types::{
    ApiError, BackupsStanding, CancelRun, Delivered, FolderOf, GetRun, OpenBackupFolder, Run, RunDetails,
    RunId, RunStatus, RunStep, TriggerNow,
};
use log::RunLogView;
use proof::BackupProof;
use timeline::Steps;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct RunPageProps {
    pub id: i64,
}

/// The page of a run.
#[component]
pub fn RunPage(props: &RunPageProps) -> Html {
    let id = RunId(props.id);
    let versions = use_versions();
    let details = use_loaded((id, versions.runs, versions.backups), |(id, ..)| GetRun { id: *id });
    let navigator = use_navigator();
    let toasts = use_toasts();
    let asking = use_state(|| false);
    let again = use_trigger(Callback::from(move |route: Route| {
        if let Some(navigator) = &navigator {
            navigator.push(&route);
        }
    }));
    let cancel = {
        let (setter, toasts, retry) = (asking.setter(), toasts.clone(), details.retry.clone());
        use_call::<CancelRun>(Callback::from(move |answer: Result<Run, ApiError>| {
            setter.set(false);
            match answer {
                Ok(_) => retry.emit(()),
                Err(error) => toasts.emit(Toast::failed(&error)),
            }
        }))
    };
    let open =
        use_call::<OpenBackupFolder>(Callback::from(
            move |answer: Result<Delivered, ApiError>| match answer {
                Ok(done) => toasts.emit(Toast::new(ToastKind::Success, done.detail)),
                Err(error) => toasts.emit(Toast::failed(&error)),
            },
        ));

    let Some(known) = details.data.clone() else {
        return html! {
            <PageFrame title={format!("Run {id}")} back={Route::Runs}>
                { view(&details, 8, |_| html! { <Skeleton rows={8} /> }) }
            </PageFrame>
        };
    };
    let run = &known.run;
    let ask = {
        let setter = asking.setter();
        Callback::from(move |_: MouseEvent| setter.set(true))
    };
    let onclose = {
        let setter = asking.setter();
        Callback::from(move |()| setter.set(false))
    };
    let onconfirm = {
        let give = cancel.give.clone();
        Callback::from(move |()| give.emit(CancelRun { id }))
    };
    // Each backup has a folder of its own; several are in that of their job.
    let folder = if run.backups.len() > 1 { FolderOf::Job } else { FolderOf::Backup };
    let actions = html! {
        <div class="flex items-center gap-2">
            if run.status.is_active() {
                <Button key="cancel" label="Cancel" kind={ButtonKind::BareDanger} icon={glyphs::X} onclick={ask} busy={cancel.busy} testid="run-cancel" />
            }
            if let (Some(id), false) = (run.backup_id, is_gone(run)) {
                <Button key="folder" label="Open folder" icon={glyphs::FOLDER_OPEN} busy={open.busy} testid="run-open-folder"
                    onclick={open.give.reform(move |_: MouseEvent| OpenBackupFolder { id, folder })} />
            }
            if let (Some(job_id), false) = (run.job_id, run.status.is_active()) {
                <Button key="again" label={if wants_retry(run.status) { "Retry" } else { "Run again" }} kind={ButtonKind::Primary} icon={glyphs::PLAY} busy={again.busy} testid="run-again"
                    onclick={let give = again.give.clone(); move |_: MouseEvent| give.emit(TriggerNow { job_id })} />
            }
        </div>
    };
    let beside = html! { <><span aria-live="polite"><StatusBadge status={run.status} testid="run-status" /></span>{ view_standing(run) }</> };
    html! {
        <PageFrame title={format!("{}, run {id}", run.job)} back={Route::Runs} {beside} {actions}>
            { view(&details, 8, |known| view_details(known, details.retry.clone())) }
            <div class="contents">
                if *asking {
                    <Confirm title={format!("Cancel the run of {}?", run.job)} action="Cancel the run" busy={cancel.busy} {onconfirm} {onclose}>
                        <p>{ "What it has written so far is removed. Earlier backups stay as they are." }</p>
                    </Confirm>
                }
            </div>
        </PageFrame>
    }
}

/// How far its backups are proven, beside how the run ended: that is what it was for.
fn view_standing(run: &Run) -> Html {
    match run.standing {
        Some(BackupsStanding::Proven(level)) => html! { <TrustBadge level={Some(level)} /> },
        Some(BackupsStanding::Broken(status)) => html! { <BackupBadge {status} /> },
        Some(BackupsStanding::Deleted) | None => Html::default(),
    }
}

/// Whether trying it again is what it needs.
fn wants_retry(status: RunStatus) -> bool {
    matches!(status, RunStatus::Failed | RunStatus::Interrupted | RunStatus::Missed)
}

/// Whether none of its backups is left.
fn is_gone(run: &Run) -> bool {
    run.standing == Some(BackupsStanding::Deleted)
}

fn view_details(details: &RunDetails, again: Callback<()>) -> Html {
    let run = &details.run;
    html! {
        <div class="flex flex-col gap-4">
            <div class="contents">
                if let Some(message) = &run.error_message {
                    <Notice tone={tone_of(run.status)} message={message.clone()} hint={run.error_hint.clone().unwrap_or_default()} testid="run-error">
                        if let Some(job) = run.job_id {
                            <Link<Route> to={Route::Job { id: job.0 }} classes="btn btn-sm btn-quiet">{ "Open the job" }</Link<Route>>
                        }
                    </Notice>
                }
            </div>
            <div class="grid gap-4 grid-cols-1 rail:grid-cols-[minmax(0,1fr)_21.5rem] items-start">
                <div class="flex flex-col gap-4 min-w-0">
                    { view_facts(run, &details.steps) }
                    <div class="contents">
                        if run.status.is_active() {
                            <Card title="Progress"><RunProgressView run={run.id} known={details.progress.clone()} most={200} /></Card>
                        }
                    </div>
                    <Card title="Log" flush=true><RunLogView run={run.id} active={run.status.is_active()} /></Card>
                    <div class="contents">
                        if !details.commands.is_empty() {
                            <Card title="Commands" aside={html! { <span>{ "without secrets" }</span> }}>
                                <div class="flex flex-col gap-2">
                                    { for details.commands.iter().enumerate().map(|(i, line)| html! { <CommandLine key={i} text={line.clone()} /> }) }
                                </div>
                            </Card>
                        }
                    </div>
                </div>
                <div class="flex flex-col gap-4 min-w-0">
                    <Card title="Steps"><Steps run={run.clone()} steps={details.steps.clone()} {again} /></Card>
                    <div class="contents">{ view_proofs(run, &details.steps) }</div>
                </div>
            </div>
        </div>
    }
}

/// How far its backups are proven, where they are few: those of many databases are read in the list of backups.
fn view_proofs(run: &Run, steps: &[RunStep]) -> Html {
    let backups = steps::backups(run, steps);
    if run.status.is_active() || backups.is_empty() || backups.len() > steps::MANY {
        return Html::default();
    }
    let several = backups.len() > 1;
    if is_gone(run) {
        let words =
            if several { "All its backups were deleted since." } else { "The backup was deleted since." };
        return html! { <Card title="Proof"><p class="text-muted" data-testid="run-proof">{ words }</p></Card> };
    }
    html! {
        <Card title="Proof">
            <div class="flex flex-col gap-4">
                { for backups.into_iter().map(|(id, name)| html! { <BackupProof key={id.0} {id} name={if several { name } else { String::new() }} /> }) }
            </div>
        </Card>
    }
}

fn tone_of(status: RunStatus) -> Tone {
    match status {
        RunStatus::Failed | RunStatus::Interrupted => Tone::Bad,
        RunStatus::Missed => Tone::Doubtful,
        _ => Tone::Neutral,
    }
}
