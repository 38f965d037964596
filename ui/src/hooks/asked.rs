//! What is found out about one thing at a time, as a server that was chosen: another choice drops what was found of the
//! one before, and its answer when that comes late.

use crate::ipc;
use holdfast_types::{ApiError, Command};
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

/// What was found out.
pub struct Asked<R> {
    /// The newest answer about what is chosen now.
    pub found: Option<Result<Rc<R>, ApiError>>,
    /// Whether an answer is awaited.
    pub busy: bool,
    /// Asks again.
    pub again: Callback<()>,
}

/// An answer, and what it is about.
type Answer<K, R> = (K, Result<Rc<R>, ApiError>);

/// Asks about `about` when mounted and whenever it becomes another; `done` is given each answer that still counts.
#[hook]
pub fn use_asked<C, K>(
    about: Option<K>,
    request: fn(K) -> C,
    done: Callback<Result<Rc<C::Response>, ApiError>>,
) -> Asked<C::Response>
where
    C: Command + 'static,
    C::Response: 'static,
    K: Copy + PartialEq + 'static,
{
    let answer = use_state(|| None::<Answer<K, C::Response>>);
    let busy = use_state(|| false);
    let asked = use_mut_ref(|| Rc::new(Cell::new(0u64)));
    let newest = use_mut_ref(|| done.clone());
    *newest.borrow_mut() = done;
    let ask = {
        let (answer, busy) = (answer.setter(), busy.setter());
        use_callback((), move |about: K, ()| {
            let asked = Rc::clone(&asked.borrow());
            let number = asked.get() + 1;
            asked.set(number);
            busy.set(true);
            let (answer, busy, newest) = (answer.clone(), busy.clone(), Rc::clone(&newest));
            wasm_bindgen_futures::spawn_local(async move {
                let found = ipc::call(request(about)).await.map(Rc::new);
                if asked.get() == number {
                    answer.set(Some((about, found.clone())));
                    busy.set(false);
                    let done = newest.borrow().clone();
                    done.emit(found);
                }
            });
        })
    };
    {
        let ask = ask.clone();
        use_effect_with(about, move |about| {
            if let Some(about) = *about {
                ask.emit(about);
            }
        });
    }
    let found = answer.as_ref().filter(|(known, _)| Some(*known) == about).map(|(_, found)| found.clone());
    let again = Callback::from(move |()| {
        if let Some(about) = about {
            ask.emit(about);
        }
    });
    Asked { found, busy: *busy, again }
}
