//! A run's log, read on from its last line whenever something happened.

use crate::components::{ErrorPanel, Skeleton};
use crate::hooks::use_call;
use crate::live::{use_progress, use_versions};
use crate::locale::{self, Form};
use gloo_timers::callback::Interval;
use holdfast_types::{ApiError, GetRunLog, LogLevel, LogLine, RunId, RunLog};
use std::rc::Rc;
use yew::prelude::*;

/// How often a run that goes on is asked for new lines when no event says that there are any, in milliseconds.
const STEP: u32 = 2_000;

/// The lines read so far.
#[derive(Default, PartialEq)]
struct Lines(Vec<LogLine>);

impl Reducible for Lines {
    type Action = Vec<LogLine>;
    fn reduce(self: Rc<Self>, new: Vec<LogLine>) -> Rc<Self> {
        let last = self.0.last().map_or(0, |line| line.number);
        let new: Vec<LogLine> = new.into_iter().filter(|line| line.number > last).collect();
        if new.is_empty() {
            return self;
        }
        Rc::new(Lines(self.0.iter().cloned().chain(new).collect()))
    }
}

#[derive(PartialEq, Properties)]
pub struct RunLogViewProps {
    pub run: RunId,
    /// Whether more lines may come.
    pub active: bool,
}

/// The log.
#[component]
pub fn RunLogView(props: &RunLogViewProps) -> Html {
    let run = props.run;
    let lines = use_reducer(Lines::default);
    let answered = use_state(|| false);
    let failure = use_state(|| None::<ApiError>);
    let versions = use_versions();
    let phase = use_progress(run).map(|progress| (progress.phase, progress.tables_done));
    let read = {
        let (add, answered, failure) = (lines.dispatcher(), answered.setter(), failure.setter());
        use_call::<GetRunLog>(Callback::from(move |answer: Result<RunLog, ApiError>| {
            answered.set(true);
            match answer {
                Ok(log) => {
                    failure.set(None);
                    add.dispatch(log.lines);
                }
                Err(error) => failure.set(Some(error)),
            }
        }))
    };
    let after = lines.0.last().map_or(0, |line| line.number);
    let newest = use_mut_ref(|| after);
    *newest.borrow_mut() = after;
    {
        let give = read.give.clone();
        // A page holds 5,000 lines: a whole one means that there may be more.
        use_effect_with((versions.runs, phase, after / 5_000), move |_| {
            give.emit(GetRunLog { id: run, after })
        });
    }
    {
        let give = read.give.clone();
        use_effect_with(props.active, move |active| {
            let timer = active.then(|| {
                Interval::new(STEP, move || give.emit(GetRunLog { id: run, after: *newest.borrow() }))
            });
            move || drop(timer)
        });
    }
    html! {
        <div class="border-t border-base-300">
            <div class="contents">
                if let Some(error) = (*failure).clone() {
                    <div class="p-3"><ErrorPanel {error} /></div>
                }
            </div>
            <div class="max-h-96 overflow-y-auto px-4 py-2" data-testid="run-log" tabindex="0" role="log" aria-label="Log of the run">
                if lines.0.is_empty() && !*answered {
                    <Skeleton rows={3} />
                } else if lines.0.is_empty() {
                    <p class="text-muted py-2">{ "What the run does is written here." }</p>
                } else {
                    <ol class="mono">{ for lines.0.iter().map(view_line) }</ol>
                }
            </div>
        </div>
    }
}

fn view_line(line: &LogLine) -> Html {
    let (word, ink) = match line.level {
        LogLevel::Info => ("", ""),
        LogLevel::Warning => ("warning", "text-warning"),
        LogLevel::Error => ("error", "text-error"),
    };
    html! {
        <li key={line.number} class="flex gap-3 py-px leading-relaxed">
            <span class="text-muted whitespace-nowrap">{ locale::moment(&line.at, Form::Clock) }</span>
            <span class={classes!("min-w-0", "break-words", "whitespace-pre-wrap", ink)}>
                <span class={classes!("font-semibold", word.is_empty().then_some("hidden"))}>{ format!("{word} ") }</span>{ &line.message }
            </span>
        </li>
    }
}
