//! Which databases: all of them, or ticked ones of those that the server shows.

use super::edited::Edited;
use crate::components::{
    Button, ButtonSize, Check, ErrorPanel, Input, InputKind, Notice, Skeleton, Switch, Tone, glyphs,
};
use crate::format;
use crate::forms::job::{JobDraft, Scope};
use crate::forms::proposal::{self, Drills};
use crate::hooks::use_asked;
use crate::live::use_system;
use crate::route::Route;
use holdfast_types::{ApiError, Server, ServerDatabase, ServerId, ServerTest, TestServer};
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

/// From how many databases on the list can be searched.
const MANY: usize = 8;

#[derive(PartialEq, Properties)]
pub struct DatabasesProps {
    pub edited: Edited,
    pub servers: Vec<Server>,
}

/// The choice.
#[component]
pub fn Databases(props: &DatabasesProps) -> Html {
    let edited = &props.edited;
    let draft = &edited.draft;
    let search = use_state(String::new);
    let drills = Drills::on(use_system().data.as_deref());
    let server = draft.server.parse::<i64>().ok().map(ServerId);
    let test = {
        let edited = edited.clone();
        let named = props.servers.iter().find(|known| Some(known.id) == server);
        let named = named.and_then(|server| server.connection.database.clone());
        // Over what was typed while the question was under way.
        let done = Callback::from(move |answer: Result<Rc<ServerTest>, ApiError>| {
            if let Ok(test) = &answer {
                let next = proposal::with_database(&edited.draft, test, named.as_deref());
                edited.change.emit(proposal::with_proof(&next, test, drills));
            }
        });
        use_asked(server, |id| TestServer { id }, done)
    };
    let found = &test.found;
    let choose = {
        let (change, found) = (edited.change.clone(), found.clone());
        Callback::from(move |next: JobDraft| {
            change.emit(match &found {
                Some(Ok(test)) => proposal::with_proof(&next, test, drills),
                _ => next,
            })
        })
    };
    let on_all = {
        let (draft, choose) = (edited.draft.clone(), choose.clone());
        Callback::from(move |all: bool| {
            choose.emit(JobDraft { scope: if all { Scope::All } else { Scope::Chosen }, ..(*draft).clone() })
        })
    };
    let again = test.again.reform(|_: MouseEvent| ());
    let tick = {
        let (draft, choose) = (edited.draft.clone(), choose);
        Callback::from(move |(name, on): (String, bool)| {
            choose.emit(if on {
                proposal::with_ticked(&draft, &name)
            } else {
                let mut next = (*draft).clone();
                next.databases.retain(|known| *known != name);
                next
            });
        })
    };
    let oninput = {
        let setter = search.setter();
        Callback::from(move |text: String| setter.set(text))
    };
    let error = edited.wrong("databases");
    let in_the_way = found.as_ref().is_some_and(|found| found.as_ref().map_or(true, |test| !test.ok));
    let list = match found {
        _ if server.is_none() => {
            html! { <p class="text-muted">{ "Choose a server, and its databases are listed here." }</p> }
        }
        None => html! { <div class="-m-4"><Skeleton rows={3} /></div> },
        Some(Err(failed)) => html! { <ErrorPanel error={failed.clone()} /> },
        Some(Ok(test)) => view_list(test, draft, &search, &oninput, &tick),
    };
    html! {
        // Which of them is missing cannot be told, so that the group is gone to.
        <fieldset class="flex flex-col gap-2 min-w-0" data-testid="job-databases" data-refused={error.as_ref().map(|_| "true")} tabindex="-1" data-quiet-focus="">
            <div class="flex items-center justify-between gap-3">
                <legend class="text-[12.5px] font-medium float-left">{ "Databases" }</legend>
                <div class="flex items-center gap-3">
                    <Button label="Look again" size={ButtonSize::Small} icon={glyphs::ROTATE_CW} icon_only=true disabled={server.is_none()} busy={test.busy} onclick={again} />
                    <Switch labelled=true label="All, with those to come" on={draft.scope == Scope::All} onchange={on_all} testid="job-all-databases" />
                </div>
            </div>
            <div class={classes!("rounded-field", "border", "p-3", "flex", "flex-col", "gap-2", if error.is_some() { "border-error" } else { "border-base-300" })}>
                { list }
                <div class="contents">
                    if let (Some(id), true) = (server, in_the_way) {
                        <p><Link<Route> to={Route::Server { id: id.0 }} classes="link-quiet">{ "Open the server's settings" }</Link<Route>></p>
                    }
                </div>
            </div>
            <p role="alert" class={classes!("text-[12px]", "text-error", error.is_none().then_some("hidden"))}>{ error.unwrap_or_default() }</p>
        </fieldset>
    }
}

fn view_list(
    test: &ServerTest,
    draft: &JobDraft,
    search: &str,
    oninput: &Callback<String>,
    tick: &Callback<(String, bool)>,
) -> Html {
    let total: u64 = test.databases.iter().filter_map(|database| database.size_bytes).sum();
    if draft.scope == Scope::All {
        let words = format!(
            "{}, {} on the server. New ones are picked up by themselves.",
            format::count(test.databases.len() as u64, "database", "databases"),
            format::bytes(total)
        );
        return html! { <p class="text-muted">{ words }</p> };
    }
    // A job may name a database that is gone; it must stay visible to be unticked.
    let gone = draft.databases.iter().filter(|name| !test.databases.iter().any(|known| known.name == **name));
    let gone: Vec<ServerDatabase> =
        gone.map(|name| ServerDatabase { name: name.clone(), size_bytes: None }).collect();
    let wanted = search.trim().to_lowercase();
    let rows =
        gone.iter().chain(&test.databases).filter(|database| database.name.to_lowercase().contains(&wanted));
    html! {
        <div class="flex flex-col gap-2">
            <div class="contents">
                { for test.problems.iter().enumerate().map(|(i, problem)| html! { <Notice key={i} tone={Tone::Doubtful} message={problem.message.clone()} hint={problem.hint.clone()} /> }) }
            </div>
            <div class={classes!((test.databases.len() < MANY).then_some("hidden"))}>
                <Input id="job-database-search" label="Search databases" kind={InputKind::Search} value={search.to_owned()} oninput={oninput.clone()} placeholder="Search databases" />
            </div>
            <div class="grid grid-cols-1 sm:grid-cols-2 gap-x-8 max-h-56 overflow-y-auto pr-3">
                { for rows.map(|database| view_row(database, draft, tick)) }
            </div>
        </div>
    }
}

fn view_row(database: &ServerDatabase, draft: &JobDraft, tick: &Callback<(String, bool)>) -> Html {
    let onchange = {
        let (tick, name) = (tick.clone(), database.name.clone());
        Callback::from(move |on: bool| tick.emit((name.clone(), on)))
    };
    let size = database.size_bytes.map_or_else(|| "not readable".to_owned(), format::bytes);
    let label = html! { <><span class="truncate" title={database.name.clone()}>{ &database.name }</span><span class="text-muted whitespace-nowrap">{ size }</span></> };
    html! { <Check key={database.name.clone()} on={draft.databases.contains(&database.name)} {label} {onchange} testid={format!("job-database-{}", database.name)} /> }
}
