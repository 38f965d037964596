//! Who changed what, newest first.

use crate::components::{Card, Empty, Pager, When, glyphs, view};
use crate::hooks::use_loaded;
use crate::live::use_versions;
use holdfast_types::{AuditEntry, ListAudit};
use yew::prelude::*;

/// Rows on a page.
const LIMIT: u32 = 20;

/// The audit trail.
#[component]
pub fn Audit() -> Html {
    let versions = use_versions();
    let page = use_state(|| 1u32);
    let trail =
        use_loaded((*page, versions), |(page, _)| ListAudit { page: Some(*page), limit: Some(LIMIT) });
    let onpage = {
        let setter = page.setter();
        Callback::from(move |next: u32| setter.set(next))
    };
    html! {
        <Card title="Audit trail" flush=true>
            { view(&trail, 5, |trail| if trail.total == 0 {
                html! { <Empty icon={glyphs::LIST_CHECKS} title="Nothing was changed yet" text="Every change of a server, a job, a backup or a setting is written down here, with who made it." /> }
            } else {
                html! {
                    <div>
                        <div class="overflow-x-auto">
                            <table class="w-full" data-testid="audit-table">
                                <thead><tr>
                                    <th scope="col" class="th-quiet pl-4">{ "When" }</th>
                                    <th scope="col" class="th-quiet">{ "Who" }</th>
                                    <th scope="col" class="th-quiet">{ "What" }</th>
                                    <th scope="col" class="th-quiet">{ "Of" }</th>
                                    <th scope="col" class="th-quiet pr-4">{ "More" }</th>
                                </tr></thead>
                                <tbody>{ for trail.items.iter().map(view_row) }</tbody>
                            </table>
                        </div>
                        <Pager page={trail.page} limit={LIMIT} total={trail.total} noun="changes" onpage={onpage.clone()} />
                    </div>
                }
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
