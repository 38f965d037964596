//! The first start: three steps, or a demo.

use crate::components::{Button, ButtonKind, Icon, PageFrame, Toast, glyphs, use_toasts};
use crate::hooks::use_call;
use crate::pages::run_now::use_trigger;
use crate::route::Route;
use holdfast_types::{ApiError, CreateDemo, Demo, Server, TriggerNow};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct FirstStartProps {
    /// The servers that are there already.
    pub servers: Vec<Server>,
}

/// How a step stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Done,
    Next,
    Later,
}

/// What is shown while there is no job.
#[component]
pub fn FirstStart(props: &FirstStartProps) -> Html {
    let navigator = use_navigator();
    let toasts = use_toasts();
    let go = {
        let navigator = navigator.clone();
        Callback::from(move |route: Route| {
            if let Some(navigator) = &navigator {
                navigator.push(&route);
            }
        })
    };
    let trigger = use_trigger(go.clone());
    let demo = {
        let give = trigger.give.clone();
        use_call::<CreateDemo>(Callback::from(move |answer: Result<Demo, ApiError>| match answer {
            Ok(demo) => give.emit(TriggerNow { job_id: demo.job_id }),
            Err(error) => toasts.emit(Toast::failed(&error)),
        }))
    };
    let (server, job) =
        if props.servers.is_empty() { (Step::Next, Step::Later) } else { (Step::Done, Step::Next) };
    let to_server = {
        let go = go.clone();
        Callback::from(move |_: MouseEvent| go.emit(Route::NewServer))
    };
    let to_job = Callback::from(move |_: MouseEvent| go.emit(Route::NewJob));
    let make = {
        let give = demo.give.clone();
        Callback::from(move |_: MouseEvent| give.emit(CreateDemo {}))
    };
    let known = props.servers.first().map(|server| format!("{} is there.", server.name)).unwrap_or_default();
    let server_text = if server == Step::Done {
        known
    } else {
        "Where PostgreSQL answers. Paste a connection URL or fill in the fields; a test says what was found."
            .to_owned()
    };
    html! {
        <PageFrame title="Welcome to Holdfast" narrow=true>
            <div data-testid="first-start" class="flex flex-col gap-6 w-full pt-2 rail:pt-4">
                <div>
                    <p class="text-[22px] font-semibold leading-tight text-balance">{ "Backups of PostgreSQL that are proven, on a schedule." }</p>
                    <p class="text-muted text-[14px] mt-2 text-pretty">{ "Three steps, and Holdfast keeps watch from then on. It uses your own pg_dump, so every backup can be restored without Holdfast." }</p>
                </div>
                <ol class="card-flat divide-y divide-base-300">
                    { view_step(1, server, "Add a server", &server_text, html! {
                        <Button label={if server == Step::Done { "Add another" } else { "Add a server" }} kind={primary(server)} icon={glyphs::PLUS} onclick={to_server} testid="first-server" />
                    }) }
                    { view_step(2, job, "Say what, when and where to", "Choose databases, a schedule, a folder and how each backup is proven; a new job begins with what the settings say.", html! {
                        <Button label="Add a job" kind={primary(job)} icon={glyphs::PLUS} disabled={job == Step::Later} onclick={to_job} testid="first-job" />
                    }) }
                    { view_step(3, Step::Later, "See the first one proven", "Save and run now makes a backup at once; the page of its run shows how it is restored and compared.", html! { <span /> }) }
                </ol>
                <div class="flex flex-wrap items-center justify-between gap-3 px-1">
                    <p class="text-muted text-pretty max-w-sm">{ "Or look around first: a private PostgreSQL with sample data is made in the data directory, and backed up once." }</p>
                    <Button label="Try it with a demo database" icon={glyphs::FLASK_CONICAL} busy={demo.busy || trigger.busy} onclick={make} testid="create-demo" class="border-base-300" />
                </div>
            </div>
        </PageFrame>
    }
}

fn primary(step: Step) -> ButtonKind {
    if step == Step::Next { ButtonKind::Primary } else { ButtonKind::Quiet }
}

fn view_step(number: u32, step: Step, title: &str, text: &str, action: Html) -> Html {
    let ground = match step {
        Step::Done => "bg-tint-good text-success",
        Step::Next => "bg-primary text-primary-content",
        Step::Later => "bg-base-200 text-muted",
    };
    html! {
        <li class="flex items-center gap-4 px-5 py-4">
            <span class={classes!("size-7", "rounded-full", "grid", "place-items-center", "font-semibold", "shrink-0", ground)}>
                if step == Step::Done {
                    <Icon path={glyphs::CHECK} class="size-4" />
                } else {
                    { number }
                }
            </span>
            <div class="grow min-w-0">
                <p class="font-semibold text-[14px]">{ title }</p>
                <p class="text-muted text-pretty">{ text }</p>
            </div>
            <div class="shrink-0">{ action }</div>
        </li>
    }
}
