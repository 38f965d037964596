//! Data that comes from elsewhere: absent, there, or there but older than it should be.

use holdfast_types::ApiError;
use std::rc::Rc;
use yew::Callback;

/// What is known of an answer.
pub struct Loadable<T> {
    /// The last good answer.
    pub data: Option<Rc<T>>,
    /// Why the newest question failed.
    pub error: Option<Rc<ApiError>>,
    /// Whether a question is on its way.
    pub pending: bool,
    /// Asks again.
    pub retry: Callback<()>,
}

impl<T> Clone for Loadable<T> {
    fn clone(&self) -> Self {
        Loadable {
            data: self.data.clone(),
            error: self.error.clone(),
            pending: self.pending,
            retry: self.retry.clone(),
        }
    }
}

impl<T> Default for Loadable<T> {
    fn default() -> Self {
        Loadable { data: None, error: None, pending: true, retry: Callback::noop() }
    }
}

impl<T> Loadable<T> {
    /// The same data with a question on its way.
    pub fn asked(&self) -> Self {
        Loadable { pending: true, ..self.clone() }
    }

    /// What the answer makes of it: a failure keeps the last good data.
    pub fn answered(&self, answer: Result<T, ApiError>) -> Self {
        match answer {
            Ok(data) => {
                Loadable { data: Some(Rc::new(data)), error: None, pending: false, retry: self.retry.clone() }
            }
            Err(error) => Loadable { error: Some(Rc::new(error)), pending: false, ..self.clone() },
        }
    }

    /// Whether there is something to show: an answer, or why there is none.
    pub fn settled(&self) -> bool {
        self.data.is_some() || self.error.is_some()
    }

    /// The same with a way to ask again.
    pub fn with_retry(self, retry: Callback<()>) -> Self {
        Loadable { retry, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::ErrorCode;

    fn failure() -> ApiError {
        ApiError { code: ErrorCode::Internal, message: "no".to_owned(), hint: "wait".to_owned() }
    }

    #[test]
    fn a_refresh_that_fails_keeps_the_last_good_data() {
        let loaded = Loadable::default().answered(Ok(7)).asked().answered(Err(failure()));
        assert_eq!(loaded.data.as_deref(), Some(&7), "the reader keeps what was on screen");
        assert!(loaded.error.is_some(), "and is told that it is old");
        assert!(!loaded.pending, "the question was answered");
    }

    #[test]
    fn a_good_answer_clears_the_error() {
        let loaded = Loadable::default().answered(Err(failure())).answered(Ok(1));
        assert!(loaded.error.is_none(), "an error that is over must not stay on screen");
    }
}
