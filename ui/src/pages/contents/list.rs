//! The objects, a page at a time.

use crate::components::{Column, Empty, Order, Pager, Table, glyphs};
use crate::dom;
use crate::format;
use crate::forms::contents::{
    By, Catalogue, ContentsQuery, Group, LIMIT, Line, kind_words, on_page, own_name, qualified,
};
use crate::locale;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ListProps {
    pub catalogue: Rc<Catalogue>,
    pub query: ContentsQuery,
    /// Opens a table, by schema and name.
    pub onopen: Callback<(String, String)>,
    pub onsort: Callback<By>,
    pub onpage: Callback<u32>,
}

/// The list. The arrow keys move from row to row.
#[component]
pub fn List(props: &ListProps) -> Html {
    let ListProps { catalogue, query, .. } = props;
    let found = catalogue.found(query);
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        dom::focus_neighbour("[data-row]", step);
    });
    if found.is_empty() {
        return view_nothing(query);
    }
    let tables = query.group() == Group::Tables;
    let pager = html! { <Pager page={query.page()} limit={LIMIT} total={found.len() as u64} noun={noun(query.group())} onpage={props.onpage.clone()} /> };
    html! {
        <Table columns={if tables { columns_of_tables(props) } else { columns_of_others() }} {pager} testid="contents-table" {onkeydown}>
            { for on_page(&found, query.page()).iter().enumerate().map(|(i, line)| {
                if tables { view_table(i, line, &props.onopen) } else { view_other(i, line) }
            }) }
        </Table>
    }
}

fn noun(group: Group) -> &'static str {
    match group {
        Group::Tables => "tables",
        Group::Views => "views",
        Group::Sequences => "sequences",
        Group::Indexes | Group::Functions | Group::Other => "objects",
    }
}

fn view_nothing(query: &ContentsQuery) -> Html {
    let filtered = !query.search.is_empty() || !query.schema.is_empty();
    let (title, text) = if filtered {
        (
            "Nothing matches",
            "Nothing of this kind has such a name here. The numbers above say where something was found.",
        )
    } else {
        ("There is none", "This backup holds nothing of this kind.")
    };
    html! { <Empty icon={if filtered { glyphs::SEARCH } else { glyphs::TABLE }} {title} {text} /> }
}

fn columns_of_tables(props: &ListProps) -> Vec<Column> {
    let by = props.query.by();
    let order = |wanted: By| match (by == wanted, wanted) {
        (false, _) => Order::None,
        (true, By::Name) => Order::Ascending,
        (true, _) => Order::Descending,
    };
    let sort = |wanted: By| {
        let tell = props.onsort.clone();
        Callback::from(move |()| tell.emit(wanted))
    };
    vec![
        Column::new("Table").sorted(order(By::Name), sort(By::Name)),
        Column::figures("Rows").sorted(order(By::Rows), sort(By::Rows)),
        Column::figures("As text").sorted(order(By::Bytes), sort(By::Bytes)),
        Column::figures("Columns"),
        Column::figures("Indexes"),
        Column::new("Owner"),
    ]
}

fn columns_of_others() -> Vec<Column> {
    ["Name", "Kind", "Belongs to", "Owner"].map(Column::new).to_vec()
}

/// A name whose schema is told, but not in the way.
fn view_name(line: &Line) -> Html {
    let object = &line.object;
    html! {
        <><span class={classes!("text-muted", object.schema.is_empty().then_some("hidden"))}>{ format!("{}.", object.schema) }</span>{ own_name(object) }</>
    }
}

fn view_table(i: usize, line: &Line, onopen: &Callback<(String, String)>) -> Html {
    let object = &line.object;
    let name = qualified(&object.schema, &object.name);
    let figure = |value: Option<u64>, words: fn(u64) -> String| value.map_or_else(|| "–".to_owned(), words);
    // Foreign tables have no rows here, and nothing to show.
    let open = (object.kind == "TABLE").then(|| {
        let (tell, schema, name) = (onopen.clone(), object.schema.clone(), object.name.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            tell.emit((schema.clone(), name.clone()));
        })
    });
    let pointer = open.is_some().then_some("cursor-pointer");
    html! {
        <tr key={i} onclick={open.clone()} class={classes!("border-t", "border-base-300", "hover:bg-base-200/70", pointer)} data-testid={format!("contents-row-{name}")}>
            <td class="td-row pl-4 max-w-96">
                if let Some(onclick) = open {
                    <button type="button" data-row="" {onclick} title={name.clone()} class="block max-w-full truncate text-left font-medium hover:underline cursor-pointer">{ view_name(line) }</button>
                } else {
                    <span class="block truncate" title={name.clone()}>{ view_name(line) }<span class="label-muted">{ format!(" {}", kind_words(&object.kind)) }</span></span>
                }
            </td>
            <td class="td-row text-right whitespace-nowrap">{ figure(object.rows, locale::number) }</td>
            <td class="td-row text-right whitespace-nowrap">{ figure(object.bytes, format::bytes) }</td>
            <td class="td-row text-right text-muted">{ figure(object.columns, locale::number) }</td>
            <td class="td-row text-right text-muted">{ locale::number(line.indexes) }</td>
            <td class="td-row pr-4 text-muted max-w-40"><span class="block truncate" title={object.owner.clone()}>{ &object.owner }</span></td>
        </tr>
    }
}

fn view_other(i: usize, line: &Line) -> Html {
    let object = &line.object;
    let name = qualified(&object.schema, &object.name);
    html! {
        <tr key={i} class="border-t border-base-300" data-testid={format!("contents-row-{name}")}>
            <td class="td-row pl-4 max-w-96"><span class="block truncate font-medium" title={name.clone()}>{ view_name(line) }</span></td>
            <td class="td-row text-muted whitespace-nowrap">{ kind_words(&object.kind) }</td>
            <td class="td-row text-muted max-w-52"><span class="block truncate">{ object.table.clone().unwrap_or_else(|| "–".to_owned()) }</span></td>
            <td class="td-row pr-4 text-muted max-w-40"><span class="block truncate">{ if object.owner.is_empty() { "–".to_owned() } else { object.owner.clone() } }</span></td>
        </tr>
    }
}
