//! Why a backup is kept: a few small badges, with all reasons when the pointer rests on them.

use super::glyphs;
use super::icon::Icon;
use crate::words::kept;
use holdfast_types::KeepReason;
use yew::prelude::*;

/// How many badges stand in a row of a table.
const MOST: usize = 2;

#[derive(PartialEq, Properties)]
pub struct KeptBadgesProps {
    pub reasons: Vec<KeepReason>,
}

/// The badges.
#[component]
pub fn KeptBadges(props: &KeptBadgesProps) -> Html {
    let (words, more) = kept::badges(&props.reasons, MOST);
    html! {
        <span class="inline-flex items-center gap-1 whitespace-nowrap" title={kept::all(&props.reasons)}>
            if words.is_empty() {
                <span class="text-warning text-[12px] font-medium">{ "goes next" }</span>
            }
            { for words.into_iter().map(|word| html! {
                <span key={word} class="inline-flex items-center gap-1 rounded-selector bg-tint-neutral text-muted px-1.5 py-px text-[12px]">
                    if word == "pinned" {
                        <Icon path={glyphs::PIN} class="size-3 text-primary" />
                    }
                    { word }
                </span>
            }) }
            if more > 0 {
                <span class="label-muted">{ format!("+{more}") }</span>
            }
            <span class="sr-only">{ kept::all(&props.reasons) }</span>
        </span>
    }
}
