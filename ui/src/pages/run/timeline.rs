//! The steps of a run, one under the other, with how long each took.

use super::steps::{Mark, Row, Timed, rows};
use crate::components::{BackupBadge, Icon, Tone, TrustBadge, glyphs, of_run};
use crate::format;
use crate::live::use_progress;
use crate::locale::{self, Form};
use crate::pages::run_progress::phase_words;
use crate::work::use_worked_on;
use gloo_timers::callback::Timeout;
use holdfast_types::{BackupsStanding, Run, RunPhase, RunStatus, RunStep};
use yew::prelude::*;

/// How soon after a run moved on its steps are asked for again, in milliseconds: they are written a moment later.
const WRITTEN: u32 = 300;

#[derive(PartialEq, Properties)]
pub struct StepsProps {
    pub run: Run,
    pub steps: Vec<RunStep>,
    /// Asks for the run again.
    pub again: Callback<()>,
}

/// The timeline of a run, kept up with what its progress says. A component of its own: the page around it is not drawn
/// anew with each figure.
#[component]
pub fn Steps(props: &StepsProps) -> Html {
    let progress = use_progress(props.run.id);
    let now = progress.map(|progress| (progress.phase, progress.database.clone()));
    let again = props.again.clone();
    use_effect_with(now, move |now| {
        let timer = now.is_some().then(|| Timeout::new(WRITTEN, move || again.emit(())));
        move || drop(timer)
    });
    let proving = if use_worked_on(&props.run.backups) { Proving::Going } else { Proving::Over };
    html! { <Timeline run={props.run.clone()} steps={props.steps.clone()} {proving} /> }
}

#[derive(PartialEq, Properties)]
struct TimelineProps {
    pub run: Run,
    pub steps: Vec<RunStep>,
    pub proving: Proving,
}

/// Whether a backup of the run is being verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proving {
    /// One is.
    Going,
    /// None is.
    Over,
}

/// The words of a step that is over, before the name of the database that it concerns.
fn past_words(phase: RunPhase, database: Option<&str>) -> &'static str {
    match phase {
        RunPhase::Preflight if database.is_some() => "Looked at",
        RunPhase::Queued => "Queued",
        RunPhase::Preflight => "Connected",
        RunPhase::Dump => "Dumped",
        RunPhase::Check => "Checked the archive",
        RunPhase::Publish => "Made durable",
        RunPhase::Retention => "Deleted what expired",
        RunPhase::Done => "Done",
    }
}

/// The words of a step that was not finished.
fn failed_words(phase: RunPhase) -> &'static str {
    match phase {
        RunPhase::Queued => "Not begun",
        RunPhase::Preflight => "Looking at the server failed",
        RunPhase::Dump => "Dump failed",
        RunPhase::Check => "Check failed",
        RunPhase::Publish => "Not made durable",
        RunPhase::Retention => "Not deleted what expired",
        RunPhase::Done => "Failed",
    }
}

/// The timeline: from the queue to the proof.
#[component]
fn Timeline(props: &TimelineProps) -> Html {
    let end = props.run.completed_at.as_deref();
    let rows = rows(&props.run, &props.steps);
    let rows = rows.into_iter().enumerate().map(|(i, row)| match row {
        Row::Step(step) => view_step(i, &step, Naming::Database),
        Row::Database { name, steps } => view_database(i, &name, &steps),
    });
    let (icon, tone) = of_run(props.run.status);
    html! {
        <ol class="flex flex-col" data-testid="run-steps">
            { view_queued(&props.run) }
            { for rows }
            if let Some(end) = end {
                <li key="end" class="flex items-center gap-3 relative pb-3.5 last:pb-0">
                    <span class="absolute left-3 top-6 bottom-0 w-px bg-base-300 [li:last-child>&]:hidden" />
                    { view_mark(icon, tone, false) }
                    <span class="grow font-medium">{ format::capitalised(props.run.status.as_str()) }</span>
                    <span class="label-muted">{ locale::moment(end, Form::Clock) }</span>
                </li>
            }
            { view_proven(&props.run, props.proving) }
        </ol>
    }
}

/// That it waited for its turn, and how long.
fn view_queued(run: &Run) -> Html {
    let waits = run.status == RunStatus::Queued;
    let (icon, tone) = if waits { (glyphs::LOADER_CIRCLE, Tone::Busy) } else { (glyphs::CHECK, Tone::Good) };
    let took = took(&run.queued_at, run.started_at.as_deref().or(run.completed_at.as_deref()));
    html! {
        <li key="queued" class="flex gap-3 relative pb-3.5 last:pb-0">
            <span class="absolute left-3 top-6 bottom-0 w-px bg-base-300 [li:last-child>&]:hidden" />
            { view_mark(icon, tone, waits) }
            <div class="grow min-w-0 pt-0.5">
                <p class="flex items-baseline justify-between gap-3"><span>{ if waits { phase_words(RunPhase::Queued) } else { past_words(RunPhase::Queued, None) } }</span><span class="label-muted whitespace-nowrap">{ locale::moment(&run.queued_at, Form::Clock) }</span></p>
                <p class={classes!("label-muted", took.is_none().then_some("hidden"))}>{ took.unwrap_or_default() }</p>
            </div>
        </li>
    }
}

/// How far its backups are proven by now, the least proven of them.
fn view_proven(run: &Run, proving: Proving) -> Html {
    let (icon, tone, words, which) = match (run.standing, proving) {
        (Some(BackupsStanding::Proven(_)), Proving::Going) => {
            (glyphs::LOADER_CIRCLE, Tone::Busy, "Being verified or restored".to_owned(), Html::default())
        }
        (Some(BackupsStanding::Proven(level)), Proving::Over) => {
            let badge = html! { <TrustBadge level={Some(level)} /> };
            (glyphs::SHIELD_CHECK, Tone::Good, "Verified".to_owned(), badge)
        }
        (Some(BackupsStanding::Broken(status)), _) => {
            let badge = html! { <BackupBadge {status} /> };
            (glyphs::SHIELD_X, Tone::Bad, "Not to be relied on".to_owned(), badge)
        }
        (Some(BackupsStanding::Deleted) | None, _) => return Html::default(),
    };
    html! {
        <li key="proven" class="flex items-center gap-3" data-testid="run-verified">
            { view_mark(icon, tone, proving == Proving::Going) }
            <span class="grow font-medium">{ words }</span>
            { which }
        </li>
    }
}

/// The icon and the words of a step, and whether it turns.
fn look(timed: &Timed) -> (&'static str, Tone, bool, &'static str) {
    let phase = timed.step.phase;
    match timed.mark {
        Mark::Going => (glyphs::LOADER_CIRCLE, Tone::Busy, true, phase_words(phase)),
        Mark::Failed => (glyphs::X, Tone::Bad, false, failed_words(phase)),
        Mark::Done => (glyphs::CHECK, Tone::Good, false, past_words(phase, timed.step.database.as_deref())),
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
fn view_database(i: usize, name: &str, steps: &[Timed]) -> Html {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return html! { <li key={i} /> } };
    let (icon, tone, turning, words) = look(last);
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
                <ol class="pt-2">{ for steps.iter().enumerate().map(|(i, step)| view_step(i, step, Naming::Nothing)) }</ol>
            </details>
        </li>
    }
}

/// A step; within a folded database it need not say of which.
fn view_step(i: usize, timed: &Timed, of: Naming) -> Html {
    let (icon, tone, turning, words) = look(timed);
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
