//! A bar for a part of a whole.

use super::status::Tone;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct BarProps {
    pub value: u64,
    /// The whole; 0 while it is unknown, which shows an empty bar.
    pub max: u64,
    pub label: AttrValue,
    #[prop_or(Tone::Busy)]
    pub tone: Tone,
    #[prop_or_default]
    pub thick: bool,
}

/// The bar.
#[component]
pub fn Bar(props: &BarProps) -> Html {
    let max = props.max.max(1);
    let value = props.value.min(max);
    html! {
        <progress class={classes!(props.tone.ink(), props.thick.then_some("bar-thick"))} value={value.to_string()}
            max={max.to_string()} aria-label={props.label.clone()} />
    }
}
