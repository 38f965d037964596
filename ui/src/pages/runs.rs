//! The history: filtered, ordered and paged by the engine; the filters stand in the address.

use super::overview::{RunDuration, RunSize, trigger_words};
use crate::components::{
    Button, Card, Choice, Column, DateRange, Empty, Icon, Order, PageFrame, Pager, RowLink, Search, Select,
    StatusBadge, Table, Toast, ToastKind, When, glyphs, use_toasts, view,
};
use crate::format::capitalised;
use crate::forms::runs::{LIMIT, RunsQuery};
use crate::hooks::{use_call, use_loaded, use_query, use_search};
use crate::live::use_versions;
use crate::locale::{self, period_start};
use crate::route::Route;
use holdfast_types::{
    ApiError, ExportFormat, ExportRuns, ExportedFile, JobSummary, ListJobs, Page, Run, RunSort, RunStatus,
    TriggerType,
};
use yew::prelude::*;
use yew_router::prelude::*;

/// The history.
#[component]
pub fn Runs() -> Html {
    let versions = use_versions();
    let navigator = use_navigator();
    let toasts = use_toasts();
    let (query, go) = use_query::<RunsQuery>();
    let go = go.reform(|query: RunsQuery| (Route::Runs, query));
    let jobs = use_loaded(versions.jobs, |_| ListJobs {});

    let set = |change: fn(&mut RunsQuery, String)| {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |value: String| {
            let mut next = query.on_page(1);
            change(&mut next, value);
            go.emit(next);
        })
    };
    // What is typed is on screen at once, and asked for when it settles.
    let (typed, oninput) = use_search(&query.search, set(|query, text| query.search = text));
    let runs = use_loaded((query.clone(), versions.runs), |(query, _)| query.request(period_start));
    let export =
        use_call::<ExportRuns>(Callback::from(move |answer: Result<ExportedFile, ApiError>| match answer {
            Ok(file) => {
                let words = format!("{} exported.", count_of_runs(file.rows));
                toasts.emit(Toast::new(ToastKind::Success, words).saying(file.path));
            }
            Err(error) if error.code == holdfast_types::ErrorCode::Cancelled => {}
            Err(error) => toasts.emit(Toast::failed(&error)),
        }));

    let onrange = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |(from, to): (String, String)| {
            go.emit(RunsQuery { from, to, ..query.on_page(1) })
        })
    };
    let save = |format: ExportFormat| {
        let (give, query) = (export.give.clone(), query.clone());
        Callback::from(move |_: MouseEvent| {
            give.emit(ExportRuns { filter: query.filter(period_start), format, path: None })
        })
    };
    let clear = {
        let (go, sort) = (go.clone(), query.sort.clone());
        Callback::from(move |_: MouseEvent| {
            go.emit(RunsQuery { sort: sort.clone(), ..RunsQuery::default() });
        })
    };
    let onpage = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |page: u32| go.emit(query.on_page(page)))
    };
    let onsort = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |word: &'static str| {
            go.emit(RunsQuery { sort: word.to_owned(), ..query.on_page(1) })
        })
    };
    let onopen = Callback::from(move |id: i64| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Run { id });
        }
    });
    let actions = html! {
        <div class="flex items-center gap-2">
            <Search value={typed} {oninput} placeholder="Search job or error" testid="runs-search" />
            <Button label="CSV" icon={glyphs::DOWNLOAD} busy={export.busy} onclick={save(ExportFormat::Csv)} title="Export the runs shown by the filters as CSV" testid="runs-export" />
            <Button label="JSON" icon={glyphs::DOWNLOAD} busy={export.busy} onclick={save(ExportFormat::Json)} title="Export the runs shown by the filters as JSON" testid="runs-export-json" />
        </div>
    };
    html! {
        <PageFrame title="Runs" {actions}>
            <div class="flex flex-wrap items-end gap-2" role="group" aria-label="Filters">
                <Select id="runs-job" label="Job" value={query.job.clone()} choices={job_choices(jobs.data.as_deref())} onchange={set(|q, v| q.job = v)} testid="runs-job" class="w-44" />
                <Select id="runs-status" label="Status" value={query.status.clone()} choices={status_choices()} onchange={set(|q, v| q.status = v)} testid="runs-status" class="w-36" />
                <Select id="runs-trigger" label="Trigger" value={query.trigger.clone()} choices={trigger_choices()} onchange={set(|q, v| q.trigger = v)} testid="runs-trigger" class="w-36" />
                <DateRange id="runs" from={query.from.clone()} to={query.to.clone()} onchange={onrange} />
                <button type="button" onclick={clear.clone()} class={classes!("btn", "btn-ghost", (!query.is_filtered()).then_some("invisible"))}><Icon path={glyphs::X} class="size-3.5" />{ "Clear" }</button>
            </div>
            <Card flush=true>
                { view(&runs, 10, |page| view_table(page, &query, &onopen, &onsort, &onpage, &clear)) }
            </Card>
        </PageFrame>
    }
}

