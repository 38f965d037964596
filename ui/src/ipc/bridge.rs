//! Tauri's two functions in JavaScript, and the ownership of a listener.

use holdfast_types::Event;
use js_sys::{Function, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

// Both answer a promise. They are not declared async, because an async extern cannot catch what is thrown
// before there is a promise: that `window.__TAURI__` does not exist.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = invoke, js_namespace = ["window", "__TAURI__", "core"])]
    fn start_invoke(command: &str, arguments: JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_name = listen, js_namespace = ["window", "__TAURI__", "event"])]
    fn start_listen(event: &str, handler: &Function) -> Result<Promise, JsValue>;
}

/// Gives a command to Tauri.
pub async fn invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(start_invoke(command, arguments)?).await
}

async fn listen(event: &str, handler: &Function) -> Result<JsValue, JsValue> {
    JsFuture::from(start_listen(event, handler)?).await
}

/// What Tauri calls with each event.
type Handler = Closure<dyn FnMut(JsValue)>;

/// How far a subscription is: Tauri registers listeners asynchronously.
enum Listening {
    /// The registration is under way; the handler must stay alive for it.
    Asked { _handler: Handler },
    /// Events arrive until the function is called.
    Active { _handler: Handler, unlisten: Function },
    /// Nobody wants the events any more.
    Dropped,
}

/// Events of one kind, heard for as long as this value lives.
pub struct Subscription {
    state: Rc<RefCell<Listening>>,
}

impl Subscription {
    /// Calls `heard` with each event of the kind. Payloads that do not decode are reported on the console.
    pub fn new<E: Event>(heard: impl Fn(E) + 'static) -> Self {
        let handler = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let payload = Reflect::get(&event, &JsValue::from_str("payload")).unwrap_or(JsValue::UNDEFINED);
            match serde_wasm_bindgen::from_value::<E>(payload) {
                Ok(payload) => heard(payload),
                Err(problem) => report(E::NAME, &problem.to_string()),
            }
        });
        let function: Function = handler.as_ref().unchecked_ref::<Function>().clone();
        let state = Rc::new(RefCell::new(Listening::Asked { _handler: handler }));
        let registered = Rc::clone(&state);
        wasm_bindgen_futures::spawn_local(async move {
            match listen(E::NAME, &function).await {
                Ok(answer) => settle(&registered, answer),
                Err(problem) => report(E::NAME, &format!("{problem:?}")),
            }
        });
        Subscription { state }
    }
}

/// Takes note of the registration, or ends it at once when nobody waits for it any more.
fn settle(state: &Rc<RefCell<Listening>>, answer: JsValue) {
    let Ok(unlisten) = answer.dyn_into::<Function>() else { return };
    let asked = state.replace(Listening::Dropped);
    if let Listening::Asked { _handler } = asked {
        state.replace(Listening::Active { _handler, unlisten });
    } else {
        end(&unlisten);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Listening::Active { unlisten, _handler } = self.state.replace(Listening::Dropped) {
            end(&unlisten);
        }
    }
}

fn end(unlisten: &Function) {
    // A listener that cannot be removed is already gone.
    let _ = unlisten.call0(&JsValue::NULL);
}

fn report(event: &str, problem: &str) {
    let console = Reflect::get(&js_sys::global(), &JsValue::from_str("console"));
    let warn = console.as_ref().ok().and_then(|c| Reflect::get(c, &JsValue::from_str("warn")).ok());
    if let (Ok(console), Some(Ok(warn))) = (console, warn.map(JsCast::dyn_into::<Function>)) {
        let _ = warn.call1(&console, &JsValue::from_str(&format!("event {event}: {problem}")));
    }
}
