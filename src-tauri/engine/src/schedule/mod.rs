//! Cron expression, time zone and last evaluation in; slots that are due or missed out.
//!
//! Pure: the moment that counts as now is an argument everywhere. Nothing here reads a clock, a disk or
//! the catalog, and nothing here runs anything.

mod count;
mod describe;
mod due;
mod error;
mod expression;
mod field;
mod grammar;
mod jitter;
mod occurrences;
mod overdue;
mod preview;
mod remarks;
mod retry;
#[cfg(test)]
mod tests;
mod words;
mod zone;

pub use due::{
    DueSlot, DueTrigger, Evaluation, MISSED_LISTED, MissedReason, MissedSlot, ON_TIME_SECONDS, PlannedJob,
    plan,
};
pub use error::{FieldProblem, ScheduleError};
pub use expression::CronSchedule;
pub use field::Field;
pub use jitter::jitter_seconds;
pub use overdue::{Overdue, allowance, overdue};
pub use preview::{MAX_PREVIEW, preview, timestamp};
pub use retry::{MAX_RETRY_DELAY_SECONDS, Retry, next_attempt, retry_delay};
pub use zone::find_zone;
