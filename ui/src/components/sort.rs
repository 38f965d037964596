//! The head of a column that can order its table.

use super::glyphs;
use super::icon::Icon;
use yew::prelude::*;

/// How a column orders the table now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Not at all.
    None,
    /// Smallest or oldest first.
    Ascending,
    /// Largest or newest first.
    Descending,
}

#[derive(PartialEq, Properties)]
pub struct SortHeadProps {
    pub label: AttrValue,
    pub order: Order,
    pub onclick: Callback<()>,
    #[prop_or_default]
    pub right: bool,
    #[prop_or_default]
    pub class: Classes,
}

/// The head.
#[component]
pub fn SortHead(props: &SortHeadProps) -> Html {
    let tell = props.onclick.clone();
    let (aria, icon) = match props.order {
        Order::None => ("none", glyphs::ARROW_DOWN),
        Order::Ascending => ("ascending", glyphs::ARROW_UP),
        Order::Descending => ("descending", glyphs::ARROW_DOWN),
    };
    let dim = (props.order == Order::None)
        .then_some("opacity-0 group-hover:opacity-60 group-focus-visible:opacity-60");
    let side = props.right.then_some("flex-row-reverse");
    html! {
        <th scope="col" aria-sort={aria} class={classes!("th-quiet", "first:pl-4", "last:pr-4", props.right.then_some("text-right"), props.class.clone())}>
            <button type="button" onclick={move |_| tell.emit(())} class={classes!("group", "inline-flex", "items-center", "align-middle", "gap-1", "cursor-pointer", "hover:text-base-content", side)}>
                <span>{ &props.label }</span><Icon path={icon} class={classes!("size-3", dim)} />
            </button>
        </th>
    }
}