fn count_of_runs(number: u64) -> String {
    format!("{} {}", locale::number(number), if number == 1 { "run" } else { "runs" })
}

fn job_choices(jobs: Option<&Page<JobSummary>>) -> Vec<Choice> {
    let all = std::iter::once(("".into(), "All jobs".into()));
    let jobs = jobs.map(|page| page.items.as_slice()).unwrap_or_default();
    all.chain(jobs.iter().map(|job| (job.job.id.to_string().into(), job.job.spec.name.clone().into())))
        .collect()
}

fn status_choices() -> Vec<Choice> {
    let first = [("".into(), "Any status".into()), ("active".into(), "Active".into())];
    first
        .into_iter()
        .chain(RunStatus::ALL.map(|status| (status.as_str().into(), capitalised(status.as_str()).into())))
        .collect()
}

fn trigger_choices() -> Vec<Choice> {
    let words = |trigger: TriggerType| capitalised(&trigger.as_str().replace('_', "-"));
    let all = std::iter::once(("".into(), "Any trigger".into()));
    all.chain(TriggerType::ALL.map(|trigger| (trigger.as_str().into(), words(trigger).into()))).collect()
}

fn view_table(
    page: &Page<Run>,
    query: &RunsQuery,
    onopen: &Callback<i64>,
    onsort: &Callback<&'static str>,
    onpage: &Callback<u32>,
    clear: &Callback<MouseEvent>,
) -> Html {
    if page.total == 0 {
        return if query.is_filtered() {
            html! {
                <Empty icon={glyphs::SEARCH} title="No run matches" text="No run of the history fits these filters.">
                    <Button label="Clear the filters" testid="clear-filters" onclick={clear.clone()} />
                </Empty>
            }
        } else {
            html! {
                <Empty icon={glyphs::HISTORY} title="Nothing ran yet" text="Every run of every job is listed here, with how it went and why.">
                    <Link<Route> to={Route::Jobs} classes="btn btn-quiet">{ "Go to the jobs" }</Link<Route>>
                </Empty>
            }
        };
    }
    let sort = |words: &'static str| {
        let tell = onsort.clone();
        Callback::from(move |()| tell.emit(words))
    };
    let by_time = match query.sort() {
        RunSort::Newest => Order::Descending,
        RunSort::Oldest => Order::Ascending,
        RunSort::Largest | RunSort::Longest => Order::None,
    };
    let by = |wanted: RunSort| if query.sort() == wanted { Order::Descending } else { Order::None };
    let other = |wanted: RunSort, word: &'static str| if query.sort() == wanted { "" } else { word };
    let columns = vec![
        Column::new("Run"),
        Column::new("Job"),
        Column::new("Status"),
        Column::new("Trigger").wide(),
        Column::new("Started")
            .sorted(by_time, sort(if by_time == Order::Descending { "oldest" } else { "" })),
        Column::figures("Duration").sorted(by(RunSort::Longest), sort(other(RunSort::Longest, "longest"))),
        Column::figures("Size").sorted(by(RunSort::Largest), sort(other(RunSort::Largest, "largest"))),
        Column::new("Error"),
    ];
    let pager = html! { <Pager page={page.page} limit={LIMIT} total={page.total} noun="runs" onpage={onpage.clone()} /> };
    html! {
        <Table {columns} {pager} class="dense" testid="runs-table">
            { for page.items.iter().map(|run| view_row(run, onopen)) }
        </Table>
    }
}

fn view_row(run: &Run, onopen: &Callback<i64>) -> Html {
    let id = run.id;
    let onclick = {
        let open = onopen.clone();
        Callback::from(move |_: MouseEvent| open.emit(id.0))
    };
    let at = run.started_at.clone().unwrap_or_else(|| run.queued_at.clone());
    let error = run.error_message.clone().unwrap_or_default();
    html! {
        <tr key={id.0} {onclick} class="border-t border-base-300 hover:bg-base-200/70 cursor-pointer" data-testid={format!("run-row-{id}")}>
            <td class="td-row pl-4 text-muted"><RowLink to={Route::Run { id: id.0 }} class="hover:underline">{ format!("#{id}") }</RowLink></td>
            <td class="td-row font-medium max-w-44 wide:max-w-52"><span class="block truncate" title={run.job.clone()}>{ &run.job }</span></td>
            <td class="td-row"><StatusBadge status={run.status} /></td>
            <td class="td-row text-muted whitespace-nowrap max-wide:hidden">{ trigger_words(run) }</td>
            <td class="td-row"><When {at} both=true /></td>
            <td class="td-row text-right whitespace-nowrap"><RunDuration run={run.clone()} /></td>
            <td class="td-row text-right whitespace-nowrap"><RunSize run={id} status={run.status} size={run.backup_size_bytes} /></td>
            <td class="td-row pr-4 max-w-40 wide:max-w-64 text-muted"><span class="block truncate" title={error.clone()}>{ error }</span></td>
        </tr>
    }
}
