//! How far a backup is proven: five small bars and a word.

use crate::words;
use holdfast_types::TrustLevel;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct TrustBadgeProps {
    pub level: Option<TrustLevel>,
}

/// The trust badge.
#[component]
pub fn TrustBadge(props: &TrustBadgeProps) -> Html {
    let Some(level) = props.level else {
        return html! { <span class="text-muted">{ "no good backup" }</span> };
    };
    let bars = (1..=5u8).map(|bar| {
        let ink = if bar <= level.rank() { "fill-primary" } else { "fill-track" };
        html! { <rect key={bar} x={(u32::from(bar - 1) * 5).to_string()} y="0" width="3.4" height="10" rx="1" class={ink} /> }
    });
    html! {
        <span class="inline-flex items-center gap-2 whitespace-nowrap text-[12.5px]"
            title={words::ladder(level)}>
            <svg viewBox="0 0 24 10" class="w-6 h-2.5 shrink-0" aria-hidden="true">{ for bars }</svg>
            <span class="trust-word">{ level.label() }</span>
            <span class="trust-rank" aria-hidden="true">{ format!("L{}", level.rank()) }</span>
        </span>
    }
}
