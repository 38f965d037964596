//! What differs: a sentence, the tables whose rows moved, and the objects that came, went or changed.

use super::changed::Changed;
use crate::components::{Card, Column, Icon, Table, Tone, glyphs};
use crate::format;
use crate::forms::compare::{
    Moved, by_movement, contents_sentence, contents_words, is_empty, moved, sentence, shown, unshown,
};
use crate::forms::contents::{kind_words, own_name, qualified};
use crate::locale;
use holdfast_types::{BackupComparison, BackupId, BackupObject, TableChange};
use yew::prelude::*;

/// The result for an older and a newer backup.
pub fn view_result(pair: (BackupId, BackupId), found: &BackupComparison) -> Html {
    let equal = is_empty(found);
    let (tone, icon) =
        if equal { (Tone::Good, glyphs::CIRCLE_CHECK) } else { (Tone::Busy, glyphs::ARROW_LEFT_RIGHT) };
    html! {
        <div class="flex flex-col gap-4">
            <p class={classes!("rounded-box", "px-4", "py-3", "flex", "items-center", "gap-3", "font-medium", tone.tint())} role="status" data-testid="compare-sentence">
                <Icon path={icon} class="size-4.5" /><span class="text-base-content">{ sentence(found) }</span>
            </p>
            { view_tables(found) }
            { view_objects("Added", "compare-added", "Only the newer backup has them.", &found.added) }
            { view_objects("Removed", "compare-removed", "Only the older backup has them.", &found.removed) }
            if !found.changed.is_empty() {
                <Changed {pair} objects={found.changed.clone()} />
            }
        </div>
    }
}

/// What of a long list is not drawn.
fn view_rest(all: usize) -> Html {
    let words = unshown(all);
    html! { <p class={classes!("label-muted", "px-4", "py-2", words.is_none().then_some("hidden"))}>{ words }</p> }
}

fn view_tables(found: &BackupComparison) -> Html {
    let tables = &found.tables;
    if tables.is_empty() {
        return Html::default();
    }
    let columns = vec![
        Column::new("Table"),
        Column::figures("Rows before"),
        Column::figures("after"),
        Column::figures("Difference"),
        Column::figures("As text before"),
        Column::figures("after"),
        Column::new("Contents"),
    ];
    html! {
        <Card title="Tables with other contents" aside={html! { <span>{ "those first that moved most" }</span> }} flush=true testid="compare-tables">
            <Table {columns}>{ for shown(&by_movement(tables)).iter().map(|table| view_table(table)) }</Table>
            { view_rest(tables.len()) }
            <p class="label-muted px-4 py-2">{ contents_sentence(found) }</p>
        </Card>
    }
}

fn view_table(table: &TableChange) -> Html {
    let name = qualified(&table.schema, &table.name);
    let rows = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), locale::number);
    let bytes = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), format::bytes);
    // Rows that are gone are what somebody looks for; new ones are everyday.
    let (words, ink) = match moved(table.rows_before, table.rows_after) {
        Moved::Up(by) => (format!("+{}", locale::number(by)), "text-success"),
        Moved::Down(by) => (format!("−{}", locale::number(by)), "text-error"),
        Moved::Same => ("none".to_owned(), "text-muted"),
        Moved::Unknown => ("–".to_owned(), "text-muted"),
    };
    html! {
        <tr key={name.clone()} class="border-t border-base-300">
            <td class="td-row pl-4 max-w-80"><span class="block truncate font-medium" title={name.clone()}>{ name.clone() }</span></td>
            <td class="td-row text-right whitespace-nowrap text-muted">{ rows(table.rows_before) }</td>
            <td class="td-row text-right whitespace-nowrap">{ rows(table.rows_after) }</td>
            <td class={classes!("td-row", "text-right", "whitespace-nowrap", "font-medium", ink)}>{ words }</td>
            <td class="td-row text-right whitespace-nowrap text-muted">{ bytes(table.bytes_before) }</td>
            <td class="td-row text-right whitespace-nowrap">{ bytes(table.bytes_after) }</td>
            <td class="td-row whitespace-nowrap text-muted pr-4">{ contents_words(table.contents) }</td>
        </tr>
    }
}

fn view_objects(
    title: &'static str,
    testid: &'static str,
    meaning: &'static str,
    objects: &[BackupObject],
) -> Html {
    if objects.is_empty() {
        return Html::default();
    }
    html! {
        <Card title={format!("{title} ({})", objects.len())} aside={html! { <span>{ meaning }</span> }} flush=true {testid}>
            <div class="overflow-x-auto">
                <table class="w-full">
                    <thead class="sr-only"><tr><th scope="col">{ "Kind" }</th><th scope="col">{ "Name" }</th><th scope="col">{ "Rows" }</th><th scope="col">{ "As text" }</th></tr></thead>
                    <tbody>{ for shown(objects).iter().enumerate().map(|(i, object)| view_object(i, object)) }</tbody>
                </table>
            </div>
            { view_rest(objects.len()) }
        </Card>
    }
}

fn view_object(i: usize, object: &BackupObject) -> Html {
    let name = qualified(&object.schema, own_name(object));
    let rows = object
        .rows
        .map(|rows| format!("{} {}", locale::number(rows), if rows == 1 { "row" } else { "rows" }))
        .unwrap_or_default();
    let of = object
        .table
        .as_ref()
        .map(|table| format!(" of {}", qualified(&object.schema, table)))
        .unwrap_or_default();
    html! {
        <tr key={i} class="border-t border-base-300">
            <td class="td-row pl-4 text-muted whitespace-nowrap w-40">{ kind_words(&object.kind) }</td>
            <td class="td-row max-w-96"><span class="block truncate" title={name.clone()}><span class="font-medium">{ name.clone() }</span><span class="text-muted">{ of }</span></span></td>
            <td class="td-row text-right whitespace-nowrap text-muted">{ rows }</td>
            <td class="td-row text-right whitespace-nowrap text-muted pr-4">{ object.bytes.map(format::bytes).unwrap_or_default() }</td>
        </tr>
    }
}
