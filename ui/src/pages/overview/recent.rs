//! The newest runs.

use crate::components::{BackupBadge, Column, RowLink, Sparkline, StatusBadge, Table, TrustBadge, When};
use crate::format;
use crate::hooks::use_seconds;
use crate::live::use_progress;
use crate::route::Route;
use holdfast_types::{BackupsStanding, JobSummary, Run, RunId, RunStatus, TriggerType};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct RecentRunsProps {
    pub runs: Vec<Run>,
    /// For the trend of each job.
    pub jobs: Vec<JobSummary>,
    pub onopen: Callback<RunId>,
}

/// The trigger in words, with the operator of a manual run.
pub fn trigger_words(run: &Run) -> String {
    match run.trigger_type {
        TriggerType::Scheduled => "scheduled".to_owned(),
        TriggerType::Manual => format!("manual, {}", run.triggered_by),
        TriggerType::CatchUp => "catch-up".to_owned(),
        TriggerType::Retry => format!("retry {}", run.attempt.saturating_sub(1)),
    }
}

/// How long a run took.
fn duration_words(run: &Run) -> String {
    let ends = run.started_at.as_deref().zip(run.completed_at.as_deref());
    ends.and_then(|(from, to)| format::seconds_between(from, to))
        .map_or_else(|| "–".to_owned(), format::duration)
}

#[derive(PartialEq, Properties)]
pub struct RunDurationProps {
    pub run: Run,
}

/// How long a run took; while it runs, how long it has taken so far.
#[component]
pub fn RunDuration(props: &RunDurationProps) -> Html {
    let run = &props.run;
    use_seconds(run.status == RunStatus::Processing);
    let began = run.started_at.as_deref().and_then(format::milliseconds);
    let words = match (run.status, began) {
        (RunStatus::Processing, Some(began)) => {
            format::duration(((js_sys::Date::now() - began) / 1000.0).max(0.0).floor())
        }
        _ => duration_words(run),
    };
    html! { <span>{ words }</span> }
}

/// Where the trend has room beside the word of trust.
const ROOMY: &str = "hidden min-[70rem]:table-cell split:hidden min-[100rem]:table-cell";

fn columns() -> Vec<Column> {
    vec![
        Column::new("Job"),
        Column::new("Trigger").classed("max-sm:hidden"),
        Column::new("Status"),
        Column::new("Started"),
        Column::figures("Duration").classed("min-w-20"),
        // As wide as the longest figures of a run that is going on, so that nothing moves with them.
        Column::figures("Size").classed("min-w-27"),
        Column::new("Trend").classed(ROOMY),
        Column::new("Trust"),
    ]
}

/// The table.
#[component]
pub fn RecentRuns(props: &RecentRunsProps) -> Html {
    html! {
        <Table columns={columns()} class="snug">{ for props.runs.iter().map(|run| view_row(run, props)) }</Table>
    }
}

fn view_row(run: &Run, props: &RecentRunsProps) -> Html {
    let job = props.jobs.iter().find(|job| Some(job.job.id) == run.job_id);
    let at = run.started_at.clone().unwrap_or_else(|| run.queued_at.clone());
    let id = run.id;
    let onclick = {
        let open = props.onopen.clone();
        Callback::from(move |_: MouseEvent| open.emit(id))
    };
    let trend = job.map(|job| job.size_trend.clone()).unwrap_or_default();
    html! {
        <tr key={id.0} class="border-t border-base-300 hover:bg-base-200/70 cursor-pointer" {onclick}>
            <td class="td-row pl-4 font-medium max-w-38 min-[100rem]:max-w-56"><RowLink to={Route::Run { id: id.0 }} class="block truncate" title={run.job.clone()}>{ &run.job }</RowLink></td>
            <td class="td-row text-muted max-w-28 max-sm:hidden"><span class="block truncate" title={trigger_words(run)}>{ trigger_words(run) }</span></td>
            <td class="td-row"><StatusBadge status={run.status} title={run.error_message.clone().map(AttrValue::from)} /></td>
            <td class="td-row text-muted"><When at={at} /></td>
            <td class="td-row text-right whitespace-nowrap"><RunDuration run={run.clone()} /></td>
            <td class="td-row text-right whitespace-nowrap"><RunSize run={id} status={run.status} size={run.backup_size_bytes} /></td>
            <td class={classes!("td-row", ROOMY)}><Sparkline values={trend} label={format!("Sizes of the newest backups of {}", run.job)} /></td>
            <td class="td-row pr-4 whitespace-nowrap">{ view_standing(run) }</td>
        </tr>
    }
}

/// How the run's own backups stand by now.
fn view_standing(run: &Run) -> Html {
    match run.standing {
        Some(BackupsStanding::Proven(level)) => html! { <TrustBadge level={Some(level)} /> },
        Some(BackupsStanding::Broken(status)) => html! { <BackupBadge {status} /> },
        Some(BackupsStanding::Deleted) => {
            html! { <span class="text-muted text-[12.5px]">{ "deleted" }</span> }
        }
        None if run.status.is_active() => {
            html! { <span class="text-muted text-[12.5px]">{ "to come" }</span> }
        }
        None => html! { <span class="text-muted">{ "–" }</span> },
    }
}

#[derive(PartialEq, Properties)]
pub struct RunSizeProps {
    pub run: RunId,
    pub status: RunStatus,
    pub size: Option<u64>,
}

/// The size of a run's backups; while it runs, how far it is. A component of its own, so that progress redraws
/// this cell and not the table.
#[component]
pub fn RunSize(props: &RunSizeProps) -> Html {
    let progress = use_progress(props.run).filter(|_| props.status.is_active());
    let words = match (progress, props.size) {
        (Some(progress), _) if progress.bytes_total > 0 => {
            format::part(progress.bytes_done, progress.bytes_total)
        }
        (_, Some(size)) => format::bytes(size),
        (_, None) => "–".to_owned(),
    };
    html! { <span>{ words }</span> }
}
