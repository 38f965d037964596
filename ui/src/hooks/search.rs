//! A search field whose words stand in the address.

use super::debounced::use_debounced;
use yew::prelude::*;

/// How long typing must rest before it counts, in milliseconds.
const REST: u32 = 250;

/// What the field shows, and how it is changed. `go` is told what was typed once it has settled; when the address
/// moves by itself (Back, a link), the field follows.
#[hook]
pub fn use_search(there: &str, go: Callback<String>) -> (String, Callback<String>) {
    let typed = use_state(|| there.to_owned());
    let settled = use_debounced((*typed).clone(), REST);
    let told = use_mut_ref(|| there.to_owned());
    {
        let told = told.clone();
        use_effect_with(settled, move |settled| {
            if *told.borrow() != *settled {
                told.replace(settled.clone());
                go.emit(settled.clone());
            }
        });
    }
    {
        let setter = typed.setter();
        use_effect_with(there.to_owned(), move |there| {
            if *told.borrow() != *there {
                told.replace(there.clone());
                setter.set(there.clone());
            }
        });
    }
    let setter = typed.setter();
    ((*typed).clone(), Callback::from(move |text: String| setter.set(text)))
}
