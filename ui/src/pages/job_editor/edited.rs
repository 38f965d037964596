//! What a part of the form is given: the draft, what was refused of it, and how to change it.

use crate::forms::connection::Refusal;
use crate::forms::job::JobDraft;
use std::rc::Rc;
use yew::prelude::*;

/// The form as its parts see it.
#[derive(Clone, PartialEq)]
pub struct Edited {
    /// As typed.
    pub draft: Rc<JobDraft>,
    /// What is wrong, field by field.
    pub refused: Rc<Vec<Refusal>>,
    /// Changes the draft.
    pub change: Callback<JobDraft>,
}

impl Edited {
    /// Why a field was refused.
    pub fn wrong(&self, field: &str) -> Option<AttrValue> {
        self.refused.iter().find(|(name, _)| *name == field).map(|(_, why)| AttrValue::from(why.clone()))
    }

    /// A callback that puts what is typed into the draft.
    pub fn set(&self, put: fn(&mut JobDraft, String)) -> Callback<String> {
        let edited = self.clone();
        Callback::from(move |value: String| {
            let mut next = (*edited.draft).clone();
            put(&mut next, value);
            edited.change.emit(next);
        })
    }
}
