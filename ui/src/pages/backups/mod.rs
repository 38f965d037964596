//! The backups: what exists, where, how far it is proven, and why it is kept.

mod drawer;
mod proof;
mod report;
mod restored;

use crate::components::{
    BackupBadge, Card, Choice, Empty, Icon, PageFrame, Pager, Search, Select, TrustBadge, When, glyphs, view,
};
use crate::format;
use crate::hooks::{use_debounced, use_loaded};
use crate::live::use_versions;
use crate::route::Route;
use drawer::Drawer;
use holdfast_types::{Backup, BackupId, JobId, JobSummary, ListBackups, ListJobs, Page};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::*;

/// Rows on a page.
const LIMIT: u32 = 50;

/// The page's part of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Query {
    #[serde(skip_serializing_if = "String::is_empty")]
    job: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    database: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    page: String,
}

#[derive(PartialEq, Properties)]
pub struct BackupsProps {
    /// The backup whose details are open.
    pub open: Option<i64>,
}

/// The page.
#[component]
pub fn Backups(props: &BackupsProps) -> Html {
    let versions = use_versions();
    let navigator = use_navigator();
    let query = use_location().and_then(|location| location.query::<Query>().ok()).unwrap_or_default();
    let jobs = use_loaded(versions.jobs, |_| ListJobs {});
    let page = query.page.parse().ok().filter(|page| *page > 0).unwrap_or(1u32);
    let backups = use_loaded((query.clone(), page, versions.backups), |(query, page, _)| ListBackups {
        job_id: query.job.parse::<i64>().ok().map(JobId),
        database: Some(query.database.trim().to_owned()).filter(|name| !name.is_empty()),
        page: Some(*page),
        limit: Some(LIMIT),
    });
    let go = {
        let navigator = navigator.clone();
        Callback::from(move |(route, query): (Route, Query)| {
            if let Some(navigator) = &navigator
                && navigator.push_with_query(&route, query).is_err()
            {
                navigator.push(&route);
            }
        })
    };
    let typed = use_state(|| query.database.clone());
    let settled = use_debounced((*typed).clone(), 250);
    {
        let (go, query, open) = (go.clone(), query.clone(), props.open);
        use_effect_with(settled, move |settled| {
            if *settled != query.database && open.is_none() {
                go.emit((
                    Route::Backups,
                    Query { database: settled.clone(), job: query.job, page: String::new() },
                ));
            }
        });
    }
    let on_job = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |job: String| {
            go.emit((Route::Backups, Query { job, database: query.database.clone(), page: String::new() }))
        })
    };
    let onpage = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |page: u32| {
            go.emit((Route::Backups, Query { page: page.to_string(), ..query.clone() }))
        })
    };
    let onopen = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |id: BackupId| go.emit((Route::Backup { id: id.0 }, query.clone())))
    };
    let onclose = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |()| go.emit((Route::Backups, query.clone())))
    };
    let oninput = {
        let setter = typed.setter();
        Callback::from(move |text: String| setter.set(text))
    };
    let filtered = !query.job.is_empty() || !query.database.is_empty();
    let actions = html! {
        <div class="flex items-center gap-2">
            <Select id="backups-job" label="Job" value={query.job.clone()} choices={job_choices(jobs.data.as_deref())} onchange={on_job} class="w-44" />
            <Search value={(*typed).clone()} {oninput} placeholder="Database" />
        </div>
    };
    html! {
        <PageFrame title="Backups" {actions}>
            <Card flush=true>
                { view(&backups, 8, |page| view_table(page, filtered, &onopen, &onpage)) }
            </Card>
            <div class="contents">
                if let Some(id) = props.open {
                    <Drawer key={id} id={BackupId(id)} {onclose} />
                }
            </div>
        </PageFrame>
    }
}

fn job_choices(jobs: Option<&Page<JobSummary>>) -> Vec<Choice> {
    let all = std::iter::once(("".into(), "All jobs".into()));
    let jobs = jobs.map(|page| page.items.as_slice()).unwrap_or_default();
    all.chain(jobs.iter().map(|job| (job.job.id.to_string().into(), job.job.spec.name.clone().into())))
        .collect()
}

