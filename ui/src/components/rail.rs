//! The rail at the left: the pages, and how the scheduler stands. Icons alone where the window is narrow.

use super::glyphs;
use super::icon::Icon;
use super::status::Tone;
use crate::route::{Route, Section};
use holdfast_types::{SchedulerState, SchedulerStatus};
use yew::prelude::*;
use yew_router::prelude::*;

/// One entry: where it leads, its name, icon and test id.
type Entry = (Section, Route, &'static str, &'static str, &'static str);

const ENTRIES: [Entry; 7] = [
    (Section::Overview, Route::Overview, "Overview", glyphs::LAYOUT_DASHBOARD, "nav-overview"),
    (Section::Jobs, Route::Jobs, "Jobs", glyphs::CALENDAR_CLOCK, "nav-jobs"),
    (Section::Runs, Route::Runs, "Runs", glyphs::HISTORY, "nav-runs"),
    (Section::Backups, Route::Backups, "Backups", glyphs::ARCHIVE, "nav-backups"),
    (Section::Restore, Route::Restores, "Restore", glyphs::ARCHIVE_RESTORE, "nav-restore"),
    (Section::Servers, Route::Servers, "Servers", glyphs::DATABASE, "nav-servers"),
    (Section::Settings, Route::Settings, "Settings", glyphs::SETTINGS, "nav-settings"),
];

/// How the scheduler's state is told.
pub fn of_scheduler(state: SchedulerState) -> (&'static str, Tone) {
    match state {
        SchedulerState::Running => ("Scheduler running", Tone::Good),
        SchedulerState::Stopped => ("Scheduler stopped", Tone::Doubtful),
        SchedulerState::Idle => ("Scheduler idle", Tone::Doubtful),
    }
}

#[derive(PartialEq, Properties)]
pub struct RailProps {
    pub section: Option<Section>,
    #[prop_or_default]
    pub scheduler: Option<SchedulerStatus>,
    /// The next run in words.
    #[prop_or_default]
    pub next: AttrValue,
    /// How many jobs and servers there are.
    #[prop_or_default]
    pub counts: (Option<u64>, Option<u64>),
    /// Shows the keys.
    pub onkeys: Callback<()>,
}

/// The rail.
#[component]
pub fn Rail(props: &RailProps) -> Html {
    let onkeys = props.onkeys.clone();
    html! {
        <nav aria-label="Pages" class="w-15 rail:w-52 shrink-0 select-none border-r border-base-300 flex flex-col h-full">
            <div class="flex items-center gap-2.5 px-4 rail:px-5 pt-4 pb-4">
                <svg viewBox="0 0 32 32" class="size-6.5 shrink-0" role="img" aria-label="Holdfast">
                    <rect width="32" height="32" rx="8" class="fill-primary" />
                    <g transform="translate(6.4 6.4) scale(0.8)" fill="none" class="stroke-primary-content" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">
                        <path d={glyphs::ANCHOR} />
                    </g>
                </svg>
                <span class="hidden rail:inline font-semibold text-[15px]" aria-hidden="true">{ "Holdfast" }</span>
            </div>
            <ul class="flex flex-col gap-0.5 px-2 rail:px-3 grow">
                { for ENTRIES.iter().map(|entry| view_entry(entry, props)) }
            </ul>
            <div class="px-2 rail:px-3 pb-2">
                <button type="button" onclick={move |_| onkeys.emit(())} title="Keys (?)" aria-label="Show the keys"
                    class="flex w-full items-center justify-center rail:justify-start gap-3 rounded-field px-2.5 py-1.5 text-muted hover:bg-base-300/60 cursor-pointer">
                    <Icon path={glyphs::KEYBOARD} class="size-4" /><span class="hidden rail:inline">{ "Keys" }</span>
                </button>
            </div>
            { view_scheduler(props) }
        </nav>
    }
}

fn view_entry((section, route, name, icon, testid): &Entry, props: &RailProps) -> Html {
    let current = props.section == Some(*section);
    let count = match section {
        Section::Jobs => props.counts.0,
        Section::Servers => props.counts.1,
        _ => None,
    };
    let ground =
        if current { "bg-base-300/80 font-medium" } else { "text-base-content/85 hover:bg-base-300/50" };
    html! {
        <li key={*name} data-testid={*testid} title={*name} aria-current={current.then_some("page")}>
            <Link<Route> to={*route} classes={classes!("flex", "items-center", "gap-3", "rounded-field", "px-2.5", "py-1.75", "justify-center", "rail:justify-start", ground)}>
                <Icon path={*icon} class="size-4.5 rail:size-4" />
                <span class="sr-only rail:not-sr-only grow">{ *name }</span>
                <span class="hidden rail:inline text-[12px] text-muted">{ count.map(|count| count.to_string()).unwrap_or_default() }</span>
            </Link<Route>>
        </li>
    }
}

fn view_scheduler(props: &RailProps) -> Html {
    let Some(scheduler) = &props.scheduler else {
        return html! { <div class="h-4" /> };
    };
    let (words, tone) = of_scheduler(scheduler.state);
    let title = format!("{words}. {}", props.next);
    html! {
        <div class="m-2 rail:m-3 mt-0 rail:mt-0 rail:card-flat p-2.5 rail:p-3" {title} data-testid="rail-scheduler" aria-live="polite">
            <p class="flex items-center justify-center rail:justify-start gap-2 font-medium">
                <span class={classes!("size-2", "rounded-full", "bg-current", "shrink-0", tone.ink())} />
                <span class="sr-only rail:not-sr-only">{ words }</span>
            </p>
            <p class="hidden rail:block label-muted truncate">{ &props.next }</p>
        </div>
    }
}
