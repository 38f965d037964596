//! What a verification or a comparison looked at, and whether it holds.

use super::glyphs;
use super::icon::Icon;
use super::status::Tone;
use crate::format::capitalised;
use holdfast_types::Check;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct CheckListProps {
    pub checks: Vec<Check>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// The list, in the order in which things were looked at.
#[component]
pub fn CheckList(props: &CheckListProps) -> Html {
    html! {
        <ul class="flex flex-col divide-y divide-base-300" data-testid={props.testid.clone()}>
            { for props.checks.iter().enumerate().map(|(i, check)| {
                let (icon, tone, word) = if check.ok { (glyphs::CHECK, Tone::Good, "holds") } else { (glyphs::X, Tone::Bad, "does not hold") };
                html! {
                    <li key={i} class="flex items-start gap-2.5 py-1.5" data-ok={check.ok.to_string()}>
                        <span class={classes!("size-5", "rounded-full", "grid", "place-items-center", "shrink-0", tone.tint())}><Icon path={icon} class="size-3" /></span>
                        <span class="min-w-0 grow grid sm:grid-cols-[10rem_minmax(0,1fr)] gap-x-3">
                            <span class="font-medium">{ capitalised(&check.name) }<span class="sr-only">{ format!(" {word}") }</span></span>
                            <span class={classes!("wrap-anywhere", if check.ok { "text-muted" } else { "text-base-content" })}>{ &check.detail }</span>
                        </span>
                    </li>
                }
            }) }
        </ul>
    }
}
