//! A table: its head stays in sight and can order the rows, and further pages are one step away.

use super::sort::{Order, SortHead};
use yew::prelude::*;

/// The head of a column.
#[derive(Clone, PartialEq)]
pub struct Column {
    label: AttrValue,
    class: Classes,
    side: Side,
    sight: Sight,
    sort: Option<(Order, Callback<()>)>,
}

/// Where a column's words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    /// Figures are compared by their last digits.
    Right,
}

/// Who sees a column's label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    Everybody,
    /// What its cells hold speaks for itself; a screen reader is told.
    ScreenReaders,
}

impl Column {
    /// A column of words.
    pub fn new(label: &'static str) -> Self {
        let label = AttrValue::Static(label);
        Self { label, class: Classes::new(), side: Side::Left, sight: Sight::Everybody, sort: None }
    }

    /// A column of figures.
    pub fn figures(label: &'static str) -> Self {
        Self { side: Side::Right, ..Self::new(label) }
    }

    /// A column whose label only a screen reader tells.
    pub fn unlabelled(label: &'static str) -> Self {
        Self { sight: Sight::ScreenReaders, ..Self::new(label) }
    }

    /// The column where the window is wide; its cells need the class `max-wide:hidden` too.
    pub fn wide(self) -> Self {
        self.classed("max-wide:hidden")
    }

    /// The column with a look of its own; its cells need the same classes where they hide it.
    pub fn classed(self, class: &'static str) -> Self {
        Self { class: classes!(self.class, class), ..self }
    }

    /// The column, by which the table can be ordered: how it is now, and whom to tell.
    pub fn sorted(self, order: Order, onclick: Callback<()>) -> Self {
        Self { sort: Some((order, onclick)), ..self }
    }
}

#[derive(PartialEq, Properties)]
pub struct TableProps {
    pub columns: Vec<Column>,
    /// The rows.
    pub children: Html,
    /// The way to further pages.
    #[prop_or_default]
    pub pager: Html,
    #[prop_or_default]
    pub class: Classes,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    #[prop_or_default]
    pub onkeydown: Callback<KeyboardEvent>,
}

/// The table.
#[component]
pub fn Table(props: &TableProps) -> Html {
    let onkeydown = props.onkeydown.clone();
    html! {
        <div>
            <div class="table-frame">
                <table class={classes!("w-full", props.class.clone())} data-testid={props.testid.clone()} {onkeydown}>
                    <thead class="head-stuck"><tr>{ for props.columns.iter().enumerate().map(view_head) }</tr></thead>
                    <tbody>{ props.children.clone() }</tbody>
                </table>
            </div>
            { props.pager.clone() }
        </div>
    }
}

fn view_head((i, column): (usize, &Column)) -> Html {
    let right = column.side == Side::Right;
    if let Some((order, onclick)) = &column.sort {
        return html! { <SortHead key={i} label={column.label.clone()} order={*order} onclick={onclick.clone()} {right} class={column.class.clone()} /> };
    }
    let spoken = (column.sight == Sight::ScreenReaders).then_some("sr-only");
    html! {
        <th key={i} scope="col" class={classes!("th-quiet", "first:pl-4", "last:pr-4", right.then_some("text-right"), column.class.clone())}>
            <span class={classes!(spoken)}>{ &column.label }</span>
        </th>
    }
}
