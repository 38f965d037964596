//! Buttons.

use super::glyphs;
use super::icon::Icon;
use yew::prelude::*;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The page's main action.
    Primary,
    /// Any other.
    #[default]
    Quiet,
    /// Words only.
    Bare,
    /// What destroys something.
    Danger,
    /// What destroys something, in words only.
    BareDanger,
}

/// How large a button is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonSize {
    /// As high as a field.
    #[default]
    Normal,
    /// For rows of tables.
    Small,
}

#[derive(PartialEq, Properties)]
pub struct ButtonProps {
    /// What it says; what it is called when only its icon shows.
    pub label: AttrValue,
    #[prop_or_default]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub size: ButtonSize,
    #[prop_or_default]
    pub icon: Option<&'static str>,
    /// Shows the icon alone.
    #[prop_or_default]
    pub icon_only: bool,
    /// Waits for an answer: shown turning, and not to be pressed again.
    #[prop_or_default]
    pub busy: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub submit: bool,
    /// The id of the form that it sends, where it stands outside.
    #[prop_or_default]
    pub form: Option<AttrValue>,
    #[prop_or_default]
    pub onclick: Callback<MouseEvent>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// More words, shown when the pointer rests on it.
    #[prop_or_default]
    pub title: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
}

/// A button with a word, an icon, or both.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let kind = match props.kind {
        ButtonKind::Primary => "btn-primary",
        ButtonKind::Quiet => "btn-quiet",
        ButtonKind::Bare if props.icon_only => "btn-ghost text-muted hover:text-base-content",
        ButtonKind::Bare => "btn-ghost",
        ButtonKind::Danger => "btn-error",
        ButtonKind::BareDanger => "btn-ghost text-error",
    };
    let size = (props.size == ButtonSize::Small).then_some("btn-sm");
    let square = props.icon_only.then_some("btn-square");
    let icon = if props.busy { Some(glyphs::LOADER_CIRCLE) } else { props.icon };
    let turning = props.busy.then_some("animate-spin");
    html! {
        <button type={if props.submit { "submit" } else { "button" }}
            form={props.form.clone()}
            class={classes!("btn", kind, size, square, props.class.clone())}
            disabled={props.disabled || props.busy}
            aria-busy={props.busy.then_some("true")}
            aria-label={props.icon_only.then(|| props.label.clone())}
            title={props.title.clone().or_else(|| props.icon_only.then(|| props.label.clone()))}
            data-testid={props.testid.clone()}
            onclick={props.onclick.clone()}>
            <span class="contents">
                if let Some(path) = icon {
                    <Icon {path} class={classes!("size-3.5", turning)} />
                }
            </span>
            <span class={classes!(props.icon_only.then_some("hidden"))}>{ &props.label }</span>
        </button>
    }
}
