//! A failure: what went wrong, and what to do.

use super::button::{Button, ButtonSize};
use super::glyphs;
use super::icon::Icon;
use super::status::Tone;
use holdfast_types::ApiError;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct NoticeProps {
    pub tone: Tone,
    pub message: AttrValue,
    #[prop_or_default]
    pub hint: AttrValue,
    /// What can be done at once.
    #[prop_or_default]
    pub children: Html,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// A few words on a tint, with what to do.
#[component]
pub fn Notice(props: &NoticeProps) -> Html {
    let icon = match props.tone {
        Tone::Good => glyphs::CIRCLE_CHECK,
        Tone::Bad => glyphs::CIRCLE_ALERT,
        Tone::Doubtful => glyphs::TRIANGLE_ALERT,
        Tone::Busy | Tone::Neutral => glyphs::INFO,
    };
    let role = if props.tone == Tone::Bad { "alert" } else { "status" };
    html! {
        <div class={classes!("rounded-box", "flex", if props.hint.is_empty() { "items-center" } else { "items-start" }, "gap-3", "px-4", "py-3", "border", "border-transparent", props.tone.tint())}
            {role} data-testid={props.testid.clone()}>
            <Icon path={icon} class="size-4.5 mt-px" />
            <div class="min-w-0 grow text-base-content">
                <p class="font-medium break-words">{ &props.message }</p>
                <p class={classes!("text-[13px]", "break-words", props.hint.is_empty().then_some("hidden"))}>{ &props.hint }</p>
            </div>
            <div class="flex items-center gap-2 shrink-0">{ props.children.clone() }</div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct ErrorPanelProps {
    pub error: ApiError,
    #[prop_or_default]
    pub onretry: Option<Callback<()>>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// A failed command.
#[component]
pub fn ErrorPanel(props: &ErrorPanelProps) -> Html {
    let retry = props.onretry.clone();
    html! {
        <Notice tone={Tone::Bad} message={props.error.message.clone()} hint={props.error.hint.clone()} testid={props.testid.clone()}>
            if let Some(retry) = retry {
                <Button label="Try again" size={ButtonSize::Small} icon={glyphs::ROTATE_CW} onclick={move |_| retry.emit(())} />
            }
        </Notice>
    }
}
