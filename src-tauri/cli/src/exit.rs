//! Exit statuses, and the failures that lead to them.

use holdfast_engine::Error;
use holdfast_types::{ApiError, ErrorCode};

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// The operation was carried out and failed.
    Failed,
    /// The command line itself is wrong.
    Usage,
    /// Refused: a precondition does not hold, something else holds a lock, or what is named does not exist.
    Refused,
}

impl Exit {
    /// The status that the shell sees.
    pub fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
        }
    }

    /// The status that a kind of failure leads to.
    pub fn of(code: ErrorCode) -> Self {
        match code {
            ErrorCode::InvalidInput => Self::Usage,
            ErrorCode::NotFound | ErrorCode::Refused => Self::Refused,
            ErrorCode::Connection
            | ErrorCode::MissingTool
            | ErrorCode::Storage
            | ErrorCode::Cancelled
            | ErrorCode::Failed
            | ErrorCode::Internal => Self::Failed,
        }
    }
}

/// A failure on its way to the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is told.
    pub error: ApiError,
    /// How the command ends.
    pub exit: Exit,
}

impl Failure {
    /// A failure that the command line itself finds.
    pub fn new(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        ApiError { code, message: message.into(), hint: hint.into() }.into()
    }

    /// A stream or file that could not be read or written.
    pub fn io(what: &str, error: &std::io::Error) -> Self {
        Self::new(ErrorCode::Storage, format!("{what}: {error}."), "")
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Failure { exit: Exit::of(error.code), error }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        error.to_api().into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, Failure};
    use holdfast_types::ErrorCode;

    #[test]
    fn scripts_can_tell_wrong_usage_refusal_and_failure_apart() {
        let status = |code| Failure::new(code, "", "").exit.status();
        assert_eq!(status(ErrorCode::InvalidInput), 2, "a wrong value is wrong usage");
        assert_eq!(status(ErrorCode::NotFound), 3, "a name that does not exist is a refusal");
        assert_eq!(status(ErrorCode::Refused), 3, "a held lock is a refusal");
        assert_eq!(status(ErrorCode::Connection), 1, "a server that does not answer is a failure");
        assert_eq!(Exit::Done.status(), 0, "success is 0");
    }
}
