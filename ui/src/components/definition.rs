//! A definition as it was and as it is, line by line.

use super::status::Tone;
use holdfast_types::{DefinitionLine, DefinitionSide};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DefinitionViewProps {
    pub lines: Vec<DefinitionLine>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// The lines, each with its sign: colour is never the only one.
#[component]
pub fn DefinitionView(props: &DefinitionViewProps) -> Html {
    html! {
        <div class="bg-base-200 rounded-field py-1.5 mono" data-testid={props.testid.clone()}>
            { for props.lines.iter().enumerate().map(|(i, line)| view_line(i, line)) }
        </div>
    }
}

fn view_line(i: usize, line: &DefinitionLine) -> Html {
    let (sign, tint) = match line.side {
        DefinitionSide::Both => ("", None),
        DefinitionSide::Before => ("−", Some(Tone::Bad.tint())),
        DefinitionSide::After => ("+", Some(Tone::Good.tint())),
    };
    let text =
        html! { <span class="whitespace-pre-wrap wrap-anywhere text-base-content">{ &line.text }</span> };
    html! {
        <div key={i} class={classes!("grid", "grid-cols-[1.25rem_1fr]", "px-3", tint)}>
            <span aria-hidden="true">{ sign }</span>
            { match line.side {
                DefinitionSide::Both => text,
                DefinitionSide::Before => html! { <del class="no-underline">{ text }</del> },
                DefinitionSide::After => html! { <ins class="no-underline">{ text }</ins> },
            } }
        </div>
    }
}
