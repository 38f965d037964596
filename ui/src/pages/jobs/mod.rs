//! The jobs.

mod row;
mod safety;

use crate::components::{
    Button, ButtonKind, Card, Column, Confirm, Empty, PageFrame, Search, Table, Toast, glyphs, use_toasts,
    view,
};
use crate::forms::jobs::{USUAL, found};
use crate::forms::list::{ListQuery, Sorting, Way};
use crate::hooks::{ListLook, use_call, use_list, use_loaded};
use crate::live::{use_scheduler, use_versions};
use crate::pages::ordered::Heads;
use crate::pages::run_now::use_trigger;
use crate::route::Route;
use holdfast_types::{
    ApiError, DeleteJob, Deleted, DisableJob, EnableJob, Job, JobId, JobPurpose, JobSummary, ListJobs, Page,
    SchedulerState, TriggerNow,
};
use row::view_row;
use safety::view_safety;
use yew::prelude::*;
use yew_router::prelude::*;

/// What can be done with a row.
#[derive(Clone, PartialEq)]
struct RowActions {
    run: Callback<JobId>,
    turn: Callback<(JobId, bool)>,
    remove: Callback<JobSummary>,
    running: Option<JobId>,
    /// Whether the scheduler is stopped, so that no slot fires.
    stopped: bool,
}

/// The page.
#[component]
pub fn Jobs() -> Html {
    let versions = use_versions();
    let jobs = use_loaded((versions.jobs, versions.runs, versions.backups), |_| ListJobs {});
    let navigator = use_navigator();
    let toasts = use_toasts();
    let ListLook { query, typed, oninput, onsort } = use_list(Route::Jobs);
    let doomed = use_state(|| None::<JobSummary>);
    let failure = use_state(|| None::<ApiError>);
    let running = use_state(|| None::<JobId>);

    let go = Callback::from(move |route: Route| {
        if let Some(navigator) = &navigator {
            navigator.push(&route);
        }
    });
    let trigger = use_trigger(go.clone());
    let turned = {
        let retry = jobs.retry.clone();
        Callback::from(move |answer: Result<Job, ApiError>| {
            if let Err(error) = answer {
                toasts.emit(Toast::failed(&error));
            }
            retry.emit(());
        })
    };
    let enable = use_call::<EnableJob>(turned.clone());
    let disable = use_call::<DisableJob>(turned);
    let delete = {
        let (doomed, failure, retry) = (doomed.setter(), failure.setter(), jobs.retry.clone());
        use_call::<DeleteJob>(Callback::from(move |answer: Result<Deleted, ApiError>| match answer {
            Ok(_) => {
                doomed.set(None);
                retry.emit(());
            }
            Err(error) => failure.set(Some(error)),
        }))
    };
    let scheduler = use_scheduler().data;
    let actions_of_rows = RowActions {
        stopped: scheduler.is_some_and(|status| status.state == SchedulerState::Stopped),
        run: {
            let (give, running) = (trigger.give.clone(), running.setter());
            Callback::from(move |job_id: JobId| {
                running.set(Some(job_id));
                give.emit(TriggerNow { job_id });
            })
        },
        turn: Callback::from(move |(id, on): (JobId, bool)| {
            if on { enable.give.emit(EnableJob { id }) } else { disable.give.emit(DisableJob { id }) }
        }),
        remove: {
            let (doomed, failure) = (doomed.setter(), failure.setter());
            Callback::from(move |job: JobSummary| {
                failure.set(None);
                doomed.set(Some(job));
            })
        },
        running: (*running).filter(|_| trigger.busy),
    };
    let add = Callback::from(move |_: MouseEvent| go.emit(Route::NewJob));
    let onclose = {
        let doomed = doomed.setter();
        Callback::from(move |()| doomed.set(None))
    };
    let actions = html! {
        <div class="flex items-center gap-2">
            <Search value={typed} {oninput} placeholder="Search jobs" testid="jobs-search" />
            <Button label="Add a job" kind={ButtonKind::Primary} icon={glyphs::PLUS} onclick={add.clone()} testid="add-job" />
        </div>
    };
    html! {
        <PageFrame title="Jobs" {actions}>
            <Card flush=true>{ view(&jobs, 6, |page| view_table(page, (&query, &onsort), &actions_of_rows, &add)) }</Card>
            <div class="contents">
                if let Some(job) = (*doomed).clone() {
                    <Confirm title={format!("Delete the job {}?", job.job.spec.name)} action="Delete the job" busy={delete.busy} error={(*failure).clone()} {onclose}
                        onconfirm={let (give, id) = (delete.give.clone(), job.job.id); move |()| give.emit(DeleteJob { id })}>
                        <p>{ "Its schedule, retention and options are lost, and nothing backs its databases up any more." }</p>
                        <p class="text-muted">{ "Its backups stay where they are, and its runs stay in the history." }</p>
                    </Confirm>
                }
            </div>
        </PageFrame>
    }
}

fn view_table(
    page: &Page<JobSummary>,
    (query, onsort): (&ListQuery, &Callback<String>),
    actions: &RowActions,
    add: &Callback<MouseEvent>,
) -> Html {
    if page.items.is_empty() {
        return html! {
            <Empty icon={glyphs::CALENDAR_CLOCK} title="No job yet" text="A job says which databases are backed up, when, where to and how long backups are kept.">
                <Button label="Add a job" kind={ButtonKind::Primary} icon={glyphs::PLUS} onclick={add.clone()} />
            </Empty>
        };
    }
    let (safety, shown): (Vec<&JobSummary>, Vec<&JobSummary>) =
        found(&page.items, query).into_iter().partition(|job| job.job.purpose == JobPurpose::Safety);
    if shown.is_empty() && safety.is_empty() {
        return html! {
            <Empty icon={glyphs::SEARCH} title="No job matches" text="No name, database or server holds this text.">
                <Link<Route> to={Route::Jobs} classes="btn btn-quiet">{ "Clear the search" }</Link<Route>>
            </Empty>
        };
    }
    let heads = Heads { now: Sorting::of(&query.sort, USUAL), usual: USUAL, tell: onsort };
    let columns = vec![
        heads.over(Column::new("Job"), "name", Way::Up),
        Column::new("Schedule"),
        heads.over(Column::new("Next run"), "next", Way::Up),
        heads.over(Column::new("Last run"), "last", Way::Down),
        heads.over(Column::new("Trust"), "trust", Way::Up),
        heads.over(Column::new("Size").wide(), "size", Way::Down),
        Column::new("On"),
        Column::unlabelled("Actions"),
    ];
    html! {
        <div>
            <div class={classes!(shown.is_empty().then_some("hidden"))}>
                <Table {columns} class="dense" testid="jobs-table">{ for shown.into_iter().map(|job| view_row(job, actions)) }</Table>
            </div>
            { view_safety(&safety, actions) }
        </div>
    }
}
