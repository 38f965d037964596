//! The wizard: a backup, where it goes, what of it, and the plan. What is typed stays while the reader goes to and fro.

use super::Edited;
use super::globals::GlobalsStep;
use super::plan::PlanStep;
use super::target::TargetStep;
use super::what::WhatStep;
use crate::components::{
    BackupBadge, Button, ButtonKind, Card, Empty, PageFrame, Skeleton, Stepper, TrustBadge, When, glyphs,
    view,
};
use crate::dom;
use crate::format;
use crate::forms::connection::Refusal;
use crate::forms::restore::{Content, Known, Look, RestoreDraft, Step};
use crate::forms::restore_query::RestoreQuery;
use crate::hooks::{use_asked, use_loaded, use_query};
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{
    BackupDetails, BackupId, GetBackup, GetRestore, ListServers, RestoreSpec, Server, TestServer,
};
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct RestoreWizardProps {
    pub backup_id: i64,
}

/// The page: loads the backup and the servers first.
#[component]
pub fn RestoreWizard(props: &RestoreWizardProps) -> Html {
    let id = BackupId(props.backup_id);
    let versions = use_versions();
    let backup = use_loaded((id, versions.backups), |(id, _)| GetBackup { id: *id });
    let servers = use_loaded(versions.servers, |_| ListServers {});
    let (query, _) = use_query::<RestoreQuery>();
    let earlier = use_asked(query.earlier(), |id| GetRestore { id }, Callback::noop()).found;
    let awaited = query.earlier().is_some() && earlier.is_none();
    // One that is not known any more has no choices to be made again.
    let spec = earlier.and_then(Result::ok).and_then(|known| known.spec.clone());
    let title = backup
        .data
        .as_ref()
        .map_or_else(|| format!("Restore backup {id}"), |known| format!("Restore {}", known.backup.database));
    let content = match (&backup.data, &servers.data) {
        (Some(known), Some(page)) if page.items.is_empty() => html! {
            <Card>
                <Empty icon={glyphs::DATABASE} title="There is no server" text={format!("The backup of {} is restored on a server, so add one first.", known.backup.database)}>
                    <Link<Route> to={Route::NewServer} classes="btn btn-primary">{ "Add a server" }</Link<Route>>
                </Empty>
            </Card>
        },
        (Some(_), Some(_)) if awaited => html! { <Skeleton rows={8} /> },
        (Some(known), Some(page)) => {
            html! { <Form backup={Rc::clone(known)} servers={page.items.clone()} asked={query} {spec} /> }
        }
        (None, _) => view(&backup, 8, |_| html! { <Skeleton rows={8} /> }),
        (_, None) => view(&servers, 8, |_| html! { <Skeleton rows={8} /> }),
    };
    html! { <PageFrame {title} back={Route::Restores} narrow=true>{ content }</PageFrame> }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    backup: Rc<BackupDetails>,
    servers: Vec<Server>,
    /// What the address asks for.
    asked: RestoreQuery,
    /// The earlier restore that is made again.
    spec: Option<RestoreSpec>,
}

/// The server that was backed up, or the only one.
fn proposed(backup: &BackupDetails, servers: &[Server]) -> RestoreDraft {
    let same = servers.iter().find(|server| server.name == backup.backup.server);
    let only = servers.first().filter(|_| servers.len() == 1);
    RestoreDraft::new(same.or(only).map(|server| server.id))
}

/// What the form begins with: the choices of an earlier restore, unless its server is gone, or what can only be meant.
fn first_draft(props: &FormProps) -> RestoreDraft {
    let is_known = |spec: &&RestoreSpec| props.servers.iter().any(|server| server.id == spec.server_id);
    match props.spec.as_ref().filter(is_known) {
        Some(spec) => RestoreDraft::again(spec),
        None => props.asked.over(proposed(&props.backup, &props.servers)),
    }
}

