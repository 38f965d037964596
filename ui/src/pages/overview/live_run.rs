//! The run that is going on now.

use crate::components::{Button, ButtonKind, Card, Confirm, Toast, glyphs, use_toasts};
use crate::hooks::{use_call, use_loaded};
use crate::live::use_versions;
use crate::pages::run_progress::RunProgressView;
use crate::route::Route;
use holdfast_types::{ApiError, CancelRun, GetRun, Run, RunId};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct LiveRunProps {
    pub run: RunId,
}

/// Its progress, with the way to its page and the way to end it.
#[component]
pub fn LiveRun(props: &LiveRunProps) -> Html {
    let run = props.run;
    let versions = use_versions();
    let details = use_loaded((run, versions.runs), |(run, _)| GetRun { id: *run });
    let navigator = use_navigator();
    let toasts = use_toasts();
    let asking = use_state(|| false);
    let cancel = {
        let setter = asking.setter();
        use_call::<CancelRun>(Callback::from(move |answer: Result<Run, ApiError>| {
            setter.set(false);
            if let Err(error) = answer {
                toasts.emit(Toast::failed(&error));
            }
        }))
    };
    let job = details.data.as_ref().map(|details| details.run.job.clone()).unwrap_or_default();
    let known = details.data.as_ref().and_then(|details| details.progress.clone());
    let ask = |shown: bool| {
        let setter = asking.setter();
        Callback::from(move |_: MouseEvent| setter.set(shown))
    };
    let open = Callback::from(move |_: MouseEvent| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Run { id: run.0 });
        }
    });
    let onconfirm = {
        let give = cancel.give.clone();
        Callback::from(move |()| give.emit(CancelRun { id: run }))
    };
    let onclose = {
        let setter = asking.setter();
        Callback::from(move |()| setter.set(false))
    };
    html! {
        <Card title={if job.is_empty() { "Running".to_owned() } else { format!("{job}, running") }} testid="live-run">
            <RunProgressView {run} {known} most={3} />
            <div class="flex items-center gap-2 pt-4 mt-auto">
                <Button label="Details" onclick={open} testid="live-details" class="grow" />
                <Button label="Cancel" kind={ButtonKind::BareDanger} icon={glyphs::X} busy={cancel.busy} onclick={ask(true)} testid="live-cancel" />
            </div>
            <div class="contents">
                if *asking {
                    <Confirm title={format!("Cancel the run of {job}?")} action="Cancel the run" busy={cancel.busy} {onconfirm} {onclose}>
                        <p>{ "What it has written so far is removed. Earlier backups stay as they are." }</p>
                    </Confirm>
                }
            </div>
        </Card>
    }
}
