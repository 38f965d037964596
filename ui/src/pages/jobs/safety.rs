//! The jobs that nobody plans.

use super::RowActions;
use crate::components::{Button, ButtonKind, ButtonSize, StatusBadge, TrustBadge, When, glyphs};
use crate::route::Route;
use holdfast_types::JobSummary;
use yew::prelude::*;
use yew_router::prelude::*;

/// The jobs that nobody plans: their backups are made before a restore changes a database.
pub(super) fn view_safety(jobs: &[&JobSummary], actions: &RowActions) -> Html {
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
