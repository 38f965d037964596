//! One icon.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct IconProps {
    /// Its outline: one of `glyphs`.
    pub path: &'static str,
    /// Size and colour.
    #[prop_or(classes!("size-4"))]
    pub class: Classes,
}

/// An icon beside a word; it says nothing to screen readers.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! {
        <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true" class={classes!("shrink-0", props.class.clone())}>
            <path d={props.path} />
        </svg>
    }
}
