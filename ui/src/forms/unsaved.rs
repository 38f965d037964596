//! The job that was begun and not saved: kept while the window is open, so that a look at another page costs nothing.

use super::job::JobDraft;
use std::cell::RefCell;

thread_local! {
    static UNSAVED: RefCell<Option<JobDraft>> = const { RefCell::new(None) };
}

/// Keeps a draft in place of the one before.
pub fn keep(draft: JobDraft) {
    UNSAVED.with_borrow_mut(|unsaved| *unsaved = Some(draft));
}

/// What was kept, once.
pub fn take() -> Option<JobDraft> {
    UNSAVED.take()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::Config;

    #[test]
    fn a_draft_comes_back_once() {
        assert_eq!(take(), None, "nothing was begun");
        let draft = JobDraft::new("UTC".to_owned(), &Config { items: Vec::new() });
        keep(JobDraft { name: "begun".to_owned(), ..draft });
        assert_eq!(take().map(|draft| draft.name).as_deref(), Some("begun"), "what was typed is not lost");
        assert_eq!(take(), None, "a saved or discarded job must not come back");
    }
}
