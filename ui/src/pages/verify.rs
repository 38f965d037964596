//! Verifying a backup, from wherever it is asked for.

use crate::hooks::{Call, use_call};
use holdfast_types::{ApiError, ErrorCode, Verification, VerifyBackup};
use yew::prelude::*;

/// A verification that may be asked for.
pub struct Verify {
    /// Asks for it.
    pub call: Call<VerifyBackup>,
    /// Why it could not be carried out. One that was cancelled was carried out as wished.
    pub failure: UseStateHandle<Option<ApiError>>,
}

/// Tells when a verification ended, however it did.
#[hook]
pub fn use_verify(ended: Callback<()>) -> Verify {
    let failure = use_state(|| None::<ApiError>);
    let setter = failure.setter();
    let call = use_call::<VerifyBackup>(Callback::from(move |answer: Result<Verification, ApiError>| {
        setter.set(answer.err().filter(|error| error.code != ErrorCode::Cancelled));
        ended.emit(());
    }));
    Verify { call, failure }
}
