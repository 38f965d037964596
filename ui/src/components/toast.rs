//! Short messages about what just happened, read out by screen readers.

use super::button::{Button, ButtonKind, ButtonSize};
use super::glyphs;
use super::icon::Icon;
use super::status::Tone;
use crate::dom;
use crate::route::Route;
use gloo_timers::callback::Timeout;
use holdfast_types::ApiError;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

/// How long a message that needs nobody stays, in milliseconds.
const STAY: u32 = 6_000;
/// How long one stays that somebody should look at. What failed is on its page and in the history as well.
const STAY_LONGER: u32 = 15_000;
/// How many messages are shown at once.
const MOST: usize = 4;

/// The kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// It worked; goes by itself.
    Success,
    /// Somebody should look; stays longer.
    Warning,
    /// It failed; stays longer.
    Error,
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    kind: ToastKind,
    message: String,
    detail: String,
    link: Option<(&'static str, Route)>,
}

impl Toast {
    /// A message.
    pub fn new(kind: ToastKind, message: impl Into<String>) -> Self {
        Toast { kind, message: message.into(), detail: String::new(), link: None }
    }

    /// What a failed command said.
    pub fn failed(error: &ApiError) -> Self {
        Toast::new(ToastKind::Error, error.message.clone()).saying(error.hint.clone())
    }

    /// With more words.
    pub fn saying(self, detail: String) -> Self {
        Toast { detail, ..self }
    }

    /// With a page to go to.
    pub fn leading_to(self, words: &'static str, route: Route) -> Self {
        Toast { link: Some((words, route)), ..self }
    }
}

#[derive(Clone, PartialEq, Default)]
struct Stack {
    next: u32,
    shown: Vec<(u32, Toast)>,
}

enum Move {
    Add(Toast),
    Remove(u32),
    /// A page was opened: what leads there has led there.
    Opened(Route),
}

impl Reducible for Stack {
    type Action = Move;
    fn reduce(self: Rc<Self>, action: Move) -> Rc<Self> {
        let mut stack = (*self).clone();
        match action {
            Move::Add(toast) => {
                stack.shown.retain(|(_, old)| *old != toast);
                stack.shown.push((stack.next, toast));
                stack.next += 1;
                let surplus = stack.shown.len().saturating_sub(MOST);
                stack.shown.drain(..surplus);
            }
            Move::Remove(number) => stack.shown.retain(|(n, _)| *n != number),
            Move::Opened(route) => {
                stack.shown.retain(|(_, toast)| toast.link.is_none_or(|(_, target)| target != route))
            }
        }
        Rc::new(stack)
    }
}

#[derive(PartialEq, Properties)]
pub struct ToasterProps {
    pub children: Html,
}

/// Shows messages above what is inside.
#[component]
pub fn Toaster(props: &ToasterProps) -> Html {
    let stack = use_reducer(Stack::default);
    let add = {
        let dispatch = stack.dispatcher();
        use_callback((), move |toast: Toast, ()| dispatch.dispatch(Move::Add(toast)))
    };
    let remove = {
        let dispatch = stack.dispatcher();
        use_callback((), move |number: u32, ()| dispatch.dispatch(Move::Remove(number)))
    };
    let route = use_route::<Route>();
    {
        let dispatch = stack.dispatcher();
        use_effect_with(route, move |route| {
            if let Some(route) = *route {
                dispatch.dispatch(Move::Opened(route));
            }
        });
    }
    // Where the newest click was decides at which end they stand: never over the control that caused them.
    let low = use_mut_ref(|| false);
    {
        let low = Rc::clone(&low);
        use_effect_with((), move |()| {
            let pressed = dom::on_pointer_down(move |height| *low.borrow_mut() = height > 0.5);
            move || drop(pressed)
        });
    }
    // They stay there until the last one is gone.
    let chosen = use_mut_ref(|| None::<&'static str>);
    let end = if stack.shown.is_empty() {
        chosen.replace(None);
        "bottom-4"
    } else {
        let high = *low.borrow();
        *chosen.borrow_mut().get_or_insert(if high { "top-16" } else { "bottom-4" })
    };
    html! {
        <ContextProvider<Callback<Toast>> context={add}>
            { props.children.clone() }
            <div class={classes!("fixed", "right-4", "z-50", "flex", "flex-col", "gap-2", "w-[min(24rem,calc(100vw-2rem))]", end)} aria-live="polite" data-testid="toasts">
                { for stack.shown.iter().map(|(number, toast)| html! {
                    <ToastView key={*number} number={*number} toast={toast.clone()} onclose={remove.clone()} />
                }) }
            </div>
        </ContextProvider<Callback<Toast>>>
    }
}

#[derive(PartialEq, Properties)]
struct ToastViewProps {
    number: u32,
    toast: Toast,
    onclose: Callback<u32>,
}

#[component]
fn ToastView(props: &ToastViewProps) -> Html {
    let toast = &props.toast;
    let held = use_state(|| false);
    let (icon, tone) = match toast.kind {
        ToastKind::Success => (glyphs::CIRCLE_CHECK, Tone::Good),
        ToastKind::Warning => (glyphs::TRIANGLE_ALERT, Tone::Doubtful),
        ToastKind::Error => (glyphs::CIRCLE_ALERT, Tone::Bad),
    };
    {
        let (close, number) = (props.onclose.clone(), props.number);
        let stay = if toast.kind == ToastKind::Success { STAY } else { STAY_LONGER };
        // Whoever reads it, or moves towards its link, is not hurried.
        use_effect_with(*held, move |held| {
            let timer = (!held).then(|| Timeout::new(stay, move || close.emit(number)));
            move || drop(timer)
        });
    }
    let (close, number) = (props.onclose.clone(), props.number);
    let hold = |on: bool| {
        let setter = held.setter();
        move || setter.set(on)
    };
    let (enter, leave, focus, blur) = (hold(true), hold(false), hold(true), hold(false));
    html! {
        <div onmouseenter={move |_: MouseEvent| enter()} onmouseleave={move |_: MouseEvent| leave()} onfocusin={move |_: FocusEvent| focus()} onfocusout={move |_: FocusEvent| blur()}
            class="card-flat shadow-lg flex items-start gap-3 pl-4 pr-2 py-3" data-testid="toast">
            <Icon path={icon} class={classes!("size-4.5", "mt-0.5", tone.ink())} />
            <div class="grow min-w-0">
                <p class="font-medium break-words">{ &toast.message }</p>
                <p class={classes!("text-muted", "break-words", toast.detail.is_empty().then_some("hidden"))}>{ &toast.detail }</p>
                <div class="contents">
                    if let Some((words, route)) = toast.link {
                        <Link<Route> to={route} classes="link-quiet">{ words }</Link<Route>>
                    }
                </div>
            </div>
            <Button label="Dismiss" kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::X} icon_only=true onclick={move |_| close.emit(number)} class="-my-1" />
        </div>
    }
}

/// Says something to the reader.
#[hook]
pub fn use_toasts() -> Callback<Toast> {
    use_context::<Callback<Toast>>().unwrap_or_else(Callback::noop)
}
