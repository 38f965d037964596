//! Which backup to restore, and the earlier restores.

use super::history::History;
use crate::components::{Card, Empty, PageFrame, Pager, Search, TrustBadge, When, glyphs, view};
use crate::format;
use crate::hooks::{use_debounced, use_loaded};
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{Backup, BackupStatus, ListBackups, Page};
use yew::prelude::*;
use yew_router::prelude::*;

/// Backups on a page.
const LIMIT: u32 = 10;

/// The page.
#[component]
pub fn Restores() -> Html {
    let versions = use_versions();
    let typed = use_state(String::new);
    let database = use_debounced(typed.trim().to_owned(), 250);
    let page = use_state(|| 1u32);
    let backups =
        use_loaded((database.clone(), *page, versions.backups), |(database, page, _)| ListBackups {
            job_id: None,
            database: Some(database.clone()).filter(|name| !name.is_empty()),
            page: Some(*page),
            limit: Some(LIMIT),
        });
    let oninput = {
        let (setter, page) = (typed.setter(), page.setter());
        Callback::from(move |text: String| {
            page.set(1);
            setter.set(text);
        })
    };
    let onpage = {
        let setter = page.setter();
        Callback::from(move |number: u32| setter.set(number))
    };
    let searched = !database.is_empty();
    let actions = html! { <Search value={(*typed).clone()} {oninput} placeholder="Database" /> };
    html! {
        <PageFrame title="Restore" {actions}>
            <Card title="Which backup?" aside={html! { <span>{ "newest first" }</span> }} flush=true>
                { view(&backups, 6, |page| view_backups(page, searched, &onpage)) }
            </Card>
            <History />
        </PageFrame>
    }
}

fn view_backups(page: &Page<Backup>, searched: bool, onpage: &Callback<u32>) -> Html {
    if page.total == 0 {
        return if searched {
            html! { <Empty icon={glyphs::SEARCH} title="No backup matches" text="No backup is of a database with exactly this name." /> }
        } else {
            html! {
                <Empty icon={glyphs::ARCHIVE_RESTORE} title="Nothing to restore yet" text="Every backup can be restored from here, as a new database or in place of one. First there must be one.">
                    <Link<Route> to={Route::Jobs} classes="btn btn-quiet">{ "Go to the jobs" }</Link<Route>>
                </Empty>
            }
        };
    }
    html! {
        <div>
            <div class="overflow-x-auto">
                <table class="w-full dense">
                    <thead><tr>
                        <th scope="col" class="th-quiet pl-4">{ "Database" }</th>
                        <th scope="col" class="th-quiet">{ "Job" }</th>
                        <th scope="col" class="th-quiet">{ "Made" }</th>
                        <th scope="col" class="th-quiet text-right">{ "Size" }</th>
                        <th scope="col" class="th-quiet">{ "Trust" }</th>
                        <th scope="col" class="th-quiet pr-4"><span class="sr-only">{ "Restore" }</span></th>
                    </tr></thead>
                    <tbody>{ for page.items.iter().map(view_backup) }</tbody>
                </table>
            </div>
            <Pager page={page.page} limit={LIMIT} total={page.total} noun="backups" onpage={onpage.clone()} />
        </div>
    }
}

fn view_backup(backup: &Backup) -> Html {
    let restore = match backup.status {
        BackupStatus::Good => Some("Restore"),
        BackupStatus::Damaged => Some("Restore parts"),
        BackupStatus::Missing => None,
    };
    html! {
        <tr key={backup.id.0} class="border-t border-base-300 hover:bg-base-200/70">
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
