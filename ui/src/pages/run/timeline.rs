//! The steps of a run, one under the other, with how long each took.

use super::steps::{Row, Timed, rows};
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
    let end = props.run.completed_at.as_deref();
    let rows = rows(&props.run, &props.steps);
    let empty = rows.is_empty();
    let rows = rows.into_iter().enumerate().map(|(i, row)| match row {
        Row::Step(step) => view_step(i, &step, &props.run, Naming::Database),
        Row::Database { name, steps } => view_database(i, &name, &steps, &props.run),
    });
    let (icon, tone) = of_run(props.run.status);
    html! {
        <ol class="flex flex-col">
            if empty {
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

/// The icon and the words of a step, and whether it turns.
fn look(timed: &Timed, run: &Run) -> (&'static str, Tone, bool, &'static str) {
    let phase = timed.step.phase;
    match (timed.newest, run.status.is_active()) {
        (true, true) => (glyphs::LOADER_CIRCLE, Tone::Busy, true, phase_words(phase)),
        (true, false) if run.error_message.is_some() => (glyphs::X, Tone::Bad, false, past_words(phase)),
        _ => (glyphs::CHECK, Tone::Good, false, past_words(phase)),
    }
}

fn took(from: &str, until: Option<&str>) -> Option<String> {
    until.and_then(|until| format::seconds_between(from, until)).map(format::duration)
}

fn view_mark(icon: &'static str, tone: Tone, turning: bool) -> Html {
    html! {
        <span class={classes!("size-6", "rounded-full", "grid", "place-items-center", "shrink-0", tone.tint())}>
            <Icon path={icon} class={classes!("size-3.5", turning.then_some("animate-spin"))} />
        </span>
    }
}

/// The steps of one database behind its name; open while it is being worked on, or when it ended the run badly.
fn view_database(i: usize, name: &str, steps: &[Timed], run: &Run) -> Html {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return html! { <li key={i} /> } };
    let (icon, tone, turning, words) = look(last, run);
    let words = if turning {
        words.to_owned()
    } else {
        took(&first.step.at, last.until.as_deref()).unwrap_or_default()
    };
    let open = tone != Tone::Good;
    html! {
        <li key={i} class="flex gap-3 relative pb-2.5 last:pb-0">
            <span class="absolute left-3 top-6 bottom-0 w-px bg-base-300 [li:last-child>&]:hidden" />
            { view_mark(icon, tone, turning) }
            <details {open} class="group/steps grow min-w-0 pt-0.5">
                <summary class="flex items-baseline justify-between gap-3 rounded-selector">
                    <span class="flex items-center gap-1 min-w-0"><span class="truncate" title={name.to_owned()}>{ name }</span><Icon path={glyphs::CHEVRON_RIGHT} class="size-3 shrink-0 text-muted group-open/steps:rotate-90" /></span>
                    <span class="label-muted whitespace-nowrap">{ words }</span>
                </summary>
                <ol class="pt-2">{ for steps.iter().enumerate().map(|(i, step)| view_step(i, step, run, Naming::Nothing)) }</ol>
            </details>
        </li>
    }
}

/// A step; within a folded database it need not say of which.
fn view_step(i: usize, timed: &Timed, run: &Run, of: Naming) -> Html {
    let (icon, tone, turning, words) = look(timed, run);
    let step = &timed.step;
    let database = step.database.as_ref().filter(|_| of == Naming::Database);
    let took = took(&step.at, timed.until.as_deref());
    html! {
        <li key={i} class="flex gap-3 relative pb-3.5 last:pb-0">
            <span class="absolute left-3 top-6 bottom-0 w-px bg-base-300 [li:last-child>&]:hidden" />
            { view_mark(icon, tone, turning) }
            <div class="grow min-w-0 pt-0.5">
                <p class="flex items-baseline justify-between gap-3"><span class="truncate" title={database.cloned()}>{ words }<span class="text-muted">{ database.map(|name| format!(" {name}")).unwrap_or_default() }</span></span><span class="label-muted whitespace-nowrap">{ locale::moment(&step.at, Form::Clock) }</span></p>
                <p class={classes!("label-muted", took.is_none().then_some("hidden"))}>{ took.unwrap_or_default() }</p>
            </div>
        </li>
    }
}

/// Whether a step names its database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    Database,
    Nothing,
}
