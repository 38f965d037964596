//! What was begun or changed in forms and not saved: kept while the window is open, so that a look at another page
//! costs nothing.

use super::connection::ServerDraft;
use super::job::JobDraft;
use holdfast_types::{JobId, ServerId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::thread::LocalKey;

/// Drafts by what they are of; none for a new one.
pub type Shelf<K, D> = LocalKey<RefCell<HashMap<Option<K>, D>>>;

thread_local! {
    /// Those of jobs.
    pub static JOBS: RefCell<HashMap<Option<JobId>, JobDraft>> = RefCell::new(HashMap::new());
    /// Those of servers. A password is not among them.
    pub static SERVERS: RefCell<HashMap<Option<ServerId>, ServerDraft>> = RefCell::new(HashMap::new());
}

/// Keeps a draft in place of the one before.
pub fn keep<K: Eq + Hash, D>(shelf: &'static Shelf<K, D>, of: Option<K>, draft: D) {
    shelf.with_borrow_mut(|drafts| drafts.insert(of, draft));
}

/// What was kept, once.
pub fn take<K: Eq + Hash, D>(shelf: &'static Shelf<K, D>, of: Option<K>) -> Option<D> {
    shelf.with_borrow_mut(|drafts| drafts.remove(&of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::Config;

    #[test]
    fn a_draft_comes_back_once() {
        assert_eq!(take(&JOBS, None), None, "nothing was begun");
        let draft = JobDraft::new("UTC".to_owned(), &Config { items: Vec::new() });
        keep(&JOBS, None, JobDraft { name: "begun".to_owned(), ..draft.clone() });
        keep(&JOBS, Some(JobId(1)), JobDraft { name: "changed".to_owned(), ..draft });
        assert_eq!(take(&JOBS, Some(JobId(2))), None, "what was changed of one job is not that of another");
        assert_eq!(
            take(&JOBS, Some(JobId(1))).map(|draft| draft.name).as_deref(),
            Some("changed"),
            "nor of a new one"
        );
        assert_eq!(
            take(&JOBS, None).map(|draft| draft.name).as_deref(),
            Some("begun"),
            "what was typed is not lost"
        );
        assert_eq!(take(&JOBS, None), None, "a saved or discarded job must not come back");
        keep(&SERVERS, Some(ServerId(1)), ServerDraft::default());
        assert_eq!(take(&JOBS, Some(JobId(1))), None, "a server of the same number is another thing");
    }
}
