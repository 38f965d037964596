//! How far a run is, table by table.

use crate::components::{Bar, Icon, Tone, glyphs};
use crate::format;
use crate::live::use_progress;
use holdfast_types::{RunId, RunPhase, RunProgress, TableProgress, TableState};
use std::rc::Rc;
use yew::prelude::*;

/// The step in words.
pub fn phase_words(phase: RunPhase) -> &'static str {
    match phase {
        RunPhase::Queued => "Waiting for its turn",
        RunPhase::Preflight => "Looking at the server",
        RunPhase::Dump => "Dumping",
        RunPhase::Check => "Checking the archive",
        RunPhase::Publish => "Making it durable",
        RunPhase::Retention => "Deleting what expired",
        RunPhase::Done => "Done",
    }
}

/// "212 MiB/s · 4 s left".
pub fn pace(bytes_per_second: u64, eta_seconds: Option<u64>) -> String {
    let rate = (bytes_per_second > 0).then(|| format::rate(bytes_per_second));
    let left = eta_seconds.map(|seconds| format!("{} left", format::duration(seconds as f64)));
    rate.into_iter().chain(left).collect::<Vec<_>>().join(" · ")
}

#[derive(PartialEq, Properties)]
pub struct RunProgressProps {
    pub run: RunId,
    /// What the run's record said, until the first event arrives.
    #[prop_or_default]
    pub known: Option<RunProgress>,
    /// How many tables are shown at most.
    pub most: usize,
}

/// The newest of both.
#[hook]
pub fn use_newest_progress(run: RunId, known: Option<RunProgress>) -> Option<Rc<RunProgress>> {
    use_progress(run).or_else(|| known.map(Rc::new))
}

/// The whole as one bar, and a bar for each table.
#[component]
pub fn RunProgressView(props: &RunProgressProps) -> Html {
    let Some(progress) = use_newest_progress(props.run, props.known.clone()) else {
        return html! { <p class="text-muted py-2" data-testid="run-progress">{ "Waiting for the first figures." }</p> };
    };
    let database = match (&progress.database, progress.database_count) {
        (Some(name), count) if count > 1 => format!("{name}, {} of {count}", progress.database_index),
        (Some(name), _) => name.clone(),
        (None, _) => String::new(),
    };
    let amount = match progress.bytes_total {
        0 if progress.bytes_written == 0 => String::new(),
        0 => format!("{} written", format::bytes(progress.bytes_written)),
        total => format::part(progress.bytes_done, total),
    };
    // What is told of tables is cut, so that they are counted by the total.
    let shown = progress.tables.len().min(props.most);
    let hidden = (progress.tables_total as usize).saturating_sub(shown);
    html! {
        <div class="flex flex-col gap-3" data-testid="run-progress">
            <div class="flex flex-col gap-1.5">
                <div class="flex items-baseline justify-between gap-3">
                    <p class="truncate"><span class="font-medium">{ phase_words(progress.phase) }</span><span class="text-muted">{ format!(" {database}") }</span></p>
                    <p class="label-muted whitespace-nowrap">{ pace(progress.bytes_per_second, progress.eta_seconds) }</p>
                </div>
                <Bar thick=true label="The whole run" value={progress.bytes_done} max={progress.bytes_total} />
                <p class="label-muted flex justify-between gap-3">
                    <span>{ amount }</span>
                    <span class={classes!((progress.tables_total == 0).then_some("hidden"))}>{ format!("{} of {} tables", progress.tables_done, progress.tables_total) }</span>
                </p>
            </div>
            <div class="contents">
                if let Some(held_up) = &progress.held_up {
                    <p class="flex items-start gap-2 text-[12.5px] text-pretty" role="status" data-testid="run-held-up">
                        <Icon path={glyphs::TRIANGLE_ALERT} class="size-4 shrink-0 mt-0.5 text-warning" />{ held_up }
                    </p>
                }
            </div>
            <ul class="flex flex-col gap-2.5">
                { for progress.tables.iter().take(props.most).map(view_table) }
            </ul>
            <p class={classes!("label-muted", (hidden == 0).then_some("hidden"))}>{ format!("and {}", format::count(hidden as u64, "more table", "more tables")) }</p>
        </div>
    }
}

fn view_table(table: &TableProgress) -> Html {
    let (value, max, tone, words) = match table.state {
        TableState::Waiting => (0, 1, Tone::Busy, "waiting".to_owned()),
        TableState::Done => (1, 1, Tone::Good, format::bytes(table.bytes_total)),
        TableState::Dumping => {
            let pace = pace(table.bytes_per_second, table.eta_seconds);
            let part = format::part(table.bytes_done, table.bytes_total);
            let words = if pace.is_empty() { part } else { format!("{part} · {pace}") };
            (table.bytes_done, table.bytes_total.max(1), Tone::Busy, words)
        }
    };
    html! {
        <li key={table.name.clone()}>
            <div class="flex items-baseline justify-between gap-3 mb-1">
                <span class="mono truncate" title={table.name.clone()}>{ &table.name }</span>
                <span class="label-muted whitespace-nowrap">{ words }</span>
            </div>
            <Bar {value} {max} {tone} label={format!("{} of the run", table.name)} />
        </li>
    }
}
