//! One listener for one kind of event, dropped with the component.

use crate::ipc::Subscription;
use holdfast_types::Event;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// Calls back with each event of the kind while the component is mounted. The newest callback is the one called.
#[hook]
pub fn use_event<E: Event + 'static>(callback: Callback<E>) {
    let newest = use_mut_ref(|| callback.clone());
    *newest.borrow_mut() = callback;
    let newest: Rc<RefCell<Callback<E>>> = newest;
    use_effect_with((), move |()| {
        let subscription = Subscription::new(move |event: E| {
            let callback = newest.borrow().clone();
            callback.emit(event);
        });
        move || drop(subscription)
    });
}
