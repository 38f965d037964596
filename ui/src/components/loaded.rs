//! What is shown of an answer: rows to come, the data, the data with a word that it is old, or the error.

use super::button::{Button, ButtonSize};
use super::error_panel::{ErrorPanel, Notice};
use super::glyphs;
use super::skeleton::Skeleton;
use super::status::Tone;
use crate::loadable::Loadable;
use yew::prelude::*;

/// Draws an answer. A failed refresh keeps the data on screen and says so above it.
pub fn view<T>(loaded: &Loadable<T>, rows: u32, draw: impl FnOnce(&T) -> Html) -> Html {
    match (&loaded.data, &loaded.error) {
        (Some(data), error) => html! {
            <div class="contents">
                <div class={classes!("p-3", error.is_none().then_some("hidden"))}>
                    if let Some(error) = error {
                        { stale(error, &loaded.retry) }
                    }
                </div>
                <div class="contents">{ draw(data) }</div>
            </div>
        },
        (None, Some(error)) => html! {
            <div class="p-3"><ErrorPanel error={(**error).clone()} onretry={loaded.retry.clone()} /></div>
        },
        (None, None) => html! { <Skeleton {rows} /> },
    }
}

fn stale(error: &holdfast_types::ApiError, retry: &Callback<()>) -> Html {
    let retry = retry.clone();
    html! {
        <Notice tone={Tone::Doubtful} message={format!("This is what was last known: {}", error.message)} hint={error.hint.clone()}>
            <Button label="Try again" size={ButtonSize::Small} icon={glyphs::ROTATE_CW} onclick={move |_| retry.emit(())} />
        </Notice>
    }
}
