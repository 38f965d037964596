//! What pg_restore could not restore, named in full: its own words cut names at spaces and line breaks. Pure.

use crate::archive::full_name::full_name;
use crate::archive::toc::Toc;
use crate::postgres::restore::LoadFailure;

/// The failures with the names that the archive has for their entries.
pub(crate) fn named(mut failures: Vec<LoadFailure>, toc: &Toc) -> Vec<LoadFailure> {
    for failure in &mut failures {
        if let Some(name) = failure.entry.and_then(|entry| full_name(toc, entry)) {
            failure.object = name;
        }
    }
    failures
}
