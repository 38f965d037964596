//! The overview: am I protected, what ran, what runs next, what needs me.

mod attention;
mod first_start;
mod live_run;
mod recent;
mod scheduler_card;
mod trend;

use crate::components::{
    Calendar, Card, Icon, PageFrame, Search, Skeleton, Stat, Tone, glyphs, legend, view,
};
use crate::format;
use crate::forms::runs::RunsQuery;
use crate::hooks::use_loaded;
use crate::live::{use_scheduler, use_versions};
use crate::locale;
use crate::pages::doubts::{RepositoryDoubts, doubted, use_doubts};
use crate::pages::run_now::RunNow;
use crate::route::Route;
use attention::{NeedsYou, Place, Remedied};
use first_start::FirstStart;
use holdfast_types::{
    Attention, GetOverview, GetStats, JobPurpose, JobSummary, ListJobs, ListRuns, ListServers, Page,
    Protection, ProtectionLevel, RepositoryDoubt, RunId, Stats,
};
use live_run::LiveRun;
use recent::RecentRuns;
pub use recent::{RunDuration, RunSize, trigger_words};
use scheduler_card::SchedulerCard;
use trend::Trend;
use yew::prelude::*;
use yew_router::prelude::*;

/// The days that the statistics, the calendar and the chart look back.
const DAYS: u32 = 30;
/// How many runs are listed.
const RECENT: u32 = 8;

/// The overview.
#[component]
pub fn Overview() -> Html {
    let versions = use_versions();
    let jobs = use_loaded((versions.jobs, versions.runs), |_| ListJobs {});
    let servers = use_loaded(versions.servers, |_| ListServers {});
    let reasons = (versions.runs, versions.backups, versions.jobs, versions.servers);
    let overview = use_loaded(reasons, |_| GetOverview { days: Some(DAYS) });
    let stats =
        use_loaded(reasons, |_| GetStats { job_id: None, since: Some(locale::days_ago(f64::from(DAYS))) });
    let runs = use_loaded(versions.runs, |_| ListRuns { limit: Some(RECENT), ..ListRuns::default() });
    let scheduler = use_scheduler();
    let doubts = use_doubts();
    let navigator = use_navigator();
    let search = use_state(String::new);

    let open = {
        let navigator = navigator.clone();
        Callback::from(move |run: RunId| {
            if let Some(navigator) = &navigator {
                navigator.push(&Route::Run { id: run.0 });
            }
        })
    };
    let onsubmit = {
        let search = search.clone();
        Callback::from(move |()| {
            let query = RunsQuery { search: (*search).clone(), ..RunsQuery::default() };
            if let Some(navigator) = &navigator
                && navigator.push_with_query(&Route::Runs, query).is_err()
            {
                navigator.push(&Route::Runs);
            }
        })
    };
    let oninput = {
        let setter = search.setter();
        Callback::from(move |text: String| setter.set(text))
    };

    let fresh = |jobs: &Page<JobSummary>| jobs.total == 0;
    // What fills in later would push what is already there, so the page comes as one.
    let told = overview.settled() && stats.settled() && runs.settled() && scheduler.settled();
    let (true, Some(known_jobs), Some(known_servers)) = (told, &jobs.data, &servers.data) else {
        return html! {
            <PageFrame title="Overview">
                { view(&jobs, 8, |_| html! { <Skeleton rows={8} /> }) }
            </PageFrame>
        };
    };
    if fresh(known_jobs) && runs.data.as_ref().is_none_or(|runs| runs.total == 0) {
        return html! { <FirstStart servers={known_servers.items.clone()} /> };
    }
    let proposed = scheduler.data.as_ref().and_then(|status| status.next.as_ref()).map(|next| next.job_id);
    let active = scheduler.data.as_ref().and_then(|status| status.active_runs.first().copied());
    // A failure is told once, by the sentence on top; what hangs on the same answer stays as it was.
    let known = overview.data.as_deref();
    let is_ordinary = |job: &&JobSummary| job.job.purpose == JobPurpose::Ordinary;
    let runnable: Vec<JobSummary> = known_jobs.items.iter().filter(is_ordinary).cloned().collect();
    let actions = html! {
        <div class="flex items-center gap-2">
            <Search value={(*search).clone()} {oninput} {onsubmit} placeholder="Search the history" testid="overview-search" />
            <RunNow jobs={runnable} {proposed} />
        </div>
    };
    html! {
        <PageFrame title="Overview" {actions}>
            { view(&overview, 2, |overview| view_sentence(overview, &doubts)) }
            <RepositoryDoubts doubts={doubts.clone()} />
            <div class="grid gap-4 grid-cols-1 split:grid-cols-[minmax(0,1fr)_21.5rem] split:grid-rows-[auto_1fr] items-start">
                <div class="min-w-0">{ view(&stats, 2, view_stats) }</div>
                // Beside the others where there is room, else above them: what wants a decision across, then the rest in pairs.
                <div class="grid gap-4 min-w-0 grid-cols-1 sm:max-split:grid-cols-2 split:col-start-2 split:row-start-1 split:row-span-2">
                    <div class="grid min-w-0 empty:hidden sm:max-split:col-span-2">{ known.map(|known| html! { <NeedsYou attention={known.attention.clone()} level={known.protection.level} /> }).unwrap_or_default() }</div>
                    // Above what comes and goes with a run: its buttons stay under the pointer.
                    <SchedulerCard scheduler={scheduler.clone()} />
                    <div class="grid min-w-0 empty:hidden sm:max-split:col-span-2 sm:max-split:order-last">
                        if let Some(run) = active {
                            <LiveRun key={run.0} {run} />
                        }
                    </div>
                    <Trend jobs={known_jobs.items.clone()} />
                </div>
                <div class="flex flex-col gap-4 min-w-0">
                    <Card title="Slots, last 30 days" aside={legend(known.map(|known| known.calendar.as_slice()).unwrap_or_default())}>
                        { view(&overview, 4, |overview| html! { <Calendar rows={overview.calendar.clone()} onopen={open.clone()} /> }) }
                    </Card>
                    <Card title="Recent runs" flush=true aside={html! { <Link<Route> to={Route::Runs} classes="hover:text-base-content hover:underline">{ "All runs" }</Link<Route>> }}>
                        { view(&runs, 6, |runs| html! { <RecentRuns runs={runs.items.clone()} jobs={known_jobs.items.clone()} onopen={open.clone()} /> }) }
                    </Card>
                </div>
            </div>
        </PageFrame>
    }
}

