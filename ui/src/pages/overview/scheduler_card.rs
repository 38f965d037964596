//! The scheduler: whether it runs, what is next, and the switches.

use crate::components::{
    Badge, Button, ButtonKind, ButtonSize, Card, StatusBadge, Toast, Tone, When, glyphs, of_scheduler,
    use_toasts, view,
};
use crate::format;
use crate::hooks::{Call, use_call};
use crate::loadable::Loadable;
use crate::locale::{self, Form};
use crate::route::Route;
use holdfast_types::{
    ApiError, Command, LockHolder, NextSlot, ProcessKind, RestartScheduler, SchedulerState, SchedulerStatus,
    StartScheduler, StopScheduler,
};
use yew::prelude::*;
use yew_router::prelude::*;

/// The scheduler, as last told.
#[derive(Properties)]
pub struct SchedulerCardProps {
    pub scheduler: Loadable<SchedulerStatus>,
}

impl PartialEq for SchedulerCardProps {
    fn eq(&self, other: &Self) -> bool {
        self.scheduler.data == other.scheduler.data && self.scheduler.error == other.scheduler.error
    }
}

/// Gives a command to the scheduler, and asks how it stands then.
#[hook]
pub(super) fn use_switch<C>(after: Callback<()>) -> Call<C>
where
    C: Command<Response = SchedulerStatus> + 'static,
{
    let toasts = use_toasts();
    use_call::<C>(Callback::from(move |answer: Result<SchedulerStatus, ApiError>| match answer {
        Ok(_) => after.emit(()),
        Err(error) => toasts.emit(Toast::failed(&error)),
    }))
}

/// The card.
#[component]
pub fn SchedulerCard(props: &SchedulerCardProps) -> Html {
    let after = props.scheduler.retry.clone();
    let start = use_switch::<StartScheduler>(after.clone());
    let stop = use_switch::<StopScheduler>(after.clone());
    let restart = use_switch::<RestartScheduler>(after);
    let status = props.scheduler.data.clone();
    let stopped = status.as_ref().is_some_and(|status| status.state == SchedulerState::Stopped);
    let badge = status.as_ref().map(|status| {
        let (words, tone) = of_scheduler(status.state);
        let icon = match tone {
            Tone::Good => glyphs::CHECK,
            _ if stopped => glyphs::SQUARE,
            _ => glyphs::TRIANGLE_ALERT,
        };
        let word = format::capitalised(words.trim_start_matches("Scheduler "));
        html! { <Badge {icon} label={word} {tone} testid="scheduler-state" /> }
    });
    let on_start = Callback::from(move |_: MouseEvent| start.give.emit(StartScheduler {}));
    let on_stop = Callback::from(move |_: MouseEvent| stop.give.emit(StopScheduler {}));
    let on_restart = Callback::from(move |_: MouseEvent| restart.give.emit(RestartScheduler {}));
    html! {
        <Card title="Scheduler" aside={badge.unwrap_or_default()} testid="scheduler-card">
            { view(&props.scheduler, 3, view_status) }
            // Right below the rest: at the card's end they would move with the height of its neighbour.
            <div class="flex items-center gap-2 pt-4">
                <Button label="Start" size={ButtonSize::Small} kind={if stopped { ButtonKind::Primary } else { ButtonKind::Quiet }} icon={glyphs::PLAY} busy={start.busy}
                    disabled={!stopped} onclick={on_start} testid="scheduler-start" class="grow" />
                <Button label="Stop" size={ButtonSize::Small} icon={glyphs::SQUARE} busy={stop.busy} disabled={stopped} onclick={on_stop} testid="scheduler-stop" class="grow" />
                <Button label="Restart" size={ButtonSize::Small} icon={glyphs::ROTATE_CW} busy={restart.busy} disabled={stopped} onclick={on_restart}
                    testid="scheduler-restart" class="grow" title="Reads the schedules anew and takes the lock anew" />
            </div>
        </Card>
    }
}

fn view_status(status: &SchedulerStatus) -> Html {
    html! {
        <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 items-baseline">
            <dt class="text-muted">{ "Next" }</dt>
            <dd class="min-w-0">{ match &status.next {
                // What is planned is no promise while nothing carries it out.
                _ if status.state == SchedulerState::Stopped => html! { <span class="text-muted">{ "nothing, until it is started" }</span> },
                Some(next) => view_next(next, status),
                None => html! { <span class="text-muted">{ "no job is planned" }</span> },
            } }</dd>
            <dt class="text-muted">{ "Last" }</dt>
            <dd class="min-w-0">
                if let Some(last) = &status.last {
                    <span class="flex flex-wrap items-center gap-x-2 gap-y-1">
                        <Link<Route> to={Route::Run { id: last.run_id.0 }} classes="font-medium truncate hover:underline">{ &last.job }</Link<Route>>
                        <StatusBadge status={last.status} />
                        <span class="text-muted"><When at={last.at.clone()} /></span>
                    </span>
                } else {
                    <span class="text-muted">{ "nothing ran yet" }</span>
                }
            </dd>
            <dt class="text-muted">{ "Jobs" }</dt>
            <dd>{ format!("{} of {} on", status.enabled_jobs, status.total_jobs) }<span class="text-muted">{ status.holder.as_ref().map(holder_words).unwrap_or_default() }</span></dd>
        </dl>
    }
}

fn view_next(next: &NextSlot, status: &SchedulerStatus) -> Html {
    let words = status.description.clone().or_else(|| status.schedule.clone()).unwrap_or_default();
    let absolute = locale::moment_in(&next.at, Form::Short, Some(&next.timezone));
    html! {
        <div>
            <p class="truncate"><Link<Route> to={Route::Job { id: next.job_id.0 }} classes="font-medium hover:underline">{ &next.job }</Link<Route>>{ " " }<When at={next.at.clone()} zone={next.timezone.clone()} /></p>
            <p class="text-muted text-[12.5px]" title={status.schedule.clone()}>{ format!("{absolute}, {}", next.timezone) }</p>
            <p class="text-muted text-[12.5px]">{ words }</p>
        </div>
    }
}

fn holder_words(holder: &LockHolder) -> String {
    match (holder.this_process, holder.kind) {
        (true, _) => String::new(),
        (false, ProcessKind::Agent) => format!(" · carried out by the agent, process {}", holder.pid),
        (false, _) => format!(" · carried out by process {}", holder.pid),
    }
}
