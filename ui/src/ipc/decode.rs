//! What a rejected command becomes: our own error, or a plain string of Tauri's, or anything else.

use holdfast_types::{ApiError, ErrorCode};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// The error that a rejection means; never panics, whatever was thrown.
pub fn rejection(thrown: JsValue) -> ApiError {
    if let Ok(error) = serde_wasm_bindgen::from_value::<ApiError>(thrown.clone()) {
        return error;
    }
    let text = thrown.as_string().or_else(|| {
        Reflect::get(&thrown, &JsValue::from_str("message")).ok().and_then(|message| message.as_string())
    });
    plain(&text.unwrap_or_else(|| "The app gave no reason.".to_owned()))
}

/// The error for an answer in a shape that this dashboard does not know.
pub fn undecodable(command: &str, problem: &str) -> ApiError {
    ApiError {
        code: ErrorCode::Internal,
        message: format!("The answer to {command} could not be read: {problem}."),
        hint: "Window and engine seem to be of different versions. Quit Holdfast and open it again."
            .to_owned(),
    }
}

/// The error for a rejection that is mere text.
pub fn plain(text: &str) -> ApiError {
    ApiError {
        code: ErrorCode::Internal,
        message: text.to_owned(),
        hint: "Try again. If it stays, the log in the data directory says more.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_rejection_keeps_its_words_and_gains_a_hint() {
        let error = plain("command list_runs not allowed");
        assert_eq!(error.message, "command list_runs not allowed", "the reader needs Tauri's own words");
        assert!(!error.hint.is_empty(), "every error says what to do next");
    }
}
