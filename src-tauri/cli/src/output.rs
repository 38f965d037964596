//! What is printed: text for people, or exactly one JSON document on stdout.

use crate::exit::Failure;
use crate::format::plain;
use console::StyledObject;
use holdfast_types::ApiError;
use serde::Serialize;
use std::io::{ErrorKind, Write};

/// For whom a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// For people.
    People,
    /// For programs.
    Json,
}

impl Output {
    /// Prints a command's answer: `value` as JSON, or the text that `people` makes of it.
    pub fn answer<T: Serialize>(self, value: &T, people: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        match self {
            Self::People => print(&people(value)),
            Self::Json => print_json(value),
        }
    }

    /// Prints a list that has no pages, with the fields that every list has.
    pub fn whole_list<T: Serialize>(
        self,
        list: &T,
        total: usize,
        people: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        match self {
            Self::People => print(&people(list)),
            Self::Json => print_json(&WholeList { list, total, page: 1, limit: total }),
        }
    }

    /// Tells a failure: on stdout as JSON, or on stderr for people.
    pub fn fail(self, failure: &Failure) {
        let error = &failure.error;
        match self {
            Self::People => tell_error(&error.message, Some(&error.hint)),
            // When even stdout is gone, the exit status says the rest.
            Self::Json => drop(print_json(&Failed { error })),
        }
    }

    /// Says something beside the answer, on stderr, to people only.
    pub fn note(self, text: &str) {
        if self == Self::People {
            tell(text);
        }
    }
}

/// A list that is all on one page.
#[derive(Serialize)]
struct WholeList<'a, T> {
    #[serde(flatten)]
    list: &'a T,
    total: usize,
    page: u32,
    limit: usize,
}

/// The document of a failure.
#[derive(Serialize)]
struct Failed<'a> {
    error: &'a ApiError,
}

fn print_json<T: Serialize>(value: &T) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::io("The answer cannot be written", &error.into()))?;
    print(&text)
}

/// Prints text and a line end on stdout. A reader that went away is no failure: it has read enough.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{end}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::io("Standard output cannot be written", &error))
        }
        _ => Ok(()),
    }
}

/// Prints a line on stderr; nothing is lost that matters when nobody reads it.
pub fn tell(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Prints `error: …` and `hint: …` on stderr.
pub fn tell_error(message: &str, hint: Option<&str>) {
    tell_marked(&styled("error:").red(), message, hint);
}

/// Prints `note: …` and `hint: …` on stderr.
pub fn tell_note(message: &str, hint: Option<&str>) {
    tell_marked(&styled("note:"), message, hint);
}

fn styled(word: &'static str) -> StyledObject<&'static str> {
    console::style(word).for_stderr().bold()
}

/// What a run recorded may hold a server's words, so that they are made harmless here too.
fn tell_marked(mark: &StyledObject<&'static str>, message: &str, hint: Option<&str>) {
    tell(&format!("{mark} {}", plain(message)));
    if let Some(hint) = hint.filter(|hint| !hint.is_empty()) {
        tell(&format!("{} {}", styled("hint:").cyan(), plain(hint)));
    }
}

#[cfg(test)]
mod tests {
    use super::WholeList;
    use serde_json::json;

    #[test]
    fn a_list_without_pages_answers_like_any_other() {
        let list = json!({ "items": [1, 2], "keep_count": 2 });
        let document = serde_json::to_value(WholeList { list: &list, total: 2, page: 1, limit: 2 });
        let expected = json!({ "items": [1, 2], "keep_count": 2, "total": 2, "page": 1, "limit": 2 });
        assert_eq!(document.ok(), Some(expected), "scripts read total and page of every list");
    }
}
