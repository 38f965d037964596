//! Which backup to restore, and the earlier restores.

use super::history::History;
use crate::components::{
    Card, Column, Empty, PageFrame, Pager, Search, Table, TrustBadge, When, glyphs, view,
};
use crate::format;
use crate::forms::restores::{LIMIT, RestoresQuery};
use crate::hooks::{use_loaded, use_query, use_search};
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{Backup, BackupStatus, Page};
use yew::prelude::*;
use yew_router::prelude::*;

/// The page.
#[component]
pub fn Restores() -> Html {
    let versions = use_versions();
    let (query, go) = use_query::<RestoresQuery>();
    let go = go.reform(|query: RestoresQuery| (Route::Restores, query));
    let backups = use_loaded((query.backups(), versions.backups), |(request, _)| request.clone());
    let (typed, oninput) = {
        let query = query.clone();
        use_search(&query.database.clone(), go.reform(move |name: String| query.of_database(name)))
    };
    let onpage = {
        let query = query.clone();
        go.reform(move |page: u32| query.on_page(page))
    };
    let onearlier = {
        let query = query.clone();
        go.reform(move |page: u32| query.on_earlier(page))
    };
    let searched = !query.database.is_empty();
    let actions =
        html! { <Search value={typed} {oninput} placeholder="Database" testid="restores-search" /> };
    html! {
        <PageFrame title="Restore" {actions}>
            <Card title="Which backup?" aside={html! { <span>{ "newest first" }</span> }} flush=true>
                { view(&backups, 6, |page| view_backups(page, searched, &onpage)) }
            </Card>
            <History asked={query.restores()} onpage={onearlier} />
        </PageFrame>
    }
}

fn view_backups(page: &Page<Backup>, searched: bool, onpage: &Callback<u32>) -> Html {
    if page.total == 0 {
        return if searched {
            html! { <Empty icon={glyphs::SEARCH} title="No backup matches" text="No backup is of a database with this in its name.">
                <Link<Route> to={Route::Restores} classes="btn btn-quiet">{ "Clear the search" }</Link<Route>>
            </Empty> }
        } else {
            html! {
                <Empty icon={glyphs::ARCHIVE_RESTORE} title="Nothing to restore yet" text="Every backup can be restored from here, as a new database or in place of one. First there must be one.">
                    <Link<Route> to={Route::Jobs} classes="btn btn-quiet">{ "Go to the jobs" }</Link<Route>>
                </Empty>
            }
        };
    }
    let columns = vec![
        Column::new("Database"),
        Column::new("Job"),
        Column::new("Made"),
        Column::figures("Size"),
        Column::new("Trust"),
        Column::unlabelled("Restore"),
    ];
    let pager = html! { <Pager page={page.page} limit={LIMIT} total={page.total} noun="backups" onpage={onpage.clone()} /> };
    html! { <Table {columns} {pager} class="dense">{ for page.items.iter().map(view_backup) }</Table> }
}

fn view_backup(backup: &Backup) -> Html {
    let restore = match backup.status {
        BackupStatus::Good => Some("Restore"),
        BackupStatus::Damaged => Some("Restore parts"),
        BackupStatus::Missing => None,
    };
    html! {
        <tr key={backup.id.0} class="border-t border-base-300">
            <td class="td-row pl-4 max-w-48">
                <span class="font-medium truncate block" title={backup.database.clone()}>{ &backup.database }</span>
                <span class="block truncate label-muted">{ &backup.server }</span>
            </td>
            <td class="td-row text-muted max-w-40"><span class="block truncate" title={backup.job.clone()}>{ &backup.job }</span></td>
            <td class="td-row"><When at={backup.created_at.clone()} both=true /></td>
            <td class="td-row text-right whitespace-nowrap">{ format::bytes(backup.size_bytes) }</td>
            <td class="td-row"><TrustBadge level={Some(backup.trust)} /></td>
            <td class="td-row pr-4 text-right">
                if let Some(restore) = restore {
                    <span data-testid={format!("restore-backup-{}", backup.id)}><Link<Route> to={Route::NewRestore { backup_id: backup.id.0 }} classes="btn btn-quiet btn-sm">{ restore }<span class="sr-only">{ format!(" {}, backup {}", backup.database, backup.id) }</span></Link<Route>></span>
                } else {
                    <span class="text-muted">{ backup.status.as_str() }</span>
                }
            </td>
        </tr>
    }
}
