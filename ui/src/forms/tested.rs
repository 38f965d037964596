//! What is known of a connection. A test holds for exactly the values that it was asked about.

use holdfast_types::{ApiError, Connection, PasswordChange, ServerTest};

/// The answer to a test.
pub type Answer = Result<ServerTest, ApiError>;

/// The values that a test is asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// How to reach the server.
    pub connection: Connection,
    /// Its password.
    pub password: PasswordChange,
}

/// A test that was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Tested {
    /// What it was asked about.
    pub asked: Asked,
    /// What was found.
    pub answer: Answer,
}

/// What is known of the values of a form.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// They were not tested.
    Nothing,
    /// A backup could be made with them.
    Ready,
    /// No backup could be made with them, for this reason.
    Unready(String),
}

/// The answer that is about these values, if the last test was.
pub fn answer_about<'a>(last: Option<&'a Tested>, asked: Option<&Asked>) -> Option<&'a Answer> {
    last.filter(|tested| asked == Some(&tested.asked)).map(|tested| &tested.answer)
}

/// What an answer makes known.
pub fn known(answer: Option<&Answer>) -> Known {
    match answer {
        None => Known::Nothing,
        Some(Ok(test)) if test.ok => Known::Ready,
        Some(Ok(test)) => Known::Unready(match test.problems.first() {
            Some(problem) => problem.message.clone(),
            None => "No backup could be made.".to_owned(),
        }),
        Some(Err(error)) => Known::Unready(error.message.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{ErrorCode, Password, Problem};

    fn found(problems: &[&str]) -> ServerTest {
        let problem = |message: &&str| Problem { message: (*message).to_owned(), hint: String::new() };
        ServerTest {
            ok: problems.is_empty(),
            server_version: None,
            client_tool: None,
            client_version: None,
            role: None,
            rights: None,
            encrypted: None,
            databases: Vec::new(),
            problems: problems.iter().map(problem).collect(),
        }
    }

    #[test]
    fn a_result_is_about_the_values_that_were_tested_and_no_others() {
        let asked = Asked { connection: Connection::default(), password: PasswordChange::Keep };
        let tested = Tested { asked: asked.clone(), answer: Ok(found(&["It is the wrong password."])) };
        assert!(answer_about(Some(&tested), Some(&asked)).is_some(), "nothing was changed since");
        let host = Connection { host: "other".to_owned(), ..Connection::default() };
        let elsewhere = Asked { connection: host, ..asked.clone() };
        let secret = PasswordChange::Set(Password("right".to_owned()));
        let corrected = Asked { password: secret, ..asked };
        for changed in [Some(&elsewhere), Some(&corrected), None] {
            assert_eq!(answer_about(Some(&tested), changed), None, "it says nothing about {changed:?}");
        }
    }

    #[test]
    fn what_failed_is_known_with_its_reason() {
        assert_eq!(known(None), Known::Nothing, "nobody asked");
        assert_eq!(known(Some(&Ok(found(&[])))), Known::Ready, "a backup could be made");
        let wrong = Known::Unready("Wrong password.".to_owned());
        assert_eq!(
            known(Some(&Ok(found(&["Wrong password.", "No pg_dump."])))),
            wrong,
            "the first reason is enough"
        );
        let error =
            ApiError { code: ErrorCode::Internal, message: "No answer.".to_owned(), hint: String::new() };
        assert_eq!(
            known(Some(&Err(error))),
            Known::Unready("No answer.".to_owned()),
            "a test that failed itself"
        );
    }
}
