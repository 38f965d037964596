//! The earlier restores, newest first.

use crate::components::{Card, Column, Pager, RestoreBadge, Table, When, view};
use crate::format;
use crate::forms::restores::LIMIT;
use crate::hooks::use_loaded;
use crate::live::use_versions;
use crate::route::Route;
use crate::words;
use holdfast_types::{ListRestores, Page, Restore, RestoreScope, RestoreSpec};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct HistoryProps {
    /// Which of them.
    pub asked: ListRestores,
    pub onpage: Callback<u32>,
}

/// The card; nothing while nothing was ever restored.
#[component]
pub fn History(props: &HistoryProps) -> Html {
    let versions = use_versions();
    let restores = use_loaded((props.asked.clone(), versions.backups), |(request, _)| request.clone());
    let none = restores.data.as_ref().is_none_or(|page| page.total == 0) && restores.error.is_none();
    html! {
        <div class={classes!(none.then_some("hidden"))}>
            <Card title="Earlier restores" flush=true>{ view(&restores, 3, |page| view_table(page, &props.onpage)) }</Card>
        </div>
    }
}

fn view_table(page: &Page<Restore>, onpage: &Callback<u32>) -> Html {
    let columns = vec![
        Column::new("Database"),
        Column::new("How"),
        Column::new("From"),
        Column::new("Began"),
        Column::figures("Took"),
        Column::new("Result"),
    ];
    let pager = html! { <Pager page={page.page} limit={LIMIT} total={page.total} noun="restores" onpage={onpage.clone()} /> };
    html! { <Table {columns} {pager} class="dense" testid="restores-table">{ for page.items.iter().map(view_row) }</Table> }
}

fn view_row(restore: &Restore) -> Html {
    html! {
        <tr key={restore.id.0} class="border-t border-base-300 hover:bg-base-200/70" data-testid={format!("restore-row-{}", restore.id)}>
            <td class="td-row pl-4 max-w-48">
                <span class="block truncate font-medium" title={restore.database.clone()}><Link<Route> to={Route::Restore { id: restore.id.0 }} classes="hover:underline">{ &restore.database }</Link<Route>></span>
                <span class="block truncate label-muted">{ &restore.server }</span>
            </td>
            <td class="td-row text-muted max-w-52">
                <span class="block whitespace-nowrap">{ words::target_words(restore.target) }</span>
                { view_parts(restore) }
            </td>
            <td class="td-row whitespace-nowrap"><Link<Route> to={Route::Backup { id: restore.backup_id.0 }} classes="link-quiet">{ format!("backup {}", restore.backup_id) }</Link<Route>></td>
            <td class="td-row"><When at={restore.started_at.clone()} both=true /></td>
            <td class="td-row text-right whitespace-nowrap">{ took(restore) }</td>
            <td class="td-row pr-4"><RestoreBadge status={restore.status} /></td>
        </tr>
    }
}

/// What of the backup it was, unless it was all.
fn view_parts(restore: &Restore) -> Html {
    let whole = |spec: &&RestoreSpec| spec.tables.is_empty() && spec.scope == RestoreScope::Whole;
    let Some(spec) = restore.spec.as_ref().filter(|spec| !whole(spec)) else { return Html::default() };
    let parts = spec.parts_in_words();
    html! { <span class="block truncate label-muted" title={parts.clone()}>{ parts }</span> }
}

/// How long it took.
pub fn took(restore: &Restore) -> String {
    let seconds =
        restore.completed_at.as_ref().and_then(|end| format::seconds_between(&restore.started_at, end));
    seconds.map_or_else(|| "–".to_owned(), |seconds| format::measured((seconds * 1000.0).max(0.0) as u64))
}
