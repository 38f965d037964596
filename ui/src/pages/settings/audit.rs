//! Who changed what, newest first.

use crate::components::{Card, Column, Empty, Pager, Table, When, glyphs, view};
use crate::forms::list::{ListQuery, page_word};
use crate::hooks::{use_loaded, use_query};
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{AuditEntry, ListAudit};
use yew::prelude::*;

/// Rows on a page.
const LIMIT: u32 = 20;

/// The audit trail.
#[component]
pub fn Audit() -> Html {
    let versions = use_versions();
    let (query, go) = use_query::<ListQuery>();
    let trail =
        use_loaded((query.page(), versions), |(page, _)| ListAudit { page: Some(*page), limit: Some(LIMIT) });
    let onpage =
        go.reform(|page: u32| (Route::Settings, ListQuery { page: page_word(page), ..ListQuery::default() }));
    html! {
        <Card title="Audit trail" flush=true>
            { view(&trail, 5, |trail| if trail.total == 0 {
                html! { <Empty icon={glyphs::LIST_CHECKS} title="Nothing was changed yet" text="Every change of a server, a job, a backup or a setting is written down here, with who made it." /> }
            } else {
                let columns = ["When", "Who", "What", "Of", "More"].map(Column::new).to_vec();
                let pager = html! { <Pager page={trail.page} limit={LIMIT} total={trail.total} noun="changes" onpage={onpage.clone()} /> };
                html! { <Table {columns} {pager} testid="audit-table">{ for trail.items.iter().map(view_row) }</Table> }
            }) }
        </Card>
    }
}

fn view_row(entry: &AuditEntry) -> Html {
    html! {
        <tr key={entry.id} class="border-t border-base-300">
            <td class="td-row pl-4 text-muted"><When at={entry.at.clone()} both=true /></td>
            <td class="td-row whitespace-nowrap">{ &entry.operator }</td>
            <td class="td-row mono whitespace-nowrap">{ &entry.action }</td>
            <td class="td-row max-w-40"><span class="block truncate" title={entry.subject.clone()}>{ &entry.subject }</span></td>
            <td class="td-row pr-4 max-w-64 text-muted"><span class="block truncate" title={entry.detail.clone()}>{ &entry.detail }</span></td>
        </tr>
    }
}
