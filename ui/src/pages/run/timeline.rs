//! The steps of a run, one under the other, with how long each took.

use crate::components::{Icon, Tone, glyphs, of_run};
use crate::format;
use crate::locale::{self, Form};
use crate::pages::run_progress::phase_words;
use holdfast_types::{Run, RunPhase, RunStep};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct TimelineProps {
    pub run: Run,
    pub steps: Vec<RunStep>,
}

/// The words of a step that is over.
fn past_words(phase: RunPhase) -> &'static str {
    match phase {
        RunPhase::Queued => "Queued",
        RunPhase::Preflight => "Looked at the server",
        RunPhase::Dump => "Dumped",
        RunPhase::Check => "Checked the archive",
        RunPhase::Publish => "Made durable",
        RunPhase::Retention => "Deleted what expired",
        RunPhase::Done => "Done",
    }
}

/// The timeline.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let steps: Vec<&RunStep> = props.steps.iter().filter(|step| step.phase != RunPhase::Done).collect();
    let end = props.run.completed_at.as_deref();
    let active = props.run.status.is_active();
    let rows = steps.iter().enumerate().map(|(i, step)| {
        let until = steps.get(i + 1).map(|next| next.at.as_str()).or(end);
        let took = until.and_then(|until| format::seconds_between(&step.at, until));
        let newest = i + 1 == steps.len();
        let (icon, tone, turning) = match (newest, active) {
            (true, true) => (glyphs::LOADER_CIRCLE, Tone::Busy, true),
            (true, false) if props.run.error_message.is_some() => (glyphs::X, Tone::Bad, false),
            _ => (glyphs::CHECK, Tone::Good, false),
        };
        let words = if newest && active { phase_words(step.phase) } else { past_words(step.phase) };
        view_step(i, icon, tone, turning, words, step, took)
    });
    let (icon, tone) = of_run(props.run.status);
    html! {
        <ol class="flex flex-col">
            if steps.is_empty() {
                <li class="text-muted">{ "No step was recorded." }</li>
            } else {
                { for rows }
            }
            if let Some(end) = end {
                <li key="end" class="flex items-center gap-3">
                    <span class={classes!("size-6", "rounded-full", "grid", "place-items-center", tone.tint())}><Icon path={icon} class="size-3.5" /></span>
                    <span class="grow font-medium">{ format::capitalised(props.run.status.as_str()) }</span>
                    <span class="label-muted">{ locale::moment(end, Form::Clock) }</span>
                </li>
            }
        </ol>
    }
}

fn view_step(
    i: usize,
    icon: &'static str,
    tone: Tone,
    turning: bool,
    words: &str,
    step: &RunStep,
    took: Option<f64>,
) -> Html {
    let database = step.database.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    html! {
        <li key={i} class="flex gap-3 relative pb-3.5 last:pb-0">
            <span class="absolute left-3 top-6 bottom-0 w-px bg-base-300 [li:last-child>&]:hidden" />
            <span class={classes!("size-6", "rounded-full", "grid", "place-items-center", "shrink-0", tone.tint())}>
                <Icon path={icon} class={classes!("size-3.5", turning.then_some("animate-spin"))} />
            </span>
            <div class="grow min-w-0 pt-0.5">
                <p class="flex items-baseline justify-between gap-3"><span class="truncate">{ words }<span class="text-muted">{ database }</span></span><span class="label-muted whitespace-nowrap">{ locale::moment(&step.at, Form::Clock) }</span></p>
                <p class={classes!("label-muted", took.is_none().then_some("hidden"))}>{ took.map(format::duration).unwrap_or_default() }</p>
            </div>
        </li>
    }
}
