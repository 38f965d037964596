//! The jobs that were begun or changed and not saved: kept while the window is open, so that a look at another page
//! costs nothing.

use super::job::JobDraft;
use holdfast_types::JobId;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static UNSAVED: RefCell<HashMap<Option<JobId>, JobDraft>> = RefCell::new(HashMap::new());
}

/// Keeps a draft of a job, or of the new one, in place of the one before.
pub fn keep(job: Option<JobId>, draft: JobDraft) {
    UNSAVED.with_borrow_mut(|unsaved| unsaved.insert(job, draft));
}

/// What was kept of it, once.
pub fn take(job: Option<JobId>) -> Option<JobDraft> {
    UNSAVED.with_borrow_mut(|unsaved| unsaved.remove(&job))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::Config;

    #[test]
    fn a_draft_comes_back_once() {
        assert_eq!(take(None), None, "nothing was begun");
        let draft = JobDraft::new("UTC".to_owned(), &Config { items: Vec::new() });
        keep(None, JobDraft { name: "begun".to_owned(), ..draft.clone() });
        keep(Some(JobId(1)), JobDraft { name: "changed".to_owned(), ..draft });
        assert_eq!(take(Some(JobId(2))), None, "what was changed of one job is not that of another");
        assert_eq!(
            take(Some(JobId(1))).map(|draft| draft.name).as_deref(),
            Some("changed"),
            "nor of a new one"
        );
        assert_eq!(
            take(None).map(|draft| draft.name).as_deref(),
            Some("begun"),
            "what was typed is not lost"
        );
        assert_eq!(take(None), None, "a saved or discarded job must not come back");
    }
}
