//! The jobs.

use super::run_now::use_trigger;
use crate::components::{
    BackupBadge, Badge, Button, ButtonKind, ButtonSize, Card, Confirm, Empty, PageFrame, Search, Sparkline,
    StatusBadge, Switch, Toast, Tone, TrustBadge, When, glyphs, use_toasts, view,
};
use crate::hooks::{use_call, use_loaded};
use crate::live::{use_scheduler, use_versions};
use crate::route::Route;
use holdfast_types::{
    ApiError, BrokenBackup, DatabaseSelection, DeleteJob, Deleted, DisableJob, EnableJob, Job, JobId,
    JobPurpose, JobSummary, ListJobs, Page, SchedulerState, TriggerNow,
};
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
    let search = use_state(String::new);
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
    let oninput = {
        let setter = search.setter();
        Callback::from(move |text: String| setter.set(text))
    };
    let onclose = {
        let doomed = doomed.setter();
        Callback::from(move |()| doomed.set(None))
    };
    let actions = html! {
        <div class="flex items-center gap-2">
            <Search value={(*search).clone()} {oninput} placeholder="Search jobs" />
            <Button label="Add a job" kind={ButtonKind::Primary} icon={glyphs::PLUS} onclick={add.clone()} testid="add-job" />
        </div>
    };
    html! {
        <PageFrame title="Jobs" {actions}>
            <Card flush=true>{ view(&jobs, 6, |page| view_table(page, &search, &actions_of_rows, &add)) }</Card>
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

/// The databases of a job in words.
fn databases(selection: &DatabaseSelection) -> String {
    match selection {
        DatabaseSelection::All => "all databases".to_owned(),
        DatabaseSelection::Named(names) => names.join(", "),
    }
}

fn view_table(
    page: &Page<JobSummary>,
    search: &str,
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
    let search = search.trim().to_lowercase();
    let found = |job: &&JobSummary| {
        format!("{} {} {}", job.job.spec.name, databases(&job.job.spec.databases), job.server_name)
            .to_lowercase()
            .contains(&search)
    };
    let (safety, shown): (Vec<&JobSummary>, Vec<&JobSummary>) =
        page.items.iter().filter(found).partition(|job| job.job.purpose == JobPurpose::Safety);
    if shown.is_empty() && safety.is_empty() {
        return html! { <Empty icon={glyphs::SEARCH} title="No job matches" text="No name, database or server holds this text." /> };
    }
    let is_plain = !shown.is_empty();
    html! {
        <div>
        <div class={classes!("overflow-x-auto", (!is_plain).then_some("hidden"))}>
            <table class="w-full dense" data-testid="jobs-table">
                <thead><tr>
                    <th scope="col" class="th-quiet pl-4">{ "Job" }</th>
                    <th scope="col" class="th-quiet">{ "Schedule" }</th>
                    <th scope="col" class="th-quiet">{ "Next run" }</th>
                    <th scope="col" class="th-quiet">{ "Last run" }</th>
                    <th scope="col" class="th-quiet">{ "Trust" }</th>
                    <th scope="col" class="th-quiet hidden wide:table-cell">{ "Size" }</th>
                    <th scope="col" class="th-quiet">{ "On" }</th>
                    <th scope="col" class="th-quiet pr-4"><span class="sr-only">{ "Actions" }</span></th>
                </tr></thead>
                <tbody>{ for shown.into_iter().map(|job| view_row(job, actions)) }</tbody>
            </table>
        </div>
        { view_safety(&safety, actions) }
        </div>
    }
}

/// The jobs that nobody plans: their backups are made before a restore changes a database.
fn view_safety(jobs: &[&JobSummary], actions: &RowActions) -> Html {
    if jobs.is_empty() {
        return Html::default();
    }
    html! {
        <section class="border-t border-base-300 px-4 py-3 flex flex-col gap-2" aria-label="Made before restores" data-testid="jobs-safety">
            <div>
                <h3 class="font-medium">{ "Made before restores" }</h3>
                <p class="label-muted">{ "Backups of a database as it was, before a restore changed it. They have no schedule; the last five of each database are kept." }</p>
            </div>
            <ul class="flex flex-col divide-y divide-base-300">{ for jobs.iter().map(|job| view_safety_row(job, actions)) }</ul>
        </section>
    }
}

fn view_safety_row(summary: &JobSummary, actions: &RowActions) -> Html {
    let remove = {
        let (remove, summary) = (actions.remove.clone(), summary.clone());
        Callback::from(move |_: MouseEvent| remove.emit(summary.clone()))
    };
    let name = &summary.job.spec.name;
    html! {
        <li key={summary.job.id.0} class="flex items-center gap-3 py-1.5">
            <span class="min-w-0 grow truncate" title={name.clone()}>{ name }</span>
            if let Some(last) = &summary.last_run {
                <Link<Route> to={Route::Run { id: last.id.0 }} classes="inline-flex"><StatusBadge status={last.status} title={last.error_message.clone().map(AttrValue::from)} /></Link<Route>>
                <span class="label-muted"><When at={last.at.clone()} /></span>
            }
            <TrustBadge level={summary.trust} />
            <Button label={format!("Delete {name}")} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::TRASH_2} icon_only=true onclick={remove} testid={format!("job-delete-{}", summary.job.id)} />
        </li>
    }
}

