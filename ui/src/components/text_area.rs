//! Several lines of text.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct TextAreaProps {
    pub id: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub placeholder: AttrValue,
    #[prop_or(3)]
    pub rows: u32,
    #[prop_or_default]
    pub bad: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// The text, in the type of terminals.
#[component]
pub fn TextArea(props: &TextAreaProps) -> Html {
    let oninput = {
        let tell = props.oninput.clone();
        Callback::from(move |event: InputEvent| {
            tell.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value())
        })
    };
    html! {
        <textarea id={props.id.clone()} value={props.value.clone()} {oninput} placeholder={props.placeholder.clone()} rows={props.rows.to_string()}
            autocapitalize="off" autocomplete="off" spellcheck="false" wrap="off" aria-invalid={props.bad.then_some("true")}
            aria-describedby={format!("{}-note", props.id)} data-testid={props.testid.clone()}
            class={classes!("textarea", "mono", "w-full", "min-h-0", "leading-relaxed", props.bad.then_some("input-bad"))} />
    }
}
