//! The shell of the dashboard: the rail, the page beside it, and what is everywhere.

use crate::components::{KeysDialog, Notice, Rail, Toaster, Tone};
use crate::dom;
use crate::format;
use crate::hooks::{Keys, NowProvider, use_keys, use_loaded, use_now};
use crate::lists;
use crate::live::{Live, use_scheduler, use_system, use_versions};
use crate::pages;
use crate::route::{Route, Section};
use holdfast_types::{ListServers, SchedulerState, SchedulerStatus};
use yew::prelude::*;
use yew_router::prelude::*;

/// Remembers that the hint about the tray was hidden; the settings go on telling it.
const TRAY_HINT: &str = "tray-hint-hidden";

/// Everything.
#[component]
pub fn App() -> Html {
    html! {
        <HashRouter>
            <Toaster>
                <NowProvider>
                    <Live><Shell /></Live>
                </NowProvider>
            </Toaster>
        </HashRouter>
    }
}

#[component]
fn Shell() -> Html {
    let route = use_route::<Route>().unwrap_or(Route::Overview);
    let section = route.section();
    let navigator = use_navigator();
    let scheduler = use_scheduler().data;
    let system = use_system().data;
    let versions = use_versions();
    let servers = use_loaded(versions.servers, |_| ListServers {}).data;
    let keys_shown = use_state(|| false);
    let hint_closed = use_state(|| dom::recalls(TRAY_HINT));
    let now = use_now();
    {
        let (keys_shown, navigator) = (keys_shown.setter(), navigator.clone());
        use_keys(Callback::from(move |key| match (key, &navigator) {
            (Keys::Help, _) => keys_shown.set(true),
            // A page without a search keeps its reader, and what was typed into it.
            (Keys::Search, _) => {
                dom::focus("[data-search]");
            }
            (Keys::Back, _) => dom::click("[data-back]"),
            // A letter that misses its field must not take the form away.
            (Keys::New, Some(_)) if route.is_form() => {}
            (Keys::New, Some(navigator)) => {
                navigator.push(&if section == Some(Section::Servers) {
                    Route::NewServer
                } else {
                    Route::NewJob
                });
            }
            (Keys::Go(letter), Some(navigator)) => {
                if let Some(route) = Route::of_letter(letter) {
                    navigator.push(&route);
                }
            }
            (_, None) => {}
        }));
    }
    let query = use_location().and_then(|location| location.query::<lists::Query>().ok()).unwrap_or_default();
    use_effect_with((route, query), |(route, query)| lists::remember(*route, query.clone()));
    // Opening a backup's details keeps the list behind them where it is.
    let place = if let Route::Backup { .. } = route { Route::Backups } else { route };
    use_effect_with(place, |_| dom::scroll_to_top());
    let onkeys = {
        let setter = keys_shown.setter();
        Callback::from(move |()| setter.set(true))
    };
    let onclose = {
        let setter = keys_shown.setter();
        Callback::from(move |()| setter.set(false))
    };
    let close_hint = {
        let setter = hint_closed.setter();
        Callback::from(move |_: MouseEvent| {
            dom::remember(TRAY_HINT);
            setter.set(true);
        })
    };
    let next = scheduler.as_deref().map(|status| next_in_words(status, now)).unwrap_or_default();
    let counts = (scheduler.as_ref().map(|status| status.total_jobs), servers.map(|servers| servers.total));
    let quitting = system.as_ref().is_some_and(|system| system.quitting);
    // Nobody closes the window of an app in which there is nothing yet.
    let begun = scheduler.as_ref().is_some_and(|status| status.total_jobs > 0);
    let tray = system
        .as_ref()
        .map(|system| system.tray.clone())
        .filter(|tray| begun && !tray.available && !*hint_closed);
    html! {
        <div class="flex h-screen">
            <Rail {section} scheduler={scheduler.as_deref().cloned()} {next} {counts} {onkeys} />
            <main class="grow min-w-0 overflow-y-scroll h-full" tabindex="-1">
                <div class="contents">
                    if quitting {
                        <pages::Quitting />
                    }
                </div>
                <div class="contents">
                    if let Some(tray) = tray {
                        <div class="px-4 rail:px-6 pt-4" data-testid="tray-hint">
                            <Notice tone={Tone::Doubtful} message="No tray shows Holdfast's icon." hint={tray.detail}>
                                <button type="button" class="btn btn-ghost btn-sm" onclick={close_hint}>{ "Hide" }</button>
                            </Notice>
                        </div>
                    }
                </div>
                <Switch<Route> render={page} />
            </main>
            <div class="contents">
                if *keys_shown {
                    <KeysDialog {onclose} />
                }
            </div>
        </div>
    }
}

/// What the rail says of the next run.
fn next_in_words(status: &SchedulerStatus, now: f64) -> String {
    match (status.state, &status.next) {
        (SchedulerState::Running, Some(next)) => {
            let when = format::milliseconds(&next.at).map(|at| format::relative(at, now)).unwrap_or_default();
            format!("Next {when}: {}", next.job)
        }
        (SchedulerState::Running, None) => "No job is planned".to_owned(),
        (SchedulerState::Stopped, _) => "No job runs by itself".to_owned(),
        (SchedulerState::Idle, _) => "Nobody carries it out".to_owned(),
    }
}

fn page(route: Route) -> Html {
    match route {
        Route::Overview | Route::Nowhere => html! { <pages::Overview /> },
        Route::Jobs => html! { <pages::Jobs /> },
        Route::NewJob => html! { <pages::JobEditor key="new" id={None} /> },
        Route::Job { id } => html! { <pages::JobEditor key={id} id={Some(id)} /> },
        Route::Runs => html! { <pages::Runs /> },
        Route::Run { id } => html! { <pages::RunPage key={id} {id} /> },
        Route::Backups => html! { <pages::Backups open={None} /> },
        Route::Backup { id } => html! { <pages::Backups open={Some(id)} /> },
        Route::Contents { id } => html! { <pages::Contents key={id} {id} /> },
        Route::Compare { id } => html! { <pages::Compare key={id} {id} /> },
        Route::Restores => html! { <pages::Restores /> },
        Route::NewRestore { backup_id } => html! { <pages::RestoreWizard key={backup_id} {backup_id} /> },
        Route::Restore { id } => html! { <pages::RestorePage key={id} {id} /> },
        Route::Servers => html! { <pages::Servers /> },
        Route::NewServer => html! { <pages::ServerEditor key="new" id={None} /> },
        Route::Server { id } => html! { <pages::ServerEditor key={id} id={Some(id)} /> },
        Route::Settings => html! { <pages::Settings /> },
    }
}
