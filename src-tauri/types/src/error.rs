//! What a failed command answers.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A failure worded for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// What kind of failure it is; the window and the exit status branch on it.
    pub code: ErrorCode,
    /// What went wrong, in plain words.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// The kinds of failure that a caller tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is wrong: a field is missing or malformed.
    InvalidInput,
    /// What the request names does not exist.
    NotFound,
    /// Refused: a precondition does not hold, or something else holds a lock.
    Refused,
    /// The server could not be reached, or rejected the connection.
    Connection,
    /// No client program fits the server.
    MissingTool,
    /// The disk is full, or a path cannot be read or written.
    Storage,
    /// The operator cancelled.
    Cancelled,
    /// The operation was carried out and failed.
    Failed,
    /// A defect or a broken catalog.
    Internal,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.hint.is_empty() {
            write!(f, " {}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// A field of a form that was refused; several can stand in one answer's message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub hint: String,
}
