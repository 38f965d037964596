//! The backups that hold a table, and the way to restore it alone.

use super::query::{BackupsQuery, LIMIT};
use crate::components::{Column, Empty, Icon, Pager, Table, TrustBadge, When, glyphs, view};
use crate::format;
use crate::forms::contents::{ContentsQuery, qualified};
use crate::forms::restore_query::RestoreQuery;
use crate::hooks::use_loaded;
use crate::live::use_versions;
use crate::locale;
use crate::route::Route;
use holdfast_types::{BackupStatus, FindTable, Page, TableInBackup};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct FoundProps {
    pub query: BackupsQuery,
    pub onpage: Callback<u32>,
}

/// The list.
#[component]
pub fn Found(props: &FoundProps) -> Html {
    let versions = use_versions();
    let found =
        use_loaded((props.query.clone(), versions.backups), |(query, _)| query.wanted().unwrap_or_default());
    view(&found, 8, |page| view_found(page, &props.query.wanted().unwrap_or_default(), &props.onpage))
}

fn view_found(page: &Page<TableInBackup>, wanted: &FindTable, onpage: &Callback<u32>) -> Html {
    if page.total == 0 {
        let text = match &wanted.schema {
            Some(schema) => format!(
                "No backup that is there holds a table in {schema} with {:?} in its name.",
                wanted.name
            ),
            None => format!("No backup that is there holds a table with {:?} in its name.", wanted.name),
        };
        return html! { <Empty icon={glyphs::TABLE} title="No backup holds it" {text} /> };
    }
    let columns = vec![
        Column::new("Table"),
        Column::new("Database"),
        Column::new("Backup made"),
        Column::figures("Rows"),
        Column::figures("As text"),
        Column::new("Trust"),
        Column::unlabelled("What to do"),
    ];
    let pager = html! { <Pager page={page.page} limit={LIMIT} total={page.total} noun="places" onpage={onpage.clone()} /> };
    html! {
        <Table {columns} {pager} class="dense" testid="found-table">
            { for page.items.iter().enumerate().map(|(i, item)| view_row(i, item)) }
        </Table>
    }
}

fn view_row(i: usize, item: &TableInBackup) -> Html {
    let backup = &item.backup;
    let id = backup.id;
    let name = qualified(&item.schema, &item.name);
    let look = ContentsQuery::default().opened(&item.schema, &item.name);
    let restore = RestoreQuery::of_table(name.clone());
    html! {
        <tr key={i} class="border-t border-base-300 hover:bg-base-200/70" data-testid={format!("found-row-{id}-{name}")}>
            <td class="td-row pl-4 max-w-72">
                <span class="block truncate font-medium" title={name.clone()}>
                    <Link<Route, ContentsQuery> to={Route::Contents { id: id.0 }} query={Some(look)} classes="hover:underline">{ name.clone() }</Link<Route, ContentsQuery>>
                </span>
            </td>
            <td class="td-row max-w-40">
                <span class="block truncate" title={backup.database.clone()}>{ &backup.database }</span>
                <span class="block truncate label-muted">{ &backup.server }</span>
            </td>
            <td class="td-row whitespace-nowrap"><When at={backup.created_at.clone()} both=true /></td>
            <td class="td-row text-right whitespace-nowrap">{ item.rows.map_or_else(|| "–".to_owned(), locale::number) }</td>
            <td class="td-row text-right whitespace-nowrap">{ item.bytes.map_or_else(|| "–".to_owned(), format::bytes) }</td>
            <td class="td-row"><TrustBadge level={Some(backup.trust)} /></td>
            <td class="td-row pr-4 text-right whitespace-nowrap">
                if backup.status == BackupStatus::Good {
                    <Link<Route, RestoreQuery> to={Route::NewRestore { backup_id: id.0 }} query={Some(restore)} classes="btn btn-quiet btn-sm">
                        <Icon path={glyphs::ARCHIVE_RESTORE} class="size-3.5" />{ "Restore" }<span class="sr-only">{ format!(" {name} of backup {id}") }</span>
                    </Link<Route, RestoreQuery>>
                } else {
                    <span class="text-muted">{ backup.status.as_str() }</span>
                }
            </td>
        </tr>
    }
}
