//! One job of the list.

use super::RowActions;
use crate::components::{
    BackupBadge, Badge, Button, ButtonKind, ButtonSize, Icon, Sparkline, StatusBadge, Switch, Tone,
    TrustBadge, When, glyphs,
};
use crate::format;
use crate::forms::jobs::databases;
use crate::locale;
use crate::route::Route;
use crate::words;
use holdfast_types::{BrokenBackup, JobSummary};
use yew::prelude::*;
use yew_router::prelude::*;

/// A newest backup that is not to be relied on, with the way to it.
fn view_broken(backup: &BrokenBackup) -> Html {
    let title = format!("The newest backup of {} is {}", backup.database, backup.status.as_str());
    html! {
        <Link<Route> key={backup.backup_id.0} to={Route::Backup { id: backup.backup_id.0 }} classes="flex w-fit mt-0.5">
            <span class="contents" {title} data-testid={format!("job-broken-{}", backup.backup_id)}><BackupBadge status={backup.status} /></span>
        </Link<Route>>
    }
}

/// The row.
pub(super) fn view_row(summary: &JobSummary, actions: &RowActions) -> Html {
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
                <span class="block truncate" title={spec.name.clone()}><Link<Route> to={Route::Job { id: id.0 }} classes="font-medium hover:underline">{ &spec.name }</Link<Route>></span>
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
                if let Some((short, full)) = words::proven(&summary.proofs) {
                    <p class="label-muted max-wide:hidden" title={full} data-testid={format!("job-proven-{id}")}>{ short }</p>
                }
            </td>
            <td class="td-row max-wide:hidden">{ view_size(summary) }</td>
            <td class="td-row"><Switch on={spec.enabled} label={format!("Schedule of {}", spec.name)} onchange={turn} testid={format!("job-enabled-{id}")} /></td>
            <td class="td-row pr-3 text-right whitespace-nowrap">
                <Button label={format!("Run {} now", spec.name)} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::PLAY} icon_only=true busy={actions.running == Some(id)} onclick={run} testid={format!("job-run-{id}")} />
                <Link<Route> to={Route::Job { id: id.0 }} classes="btn btn-ghost btn-sm btn-square text-muted hover:text-base-content max-[62rem]:hidden"><Icon path={glyphs::PENCIL} class="size-3.5" /><span class="sr-only" data-testid={format!("job-edit-{id}")}>{ format!("Edit {}", spec.name) }</span></Link<Route>>
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
            <span class="block whitespace-nowrap">{ format::bytes(*newest) }</span>
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
                <span class="block label-muted whitespace-nowrap">{ locale::moment_in(at, locale::Form::Short, Some(zone)) }</span>
            </>
        },
        (_, false) => html! { <span class="text-muted">{ "switched off" }</span> },
        (None, true) => html! { <span class="text-muted">{ "none to come" }</span> },
    }
}
