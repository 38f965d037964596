//! One of very few words, side by side: radio buttons, so that arrows move between them.

use super::field::Choice;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SegmentsProps {
    /// What it is about, for screen readers.
    pub legend: AttrValue,
    /// The name of the group; its choices' `data-testid` is `NAME-VALUE`.
    pub name: AttrValue,
    pub value: AttrValue,
    pub choices: Vec<Choice>,
    pub onchange: Callback<String>,
}

/// The choice.
#[component]
pub fn Segments(props: &SegmentsProps) -> Html {
    let onchange = {
        let tell = props.onchange.clone();
        Callback::from(move |event: Event| {
            tell.emit(event.target_unchecked_into::<HtmlInputElement>().value())
        })
    };
    html! {
        <fieldset class="inline-flex rounded-field border border-base-300 overflow-clip">
            <legend class="sr-only">{ &props.legend }</legend>
            { for props.choices.iter().map(|(value, words)| {
                let chosen = *value == props.value;
                let look = if chosen { "bg-base-200 text-base-content font-medium" } else { "text-muted hover:text-base-content" };
                html! {
                    <label key={value.to_string()} class={classes!("px-2", "py-0.5", "cursor-pointer", "has-focus-visible:outline-2", "-outline-offset-2", "outline-primary", look)}>
                        <input type="radio" class="sr-only" name={props.name.clone()} value={value.clone()} checked={chosen} onchange={onchange.clone()} data-testid={format!("{}-{value}", props.name)} />
                        { words }
                    </label>
                }
            }) }
        </fieldset>
    }
}
