//! Dialogs: the browser's own, so that focus, Escape and the rest of the page behave.

use super::button::{Button, ButtonKind};
use super::error_panel::ErrorPanel;
use super::glyphs;
use crate::dom;
use holdfast_types::ApiError;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

/// Where a dialog stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Placement {
    /// In the middle.
    #[default]
    Middle,
    /// Along the right edge, as high as the window.
    Drawer,
    /// The same, for what is wide itself.
    Wide,
}

#[derive(PartialEq, Properties)]
pub struct DialogProps {
    pub title: AttrValue,
    /// What stands under the title.
    #[prop_or_default]
    pub subtitle: Html,
    pub onclose: Callback<()>,
    /// What the Escape key does instead, while something inside is unfolded.
    #[prop_or_default]
    pub onescape: Option<Callback<()>>,
    #[prop_or_default]
    pub placement: Placement,
    pub children: Html,
    /// The buttons at its foot.
    #[prop_or_default]
    pub footer: Html,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// An open dialog: it is shown when it is mounted, and asks to be unmounted when closed.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let before = dom::focused();
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                // It fails only for a dialog that is already open.
                let _ = dialog.show_modal();
            }
            // A dialog that is merely taken away keeps the rest of the page inert until it is gone, and gives the
            // focus back to nobody.
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
                if let Some(element) = before.filter(|element| element.is_connected()) {
                    let _ = element.focus();
                }
            }
        });
    }
    let oncancel = {
        let back = props.onescape.clone().unwrap_or_else(|| props.onclose.clone());
        Callback::from(move |event: Event| {
            event.prevent_default();
            back.emit(());
        })
    };
    let onbackdrop = {
        let (node, close) = (node.clone(), props.onclose.clone());
        Callback::from(move |event: MouseEvent| {
            let hit = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            if hit.is_some() && hit == node.cast::<web_sys::Node>() {
                close.emit(());
            }
        })
    };
    let close = props.onclose.clone();
    // The body alone scrolls. It is positioned, because what is absolutely placed in it, as words for screen readers
    // are, would otherwise lengthen the dialog and be scrolled there, title, footer and all.
    //
    // Only the drawer's inside may ask for the whole height: of a dialog that is as high as its inside, WebKit
    // takes that to be none at all, and nothing but a line is left of it.
    let (shape, inside) = match props.placement {
        Placement::Middle => (
            "m-auto w-[min(34rem,calc(100vw-2rem))] max-h-[calc(100vh-3rem)] rounded-box border border-base-300",
            "max-h-[calc(100vh-3rem-2px)]",
        ),
        Placement::Drawer => (
            "ml-auto mr-0 my-0 h-screen max-h-screen w-[min(40rem,100vw)] border-l border-base-300",
            "h-full",
        ),
        Placement::Wide => (
            "ml-auto mr-0 my-0 h-screen max-h-screen w-[min(60rem,calc(100vw-3rem))] border-l border-base-300",
            "h-full",
        ),
    };
    html! {
        <dialog ref={node} {oncancel} onmousedown={onbackdrop} aria-label={props.title.clone()} data-testid={props.testid.clone()}
            class={classes!("bg-base-100", "text-base-content", "p-0", "max-w-none", "overflow-clip", "shadow-xl", shape)}>
            <div class={classes!("flex", "flex-col", inside)}>
                <header class="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
                    <div class="min-w-0">
                        <h2 tabindex="-1" autofocus=true data-quiet-focus="" class="text-[16px] font-semibold break-words">{ &props.title }</h2>
                        <div class="text-muted">{ props.subtitle.clone() }</div>
                    </div>
                    <Button label="Close" kind={ButtonKind::Bare} icon={glyphs::X} icon_only=true
                        onclick={move |_| close.emit(())} class="-mr-2 -mt-1" />
                </header>
                <div class="relative px-5 pb-4 overflow-y-auto grow min-h-0">{ props.children.clone() }</div>
                <footer class="flex items-center justify-end gap-2 px-5 py-3 border-t border-base-300 empty:hidden">{ props.footer.clone() }</footer>
            </div>
        </dialog>
    }
}

#[derive(PartialEq, Properties)]
pub struct ConfirmProps {
    pub title: AttrValue,
    /// What will be lost, and what stays.
    pub children: Html,
    /// The word of the button that does it.
    pub action: AttrValue,
    /// A word that must be typed first.
    #[prop_or_default]
    pub typed: Option<AttrValue>,
    /// Something bars it, which the children say.
    #[prop_or_default]
    pub barred: bool,
    #[prop_or_default]
    pub busy: bool,
    #[prop_or_default]
    pub error: Option<ApiError>,
    pub onconfirm: Callback<()>,
    pub onclose: Callback<()>,
}

/// Asks before something is destroyed.
#[component]
pub fn Confirm(props: &ConfirmProps) -> Html {
    let written = use_state(String::new);
    let ready = props.typed.as_ref().is_none_or(|word| word.as_str() == written.as_str());
    let oninput = {
        let written = written.setter();
        Callback::from(move |event: InputEvent| {
            written.set(event.target_unchecked_into::<HtmlInputElement>().value())
        })
    };
    // What is to be typed is where the typing goes; Enter does it then, and nothing before.
    let wants_word = props.typed.is_some();
    use_effect_with(wants_word, |wants_word| {
        if *wants_word {
            dom::focus("[data-testid=confirm-typed]");
        }
    });
    let onkeydown = {
        let (confirm, able) = (props.onconfirm.clone(), ready && !props.barred && !props.busy);
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && able {
                event.prevent_default();
                confirm.emit(());
            }
        })
    };
    let (close, confirm) = (props.onclose.clone(), props.onconfirm.clone());
    let footer = html! {
        <div class="flex gap-2">
            <Button label="Keep" onclick={move |_| close.emit(())} testid="confirm-keep" />
            <Button label={props.action.clone()} kind={ButtonKind::Danger} busy={props.busy} disabled={!ready || props.barred}
                onclick={move |_| confirm.emit(())} testid="confirm-action" />
        </div>
    };
    html! {
        <Dialog title={props.title.clone()} onclose={props.onclose.clone()} {footer} testid="confirm">
            <div class="flex flex-col gap-3">
                <div class="contents">
                    if let Some(error) = &props.error {
                        <ErrorPanel error={error.clone()} />
                    }
                </div>
                <div class="flex flex-col gap-2">{ props.children.clone() }</div>
                <div class="contents">
                    if let Some(word) = &props.typed {
                        <label class="flex flex-col gap-1">
                            <span>{ "Type " }<strong class="font-semibold">{ word }</strong>{ " to confirm" }</span>
                            <input class="input w-full" value={(*written).clone()} {oninput} {onkeydown} autocomplete="off" spellcheck="false" data-testid="confirm-typed" />
                        </label>
                    }
                </div>
            </div>
        </Dialog>
    }
}
