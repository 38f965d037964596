//! A draft outlives a look at another page, until it is saved or discarded.

use crate::forms::unsaved::{self, Shelf};
use std::hash::Hash;
use yew::prelude::*;

/// Keeps the draft on its shelf when the form goes away, as long as there is something to keep. What it answers is told
/// once the draft is saved or discarded.
#[hook]
pub fn use_kept<K, D>(shelf: &'static Shelf<K, D>, of: Option<K>, draft: Option<D>) -> Callback<()>
where
    K: Copy + Eq + Hash + 'static,
    D: 'static,
{
    let leaving = use_mut_ref(|| None::<D>);
    let settled = use_mut_ref(|| false);
    *leaving.borrow_mut() = draft;
    {
        let (leaving, settled) = (leaving, settled.clone());
        use_effect_with((), move |()| {
            move || {
                if let (Some(draft), false) = (leaving.take(), *settled.borrow()) {
                    unsaved::keep(shelf, of, draft);
                }
            }
        });
    }
    Callback::from(move |()| *settled.borrow_mut() = true)
}
