//! The backups: what exists, where, how far it is proven, and why it is kept.

mod copied;
mod deletion;
mod drawer;
mod found;
mod list;
mod proof;
mod query;
mod report;
mod restored;

use crate::components::{Card, Choice, PageFrame, Search, SearchPlace, Select, glyphs};
use crate::format::capitalised;
use crate::hooks::{use_loaded, use_query, use_search};
use crate::live::use_versions;
use crate::pages::doubts::{RepositoryDoubts, use_doubts};
use crate::route::Route;
use drawer::Drawer;
use found::Found;
use holdfast_types::{BackupId, BackupStatus, JobSummary, ListJobs, Page};
use list::Listed;
use query::BackupsQuery;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct BackupsProps {
    /// The backup whose details are open.
    pub open: Option<i64>,
}

/// The page.
#[component]
pub fn Backups(props: &BackupsProps) -> Html {
    let versions = use_versions();
    let (query, go) = use_query::<BackupsQuery>();
    let jobs = use_loaded(versions.jobs, |_| ListJobs {});
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
    let onsort = set(|query, word| query.sort = word);
    let clear = {
        let (go, sort) = (go.clone(), query.sort.clone());
        Callback::from(move |_: MouseEvent| {
            go.emit((Route::Backups, BackupsQuery { sort: sort.clone(), ..BackupsQuery::default() }));
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
    let doubts = use_doubts();
    let looked_for = query.wanted().is_some();
    let actions = html! {
        <div class="flex flex-wrap items-center gap-2">
            <div class={classes!("flex", "flex-wrap", "items-center", "gap-2", looked_for.then_some("hidden"))}>
                <Select id="backups-job" label="Job" value={query.job.clone()} choices={job_choices(jobs.data.as_deref())} onchange={set(|query, job| query.job = job)} class="w-36" />
                <Select id="backups-status" label="State" value={query.status.clone()} choices={status_choices()} onchange={set(|query, word| query.status = word)} testid="backups-status" class="w-32" />
                <Search value={database} oninput={on_database} placeholder="Database" class="w-40" />
            </div>
            <Search value={table} oninput={on_table} placeholder="Find a table in all backups" icon={glyphs::TABLE} class="w-60" testid="backups-find-table" place={SearchPlace::Second} />
        </div>
    };
    html! {
        <PageFrame title="Backups" {actions}>
            <RepositoryDoubts {doubts} />
            <Card flush=true>
                if looked_for {
                    <Found key="found" query={query.clone()} {onpage} />
                } else {
                    <Listed key="listed" query={query.clone()} {onopen} {onpage} {onsort} {clear} />
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

fn job_choices(jobs: Option<&Page<JobSummary>>) -> Vec<Choice> {
    let all = std::iter::once(("".into(), "All jobs".into()));
    let jobs = jobs.map(|page| page.items.as_slice()).unwrap_or_default();
    all.chain(jobs.iter().map(|job| (job.job.id.to_string().into(), job.job.spec.name.clone().into())))
        .collect()
}

fn status_choices() -> Vec<Choice> {
    let words = |status: BackupStatus| (status.as_str().into(), capitalised(status.as_str()).into());
    std::iter::once(("".into(), "Any state".into())).chain(BackupStatus::ALL.map(words)).collect()
}
