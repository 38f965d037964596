//! Where the cursor is when a page opens.

use crate::dom;
use yew::prelude::*;

/// Puts the cursor into the field that the selector names, once, as what uses this opens. A form for something new
/// begins with its first field; one that shows what is there leaves the keyboard where it was and names none.
#[hook]
pub fn use_first_focus(selector: Option<&'static str>) {
    use_effect_with((), move |()| {
        if let Some(selector) = selector {
            dom::focus(selector);
        }
    });
}
