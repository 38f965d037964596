//! The tables of a backup, to be ticked.

use super::Edited;
use crate::components::{Button, ButtonKind, ButtonSize, Check, Input, InputKind};
use crate::format;
use crate::forms::restore::RestoreDraft;
use crate::locale;
use holdfast_types::{BackupTable, table_name};
use yew::prelude::*;

/// How many tables are shown at once; the search finds the others.
const MOST: usize = 200;

#[derive(PartialEq, Properties)]
pub struct TablesProps {
    pub edited: Edited,
}

/// The name by which the engine knows a table.
fn name_of(table: &BackupTable) -> String {
    table_name(&table.schema, &table.name)
}

/// The list, with its search.
#[component]
pub fn Tables(props: &TablesProps) -> Html {
    let edited = &props.edited;
    let draft = &edited.draft;
    let search = use_state(String::new);
    let wanted = search.trim().to_lowercase();
    let matching: Vec<&BackupTable> =
        edited.backup.tables.iter().filter(|table| name_of(table).to_lowercase().contains(&wanted)).collect();
    let oninput = {
        let setter = search.setter();
        Callback::from(move |text: String| setter.set(text))
    };
    // Enter looks for a table; it is not meant for the step.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    });
    let every = |put: fn(&mut RestoreDraft, &str)| {
        let names: Vec<String> = matching.iter().map(|table| name_of(table)).collect();
        edited.put(move |draft, _: MouseEvent| names.iter().for_each(|name| put(draft, name)))
    };
    let tick = every(|draft, name| {
        draft.tables.insert(name.to_owned());
    });
    let untick = every(|draft, name| {
        draft.tables.remove(name);
    });
    let bytes: u64 = edited
        .backup
        .tables
        .iter()
        .filter(|table| draft.tables.contains(&name_of(table)))
        .map(|table| table.bytes)
        .sum();
    let hidden = matching.len().saturating_sub(MOST);
    html! {
        <div class="flex flex-col gap-2">
            <div class="flex flex-wrap items-center gap-2" {onkeydown}>
                <Input id="restore-table-search" label="Search tables" kind={InputKind::Search} value={(*search).clone()} {oninput} placeholder="Search tables" class="w-full sm:w-64" testid="restore-table-search" />
                <Button label={if wanted.is_empty() { "Tick all" } else { "Tick these" }} kind={ButtonKind::Bare} size={ButtonSize::Small} disabled={matching.is_empty()} onclick={tick} />
                <Button label={if wanted.is_empty() { "Untick all" } else { "Untick these" }} kind={ButtonKind::Bare} size={ButtonSize::Small} disabled={draft.tables.is_empty()} onclick={untick} />
                <span class="grow" />
                <span class="label-muted" role="status">{ format!("{} ticked, {} on the server", format::count(draft.tables.len() as u64, "table", "tables"), format::bytes(bytes)) }</span>
            </div>
            <div class="rounded-field border border-base-300 max-h-72 overflow-y-auto px-3 py-1">
                { for matching.iter().take(MOST).map(|table| view_table(table, edited)) }
                <p class={classes!("text-muted", "py-1", (!matching.is_empty()).then_some("hidden"))}>{ "No table matches." }</p>
                <p class={classes!("label-muted", "py-1", (hidden == 0).then_some("hidden"))}>{ format!("and {}; search for them", format::count(hidden as u64, "more table", "more tables")) }</p>
            </div>
        </div>
    }
}

fn view_table(table: &BackupTable, edited: &Edited) -> Html {
    let name = name_of(table);
    let onchange = {
        let name = name.clone();
        edited.put(move |draft, on: bool| {
            if on {
                draft.tables.insert(name.clone());
            } else {
                draft.tables.remove(&name);
            }
        })
    };
    let rows = match (table.rows, table.estimated_rows) {
        (Some(rows), _) => {
            Some(format!("{} {}, ", locale::number(rows), if rows == 1 { "row" } else { "rows" }))
        }
        (None, rows) => rows.map(|rows| format!("about {} rows, ", locale::number(rows))),
    };
    let size = format!("{}{}", rows.unwrap_or_default(), format::bytes(table.bytes));
    let label = html! { <><span class="truncate mono" title={name.clone()}>{ name.clone() }</span><span class="label-muted whitespace-nowrap">{ size }</span></> };
    html! { <Check key={name.clone()} on={edited.draft.tables.contains(&name)} {label} {onchange} testid={format!("restore-table-{name}")} /> }
}
