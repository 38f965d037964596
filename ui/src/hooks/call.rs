//! A command that somebody gives: a button is busy until it is answered.

use crate::ipc;
use holdfast_types::{ApiError, Command};
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

/// A command ready to be given.
pub struct Call<C: Command> {
    /// Whether an answer is awaited.
    pub busy: bool,
    /// Gives it; ignored while an answer is awaited.
    pub give: Callback<C>,
}

impl<C: Command> Clone for Call<C> {
    fn clone(&self) -> Self {
        Call { busy: self.busy, give: self.give.clone() }
    }
}

/// Makes a command that calls back with its answer.
#[hook]
pub fn use_call<C>(done: Callback<Result<C::Response, ApiError>>) -> Call<C>
where
    C: Command + 'static,
    C::Response: 'static,
{
    let busy = use_state(|| false);
    let under_way = use_mut_ref(|| Rc::new(Cell::new(false)));
    let newest = use_mut_ref(|| done.clone());
    *newest.borrow_mut() = done;
    let setter = busy.setter();
    let give = use_callback((), move |request: C, ()| {
        let under_way = Rc::clone(&under_way.borrow());
        if under_way.replace(true) {
            return;
        }
        setter.set(true);
        let setter = setter.clone();
        let newest = Rc::clone(&newest);
        wasm_bindgen_futures::spawn_local(async move {
            let answer = ipc::call(request).await;
            under_way.set(false);
            setter.set(false);
            let done = newest.borrow().clone();
            done.emit(answer);
        });
    });
    Call { busy: *busy, give }
}
