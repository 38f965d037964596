//! Backups, a policy and a moment in; what is kept, why, and what expires out.
//!
//! Pure: nothing here deletes anything or reads a clock. The caller deletes what has no reason to stay.

mod made_up;
mod periods;
mod plan;
#[cfg(test)]
mod tests;

pub use made_up::{MADE_UP_LIMIT, made_up_year};
pub use plan::{Candidate, Decision, plan, summarise};
