//! One figure of the statistics.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct StatProps {
    pub label: AttrValue,
    pub value: AttrValue,
    /// What stands under the figure.
    #[prop_or_default]
    pub children: Html,
    pub testid: AttrValue,
}

/// A figure, what it counts, and what it is made of.
#[component]
pub fn Stat(props: &StatProps) -> Html {
    html! {
        <div class="px-4 py-3 min-w-0 bg-base-100" data-testid={props.testid.clone()}>
            <p class="label-muted">{ &props.label }</p>
            <p class="text-[22px] leading-tight font-semibold whitespace-nowrap my-0.5">{ &props.value }</p>
            <div class="label-muted truncate">{ props.children.clone() }</div>
        </div>
    }
}
