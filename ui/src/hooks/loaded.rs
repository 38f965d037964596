//! What a page asked the engine for, asked again whenever its reasons change.

use crate::ipc;
use crate::loadable::Loadable;
use holdfast_types::Command;
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

/// Asks when mounted and whenever `reasons` differ from before. The last good answer stays while a new one is
/// on its way, and when a refresh fails. Answers that arrive after a newer question are thrown away.
#[hook]
pub fn use_loaded<C, R>(reasons: R, request: impl Fn(&R) -> C + 'static) -> Loadable<C::Response>
where
    C: Command + 'static,
    C::Response: 'static,
    R: PartialEq + Clone + 'static,
{
    let state = use_state(Loadable::<C::Response>::default);
    let asked = use_mut_ref(|| Rc::new(Cell::new(0u64)));
    let again = use_state(|| 0u32);
    let times = use_mut_ref(|| 0u32);
    // The handle of a render is frozen in its effect, so the newest value is kept beside it.
    let newest = use_mut_ref(Loadable::<C::Response>::default);
    {
        let state = state.setter();
        let newest = Rc::clone(&newest);
        use_effect_with((reasons, *again), move |(reasons, _)| {
            let asked = Rc::clone(&asked.borrow());
            let number = asked.get() + 1;
            asked.set(number);
            let waiting = newest.borrow().asked();
            newest.replace(waiting.clone());
            state.set(waiting);
            let request = request(reasons);
            let mine = Rc::clone(&asked);
            wasm_bindgen_futures::spawn_local(async move {
                let answer = ipc::call(request).await;
                if mine.get() == number {
                    let next = newest.borrow().answered(answer);
                    newest.replace(next.clone());
                    state.set(next);
                }
            });
            // An answer to a component that is gone has no number to match.
            move || {
                if asked.get() == number {
                    asked.set(number + 1);
                }
            }
        });
    }
    // One callback for good: a context may hold on to the first one that it was given.
    let setter = again.setter();
    let retry = use_callback((), move |(), ()| {
        *times.borrow_mut() += 1;
        setter.set(*times.borrow());
    });
    (*state).clone().with_retry(retry)
}
