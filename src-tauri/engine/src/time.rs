//! Points in time: UTC milliseconds in the catalog, RFC 3339 text across the boundary.

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use std::sync::Arc;

/// Tells the time; tests inject their own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The machine's clock.
pub fn system_clock() -> Clock {
    Arc::new(Utc::now)
}

/// Renders milliseconds as `2026-11-23T02:00:00Z`, with a fraction only where there is one.
pub fn text(millis: i64) -> String {
    let moment = moment(millis);
    let form = if millis % 1000 == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
    moment.to_rfc3339_opts(form, true)
}

/// The moment that lies this many milliseconds after 1970; the epoch itself for values outside chrono's range.
pub fn moment(millis: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(millis).single().unwrap_or_default()
}

/// Reads RFC 3339 text, or a plain date, which means its midnight in UTC.
pub fn parse(text: &str) -> Option<i64> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.timestamp_millis());
    }
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_its_text() {
        for millis in [0, 1_795_399_200_000, 1_795_399_200_123] {
            assert_eq!(parse(&text(millis)), Some(millis), "history would shift when read back");
        }
        assert_eq!(parse("2026-11-23"), Some(1_795_392_000_000), "a date filter means midnight UTC");
        assert_eq!(parse("yesterday"), None, "a filter that is no date must be refused, not guessed");
    }
}
