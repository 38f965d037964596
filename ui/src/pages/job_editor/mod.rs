//! One job: what, when, where to, and how long it is kept.

mod advanced;
mod databases;
mod proof;
mod retention;
mod schedule;

use crate::components::{
    Button, ButtonKind, Card, ErrorPanel, Field, Input, Notice, PageFrame, Select, Skeleton, Switch, Toast,
    ToastKind, Tone, glyphs, use_toasts, view,
};
use crate::dom;
use crate::forms::connection::{Refusal, still_refused};
use crate::forms::job::JobDraft;
use crate::hooks::{use_call, use_loaded};
use crate::live::{use_system, use_versions};
use crate::loadable::Loadable;
use crate::route::Route;
use advanced::Advanced;
use databases::Databases;
use holdfast_types::{
    ApiError, ChooseFolder, ChosenPath, Config, CreateJob, GetConfig, GetJob, Job, JobId, JobSummary,
    ListServers, Server, UpdateJob,
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

/// What a part of the form is given: the draft, what was refused of it, and how to change it.
#[derive(Clone, PartialEq)]
pub struct Edited {
    /// As typed.
    pub draft: Rc<JobDraft>,
    /// What is wrong, field by field.
    pub refused: Rc<Vec<Refusal>>,
    /// Changes the draft.
    pub change: Callback<JobDraft>,
}

impl Edited {
    /// Why a field was refused.
    pub fn wrong(&self, field: &str) -> Option<AttrValue> {
        self.refused.iter().find(|(name, _)| *name == field).map(|(_, why)| AttrValue::from(why.clone()))
    }

    /// A callback that puts what is typed into the draft.
    pub fn set(&self, put: fn(&mut JobDraft, String)) -> Callback<String> {
        let edited = self.clone();
        Callback::from(move |value: String| {
            let mut next = (*edited.draft).clone();
            put(&mut next, value);
            edited.change.emit(next);
        })
    }
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
            let mut draft = JobDraft::new(zone, config.data.as_deref().unwrap_or(&nothing));
            if let [only] = servers.as_slice() {
                draft.server = only.id.to_string();
            }
            html! { <Form id={None::<JobId>} {draft} {servers} /> }
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
    let draft = use_state(|| Rc::new(props.draft.clone()));
    let refused = use_state(|| Rc::new(Vec::<Refusal>::new()));
    let attempts = use_state(|| 0u32);
    let failure = use_state(|| None::<ApiError>);
    let navigator = use_navigator();
    let toasts = use_toasts();
    let saved = {
        let (failure, toasts) = (failure.setter(), toasts.clone());
        Callback::from(move |answer: Result<Job, ApiError>| match answer {
            Ok(job) => {
                toasts.emit(Toast::new(ToastKind::Success, format!("{} is saved.", job.spec.name)));
                if let Some(navigator) = &navigator {
                    navigator.push(&Route::Jobs);
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
    let choose = {
        let (change, draft, toasts) = (change.clone(), draft.clone(), toasts);
        use_call::<ChooseFolder>(Callback::from(move |answer: Result<ChosenPath, ApiError>| match answer {
            Ok(ChosenPath { path: Some(path) }) => {
                change.emit(JobDraft { repository: path, ..(**draft).clone() })
            }
            Ok(ChosenPath { path: None }) => {}
            Err(error) => toasts.emit(Toast::failed(&error)),
        }))
    };
    let on_choose = {
        let give = choose.give.clone();
        Callback::from(move |_: MouseEvent| {
            give.emit(ChooseFolder { title: Some("Where the backups go".to_owned()) })
        })
    };
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
    let folder_hint = default_folder.map_or_else(
        || "Empty for the folder of the settings.".to_owned(),
        |folder| format!("Empty for the folder of the settings, {folder}."),
    );
    // What was refused may be out of sight.
    use_effect_with(*attempts, |attempts| {
        if *attempts > 0 {
            dom::focus_refused();
        }
    });
    use_effect_with((*failure).clone(), |failure| {
        if failure.is_some() {
            dom::scroll_to_top();
        }
    });
    let actions = html! {
        <div class="flex items-center gap-4">
            <Switch labelled=true label="Schedule on" on={draft.enabled} onchange={on_enabled} testid="job-enabled" />
            <button type="submit" form="job" class="btn btn-primary" disabled={create.busy || update.busy} data-testid="job-save">
                { if create.busy || update.busy { "Saving" } else { "Save" } }
            </button>
        </div>
    };
    html! {
        <PageFrame {title} back={Route::Jobs} narrow=true {actions}>
            <div class="contents">
                if let Some(error) = (*failure).clone() {
                    <ErrorPanel {error} testid="job-error" />
                }
                if !refused.is_empty() {
                    <Notice tone={Tone::Bad} message={crate::format::count(refused.len() as u64, "field needs a look.", "fields need a look.")} hint="Each says below what is missing." testid="job-refused" />
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
                            <Input id="job-name" value={draft.name.clone()} bad={edited.wrong("name").is_some()} oninput={edited.set(|d, v| d.name = v)} testid="job-name" placeholder="nightly" />
                        </Field>
                        <Field id="job-server" label="Server" error={edited.wrong("server")}>
                            <Select id="job-server" value={draft.server.clone()} {choices} bad={edited.wrong("server").is_some()} testid="job-server"
                                onchange={edited.set(|d, v| { if d.server != v { d.databases.clear(); } d.server = v; })} />
                        </Field>
                        <div class="sm:col-span-2"><Databases edited={edited.clone()} /></div>
                    </div>
                </Card>
                <Card title="When">
                    <ScheduleFields name="job" expression={draft.expression.clone()} timezone={draft.timezone.clone()} error={edited.wrong("cron")} zone_error={edited.wrong("timezone")}
                        onexpression={edited.set(|d, v| d.expression = v)} ontimezone={edited.set(|d, v| d.timezone = v)} />
                </Card>
                <Card title="Where to, and how long">
                    <div class="flex flex-col gap-4">
                        <Field id="job-folder" label="Folder" error={edited.wrong("repository")} hint={folder_hint}>
                            <div class="flex gap-2">
                                <Input id="job-folder" mono=true value={draft.repository.clone()} oninput={edited.set(|d, v| d.repository = v)} placeholder="the configured folder" testid="job-folder" />
                                <Button label="Choose" icon={glyphs::FOLDER_OPEN} busy={choose.busy} onclick={on_choose} class="border-base-300" />
                            </div>
                        </Field>
                        <Retention edited={edited.clone()} job={id} />
                    </div>
                </Card>
                <Card title="Proof"><ProofFields edited={edited.clone()} servers={props.servers.clone()} /></Card>
                <Advanced {edited} />
                <div class="flex justify-end gap-2">
                    <Link<Route> to={Route::Jobs} classes="btn btn-quiet">{ "Discard" }</Link<Route>>
                    <Button label="Save" kind={ButtonKind::Primary} submit=true busy={create.busy || update.busy} testid="job-save-foot" />
                </div>
            </form>
        </PageFrame>
    }
}
