//! What is said once a server is saved: that it is, and what is known of it.

use crate::components::{Toast, ToastKind};
use crate::forms::tested::{Answer, Known, known};
use crate::route::Route;
use holdfast_types::Server;

/// Said at once.
pub fn told(server: &Server, about: &Known) -> Toast {
    let words = format!("{} is saved.", server.name);
    match about {
        Known::Ready => Toast::new(ToastKind::Success, words),
        Known::Nothing => Toast::new(ToastKind::Success, words)
            .saying("It is tested now. You are told if something stands in the way.".to_owned()),
        Known::Unready(why) => {
            doubtful(server, format!("{} is saved, but its last test failed.", server.name), why)
        }
    }
}

/// Said when the test that follows the saving of something untested failed.
pub fn told_later(server: &Server, answer: &Answer) -> Option<Toast> {
    match known(Some(answer)) {
        Known::Unready(why) => {
            Some(doubtful(server, format!("{} is saved, but a test of it failed.", server.name), &why))
        }
        Known::Ready | Known::Nothing => None,
    }
}

fn doubtful(server: &Server, words: String, why: &str) -> Toast {
    Toast::new(ToastKind::Warning, words)
        .saying(why.to_owned())
        .leading_to("Show the server", Route::Server { id: server.id.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{ApiError, Connection, ErrorCode, PasswordSource, ServerId, Timestamp};

    fn server() -> Server {
        Server {
            id: ServerId(3),
            name: "main".to_owned(),
            connection: Connection::default(),
            password: PasswordSource::None,
            server_version: None,
            last_seen_at: None,
            job_count: 0,
            created_at: Timestamp::default(),
        }
    }

    #[test]
    fn a_server_whose_test_failed_is_not_saved_in_green() {
        let why = "The server rejected the password of the role ana.";
        let expected = Toast::new(ToastKind::Warning, "main is saved, but its last test failed.")
            .saying(why.to_owned())
            .leading_to("Show the server", Route::Server { id: 3 });
        assert_eq!(
            told(&server(), &Known::Unready(why.to_owned())),
            expected,
            "no backup could be made of it"
        );
        let green = Toast::new(ToastKind::Success, "main is saved.");
        assert_eq!(told(&server(), &Known::Ready), green, "a test said so");
    }

    #[test]
    fn a_server_that_nobody_tested_is_heard_of_again_only_if_something_is_wrong() {
        assert_ne!(
            told(&server(), &Known::Nothing),
            told(&server(), &Known::Ready),
            "it is not known to be ready"
        );
        let error =
            ApiError { code: ErrorCode::Internal, message: "No answer.".to_owned(), hint: String::new() };
        let expected = Toast::new(ToastKind::Warning, "main is saved, but a test of it failed.")
            .saying("No answer.".to_owned())
            .leading_to("Show the server", Route::Server { id: 3 });
        assert_eq!(told_later(&server(), &Err(error)), Some(expected), "a job would fail in the night");
    }
}
