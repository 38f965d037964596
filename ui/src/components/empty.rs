//! An empty place: what will appear there, and the next step.

use super::icon::Icon;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct EmptyProps {
    pub icon: &'static str,
    pub title: AttrValue,
    pub text: AttrValue,
    /// The next step.
    #[prop_or_default]
    pub children: Html,
}

/// An empty place.
#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="flex flex-col items-center text-center gap-1 py-12 px-6 max-w-md mx-auto">
            <span class="size-11 rounded-full bg-base-200 text-muted grid place-items-center mb-2">
                <Icon path={props.icon} class="size-5" />
            </span>
            <p class="font-semibold text-[14px]">{ &props.title }</p>
            <p class="text-muted text-pretty">{ &props.text }</p>
            <div class="flex items-center gap-2 mt-3">{ props.children.clone() }</div>
        </div>
    }
}
