//! What can go wrong in a task, and how it is worded.

use std::{fmt, path::PathBuf, process::ExitStatus};

/// Why a task stopped.
#[derive(Debug)]
pub enum Failure {
    /// A program ran and did not succeed.
    Program { line: String, status: ExitStatus },
    /// A program could not be started.
    Start { line: String, source: std::io::Error },
    /// A file could not be read or written.
    File { path: PathBuf, source: std::io::Error },
    /// The machine lacks something that cannot be installed from here.
    Missing { what: Vec<String>, install: Vec<String> },
    /// The dashboard's WebAssembly could not be given its JavaScript.
    Bindings(String),
    /// A generated or expected text does not look as it must.
    Unexpected(String),
    /// The named step of a longer task failed; its own account was printed already.
    Step(&'static str),
}

impl Failure {
    /// Returns a closure that words an I/O error about `path`.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program { line, status } => write!(out, "`{line}` ended with {status}"),
            Self::Start { line, source } => write!(out, "`{line}` could not be started: {source}"),
            Self::File { path, source } => write!(out, "{}: {source}", path.display()),
            Self::Missing { what, install } => {
                writeln!(out, "this machine lacks: {}", what.join(", "))?;
                write!(out, "Install it, then run the command again:")?;
                install.iter().try_for_each(|line| write!(out, "\n  {line}"))
            }
            Self::Bindings(reason) => write!(out, "wasm-bindgen: {reason}"),
            Self::Unexpected(reason) => out.write_str(reason),
            Self::Step(name) => write!(out, "step `{name}` failed"),
        }
    }
}
