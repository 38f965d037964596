//! A job that was begun or changed: it outlives a look at another page, until it is saved or discarded.

use crate::forms::job::JobDraft;
use crate::forms::unsaved;
use holdfast_types::JobId;
use yew::prelude::*;

/// Keeps the draft when the form goes away, as long as there is something to keep. What it answers is told once the
/// draft is saved or discarded.
#[hook]
pub fn use_kept(job: Option<JobId>, draft: Option<JobDraft>) -> Callback<()> {
    let leaving = use_mut_ref(|| None::<JobDraft>);
    let settled = use_mut_ref(|| false);
    *leaving.borrow_mut() = draft;
    {
        let (leaving, settled) = (leaving, settled.clone());
        use_effect_with((), move |()| {
            move || {
                if let (Some(draft), false) = (leaving.take(), *settled.borrow()) {
                    unsaved::keep(job, draft);
                }
            }
        });
    }
    Callback::from(move |()| *settled.borrow_mut() = true)
}
