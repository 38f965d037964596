//! What an expression means and when it fires next, as the window and the command line show it.

use super::{CronSchedule, ScheduleError};
use chrono::{DateTime, SecondsFormat, Utc};
use holdfast_types::{SchedulePreview, Timestamp};

/// The most slots that one preview lists.
pub const MAX_PREVIEW: u32 = 1000;

/// Describes an expression and lists its next `count` slots after `from`, with what clock changes do to
/// them.
///
/// # Errors
/// What [`CronSchedule::parse`] refuses, and a count of 0 or above [`MAX_PREVIEW`].
pub fn preview(
    expression: &str,
    timezone: &str,
    from: DateTime<Utc>,
    count: u32,
) -> Result<SchedulePreview, ScheduleError> {
    let schedule = CronSchedule::parse(expression, timezone)?;
    if !(1..=MAX_PREVIEW).contains(&count) {
        return Err(ScheduleError::PreviewCount { count });
    }
    let slots: Vec<DateTime<Utc>> = schedule.after(from).take(count as usize).collect();
    Ok(SchedulePreview {
        expression: expression.to_owned(),
        timezone: schedule.timezone().to_owned(),
        description: schedule.describe(),
        remarks: schedule.remarks(from, &slots),
        next: slots.into_iter().map(timestamp).collect(),
    })
}

/// A moment as it crosses to the window: RFC 3339, whole seconds, `Z`.
pub fn timestamp(moment: DateTime<Utc>) -> Timestamp {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}
