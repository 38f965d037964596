//! Restores: which backup, the wizard, and how one goes and ends.

mod choose;
mod globals;
mod history;
mod outcome;
mod plan;
mod tables;
mod target;
mod what;
mod wizard;

pub use choose::Restores;
pub use outcome::RestorePage;
pub use wizard::RestoreWizard;

use crate::forms::connection::Refusal;
use crate::forms::restore::RestoreDraft;
use holdfast_types::BackupDetails;
use std::rc::Rc;
use yew::prelude::*;

/// What a step of the wizard is given: the backup, the draft, what was refused of it, and how to change it.
#[derive(Clone, PartialEq)]
pub struct Edited {
    /// The backup.
    pub backup: Rc<BackupDetails>,
    /// As typed.
    pub draft: Rc<RestoreDraft>,
    /// What is wrong, field by field.
    pub refused: Rc<Vec<Refusal>>,
    /// Changes the draft.
    pub change: Callback<RestoreDraft>,
}

impl Edited {
    /// Why a field was refused.
    pub fn wrong(&self, field: &str) -> Option<AttrValue> {
        self.refused.iter().find(|(name, _)| *name == field).map(|(_, why)| AttrValue::from(why.clone()))
    }

    /// A callback that puts what is chosen into the draft.
    pub fn put<T: 'static>(&self, put: impl Fn(&mut RestoreDraft, T) + 'static) -> Callback<T> {
        let edited = self.clone();
        Callback::from(move |value: T| {
            let mut next = (*edited.draft).clone();
            put(&mut next, value);
            edited.change.emit(next);
        })
    }
}
