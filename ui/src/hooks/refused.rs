//! What was refused of a form is brought into sight.

use crate::dom;
use holdfast_types::ApiError;
use yew::prelude::*;

/// Leads to the first field that was refused at each further attempt to send a form, and to the top, where it is told
/// why the engine refused it.
#[hook]
pub fn use_refused_in_sight(attempts: u32, failure: &Option<ApiError>) {
    use_effect_with(attempts, |attempts| {
        if *attempts > 0 {
            dom::focus_refused();
        }
    });
    use_effect_with(failure.clone(), |failure| {
        if failure.is_some() {
            dom::scroll_to_top();
        }
    });
}
