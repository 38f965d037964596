//! The keys that work everywhere.

use crate::dom;
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// `/`: go to the search field.
    Search,
    /// `?`: show the keys.
    Help,
    /// `n`: add one.
    New,
    /// `u`: go up, from one thing to the list that it is in.
    Back,
    /// `g` and then this letter: go to a page.
    Go(char),
}

/// What a key means after the one before it: `None` for nothing.
pub fn meaning(after_g: bool, key: &str) -> Option<Keys> {
    match key {
        letter if after_g => letter.chars().next().filter(|_| letter.len() == 1).map(Keys::Go),
        "/" => Some(Keys::Search),
        "?" => Some(Keys::Help),
        "n" => Some(Keys::New),
        "u" => Some(Keys::Back),
        _ => None,
    }
}

/// Calls back with each key that means something, unless somebody is typing or a dialog is open.
#[hook]
pub fn use_keys(callback: Callback<Keys>) {
    let newest = use_mut_ref(|| callback.clone());
    *newest.borrow_mut() = callback;
    use_effect_with((), move |()| {
        let after_g = Rc::new(Cell::new(false));
        let listener = dom::on_key_down(move |event| {
            if event.key() == "Escape" {
                dom::leave_field();
            }
            if event.ctrl_key() || event.meta_key() || event.alt_key() || dom::is_typing() {
                after_g.set(false);
                return;
            }
            let key = event.key();
            let was_g = after_g.replace(key == "g" && !after_g.get());
            if key == "g" && !was_g {
                return;
            }
            if let Some(meant) = meaning(was_g, &key) {
                event.prevent_default();
                let callback = newest.borrow().clone();
                callback.emit(meant);
            }
        });
        move || drop(listener)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g_turns_the_next_letter_into_a_page() {
        assert_eq!(meaning(true, "j"), Some(Keys::Go('j')), "g then j goes to the jobs");
        assert_eq!(meaning(false, "j"), None, "j alone means nothing");
        assert_eq!(meaning(false, "u"), Some(Keys::Back), "u leads up, as in mail programs");
        assert_eq!(meaning(true, "Shift"), None, "a modifier is no letter");
    }
}
