//! The steps of a wizard: where the reader is, and a way back to what was answered.

use super::glyphs;
use super::icon::Icon;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct StepperProps {
    pub titles: Vec<AttrValue>,
    /// The one that is shown.
    pub current: usize,
    /// The last one that can be gone to.
    pub furthest: usize,
    pub onstep: Callback<usize>,
}

/// The steps in a row.
#[component]
pub fn Stepper(props: &StepperProps) -> Html {
    html! {
        <ol class="flex flex-wrap items-center gap-x-2 gap-y-1" aria-label="Steps">
            { for props.titles.iter().enumerate().map(|(i, title)| view_step(i, title, props)) }
        </ol>
    }
}

fn view_step(i: usize, title: &AttrValue, props: &StepperProps) -> Html {
    let (current, done) = (i == props.current, i < props.current);
    let onclick = {
        let tell = props.onstep.clone();
        Callback::from(move |_: MouseEvent| tell.emit(i))
    };
    let number = match (current, done) {
        (true, _) => "bg-primary text-primary-content",
        (false, true) => "bg-tint-good text-success",
        (false, false) => "bg-base-300 text-muted",
    };
    html! {
        <li key={i} class="flex items-center gap-2" aria-current={current.then_some("step")}>
            <span class={classes!("w-6", "h-px", "bg-base-300", (i == 0).then_some("hidden"))} />
            <button type="button" {onclick} disabled={current || i > props.furthest} data-testid={format!("step-{}", i + 1)}
                class="flex items-center gap-2 rounded-field px-1.5 py-1 enabled:hover:bg-base-300/60 enabled:cursor-pointer">
                <span class={classes!("size-5.5", "rounded-full", "grid", "place-items-center", "text-[12px]", "font-medium", number)}>
                    if done { <Icon path={glyphs::CHECK} class="size-3" /> } else { { i + 1 } }
                </span>
                <span class={if current { "font-semibold" } else { "text-muted" }}>{ title }</span>
            </button>
        </li>
    }
}
