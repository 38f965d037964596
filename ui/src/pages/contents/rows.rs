//! The first rows of a table: one stop of the Tab key, arrows from value to value, Enter shows one whole.

use super::value::{At, ValueDialog};
use crate::dom;
use crate::forms::contents::qualified;
use holdfast_types::BackupId;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// How many characters of a value stand in its cell.
const MOST: usize = 80;

#[derive(PartialEq, Properties)]
pub struct RowsGridProps {
    pub id: BackupId,
    pub schema: AttrValue,
    pub name: AttrValue,
    pub columns: Vec<String>,
    /// An absent value is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

/// The rows.
#[component]
pub fn RowsGrid(props: &RowsGridProps) -> Html {
    let place = use_state(|| (0usize, 0usize));
    let shown = use_state(|| None::<At>);
    let (height, width) = (props.rows.len(), props.columns.len());
    let show = {
        let (setter, columns) = (shown.setter(), props.columns.clone());
        Callback::from(move |(y, x): (usize, usize)| {
            setter.set(Some(At { row: y, column: x, title: columns.get(x).cloned().unwrap_or_default() }))
        })
    };
    let onkeydown = {
        let (setter, (y, x), show) = (place.setter(), *place, show.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowLeft" => (y, x.saturating_sub(1)),
                "ArrowRight" => (y, (x + 1).min(width.saturating_sub(1))),
                "ArrowUp" => (y.saturating_sub(1), x),
                "ArrowDown" => ((y + 1).min(height.saturating_sub(1)), x),
                "Home" => (y, 0),
                "End" => (y, width.saturating_sub(1)),
                "Enter" | " " => {
                    event.prevent_default();
                    show.emit((y, x));
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            setter.set(next);
            dom::focus(&format!("[data-value='{}-{}']", next.0, next.1));
        })
    };
    // One listener for all cells.
    let onclick = {
        let (setter, show) = (place.setter(), show);
        Callback::from(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            let cell = target.and_then(|target| target.closest("[data-value]").ok().flatten());
            if let Some(at) = cell.and_then(|cell| cell.get_attribute("data-value")).and_then(|at| parse(&at))
            {
                setter.set(at);
                show.emit(at);
            }
        })
    };
    let onclose = {
        let setter = shown.setter();
        Callback::from(move |()| setter.set(None))
    };
    html! {
        <div>
            <div class="overflow-auto max-h-[24rem] rounded-field border border-base-300">
                <table role="grid" aria-label={format!("Rows of {}", qualified(&props.schema, &props.name))} class="min-w-full" data-testid="table-rows" {onkeydown} {onclick}>
                    <thead><tr>{ for props.columns.iter().map(|name| html! {
                        <th key={name.clone()} scope="col" class="th-quiet sticky top-0 bg-base-200 mono font-semibold">{ name }</th>
                    }) }</tr></thead>
                    <tbody>
                        { for props.rows.iter().enumerate().map(|(y, row)| html! {
                            <tr key={y} class="border-t border-base-300">
                                { for row.iter().enumerate().map(|(x, value)| view_value((y, x), value.as_deref(), (y, x) == *place)) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            <div class="contents">
                if let Some(at) = (*shown).clone() {
                    <ValueDialog id={props.id} schema={props.schema.clone()} name={props.name.clone()} {at} {onclose} />
                }
            </div>
        </div>
    }
}

fn parse(at: &str) -> Option<(usize, usize)> {
    let (y, x) = at.split_once('-')?;
    Some((y.parse().ok()?, x.parse().ok()?))
}

/// NULL and nothing are told in words, so that neither is taken for a text.
fn view_value((y, x): (usize, usize), value: Option<&str>, stop: bool) -> Html {
    let content = match value {
        None => html! { <span class="text-muted italic" data-null="">{ "NULL" }</span> },
        Some("") => html! { <span class="text-muted">{ "empty text" }</span> },
        Some(text) => html! { <span>{ beginning(text) }</span> },
    };
    html! {
        <td key={x} role="gridcell" tabindex={if stop { "0" } else { "-1" }} data-value={format!("{y}-{x}")} title="Show the whole value"
            class="py-1 px-3 mono whitespace-pre max-w-72 truncate cursor-pointer hover:bg-base-200 focus-visible:-outline-offset-2">{ content }</td>
    }
}

/// The first characters on one line.
fn beginning(text: &str) -> String {
    let mut short: String =
        text.chars().take(MOST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_shows_one_line_and_says_when_there_is_more() {
        assert_eq!(beginning("a\nb\tc"), "a b c", "a line break would make the row higher");
        let long = "ä".repeat(100);
        assert_eq!(beginning(&long).chars().count(), MOST + 1, "letters are counted, not bytes");
        assert!(beginning(&long).ends_with('…'), "the reader sees that there is more");
    }

    #[test]
    fn a_cell_is_found_again_by_its_place() {
        assert_eq!(parse("12-3"), Some((12, 3)), "row and column");
        assert_eq!(parse("x"), None, "anything else is no place");
    }
}
