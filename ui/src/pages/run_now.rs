//! Running a job at once, from wherever it is asked for.

use crate::components::{Button, ButtonKind, ButtonSize, Dialog, Field, Select, Toast, glyphs, use_toasts};
use crate::hooks::{Call, use_call};
use crate::route::Route;
use holdfast_types::{JobId, JobSummary, TriggerNow};
use yew::prelude::*;
use yew_router::prelude::*;

/// Triggers a run; says why when it cannot.
#[hook]
pub fn use_trigger(after: Callback<Route>) -> Call<TriggerNow> {
    let toasts = use_toasts();
    use_call::<TriggerNow>(Callback::from(move |answer: Result<holdfast_types::Run, _>| match answer {
        Ok(run) => after.emit(Route::Run { id: run.id.0 }),
        Err(error) => toasts.emit(Toast::failed(&error)),
    }))
}

#[derive(PartialEq, Properties)]
pub struct RunNowProps {
    /// The jobs to choose from.
    pub jobs: Vec<JobSummary>,
    /// The one chosen at first.
    #[prop_or_default]
    pub proposed: Option<JobId>,
    #[prop_or(ButtonKind::Primary)]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub size: ButtonSize,
    #[prop_or_default]
    pub class: Classes,
}

/// "Run now": asks which job where there are several, then opens the run.
#[component]
pub fn RunNow(props: &RunNowProps) -> Html {
    let navigator = use_navigator();
    let asking = use_state(|| false);
    let chosen = use_state(|| None::<String>);
    let trigger = {
        let setter = asking.setter();
        use_trigger(Callback::from(move |route: Route| {
            setter.set(false);
            if let Some(navigator) = &navigator {
                navigator.push(&route);
            }
        }))
    };
    let proposed = props.proposed.or_else(|| props.jobs.first().map(|job| job.job.id));
    let value = (*chosen).clone().or_else(|| proposed.map(|id| id.to_string())).unwrap_or_default();
    let onclick = {
        let (setter, give) = (asking.setter(), trigger.give.clone());
        let only = (props.jobs.len() == 1).then_some(proposed).flatten();
        Callback::from(move |_: MouseEvent| match only {
            Some(job_id) => give.emit(TriggerNow { job_id }),
            None => setter.set(true),
        })
    };
    let onchange = {
        let setter = chosen.setter();
        Callback::from(move |id: String| setter.set(Some(id)))
    };
    let confirm = {
        let (give, value) = (trigger.give.clone(), value.clone());
        Callback::from(move |_: MouseEvent| {
            if let Ok(job_id) = value.parse::<JobId>() {
                give.emit(TriggerNow { job_id });
            }
        })
    };
    let close = {
        let setter = asking.setter();
        Callback::from(move |()| setter.set(false))
    };
    let choices = props
        .jobs
        .iter()
        .map(|job| (job.job.id.to_string().into(), job.job.spec.name.clone().into()))
        .collect::<Vec<_>>();
    let footer = html! {
        <Button label="Run now" kind={ButtonKind::Primary} icon={glyphs::PLAY} busy={trigger.busy} onclick={confirm} testid="run-now-confirm" />
    };
    html! {
        <div class="contents">
            <Button label="Run now" kind={props.kind} size={props.size} icon={glyphs::PLAY} busy={trigger.busy && !*asking} disabled={props.jobs.is_empty()}
                {onclick} testid="run-now" class={props.class.clone()} />
            <div class="contents">
                if *asking {
                    <Dialog title="Run a job now" onclose={close} {footer}>
                        <Field label="Job" id="run-now-job" hint="It runs beside its schedule; the schedule stays as it is.">
                            <Select id="run-now-job" {value} {choices} {onchange} testid="run-now-job" />
                        </Field>
                    </Dialog>
                }
            </div>
        </div>
    }
}
