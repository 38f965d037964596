//! How far a verification or a restore is.

use super::progress::Bar;
use crate::format;
use holdfast_types::WorkProgress;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct WorkViewProps {
    /// The newest progress; none until the first figures arrive.
    pub progress: Option<Rc<WorkProgress>>,
    /// What is going on, for the bar's name.
    pub label: AttrValue,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// "12.0 of 52.9 MiB", or nothing while there are no figures.
fn amount(progress: &WorkProgress) -> String {
    match (progress.bytes_done, progress.bytes_total) {
        (0, 0) => String::new(),
        (done, 0) => format::bytes(done),
        (done, total) => format::part(done, total),
    }
}

/// The step, a bar, the bytes, the time that is left, and what is being loaded. As high with figures as without, so
/// that nothing below it jumps.
#[component]
pub fn WorkView(props: &WorkViewProps) -> Html {
    let progress = props.progress.as_deref();
    let step = progress.map(|progress| progress.step.as_str()).filter(|step| !step.is_empty());
    let left = progress.and_then(|progress| progress.eta_seconds);
    let held_up = progress.and_then(|progress| progress.held_up.clone());
    let tables = progress.map(|progress| progress.tables.join(", ")).unwrap_or_default();
    let (done, total) = progress.map_or((0, 0), |progress| (progress.bytes_done, progress.bytes_total));
    html! {
        <div class="flex flex-col gap-1.5" data-testid={props.testid.clone()}>
            <div class="flex items-baseline justify-between gap-3">
                <p class="font-medium truncate" role="status">{ step.unwrap_or("Waiting for the first figures").to_owned() }</p>
                <p class="label-muted whitespace-nowrap">{ left.map(|seconds| format!("{} left", format::duration(seconds as f64))).unwrap_or_default() }</p>
            </div>
            <Bar thick=true label={props.label.clone()} value={done} max={total} />
            <p class="label-muted flex justify-between gap-3 min-h-[1.45em]">
                <span class="whitespace-nowrap">{ progress.map(amount).unwrap_or_default() }</span>
                <span class="truncate mono" title={tables.clone()}>{ tables }</span>
            </p>
            if let Some(held_up) = held_up {
                <p role="status">{ held_up }</p>
            }
        </div>
    }
}