/// Why a backup is kept, in words.
pub fn kept_words(backup: &Backup) -> String {
    let reasons: Vec<&str> = backup.keep_reasons.iter().map(|reason| reason.label()).collect();
    if reasons.is_empty() { "goes with the next run".to_owned() } else { reasons.join(", ") }
}

fn view_table(
    page: &Page<Backup>,
    filtered: bool,
    onopen: &Callback<BackupId>,
    onpage: &Callback<u32>,
) -> Html {
    if page.total == 0 {
        return if filtered {
            html! { <Empty icon={glyphs::SEARCH} title="No backup matches" text="No backup is of this job and of a database with exactly this name." /> }
        } else {
            html! {
                <Empty icon={glyphs::ARCHIVE} title="No backup yet" text="What runs leave is listed here: how big it is, how far it is proven, and why it is kept.">
                    <Link<Route> to={Route::Jobs} classes="btn btn-quiet">{ "Go to the jobs" }</Link<Route>>
                </Empty>
            }
        };
    }
    html! {
        <div>
            <div class="overflow-x-auto">
                <table class="w-full dense" data-testid="backups-table">
                    <thead><tr>
                        <th scope="col" class="th-quiet pl-4">{ "Database" }</th>
                        <th scope="col" class="th-quiet">{ "Job" }</th>
                        <th scope="col" class="th-quiet">{ "Made" }</th>
                        <th scope="col" class="th-quiet text-right">{ "Size" }</th>
                        <th scope="col" class="th-quiet">{ "Trust" }</th>
                        <th scope="col" class="th-quiet">{ "State" }</th>
                        <th scope="col" class="th-quiet">{ "Kept" }</th>
                        <th scope="col" class="th-quiet pr-4">{ "Expires" }</th>
                    </tr></thead>
                    <tbody>{ for page.items.iter().map(|backup| view_row(backup, onopen)) }</tbody>
                </table>
            </div>
            <Pager page={page.page} limit={LIMIT} total={page.total} noun="backups" onpage={onpage.clone()} />
        </div>
    }
}

fn view_row(backup: &Backup, onopen: &Callback<BackupId>) -> Html {
    let id = backup.id;
    let onclick = {
        let open = onopen.clone();
        Callback::from(move |_: MouseEvent| open.emit(id))
    };
    let open = {
        let open = onopen.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            open.emit(id);
        })
    };
    let kept = kept_words(backup);
    html! {
        <tr key={id.0} {onclick} class="border-t border-base-300 hover:bg-base-200/70 cursor-pointer" data-testid={format!("backup-row-{id}")}>
            <td class="td-row pl-4 max-w-48">
                <button type="button" onclick={open} class="font-medium truncate block max-w-full text-left hover:underline cursor-pointer" title={backup.database.clone()}>{ &backup.database }</button>
                <span class="block truncate label-muted">{ &backup.server }</span>
            </td>
            <td class="td-row text-muted max-w-40"><span class="block truncate" title={backup.job.clone()}>{ &backup.job }</span></td>
            <td class="td-row"><When at={backup.created_at.clone()} both=true /></td>
            <td class="td-row text-right whitespace-nowrap">{ format::bytes(backup.size_bytes) }</td>
            <td class="td-row"><TrustBadge level={Some(backup.trust)} /></td>
            <td class="td-row"><BackupBadge status={backup.status} /></td>
            <td class="td-row text-muted max-w-48">
                <span class="flex items-center gap-1.5 min-w-0">
                    <span class={classes!((!backup.pinned).then_some("hidden"), "text-primary")}><Icon path={glyphs::PIN} class="size-3.5" /></span>
                    <span class="truncate" title={kept.clone()}>{ kept }</span>
                </span>
            </td>
            <td class="td-row pr-4 text-muted">{ backup.expires_at.clone().filter(|_| !backup.pinned).map_or_else(|| html! { <span>{ "–" }</span> }, |at| html! { <When {at} /> }) }</td>
        </tr>
    }
}
