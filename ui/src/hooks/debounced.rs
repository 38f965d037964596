//! A value that settles before it counts.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// The value as it was once it had not changed for that many milliseconds.
#[hook]
pub fn use_debounced<T: PartialEq + Clone + 'static>(value: T, milliseconds: u32) -> T {
    let settled = use_state(|| value.clone());
    let setter = settled.setter();
    use_effect_with(value, move |value| {
        let value = value.clone();
        let timer = Timeout::new(milliseconds, move || setter.set(value));
        move || drop(timer)
    });
    (*settled).clone()
}
