//! The way to the engine: commands asked and events heard, typed by `holdfast_types`.
//!
//! `bridge` holds the only externs of the dashboard. Nothing here decides anything about pages.

mod bridge;
mod decode;

pub use bridge::Subscription;

use holdfast_types::{ApiError, Command};
use serde::Serialize;

/// Every command takes exactly one argument, called `request`.
#[derive(Serialize)]
struct Arguments<C> {
    request: C,
}

/// Asks the engine, and answers what it said or why it did not.
pub async fn call<C: Command>(request: C) -> Result<C::Response, ApiError> {
    let arguments = Arguments { request }
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|problem| decode::undecodable(C::NAME, &problem.to_string()))?;
    match bridge::invoke(C::NAME, arguments).await {
        Ok(answer) => serde_wasm_bindgen::from_value(answer)
            .map_err(|problem| decode::undecodable(C::NAME, &problem.to_string())),
        Err(rejection) => Err(decode::rejection(rejection)),
    }
}
