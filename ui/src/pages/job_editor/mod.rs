//! One job: what, when, where to, and how long it is kept.

mod advanced;
mod databases;
mod edited;
mod folder;
mod proof;
mod retention;
mod schedule;

use crate::components::{
    Button, ButtonKind, Card, ErrorPanel, Field, Input, Notice, PageFrame, Select, Skeleton, Switch, Toast,
    ToastKind, Tone, use_toasts, view,
};
use crate::forms::connection::{Refusal, still_refused};
use crate::forms::job::JobDraft;
use crate::forms::unsaved;
use crate::hooks::{use_call, use_first_focus, use_kept, use_loaded, use_refused_in_sight};
use crate::live::{use_scheduler, use_system, use_versions};
use crate::loadable::Loadable;
use crate::pages::run_now::use_trigger;
use crate::route::Route;
use advanced::Advanced;
use databases::Databases;
use edited::Edited;
use folder::Folder;
use holdfast_types::{
    ApiError, Config, CreateJob, GetConfig, GetJob, Job, JobId, JobSummary, ListServers, Server, TriggerNow,
    UpdateJob,
};
use proof::ProofFields;
use retention::Retention;
use schedule::ScheduleFields;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct JobEditorProps {
    /// Which job; none for a new one.
    pub id: Option<i64>,
}

/// The editor: loads what it needs first.
#[component]
pub fn JobEditor(props: &JobEditorProps) -> Html {
    let versions = use_versions();
    let servers = use_loaded(versions.servers, |_| ListServers {});
    let system = use_system();
    let config = use_loaded(versions.settings, |_| GetConfig {});
    let told = (system.data.is_some() || system.error.is_some())
        && (config.data.is_some() || config.error.is_some());
    let ready = servers.data.clone().filter(|_| told);
    let Some(known) = ready else {
        return html! { <PageFrame title="Job" back={Route::Jobs} narrow=true>{ view(&servers, 10, |_| html! { <Skeleton rows={10} /> }) }</PageFrame> };
    };
    let zone = system.data.as_ref().map_or_else(|| "UTC".to_owned(), |system| system.timezone.clone());
    let servers = known.items.clone();
    match props.id {
        Some(id) => html! { <LoadedEditor id={JobId(id)} {servers} /> },
        None => {
            let nothing = Config { items: Vec::new() };
            let config = config.data.as_deref().unwrap_or(&nothing);
            let mut draft = JobDraft::new(zone, config);
            if let [only] = servers.as_slice() {
                draft.server = only.id.to_string();
            }
            html! { <Form id={None::<JobId>} {draft} {servers} folder={config.value("storage_path").map(str::to_owned)} /> }
        }
    }
}

#[derive(PartialEq, Properties)]
struct LoadedEditorProps {
    id: JobId,
    servers: Vec<Server>,
}

