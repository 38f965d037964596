//! What is known of a run at a glance.

use super::{is_gone, steps};
use crate::components::{Card, CommandLine, When};
use crate::pages::overview::{RunDuration, RunSize, trigger_words};
use crate::route::Route;
use holdfast_types::{Run, RunStep, TriggerType};
use yew::prelude::*;
use yew_router::prelude::*;

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

/// The card.
pub(super) fn view_facts(run: &Run, steps: &[RunStep]) -> Html {
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
        (
            "Job",
            match run.job_id {
                Some(job) => {
                    html! { <Link<Route> to={Route::Job { id: job.0 }} classes="link-quiet">{ &run.job }</Link<Route>> }
                }
                None => html! { <span>{ format!("{}, deleted since", run.job) }</span> },
            },
        ),
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