/// A newest backup that is not to be relied on, with the way to it.
fn view_broken(backup: &BrokenBackup) -> Html {
    let title = format!("The newest backup of {} is {}", backup.database, backup.status.as_str());
    html! {
        <Link<Route> key={backup.backup_id.0} to={Route::Backup { id: backup.backup_id.0 }} classes="flex w-fit mt-0.5">
            <span class="contents" {title} data-testid={format!("job-broken-{}", backup.backup_id)}><BackupBadge status={backup.status} /></span>
        </Link<Route>>
    }
}

fn view_row(summary: &JobSummary, actions: &RowActions) -> Html {
    let (id, spec) = (summary.job.id, &summary.job.spec);
    let databases = databases(&spec.databases);
    let where_from = format!("{databases} on {}", summary.server_name);
    let zone = spec.schedule.timezone.clone();
    let run = {
        let run = actions.run.clone();
        Callback::from(move |_: MouseEvent| run.emit(id))
    };
    let turn = {
        let turn = actions.turn.clone();
        Callback::from(move |on: bool| turn.emit((id, on)))
    };
    let remove = {
        let (remove, summary) = (actions.remove.clone(), summary.clone());
        Callback::from(move |_: MouseEvent| remove.emit(summary.clone()))
    };
    html! {
        <tr key={id.0} class="border-t border-base-300">
            <td class="td-row pl-4 max-w-44 wide:max-w-64">
                <Link<Route> to={Route::Job { id: id.0 }} classes="block truncate font-medium hover:underline">{ &spec.name }</Link<Route>>
                <span class="block truncate label-muted" title={where_from.clone()}>{ where_from }</span>
            </td>
            <td class="td-row max-w-40 wide:max-w-56">
                <span class="block truncate" title={format!("{} ({})", summary.schedule_description, spec.schedule.expression)}>{ &summary.schedule_description }</span>
                <span class="block truncate label-muted">{ &zone }</span>
            </td>
            <td class="td-row">{ view_next(summary, &zone, actions.stopped) }</td>
            <td class="td-row">
                if let Some(last) = &summary.last_run {
                    <Link<Route> to={Route::Run { id: last.id.0 }} classes="inline-flex"><StatusBadge status={last.status} title={last.error_message.clone().map(AttrValue::from)} /></Link<Route>>
                    <span class="block label-muted mt-0.5"><When at={last.at.clone()} /></span>
                    if summary.overdue {
                        <Badge icon={glyphs::TRIANGLE_ALERT} label="Overdue" tone={Tone::Doubtful} title="No good backup for longer than its schedule allows" />
                    }
                } else {
                    <span class="text-muted">{ "never" }</span>
                }
            </td>
            <td class="td-row">
                <TrustBadge level={summary.trust} />
                { for summary.broken.iter().map(view_broken) }
                if let Some((short, full)) = crate::words::proven(&summary.proofs) {
                    <p class="label-muted max-wide:hidden" title={full} data-testid={format!("job-proven-{id}")}>{ short }</p>
                }
            </td>
            <td class="td-row hidden wide:table-cell">{ view_size(summary) }</td>
            <td class="td-row"><Switch on={spec.enabled} label={format!("Schedule of {}", spec.name)} onchange={turn} testid={format!("job-enabled-{id}")} /></td>
            <td class="td-row pr-3 text-right whitespace-nowrap">
                <Button label={format!("Run {} now", spec.name)} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::PLAY} icon_only=true busy={actions.running == Some(id)} onclick={run} testid={format!("job-run-{id}")} />
                <Link<Route> to={Route::Job { id: id.0 }} classes="btn btn-ghost btn-sm btn-square text-muted hover:text-base-content max-[62rem]:hidden"><crate::components::Icon path={glyphs::PENCIL} class="size-3.5" /><span class="sr-only" data-testid={format!("job-edit-{id}")}>{ format!("Edit {}", spec.name) }</span></Link<Route>>
                <Button label={format!("Delete {}", spec.name)} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::TRASH_2} icon_only=true onclick={remove} testid={format!("job-delete-{id}")} />
            </td>
        </tr>
    }
}

/// The newest size, and how it came to that.
fn view_size(summary: &JobSummary) -> Html {
    let Some(newest) = summary.size_trend.last() else {
        return html! { <span class="text-muted">{ "–" }</span> };
    };
    html! {
        <>
            <span class="block whitespace-nowrap">{ crate::format::bytes(*newest) }</span>
            if summary.size_trend.len() > 1 {
                <Sparkline values={summary.size_trend.clone()} label={format!("Sizes of the newest backups of {}", summary.job.spec.name)} />
            }
        </>
    }
}

fn view_next(summary: &JobSummary, zone: &str, stopped: bool) -> Html {
    match (summary.next_runs.first(), summary.job.spec.enabled) {
        (Some(_), true) if stopped => {
            html! { <span class="text-muted" title="The scheduler is stopped">{ "not while stopped" }</span> }
        }
        (Some(at), true) => html! {
            <>
                <When at={at.clone()} zone={zone.to_owned()} />
                <span class="block label-muted whitespace-nowrap">{ crate::locale::moment_in(at, crate::locale::Form::Short, Some(zone)) }</span>
            </>
        },
        (_, false) => html! { <span class="text-muted">{ "switched off" }</span> },
        (None, true) => html! { <span class="text-muted">{ "none to come" }</span> },
    }
}
