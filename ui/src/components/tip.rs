//! A small text at a point of a chart, for pointer and keyboard alike.

use web_sys::HtmlElement;
use yew::prelude::*;

/// What a tip says, and where, in pixels within its frame.
#[derive(Debug, Clone, PartialEq)]
pub struct TipText {
    /// The heading.
    pub title: String,
    /// The rest, a line each.
    pub lines: Vec<String>,
    /// The middle of what it is about.
    pub x: i32,
    /// The upper edge of what it is about.
    pub y: i32,
}

#[derive(PartialEq, Properties)]
pub struct TipProps {
    pub text: Option<TipText>,
}

/// The tip; its frame must be positioned. It is placed through the CSSOM, which the content policy allows.
#[component]
pub fn Tip(props: &TipProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.text.clone(), move |text| {
            if let (Some(element), Some(text)) = (node.cast::<HtmlElement>(), text) {
                place(&element, text);
            }
        });
    }
    let text = props.text.as_ref();
    html! {
        <div ref={node} role="tooltip" class={classes!("absolute", "z-20", "pointer-events-none", "bg-neutral", "text-neutral-content",
                "rounded-field", "px-2.5", "py-1.5", "text-[12px]", "leading-snug", "w-max", "max-w-64", text.is_none().then_some("hidden"))}>
            <p class="font-medium">{ text.map(|text| text.title.clone()).unwrap_or_default() }</p>
            { for text.iter().flat_map(|text| &text.lines).enumerate().map(|(i, line)| html! { <p key={i}>{ line }</p> }) }
        </div>
    }
}

/// Above its point, within its frame.
fn place(element: &HtmlElement, text: &TipText) {
    let frame = element.offset_parent().map_or(0, |frame| frame.client_width());
    let (width, height) = (element.offset_width(), element.offset_height());
    let left = (text.x - width / 2).clamp(4, (frame - width - 4).max(4));
    let style = element.style();
    // Both are valid lengths, so neither can be refused.
    let _ = style.set_property("left", &format!("{left}px"));
    let _ = style.set_property("top", &format!("{}px", text.y - height - 6));
}
