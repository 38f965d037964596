//! The present, in steps of half a minute and with whatever happens: enough for "12 min ago", and no work for a
//! hidden window.

use crate::dom;
use gloo_timers::callback::Interval;
use yew::prelude::*;

/// How often relative times are told anew, in milliseconds.
const STEP: u32 = 30_000;

/// The present in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq)]
struct Now(f64);

/// Tells the present anew, because something happened.
#[derive(Clone, PartialEq)]
struct Happened(Callback<()>);

#[derive(PartialEq, Properties)]
pub struct NowProviderProps {
    pub children: Html,
}

/// Lets what is inside know the present.
#[component]
pub fn NowProvider(props: &NowProviderProps) -> Html {
    let now = use_state(|| Now(js_sys::Date::now()));
    {
        let setter = now.setter();
        use_effect_with((), move |()| {
            let tick = setter.clone();
            let timer = Interval::new(STEP, move || {
                if !dom::is_hidden() {
                    tick.set(Now(js_sys::Date::now()));
                }
            });
            let shown = dom::on_document("visibilitychange", move |_| setter.set(Now(js_sys::Date::now())));
            move || drop((timer, shown))
        });
    }
    let setter = now.setter();
    let happened = use_callback((), move |(), ()| setter.set(Now(js_sys::Date::now())));
    html! {
        <ContextProvider<Happened> context={Happened(happened)}>
            <ContextProvider<Now> context={*now}>{ props.children.clone() }</ContextProvider<Now>>
        </ContextProvider<Happened>>
    }
}

/// Moves the present on at once: what just happened must not seem to be still to come.
#[hook]
pub fn use_happened() -> Callback<()> {
    use_context::<Happened>().map_or_else(Callback::noop, |happened| happened.0)
}

/// The present in milliseconds since 1970; it moves every half minute while the window is visible, and with what happens.
#[hook]
pub fn use_now() -> f64 {
    use_context::<Now>().map_or_else(js_sys::Date::now, |now| now.0)
}

/// Draws its component anew each second while something goes on in it and the window is visible.
#[hook]
pub fn use_seconds(going_on: bool) {
    let beat = use_state(|| 0u32);
    let setter = beat.setter();
    use_effect_with(going_on, move |going_on| {
        let mut count = 0;
        let timer = going_on.then(|| {
            Interval::new(1000, move || {
                if !dom::is_hidden() {
                    count += 1;
                    setter.set(count);
                }
            })
        });
        move || drop(timer)
    });
}
