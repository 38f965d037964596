//! A command to copy.

use super::button::{Button, ButtonKind, ButtonSize};
use super::glyphs;
use crate::dom;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct CommandLineProps {
    pub text: AttrValue,
}

/// A line of text in the type of terminals, with a button that copies it.
#[component]
pub fn CommandLine(props: &CommandLineProps) -> Html {
    let copied = use_state(|| false);
    {
        let setter = copied.setter();
        use_effect_with(*copied, move |copied| {
            let timer = copied.then(|| Timeout::new(2_000, move || setter.set(false)));
            move || drop(timer)
        });
    }
    let onclick = {
        let (text, setter) = (props.text.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            dom::copy(&text);
            setter.set(true);
        })
    };
    html! {
        <div class="flex items-start gap-1 bg-base-200 rounded-field pl-3 pr-1 py-1">
            <code class="mono grow min-w-0 py-1 wrap-anywhere whitespace-pre-wrap">{ &props.text }</code>
            <Button label={if *copied { "Copied" } else { "Copy" }} kind={ButtonKind::Bare} size={ButtonSize::Small} icon_only=true
                icon={if *copied { glyphs::CHECK } else { glyphs::COPY }} {onclick} />
        </div>
    }
}
