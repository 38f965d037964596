//! One run: how it stands, what it did, what it says, and what can be done about it.

mod log;
mod proof;
mod steps;
mod timeline;

use super::overview::{RunDuration, RunSize, trigger_words};
use super::run_now::use_trigger;
use super::run_progress::RunProgressView;
use crate::components::{
    Button, ButtonKind, Card, CommandLine, Confirm, Notice, PageFrame, Skeleton, StatusBadge, Toast,
    ToastKind, Tone, When, glyphs, use_toasts, view,
};
use crate::hooks::{use_call, use_loaded};
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{
    ApiError, BackupId, BackupsStanding, CancelRun, Delivered, GetRun, OpenBackupFolder, Run, RunDetails,
    RunId, RunStatus, RunStep, TriggerNow, TriggerType,
};
use log::RunLogView;
use proof::BackupProof;
use timeline::Timeline;
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
    let details = use_loaded((id, versions.runs), |(id, _)| GetRun { id: *id });
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
    let actions = html! {
        <div class="flex items-center gap-2">
            if run.status.is_active() {
                <Button key="cancel" label="Cancel" kind={ButtonKind::BareDanger} icon={glyphs::X} onclick={ask} busy={cancel.busy} testid="run-cancel" />
            }
            if let (Some(backup), 0..=1, false) = (run.backup_id, run.backups.len(), is_gone(run)) {
                <Button key="folder" label="Open folder" icon={glyphs::FOLDER_OPEN} busy={open.busy} onclick={give_open(&open.give, backup)} testid="run-open-folder" />
            }
            if let (Some(job_id), false) = (run.job_id, run.status.is_active()) {
                <Button key="again" label="Run again" kind={ButtonKind::Primary} icon={glyphs::PLAY} busy={again.busy} testid="run-again"
                    onclick={let give = again.give.clone(); move |_: MouseEvent| give.emit(TriggerNow { job_id })} />
            }
        </div>
    };
    let beside =
        html! { <span aria-live="polite"><StatusBadge status={run.status} testid="run-status" /></span> };
    html! {
        <PageFrame title={format!("{}, run {id}", run.job)} back={Route::Runs} {beside} {actions}>
            { view(&details, 8, view_details) }
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

/// Whether none of its backups is left.
fn is_gone(run: &Run) -> bool {
    run.standing == Some(BackupsStanding::Deleted)
}

fn give_open(give: &Callback<OpenBackupFolder>, id: BackupId) -> Callback<MouseEvent> {
    let give = give.clone();
    Callback::from(move |_| give.emit(OpenBackupFolder { id }))
}

fn view_details(details: &RunDetails) -> Html {
    let run = &details.run;
    html! {
        <div class="flex flex-col gap-4">
            <div class="contents">
                if let Some(message) = &run.error_message {
                    <Notice tone={tone_of(run.status)} message={message.clone()} hint={run.error_hint.clone().unwrap_or_default()} testid="run-error" />
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
                    <Card title="Steps"><Timeline run={run.clone()} steps={details.steps.clone()} /></Card>
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

/// What started it, and the operator behind that.
fn by_words(run: &Run) -> String {
    match run.trigger_type {
        TriggerType::Manual => format!("{}, by hand", run.triggered_by),
        _ => trigger_words(run),
    }
}

/// The versions of server and client, as far as they are known.
fn versions_words(run: &Run) -> String {
    let server = run.server_version.clone();
    let client = run.tool_version.as_ref().map(|version| format!("pg_dump {version}"));
    let known: Vec<String> = server.into_iter().chain(client).collect();
    if known.is_empty() { "–".to_owned() } else { known.join(", ") }
}

fn view_facts(run: &Run, steps: &[RunStep]) -> Html {
    let moment = |at: &Option<String>| match at {
        Some(at) => html! { <When at={at.clone()} both=true /> },
        None => html! { <span class="text-muted">{ "–" }</span> },
    };
    let backups = steps::backups(run, steps);
    let several = backups.len() > 1;
    let links = html! {
        <span class="flex flex-wrap gap-x-3 gap-y-1 max-h-40 overflow-y-auto">
            { for backups.iter().map(|(id, name)| html! { <Link<Route> key={id.0} to={Route::Backup { id: id.0 }} classes="link-quiet truncate max-w-56">{ name }</Link<Route>> }) }
        </span>
    };
    let one = if backups.is_empty() {
        html! { <span class="text-muted">{ "none" }</span> }
    } else if is_gone(run) {
        html! { <span class="text-muted">{ "deleted since" }</span> }
    } else {
        links.clone()
    };
    let facts: Vec<(&str, Html)> = vec![
        ("Started by", html! { by_words(run) }),
        ("Planned for", moment(&run.scheduled_for)),
        ("Started", moment(&run.started_at)),
        ("Ended", moment(&run.completed_at)),
        ("Duration", html! { <RunDuration run={run.clone()} /> }),
        ("Size", html! { <RunSize run={run.id} status={run.status} size={run.backup_size_bytes} /> }),
        (
            "Backups",
            if several {
                html! { backups.len() }
            } else {
                one
            },
        ),
        ("Server and client", html! { versions_words(run) }),
    ];
    html! {
        <Card>
            <dl class="grid grid-cols-[repeat(auto-fill,minmax(11.6rem,1fr))] gap-x-5 gap-y-3">
                { for facts.into_iter().map(|(name, value)| html! { <div key={name} class="min-w-0"><dt class="label-muted">{ name }</dt><dd class="truncate">{ value }</dd></div> }) }
            </dl>
            <div class={classes!("mt-3", (!several).then_some("hidden"))}>
                <p class="label-muted">{ "Backups by database" }</p>
                { if several { links } else { Html::default() } }
            </div>
            // Each backup has a folder of its own; the one of the first says nothing of the others.
            <div class={classes!("mt-3", (several || is_gone(run) || run.backup_filepath.is_none()).then_some("hidden"))}>
                <CommandLine text={run.backup_filepath.clone().unwrap_or_default()} />
            </div>
        </Card>
    }
}
