//! The place of what is on its way.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SkeletonProps {
    #[prop_or(6)]
    pub rows: u32,
}

/// Grey rows, as many as are likely to come.
#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    html! {
        <div class="flex flex-col gap-3 p-4" role="status" aria-label="Loading">
            { for (0..props.rows).map(|row| html! {
                <div key={row} class={classes!("skeleton", "h-5", "rounded-selector", if row % 3 == 2 { "w-2/3" } else { "w-full" })} />
            }) }
        </div>
    }
}
