//! The earlier restores, newest first.

use crate::components::{Card, Pager, RestoreBadge, When, view};
use crate::format;
use crate::hooks::use_loaded;
use crate::live::use_versions;
use crate::route::Route;
use crate::words;
use holdfast_types::{ListRestores, Page, Restore};
use yew::prelude::*;
use yew_router::prelude::*;

/// Rows on a page.
const LIMIT: u32 = 10;

/// The card; nothing while nothing was ever restored.
#[component]
pub fn History() -> Html {
    let versions = use_versions();
    let page = use_state(|| 1u32);
    let restores = use_loaded((*page, versions.backups), |(page, _)| ListRestores {
        backup_id: None,
        page: Some(*page),
        limit: Some(LIMIT),
    });
    let onpage = {
        let setter = page.setter();
        Callback::from(move |number: u32| setter.set(number))
    };
    let none = restores.data.as_ref().is_none_or(|page| page.total == 0) && restores.error.is_none();
    html! {
        <div class={classes!(none.then_some("hidden"))}>
            <Card title="Earlier restores" flush=true>{ view(&restores, 3, |page| view_table(page, &onpage)) }</Card>
        </div>
    }
}

fn view_table(page: &Page<Restore>, onpage: &Callback<u32>) -> Html {
    html! {
        <div>
            <div class="overflow-x-auto">
                <table class="w-full dense" data-testid="restores-table">
                    <thead><tr>
                        <th scope="col" class="th-quiet pl-4">{ "Database" }</th>
                        <th scope="col" class="th-quiet">{ "How" }</th>
                        <th scope="col" class="th-quiet">{ "From" }</th>
                        <th scope="col" class="th-quiet">{ "Began" }</th>
                        <th scope="col" class="th-quiet text-right">{ "Took" }</th>
                        <th scope="col" class="th-quiet pr-4">{ "Result" }</th>
                    </tr></thead>
                    <tbody>{ for page.items.iter().map(view_row) }</tbody>
                </table>
            </div>
            <Pager page={page.page} limit={LIMIT} total={page.total} noun="restores" onpage={onpage.clone()} />
        </div>
    }
}

fn view_row(restore: &Restore) -> Html {
    html! {
        <tr key={restore.id.0} class="border-t border-base-300 hover:bg-base-200/70" data-testid={format!("restore-row-{}", restore.id)}>
            <td class="td-row pl-4 max-w-48">
                <span class="block truncate font-medium" title={restore.database.clone()}><Link<Route> to={Route::Restore { id: restore.id.0 }} classes="hover:underline">{ &restore.database }</Link<Route>></span>
                <span class="block truncate label-muted">{ &restore.server }</span>
            </td>
            <td class="td-row text-muted whitespace-nowrap">{ words::target_words(restore.target) }</td>
            <td class="td-row whitespace-nowrap"><Link<Route> to={Route::Backup { id: restore.backup_id.0 }} classes="link-quiet">{ format!("backup {}", restore.backup_id) }</Link<Route>></td>
            <td class="td-row"><When at={restore.started_at.clone()} both=true /></td>
            <td class="td-row text-right whitespace-nowrap">{ took(restore) }</td>
            <td class="td-row pr-4"><RestoreBadge status={restore.status} /></td>
        </tr>
    }
}

/// How long it took.
pub fn took(restore: &Restore) -> String {
    let seconds =
        restore.completed_at.as_ref().and_then(|end| format::seconds_between(&restore.started_at, end));
    seconds.map_or_else(|| "–".to_owned(), |seconds| format::measured((seconds * 1000.0).max(0.0) as u64))
}
