//! The list of backups, filtered, ordered and paged by the engine.

use super::query::{BackupsQuery, LIMIT, USUAL};
use crate::components::{
    BackupBadge, Button, Column, Empty, Icon, KeptBadges, Pager, Table, TrustBadge, When, glyphs, view,
};
use crate::format;
use crate::forms::list::Way;
use crate::hooks::use_loaded;
use crate::live::use_versions;
use crate::pages::ordered::Heads;
use crate::route::Route;
use holdfast_types::{Backup, BackupId, Page};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ListedProps {
    pub query: BackupsQuery,
    pub onopen: Callback<BackupId>,
    pub onpage: Callback<u32>,
    /// Told the order's word.
    pub onsort: Callback<String>,
    /// Takes the filters away.
    pub clear: Callback<MouseEvent>,
}

/// All backups that the filters let through.
#[component]
pub fn Listed(props: &ListedProps) -> Html {
    let versions = use_versions();
    let backups = use_loaded((props.query.clone(), versions.backups), |(query, _)| query.request());
    view(&backups, 8, |page| view_table(page, props))
}

fn view_nothing(props: &ListedProps) -> Html {
    if props.query.is_filtered() {
        return html! {
            <Empty icon={glyphs::SEARCH} title="No backup matches" text="No backup fits these filters.">
                <Button label="Clear the filters" testid="clear-filters" onclick={props.clear.clone()} />
            </Empty>
        };
    }
    html! {
        <Empty icon={glyphs::ARCHIVE} title="No backup yet" text="What runs leave is listed here: how big it is, how far it is proven, and why it is kept.">
            <Link<Route> to={Route::Jobs} classes="btn btn-quiet">{ "Go to the jobs" }</Link<Route>>
        </Empty>
    }
}

fn view_table(page: &Page<Backup>, props: &ListedProps) -> Html {
    if page.total == 0 {
        return view_nothing(props);
    }
    let heads = Heads { now: props.query.sorting(), usual: USUAL, tell: &props.onsort };
    let columns = vec![
        heads.over(Column::new("Database"), "database", Way::Up),
        Column::new("Job").wide(),
        heads.over(Column::new("Made"), "made", Way::Down),
        heads.over(Column::figures("Size"), "size", Way::Down),
        heads.over(Column::new("Trust"), "trust", Way::Up),
        Column::new("State"),
        Column::new("Kept"),
        Column::new("Expires").wide(),
        Column::unlabelled("What it holds"),
    ];
    let pager = html! { <Pager page={page.page} limit={LIMIT} total={page.total} noun="backups" onpage={props.onpage.clone()} /> };
    html! {
        <Table {columns} {pager} class="dense" testid="backups-table">
            { for page.items.iter().map(|backup| view_row(backup, &props.onopen)) }
        </Table>
    }
}

fn view_row(backup: &Backup, onopen: &Callback<BackupId>) -> Html {
    let id = backup.id;
    let onclick = {
        let open = onopen.clone();
        Callback::from(move |_: MouseEvent| open.emit(id))
    };
    let open = {
        let open = onopen.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            open.emit(id);
        })
    };
    // A click on it is none on the row.
    let quiet = Callback::from(|event: MouseEvent| event.stop_propagation());
    html! {
        <tr key={id.0} {onclick} class="border-t border-base-300 hover:bg-base-200/70 cursor-pointer" data-testid={format!("backup-row-{id}")}>
            <td class="td-row pl-4 max-w-48">
                <button type="button" onclick={open} class="font-medium truncate block max-w-full text-left hover:underline cursor-pointer" title={backup.database.clone()}>{ &backup.database }</button>
                <span class="block truncate label-muted" title={format!("{}, {}", backup.server, backup.job)}>{ &backup.server }<span class="wide:hidden">{ format!(" · {}", backup.job) }</span></span>
            </td>
            <td class="td-row text-muted max-w-40 max-wide:hidden"><span class="block truncate" title={backup.job.clone()}>{ &backup.job }</span></td>
            <td class="td-row"><When at={backup.created_at.clone()} both=true /></td>
            <td class="td-row text-right whitespace-nowrap">{ format::bytes(backup.size_bytes) }</td>
            <td class="td-row"><TrustBadge level={Some(backup.trust)} /></td>
            <td class="td-row"><BackupBadge status={backup.status} /></td>
            <td class="td-row"><KeptBadges reasons={backup.keep_reasons.clone()} /></td>
            <td class="td-row text-muted max-wide:hidden">{ backup.expires_at.clone().filter(|_| !backup.pinned).map_or_else(|| html! { <span>{ "–" }</span> }, |at| html! { <When {at} /> }) }</td>
            <td class="td-row pr-3 text-right" onclick={quiet} title="Browse what it holds" data-testid={format!("backup-contents-{id}")}>
                <Link<Route> to={Route::Contents { id: id.0 }} classes="btn btn-ghost btn-square btn-sm text-muted hover:text-base-content">
                    <Icon path={glyphs::LIST_TREE} class="size-3.5" /><span class="sr-only">{ format!("What the backup {id} of {} holds", backup.database) }</span>
                </Link<Route>>
            </td>
        </tr>
    }
}