#[component]
fn LoadedEditor(props: &LoadedEditorProps) -> Html {
    let job: Loadable<JobSummary> = use_loaded(props.id, |id| GetJob { id: *id });
    match &job.data {
        Some(known) => {
            html! { <Form id={Some(props.id)} draft={JobDraft::of(&known.job.spec)} servers={props.servers.clone()} folder={known.repository_path.clone()} /> }
        }
        None => {
            html! { <PageFrame title="Job" back={Route::Jobs} narrow=true>{ view(&job, 10, |_| html! { <Skeleton rows={10} /> }) }</PageFrame> }
        }
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    id: Option<JobId>,
    /// The form as it opens.
    draft: JobDraft,
    servers: Vec<Server>,
    /// The folder that holds its backups now.
    #[prop_or_default]
    folder: Option<String>,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let id = props.id;
    use_first_focus(id.is_none().then_some("#job-name"));
    let begun = use_state(|| unsaved::take(&unsaved::JOBS, id));
    let draft = use_state(|| Rc::new((*begun).clone().unwrap_or_else(|| props.draft.clone())));
    // Nothing is kept of a form that nobody touched.
    let settle = use_kept(&unsaved::JOBS, id, (**draft != props.draft).then(|| (**draft).clone()));
    let then_run = use_mut_ref(|| false);
    let refused = use_state(|| Rc::new(Vec::<Refusal>::new()));
    let attempts = use_state(|| 0u32);
    let failure = use_state(|| None::<ApiError>);
    let navigator = use_navigator();
    let toasts = use_toasts();
    let is_first = use_scheduler().data.is_some_and(|status| status.total_jobs == 0) && id.is_none();
    let go = Callback::from(move |route: Route| {
        if let Some(navigator) = &navigator {
            navigator.push(&route);
        }
    });
    let run = use_trigger(go.clone());
    let saved = {
        let (failure, settle) = (failure.setter(), settle.clone());
        let (then_run, run) = (then_run.clone(), run.give.clone());
        Callback::from(move |answer: Result<Job, ApiError>| match answer {
            Ok(job) => {
                settle.emit(());
                toasts.emit(Toast::new(ToastKind::Success, format!("{} is saved.", job.spec.name)));
                // Should the run be refused, the job is there and says so.
                go.emit(Route::Jobs);
                if *then_run.borrow() {
                    run.emit(TriggerNow { job_id: job.id });
                }
            }
            Err(error) => failure.set(Some(error)),
        })
    };
    let create = use_call::<CreateJob>(saved.clone());
    let update = use_call::<UpdateJob>(saved);
    let change = {
        let (setter, refused) = (draft.setter(), refused.clone());
        Callback::from(move |next: JobDraft| {
            if !refused.is_empty() {
                let now = next.spec().err().unwrap_or_default();
                refused.set(Rc::new(still_refused(&refused, &now)));
            }
            setter.set(Rc::new(next));
        })
    };
    let edited = Edited { draft: (*draft).clone(), refused: (*refused).clone(), change: change.clone() };
    let onsubmit = {
        let (draft, refused, failure) = (draft.clone(), refused.setter(), failure.setter());
        let (create, update, attempts) = (create.give.clone(), update.give.clone(), attempts.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            failure.set(None);
            match draft.spec() {
                Ok(spec) => {
                    refused.set(Rc::new(Vec::new()));
                    match id {
                        Some(id) => update.emit(UpdateJob { id, spec }),
                        None => create.emit(CreateJob { spec }),
                    }
                }
                Err(fields) => {
                    refused.set(Rc::new(fields));
                    attempts.set(*attempts + 1);
                }
            }
        })
    };
    let on_enabled = {
        let (change, draft) = (change.clone(), draft.clone());
        Callback::from(move |enabled: bool| change.emit(JobDraft { enabled, ..(**draft).clone() }))
    };
    let mut choices: Vec<(AttrValue, AttrValue)> = vec![("".into(), "Choose a server".into())];
    choices.extend(
        props.servers.iter().map(|server| (server.id.to_string().into(), server.name.clone().into())),
    );
    let title = if props.draft.name.is_empty() { "Add a job".to_owned() } else { props.draft.name.clone() };
    let default_folder = props.folder.clone().filter(|_| props.draft.repository.is_empty());
    use_refused_in_sight(*attempts, &failure);
    let then = |value: bool| {
        let then_run = then_run.clone();
        Callback::from(move |_: MouseEvent| *then_run.borrow_mut() = value)
    };
    let busy = create.busy || update.busy;
    // Nothing is protected before the first run: whoever adds the first job means that.
    let (run_kind, save_kind) = match is_first {
        true => (ButtonKind::Primary, ButtonKind::Quiet),
        false => (ButtonKind::Quiet, ButtonKind::Primary),
    };
    let run_place = classes!("border-base-300", is_first.then_some("order-last"));
    // The form's first button is the one that Enter presses.
    let actions = html! {
        <div class="flex items-center gap-2">
            <span class="mr-2"><Switch labelled=true label="Schedule on" on={draft.enabled} onchange={on_enabled} testid="job-enabled" /></span>
            <Button label="Save" kind={save_kind} submit=true form="job" {busy} onclick={then(false)} class="order-last" testid="job-save" />
            if id.is_none() {
                <Button label="Save and run now" kind={run_kind} submit=true form="job" {busy} onclick={then(true)} class={run_place.clone()} testid="job-save-run" />
            }
        </div>
    };
    let discard = settle.reform(|_: MouseEvent| ());
    let anew = {
        let (setter, begun, refused, fresh) =
            (draft.setter(), begun.setter(), refused.setter(), props.draft.clone());
        Callback::from(move |_: MouseEvent| {
            setter.set(Rc::new(fresh.clone()));
            refused.set(Rc::new(Vec::new()));
            begun.set(None);
        })
    };
    html! {
        <PageFrame {title} back={Route::Jobs} narrow=true {actions}>
            <div class="contents">
                if let Some(error) = (*failure).clone() {
                    <ErrorPanel {error} testid="job-error" />
                }
                if !refused.is_empty() {
                    <Notice tone={Tone::Bad} message="Something is missing or wrong." hint="Each such field says below what it needs." testid="job-refused" />
                }
                if begun.is_some() {
                    <Notice tone={Tone::Neutral} message={if id.is_none() { "This is the job that you began and did not save." } else { "These are changes that you did not save." }} testid="job-unsaved">
                        <button type="button" class="btn btn-sm btn-quiet" onclick={anew}>{ if id.is_none() { "Begin anew" } else { "Undo them" } }</button>
                    </Notice>
                }
                if props.servers.is_empty() {
                    <Notice tone={Tone::Doubtful} message="There is no server yet." hint="A job backs up databases of a server, so add that first.">
                        <Link<Route> to={Route::NewServer} classes="btn btn-sm btn-quiet">{ "Add a server" }</Link<Route>>
                    </Notice>
                }
            </div>
            <form id="job" {onsubmit} novalidate=true class="flex flex-col gap-4">
                <Card title="What">
                    <div class="grid grid-cols-1 sm:grid-cols-2 gap-x-4 gap-y-4">
                        <Field id="job-name" label="Name" error={edited.wrong("name")} hint="Also the name of its folder.">
                            <Input id="job-name" value={draft.name.clone()} bad={edited.wrong("name").is_some()} oninput={edited.set(|d, v| d.name = v)} testid="job-name" />
                        </Field>
                        <Field id="job-server" label="Server" error={edited.wrong("server")}>
                            <Select id="job-server" value={draft.server.clone()} {choices} bad={edited.wrong("server").is_some()} testid="job-server"
                                onchange={edited.set(|d, v| { if d.server != v { d.databases.clear(); } d.server = v; })} />
                        </Field>
                        <div class="sm:col-span-2"><Databases edited={edited.clone()} servers={props.servers.clone()} /></div>
                    </div>
                </Card>
                <Card title="When">
                    <ScheduleFields name="job" expression={draft.expression.clone()} timezone={draft.timezone.clone()} error={edited.wrong("cron")} zone_error={edited.wrong("timezone")}
                        onexpression={edited.set(|d, v| d.expression = v)} ontimezone={edited.set(|d, v| d.timezone = v)} />
                </Card>
                <Card title="Where to, and how long">
                    <div class="flex flex-col gap-4">
                        <Folder edited={edited.clone()} otherwise={default_folder} />
                        <Retention edited={edited.clone()} job={id} />
                    </div>
                </Card>
                <Card title="Proof"><ProofFields edited={edited.clone()} servers={props.servers.clone()} /></Card>
                <Advanced {edited} />
                <div class="flex justify-end gap-2">
                    <span onclick={discard}><Link<Route> to={Route::Jobs} classes="btn btn-quiet">{ "Discard" }</Link<Route>></span>
                    if id.is_none() {
                        <Button label="Save and run now" kind={run_kind} submit=true {busy} onclick={then(true)} class={run_place} testid="job-save-run-foot" />
                    }
                    <Button label="Save" kind={save_kind} submit=true {busy} onclick={then(false)} testid="job-save-foot" />
                </div>
            </form>
        </PageFrame>
    }
}
