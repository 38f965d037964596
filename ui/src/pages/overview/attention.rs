//! What needs the operator: what the engine found, and what would leave the backups undone after the next login.

use super::of_level;
use super::scheduler_card::use_switch;
use crate::components::{Button, ButtonSize, Card, Icon, Toast, Tone, glyphs, use_toasts};
use crate::dom;
use crate::hooks::use_call;
use crate::live::{use_scheduler, use_system};
use crate::pages::run_now::use_trigger;
use crate::route::Route;
use holdfast_types::{
    ApiError, Attention, EnableAutostart, ProcessKind, ProtectionLevel, Remedy, SchedulerStatus,
    StartScheduler, SystemStatus, TriggerNow,
};
use yew::prelude::*;
use yew_router::prelude::*;

/// Remembers that the offer to start at login was declined.
const DECLINED: &str = "start-at-login-declined";

#[derive(PartialEq, Properties)]
pub struct NeedsYouProps {
    pub attention: Vec<Attention>,
    /// What the sentence above says.
    pub level: ProtectionLevel,
}

/// The card.
#[component]
pub fn NeedsYou(props: &NeedsYouProps) -> Html {
    let (system, scheduler) = (use_system(), use_scheduler());
    let declined = use_state(|| dom::recalls(DECLINED));
    let toasts = use_toasts();
    let enable = {
        let retry = system.retry.clone();
        use_call::<EnableAutostart>(Callback::from(
            move |answer: Result<SystemStatus, ApiError>| match answer {
                Ok(_) => retry.emit(()),
                Err(error) => toasts.emit(Toast::failed(&error)),
            },
        ))
    };
    let decline = {
        let declined = declined.setter();
        Callback::from(move |_: MouseEvent| {
            dom::remember(DECLINED);
            declined.set(true);
        })
    };
    let onclick = enable.give.reform(|_: MouseEvent| EnableAutostart {});
    let offered = !*declined && is_login_needed(system.data.as_deref(), scheduler.data.as_deref());
    let well = matches!(props.level, ProtectionLevel::Empty | ProtectionLevel::Protected);
    html! {
        <Card title="Needs you" testid="attention">
            if props.attention.is_empty() && !offered && !well {
                // The sentence on top is not green: this card must not say that all is well.
                <p class="text-muted">{ "What the sentence above says; nothing beside it." }</p>
            } else if props.attention.is_empty() && !offered {
                <p class="text-muted flex items-center gap-2"><Icon path={glyphs::CHECK} class="size-4 text-success" />{ "Nothing." }</p>
            } else {
                <ul class="flex flex-col gap-3">
                    { for props.attention.iter().enumerate().map(|(i, item)| html! { <li key={i}>{ view_item(item) }</li> }) }
                    if offered {
                        <li key="login" class="flex items-start gap-2.5" data-testid="login-offer">
                            <Icon path={glyphs::TRIANGLE_ALERT} class={classes!("size-4", "mt-0.5", Tone::Doubtful.ink())} />
                            <div class="min-w-0">
                                <p class="font-medium">{ "Holdfast does not start at login." }</p>
                                <p class="text-muted text-[12.5px]">{ "After the next login no backup is made until somebody starts it." }</p>
                                <p class="flex flex-wrap gap-2 mt-1.5">
                                    <Button label="Start it at login" size={ButtonSize::Small} busy={enable.busy} {onclick} class="border-base-300" testid="login-accept" />
                                    <Button label="Not needed" size={ButtonSize::Small} onclick={decline} testid="login-decline" />
                                </p>
                            </div>
                        </li>
                    }
                </ul>
            }
        </Card>
    }
}

/// Whether the slots of some job depend on this app, which nothing starts. An agent has a life of its own.
fn is_login_needed(system: Option<&SystemStatus>, scheduler: Option<&SchedulerStatus>) -> bool {
    let (Some(system), Some(scheduler)) = (system, scheduler) else { return false };
    let agent = scheduler.holder.as_ref().is_some_and(|holder| holder.kind == ProcessKind::Agent);
    !system.autostart.available && scheduler.enabled_jobs > 0 && !agent
}

/// Where a remedy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Beside the sentence on top, which has no other way on.
    Sentence,
    /// Under the item in the list, which links to what it is about.
    List,
}

#[derive(PartialEq, Properties)]
pub struct RemediedProps {
    pub item: Attention,
    pub place: Place,
}

/// The button that does what an item needs; beside the sentence, else, the way to where more is said.
#[component]
pub fn Remedied(props: &RemediedProps) -> Html {
    let item = &props.item;
    let scheduler = use_scheduler();
    let switch = use_switch::<StartScheduler>(scheduler.retry.clone());
    let navigator = use_navigator();
    let run = use_trigger(Callback::from(move |route: Route| {
        if let Some(navigator) = &navigator {
            navigator.push(&route);
        }
    }));
    let (size, name) = match props.place {
        Place::Sentence => (ButtonSize::Normal, "protection"),
        Place::List => (ButtonSize::Small, "attention"),
    };
    match (item.remedy, item.job_id, link(item), props.place) {
        (Remedy::RunJob, Some(job_id), ..) => html! {
            <Button label="Run now" {size} icon={glyphs::PLAY} busy={run.busy} class="border-base-300" testid={format!("{name}-run")}
                onclick={run.give.reform(move |_: MouseEvent| TriggerNow { job_id })} />
        },
        (Remedy::StartScheduler, ..) => html! {
            <Button label="Start the scheduler" {size} icon={glyphs::PLAY} busy={switch.busy} class="border-base-300" testid={format!("{name}-start")}
                onclick={switch.give.reform(|_: MouseEvent| StartScheduler {})} />
        },
        (_, _, Some((words, route)), Place::Sentence) => {
            html! { <Link<Route> to={route} classes="btn btn-quiet border-base-300">{ words }</Link<Route>> }
        }
        _ => Html::default(),
    }
}

/// Where more is said of an item.
fn link(item: &Attention) -> Option<(&'static str, Route)> {
    match (item.run_id, item.backup_id, item.job_id) {
        (Some(run), ..) => Some(("Show the run", Route::Run { id: run.0 })),
        (None, Some(backup), _) => Some(("Show the backup", Route::Backup { id: backup.0 })),
        (None, None, Some(job)) => Some(("Open the job", Route::Job { id: job.0 })),
        (None, None, None) => None,
    }
}

fn view_item(item: &Attention) -> Html {
    let (_, tone) = of_level(item.level);
    let icon = if tone == Tone::Bad { glyphs::CIRCLE_ALERT } else { glyphs::TRIANGLE_ALERT };
    html! {
        <div class="flex items-start gap-2.5">
            <Icon path={icon} class={classes!("size-4", "mt-0.5", tone.ink())} />
            <div class="min-w-0">
                <p class="font-medium break-words">{ &item.message }</p>
                <p class="text-muted text-[12.5px] break-words">
                    { &item.hint }{ " " }
                    if let Some((words, route)) = link(item) {
                        <Link<Route> to={route} classes="link-quiet whitespace-nowrap">{ words }</Link<Route>>
                    }
                </p>
                <p class="mt-1.5 empty:hidden"><Remedied item={item.clone()} place={Place::List} /></p>
            </div>
        </div>
    }
}
