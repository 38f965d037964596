//! Where a backup was restored to.

use crate::components::{RestoreBadge, When, view};
use crate::format;
use crate::hooks::use_loaded;
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{BackupId, ListRestores, Page, Restore};
use yew::prelude::*;
use yew_router::prelude::*;

/// How many restores are listed.
const MOST: u32 = 5;

#[derive(PartialEq, Properties)]
pub struct RestoredProps {
    pub id: BackupId,
}

/// The section; nothing while the backup was never restored.
#[component]
pub fn Restored(props: &RestoredProps) -> Html {
    let versions = use_versions();
    let restores = use_loaded((props.id, versions.backups), |(id, _)| ListRestores {
        backup_id: Some(*id),
        page: None,
        limit: Some(MOST),
    });
    let none = restores.data.as_ref().is_none_or(|page| page.total == 0) && restores.error.is_none();
    html! {
        <section class={classes!("flex", "flex-col", "gap-1", none.then_some("hidden"))} aria-label="Restores">
            <h3 class="font-semibold">{ "Restores" }</h3>
            { view(&restores, 1, view_restores) }
        </section>
    }
}

fn view_restores(page: &Page<Restore>) -> Html {
    let hidden = page.total.saturating_sub(page.items.len() as u64);
    html! {
        <div>
            <ul class="flex flex-col divide-y divide-base-300">
                { for page.items.iter().map(|restore| html! {
                    <li key={restore.id.0} class="flex items-center gap-2.5 py-1.5">
                        <RestoreBadge status={restore.status} />
                        <span class="grow min-w-0 truncate"><Link<Route> to={Route::Restore { id: restore.id.0 }} classes="link-quiet">{ format!("{} on {}", restore.database, restore.server) }</Link<Route>></span>
                        <span class="label-muted"><When at={restore.started_at.clone()} both=true /></span>
                    </li>
                }) }
            </ul>
            <p class={classes!("label-muted", (hidden == 0).then_some("hidden"))}>{ format!("and {}", format::count(hidden, "earlier one", "earlier ones")) }</p>
        </div>
    }
}