/// The icon and the mood of a level.
fn of_level(level: ProtectionLevel) -> (&'static str, Tone) {
    match level {
        ProtectionLevel::Empty => (glyphs::SHIELD, Tone::Neutral),
        ProtectionLevel::Protected => (glyphs::SHIELD_CHECK, Tone::Good),
        ProtectionLevel::Warning => (glyphs::SHIELD_ALERT, Tone::Doubtful),
        ProtectionLevel::Unprotected => (glyphs::SHIELD_X, Tone::Bad),
    }
}

/// The sentence with the first thing to do. Where it speaks of a repository instead, what to do stands beneath it.
fn view_sentence(overview: &holdfast_types::Overview, doubts: &[RepositoryDoubt]) -> Html {
    let sentence = doubted(&overview.protection, doubts);
    let first = overview.attention.first().filter(|_| sentence == overview.protection);
    view_protection(&sentence, first)
}

/// The sentence, and the first thing to do where not all is well.
fn view_protection(protection: &Protection, first: Option<&Attention>) -> Html {
    let (icon, tone) = of_level(protection.level);
    let edge = match tone {
        Tone::Good | Tone::Neutral | Tone::Busy => "border-base-300",
        Tone::Doubtful => "border-warning/45",
        Tone::Bad => "border-error/45",
    };
    html! {
        <section class={classes!("rounded-box", "border", "bg-base-100", "flex", "items-center", "gap-4", "px-5", "py-3.5", edge)} data-testid="protection" aria-live="polite">
            <span class={classes!("size-10", "rounded-full", "grid", "place-items-center", "shrink-0", tone.tint())}><Icon path={icon} class="size-5" /></span>
            <div class="min-w-0 grow">
                <p class="text-[17px] font-semibold leading-snug">{ &protection.headline }</p>
                <p class="text-muted text-[14px] text-pretty">{ &protection.detail }</p>
            </div>
            <div class="shrink-0 empty:hidden">
                if let (Some(item), ProtectionLevel::Warning | ProtectionLevel::Unprotected) = (first, protection.level) {
                    <Remedied item={item.clone()} place={Place::Sentence} />
                }
            </div>
        </section>
    }
}

fn view_stats(stats: &Stats) -> Html {
    let apart: Vec<String> =
        [(stats.missed, "missed"), (stats.skipped, "skipped"), (stats.cancelled, "cancelled")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
    let average = stats.average_duration_seconds.map_or_else(|| "–".to_owned(), format::duration);
    let longest =
        stats.longest_duration_seconds.map(|seconds| format!("longest {}", format::duration(seconds)));
    let free = stats.space_free_bytes.map(|bytes| format!(", {} free", format::bytes(bytes)));
    let apart = if apart.is_empty() { "none missed or skipped".to_owned() } else { apart.join(", ") };
    html! {
        <div class="grid grid-cols-2 sm:grid-cols-4 gap-px bg-base-300 border border-base-300 rounded-box overflow-hidden">
            <Stat label="Runs, 30 days" value={locale::number(stats.total)} testid="stat-total">
                <span title={format!("{} successful, {} failed", stats.successful, stats.failed)}>
                    { format!("{} successful, ", locale::number(stats.successful)) }
                    <span class={classes!((stats.failed > 0).then_some("text-error font-medium"))}>{ format!("{} failed", locale::number(stats.failed)) }</span>
                </span>
            </Stat>
            <Stat label="Success rate" value={stats.success_rate.map_or_else(|| "–".to_owned(), format::percent)} testid="stat-rate">
                <span title={apart.clone()}>{ apart.clone() }</span>
            </Stat>
            <Stat label="Average duration" value={average} testid="stat-duration">{ longest.unwrap_or_else(|| "none completed yet".to_owned()) }</Stat>
            <Stat label="Space used" value={format::bytes(stats.space_used_bytes)} testid="stat-space">
                { format!("{}{}", format::count(stats.backup_count, "backup", "backups"), free.unwrap_or_default()) }
            </Stat>
        </div>
    }
}
