//! The few things that are asked of the document itself. All do nothing where there is none.

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, HtmlElement, KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

fn document() -> Option<Document> {
    web_sys::window().and_then(|window| window.document())
}

/// Whether the window is hidden.
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// Remembers something small on this machine, beyond the end of the app.
pub fn remember(key: &str) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.local_storage()) {
        // What cannot be remembered is asked again.
        let _ = storage.set_item(key, "yes");
    }
}

/// Whether something was remembered.
pub fn recalls(key: &str) -> bool {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    storage.is_some_and(|storage| storage.get_item(key).is_ok_and(|value| value.is_some()))
}

/// Listens to an event of the document for as long as the answer lives.
pub fn on_document(
    event: &'static str,
    heard: impl FnMut(&web_sys::Event) + 'static,
) -> Option<EventListener> {
    document().map(|document| EventListener::new(&document, event, heard))
}

/// Listens to the window's getting the keyboard for as long as the answer lives.
pub fn on_focus(heard: impl FnMut(&web_sys::Event) + 'static) -> Option<EventListener> {
    web_sys::window().map(|window| EventListener::new(&window, "focus", heard))
}

/// Listens to keys for as long as the answer lives; a key may be kept from its usual effect.
pub fn on_key_down(mut heard: impl FnMut(&KeyboardEvent) + 'static) -> Option<EventListener> {
    document().map(|document| {
        EventListener::new_with_options(
            &document,
            "keydown",
            EventListenerOptions::enable_prevent_default(),
            move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    heard(event);
                }
            },
        )
    })
}

/// Hears where the window is pressed for as long as the answer lives: 0 is its upper edge, 1 its lower one.
pub fn on_pointer_down(heard: impl Fn(f64) + 'static) -> Option<EventListener> {
    on_document("pointerdown", move |event| {
        let tall = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64());
        if let (Some(event), Some(tall)) = (event.dyn_ref::<web_sys::PointerEvent>(), tall) {
            heard(f64::from(event.client_y()) / tall.max(1.0));
        }
    })
}

/// Whether a dialog is open.
fn in_dialog(document: &Document) -> bool {
    document.query_selector("dialog[open]").ok().flatten().is_some()
}

/// The field that has the cursor.
fn field(document: &Document) -> Option<HtmlElement> {
    let element = document.active_element()?.dyn_into::<HtmlElement>().ok()?;
    matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA").then_some(element)
}

/// Whether a key belongs to a field or to an open dialog.
pub fn is_typing() -> bool {
    document().is_some_and(|document| in_dialog(&document) || field(&document).is_some())
}

/// Takes the cursor out of a field, so that the keys of every page work again. A dialog keeps it.
pub fn leave_field() {
    if let Some(document) = document()
        && !in_dialog(&document)
        && let Some(field) = field(&document)
    {
        // It fails only for a field that is gone.
        let _ = field.blur();
    }
}

/// Puts the cursor into the first element that the selector names; tells whether there was one.
pub fn focus(selector: &str) -> bool {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    element.focus().is_ok()
}

/// Clicks the link in the element that the selector names, if it is there.
pub fn click(selector: &str) {
    let link =
        document().and_then(|document| document.query_selector(&format!("{selector} a")).ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.click();
    }
}

/// Goes to the first field that was refused, and shows it with the words under it.
pub fn focus_refused() {
    let field = "[aria-invalid=true], [data-refused=true]";
    let found = document().and_then(|document| document.query_selector(field).ok().flatten());
    if let Some(element) = found {
        focus(field);
        let middle = ScrollIntoViewOptions::new();
        middle.set_block(ScrollLogicalPosition::Center);
        element.scroll_into_view_with_scroll_into_view_options(&middle);
    }
}

/// Gives the focus to the first element that the selector names, if nothing has it: what had it was taken away.
pub fn focus_if_lost(selector: &str) {
    let lost = focused().is_none_or(|element| matches!(element.tag_name().as_str(), "BODY" | "DIALOG"));
    if lost {
        focus(selector);
    }
}

/// Gives the focus to the element that stands so many places after the one that has it, among those that the
/// selector names; to the first of them when none has it.
pub fn focus_neighbour(selector: &str, step: i32) {
    let Some(all) = document().and_then(|document| document.query_selector_all(selector).ok()) else {
        return;
    };
    let elements: Vec<HtmlElement> =
        (0..all.length()).filter_map(|i| all.item(i)?.dyn_into::<HtmlElement>().ok()).collect();
    let now = focused().and_then(|focused| elements.iter().position(|element| *element == focused));
    let next = now.map_or(Some(0), |now| now.checked_add_signed(step as isize));
    if let Some(element) = next.and_then(|next| elements.get(next)) {
        // It fails only for an element that cannot have the focus.
        let _ = element.focus();
    }
}

/// Scrolls until the end of the first element that the selector names can be seen.
pub fn reveal(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found {
        element.scroll_into_view_with_bool(false);
    }
}

/// Shows the page from its top.
pub fn scroll_to_top() {
    if let Some(main) = document().and_then(|document| document.query_selector("main").ok().flatten()) {
        main.set_scroll_top(0);
    }
}

/// The element that has the focus now.
pub fn focused() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into::<HtmlElement>().ok()
}

/// Names the window.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(&format!("{title} · Holdfast"));
    }
}

/// Puts text on the clipboard.
pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        // Nothing can be done about a clipboard that refuses; the text stays selectable on screen.
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// The names of the time zones that this engine of JavaScript knows.
pub fn time_zones() -> Vec<String> {
    let names = || -> Result<JsValue, JsValue> {
        let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl"))?;
        let supported = Reflect::get(&intl, &JsValue::from_str("supportedValuesOf"))?;
        supported.dyn_into::<Function>()?.call1(&intl, &JsValue::from_str("timeZone"))
    };
    let mut zones: Vec<String> = names()
        .map(|list| js_sys::Array::from(&list).iter().filter_map(|zone| zone.as_string()).collect())
        .unwrap_or_default();
    if zones.is_empty() {
        zones = ["Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Tokyo"]
            .map(str::to_owned)
            .to_vec();
    }
    if !zones.iter().any(|zone| zone == "UTC") {
        zones.insert(0, "UTC".to_owned());
    }
    zones
}
