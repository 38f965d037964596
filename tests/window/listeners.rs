//! What the dashboard listens to, as Tauri keeps it in the page: an object of the window, under a name of its own, with
//! the listeners of each event.

use crate::webdriver::Session;
use holdfast_types::{CatalogChanged, Event};
use serde_json::json;

/// How many listeners of the app's events there are.
pub fn count(page: &Session) -> u64 {
    each(page, "")
}

/// Takes all of them away, and answers how many there were.
pub fn take_away(page: &Session) -> u64 {
    each(page, "delete heard[event][id];")
}

fn each(page: &Session, act: &str) -> u64 {
    let code = format!(
        "let found = 0;
         for (const name of Object.getOwnPropertyNames(window)) {{
           const heard = name.startsWith('_') || name.includes('-') ? window[name] : null;
           if (!heard || typeof heard !== 'object' || !Object.getOwnPropertyNames(heard).includes(arguments[0])) {{ continue; }}
           for (const event of Object.getOwnPropertyNames(heard)) {{
             for (const id of Object.getOwnPropertyNames(heard[event])) {{ {act} found += 1; }}
           }}
         }}
         arguments[1](found);"
    );
    page.script(&code, &[json!(CatalogChanged::NAME)]).as_u64().expect("a number of listeners")
}
