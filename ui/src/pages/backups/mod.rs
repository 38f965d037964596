//! The backups: what exists, where, how far it is proven, and why it is kept.

mod copied;
mod deletion;
mod drawer;
mod found;
mod proof;
mod query;
mod report;
mod restored;

use crate::components::{
    BackupBadge, Card, Choice, Empty, Icon, KeptBadges, PageFrame, Pager, Search, SearchPlace, Select,
    TrustBadge, When, glyphs, view,
};
use crate::format;
use crate::hooks::{use_loaded, use_search};
use crate::live::use_versions;
use crate::pages::doubts::{RepositoryDoubts, use_doubts};
use crate::route::Route;
use drawer::Drawer;
use found::Found;
use holdfast_types::{Backup, BackupId, JobSummary, ListJobs, Page};
use query::{BackupsQuery, LIMIT};
use yew::prelude::*;
use yew_router::prelude::*;

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
    let query = use_location().and_then(|location| location.query::<BackupsQuery>().ok()).unwrap_or_default();
    let jobs = use_loaded(versions.jobs, |_| ListJobs {});
    let go = {
        let navigator = navigator.clone();
        Callback::from(move |(route, query): (Route, BackupsQuery)| {
            if let Some(navigator) = &navigator
                && navigator.push_with_query(&route, query).is_err()
            {
                navigator.push(&route);
            }
        })
    };
    // What was typed settles a moment later: a backup that was opened meanwhile stays open.
    let here = props.open.map_or(Route::Backups, |id| Route::Backup { id });
    let set = |change: fn(&mut BackupsQuery, String)| {
        let (go, query) = (go.clone(), query.on_page(1));
        Callback::from(move |value: String| {
            let mut next = query.clone();
            change(&mut next, value);
            go.emit((here, next));
        })
    };
    let (database, on_database) = use_search(&query.database, set(|query, text| query.database = text));
    let (table, on_table) = use_search(&query.table, set(|query, text| query.table = text));
    let onpage = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |page: u32| go.emit((Route::Backups, query.on_page(page))))
    };
    let onopen = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |id: BackupId| go.emit((Route::Backup { id: id.0 }, query.clone())))
    };
    let onclose = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |()| go.emit((Route::Backups, query.clone())))
    };
    let doubts = use_doubts();
    let looked_for = query.wanted().is_some();
    let actions = html! {
        <div class="flex flex-wrap items-center gap-2">
            <div class={classes!("flex", "flex-wrap", "items-center", "gap-2", looked_for.then_some("hidden"))}>
                <Select id="backups-job" label="Job" value={query.job.clone()} choices={job_choices(jobs.data.as_deref())} onchange={set(|query, job| query.job = job)} class="w-36" />
                <Search value={database} oninput={on_database} placeholder="Database" class="w-44" />
            </div>
            <Search value={table} oninput={on_table} placeholder="Find a table in all backups" icon={glyphs::TABLE} class="w-64" testid="backups-find-table" place={SearchPlace::Second} />
        </div>
    };
    html! {
        <PageFrame title="Backups" {actions}>
            <RepositoryDoubts {doubts} />
            <Card flush=true>
                if looked_for {
                    <Found key="found" query={query.clone()} {onpage} />
                } else {
                    <Listed key="listed" query={query.clone()} {onopen} {onpage} />
                }
            </Card>
            <div class="contents">
                if let Some(id) = props.open {
                    <Drawer key={id} id={BackupId(id)} {onclose} />
                }
            </div>
        </PageFrame>
    }
}

#[derive(PartialEq, Properties)]
struct ListedProps {
    query: BackupsQuery,
    onopen: Callback<BackupId>,
    onpage: Callback<u32>,
}

/// All backups that the filters let through.
#[component]
fn Listed(props: &ListedProps) -> Html {
    let versions = use_versions();
    let backups = use_loaded((props.query.clone(), versions.backups), |(query, _)| query.request());
    let filtered = !props.query.job.is_empty() || !props.query.database.is_empty();
    view(&backups, 8, |page| view_table(page, filtered, &props.onopen, &props.onpage))
}

fn job_choices(jobs: Option<&Page<JobSummary>>) -> Vec<Choice> {
    let all = std::iter::once(("".into(), "All jobs".into()));
    let jobs = jobs.map(|page| page.items.as_slice()).unwrap_or_default();
    all.chain(jobs.iter().map(|job| (job.job.id.to_string().into(), job.job.spec.name.clone().into())))
        .collect()
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
                        <th scope="col" class="th-quiet max-wide:hidden">{ "Job" }</th>
                        <th scope="col" class="th-quiet">{ "Made" }</th>
                        <th scope="col" class="th-quiet text-right">{ "Size" }</th>
                        <th scope="col" class="th-quiet">{ "Trust" }</th>
                        <th scope="col" class="th-quiet">{ "State" }</th>
                        <th scope="col" class="th-quiet">{ "Kept" }</th>
                        <th scope="col" class="th-quiet max-wide:hidden">{ "Expires" }</th>
                        <th scope="col" class="th-quiet pr-4"><span class="sr-only">{ "What it holds" }</span></th>
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
    // A click on it is none on the row.
    let quiet = Callback::from(|event: MouseEvent| event.stop_propagation());
    html! {
        <tr key={id.0} {onclick} class="border-t border-base-300 hover:bg-base-200/70 cursor-pointer" data-testid={format!("backup-row-{id}")}>
            <td class="td-row pl-4 max-w-48">
                <button type="button" onclick={open} class="font-medium truncate block max-w-full text-left hover:underline cursor-pointer" title={backup.database.clone()}>{ &backup.database }</button>
                <span class="block truncate label-muted" title={format!("{}, {}", backup.server, backup.job)}>{ &backup.server }<span class="wide:hidden">{ format!(" · {}", backup.job) }</span></span>
            </td>
            <td class="td-row text-muted max-w-40 max-wide:hidden"><span class="block truncate" title={backup.job.clone()}>{ &backup.job }</span></td>
            <td class="td-row"><When at={backup.created_at.clone()} both=true /></td>
            <td class="td-row text-right whitespace-nowrap">{ format::bytes(backup.size_bytes) }</td>
            <td class="td-row"><TrustBadge level={Some(backup.trust)} /></td>
            <td class="td-row"><BackupBadge status={backup.status} /></td>
            <td class="td-row"><KeptBadges reasons={backup.keep_reasons.clone()} /></td>
            <td class="td-row text-muted max-wide:hidden">{ backup.expires_at.clone().filter(|_| !backup.pinned).map_or_else(|| html! { <span>{ "–" }</span> }, |at| html! { <When {at} /> }) }</td>
            <td class="td-row pr-3 text-right" onclick={quiet} title="Browse what it holds" data-testid={format!("backup-contents-{id}")}>
                <Link<Route> to={Route::Contents { id: id.0 }} classes="btn btn-ghost btn-square btn-sm text-muted hover:text-base-content">
                    <Icon path={glyphs::LIST_TREE} class="size-3.5" /><span class="sr-only">{ format!("What the backup {id} of {} holds", backup.database) }</span>
                </Link<Route>>
            </td>
        </tr>
    }
}