#[component]
fn Form(props: &FormProps) -> Html {
    let draft = use_state(|| Rc::new(first_draft(props)));
    let step = use_state(|| Step::Target);
    let refused = use_state(|| Rc::new(Vec::<Refusal>::new()));
    let look = use_asked(draft.server_id(), |id| TestServer { id }, Callback::noop());
    let found = &look.found;
    let names: Vec<String> = match found {
        Some(Ok(test)) => test.databases.iter().map(|database| database.name.clone()).collect(),
        _ => Vec::new(),
    };
    let seen = match found {
        None => Look::Pending,
        Some(Ok(test)) if test.server_version.is_some() => Look::Found(&names),
        Some(_) => Look::Failed,
    };
    let known = Known { source: &props.backup.backup.database, look: seen };
    let go = {
        let (step, refused) = (step.setter(), refused.setter());
        Callback::from(move |next: Step| {
            refused.set(Rc::new(Vec::new()));
            step.set(next);
        })
    };
    {
        // The first sight of the page keeps the focus where it is.
        let first = use_mut_ref(|| true);
        use_effect_with(*step, move |_| {
            if !first.replace(false) {
                dom::scroll_to_top();
                dom::focus("[data-step]");
            }
        });
    }
    use_effect_with((*refused).clone(), |refused| {
        if !refused.is_empty() {
            dom::focus_refused();
        }
    });
    let change = {
        let (setter, refused) = (draft.setter(), refused.setter());
        Callback::from(move |next: RestoreDraft| {
            refused.set(Rc::new(Vec::new()));
            setter.set(Rc::new(next));
        })
    };
    let onsubmit = {
        let wrong = draft.refused(*step, known);
        let (go, refused, next) = (go.clone(), refused.setter(), step.next());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match next {
                Some(next) if wrong.is_empty() => go.emit(next),
                _ => refused.set(Rc::new(wrong.clone())),
            }
        })
    };
    let onstep = {
        let go = go.clone();
        Callback::from(move |i: usize| {
            if let Some(step) = Step::ALL.get(i) {
                go.emit(*step);
            }
        })
    };
    let edited = Edited {
        backup: Rc::clone(&props.backup),
        draft: (*draft).clone(),
        refused: (*refused).clone(),
        change,
    };
    let back = step.back().map(|step| go.reform(move |_: MouseEvent| step));
    let content = match *step {
        Step::Target => {
            html! { <TargetStep {edited} servers={props.servers.clone()} found={found.clone()} busy={look.busy} again={look.again.clone()} suggestion={draft.database(known)} /> }
        }
        Step::What => html! { <WhatStep {edited} /> },
        Step::Plan if draft.content == Content::Globals => {
            match draft.planned_globals(props.backup.backup.id, known) {
                Some(planned) => {
                    html! { <GlobalsStep {edited} {planned} confirmed={draft.confirmed(known)} action={draft.action(Step::Plan, known)} back={back.clone()} /> }
                }
                None => Html::default(),
            }
        }
        Step::Plan => match draft.planned(props.backup.backup.id, known) {
            Some(planned) => {
                html! { <PlanStep {edited} {planned} confirmed={draft.confirmed(known)} action={draft.action(Step::Plan, known)} back={back.clone()} /> }
            }
            None => Html::default(),
        },
    };
    let titles = Step::ALL.map(|step| AttrValue::from(step.title())).to_vec();
    let position = |wanted: Step| Step::ALL.iter().position(|step| *step == wanted).unwrap_or_default();
    let action = draft.action(*step, known);
    html! {
        <div class="flex flex-col gap-4">
            { view_backup(&props.backup) }
            <Stepper {titles} current={position(*step)} furthest={position(draft.furthest(known))} {onstep} />
            if *step == Step::Plan {
                { content }
            } else {
                <form key={step.title()} {onsubmit} novalidate=true class="flex flex-col gap-4">
                    { content }
                    <div class="flex justify-between gap-2">
                        <div>
                            if let Some(back) = back {
                                <Button label="Back" icon={glyphs::ARROW_LEFT} onclick={back} testid="restore-back" />
                            }
                        </div>
                        <Button label={action} kind={ButtonKind::Primary} submit=true testid="restore-next" />
                    </div>
                </form>
            }
        </div>
    }
}

/// The backup that it is about.
fn view_backup(details: &BackupDetails) -> Html {
    let backup = &details.backup;
    let facts: Vec<(&str, Html)> = vec![
        (
            "Backup of",
            html! { <span class="font-medium" title={backup.database.clone()}>{ &backup.database }</span> },
        ),
        ("Server", html! { format!("{}, PostgreSQL {}", backup.server, backup.server_version) }),
        ("Made", html! { <When at={backup.created_at.clone()} both=true /> }),
        (
            "Size",
            html! { format!("{}, {}", format::bytes(backup.size_bytes), format::count(backup.table_count, "table", "tables")) },
        ),
        ("Trust", html! { <TrustBadge level={Some(backup.trust)} /> }),
        ("State", html! { <BackupBadge status={backup.status} /> }),
    ];
    html! {
        <Card>
            <dl class="grid grid-cols-2 sm:grid-cols-3 gap-x-6 gap-y-3">
                { for facts.into_iter().map(|(name, value)| html! { <div key={name} class="min-w-0"><dt class="label-muted">{ name }</dt><dd class="truncate">{ value }</dd></div> }) }
            </dl>
        </Card>
    }
}
