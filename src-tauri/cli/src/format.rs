//! Sizes, durations, times and names as people read them.

use chrono::{DateTime, Local, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
pub use holdfast_engine::plain::plain;
use holdfast_types::{DatabaseProof, Run, Timestamp};
use std::fmt::Display;

/// A size in binary units: `1.4 GiB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    // 1023.95 would be shown as 1024.0.
    while value >= 1023.95 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A duration in its two largest units: `4 min 12 s`; below ten seconds with a tenth.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return String::new();
    }
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    whole_seconds(seconds.round() as u64)
}

/// Whole seconds in their two largest units: `12 s`.
pub fn whole_seconds(seconds: u64) -> String {
    let (days, hours, minutes, rest) =
        (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{rest} s"),
        (0, 0, _) => format!("{minutes} min {rest} s"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// What a drill measured, and how old the backup is: what would be lost.
pub fn proof_shown(proof: &DatabaseProof) -> String {
    let restored = match proof.restore_ms {
        Some(taken) => format!("restored in {}", duration(taken as f64 / 1000.0)),
        None => "restored".to_owned(),
    };
    format!(
        "backup {}, {} old, {restored} at {}",
        proof.backup_id,
        whole_seconds(proof.age_seconds),
        time(&proof.verified_at)
    )
}

/// How long a run took, once it ended.
pub fn took(run: &Run) -> String {
    let moment = |text: &Option<Timestamp>| DateTime::parse_from_rfc3339(text.as_deref()?).ok();
    match (moment(&run.started_at), moment(&run.completed_at)) {
        (Some(start), Some(end)) => duration((end - start).num_milliseconds() as f64 / 1000.0),
        _ => String::new(),
    }
}

/// A moment on the machine's clock with its offset: `2026-11-23 03:00:00 +01:00`.
pub fn time(moment: &str) -> String {
    in_zone(moment, &Local)
}

/// A moment on the machine's clock, or nothing.
pub fn time_or_none(moment: Option<&Timestamp>) -> String {
    moment.map(|moment| time(moment)).unwrap_or_default()
}

/// A moment on the clocks of a zone, by its IANA name.
pub fn time_in(moment: &str, zone: &str) -> String {
    zone.parse::<Tz>().map_or_else(|_| time(moment), |zone| in_zone(moment, &zone))
}

fn in_zone<Z: TimeZone>(moment: &str, zone: &Z) -> String
where
    Z::Offset: Display,
{
    match DateTime::parse_from_rfc3339(moment) {
        Ok(parsed) => parsed.with_timezone(zone).format("%Y-%m-%d %H:%M:%S %:z").to_string(),
        Err(_) => moment.to_owned(),
    }
}

/// Reads RFC 3339, or a date, which means its beginning on the machine's clock.
pub fn parse_moment(text: &str) -> Result<Timestamp, String> {
    let moment = match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => moment.to_utc(),
        Err(_) => {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .map_err(|_| "expected a date such as 2026-11-23, or 2026-11-23T02:00:00Z".to_owned())?;
            day_start(day).ok_or_else(|| "no such moment".to_owned())?
        }
    };
    Ok(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// Reads RFC 3339 only.
pub fn parse_rfc3339(text: &str) -> Result<Timestamp, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
        .map_err(|_| "expected a moment such as 2026-11-23T02:00:00Z".to_owned())
}

/// The first moment of a day on the machine's clock; a day may begin at 01:00 where clocks go forward at midnight.
fn day_start(day: NaiveDate) -> Option<DateTime<Utc>> {
    (0..=3).find_map(|hour| {
        let wall = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
        Local.from_local_datetime(&wall).earliest().map(|moment| moment.to_utc())
    })
}

/// A name as a word of a command to copy: quoted where a shell would split it.
pub fn shell_word(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_./@:+".contains(c);
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => format!("'{}'", plain(name).replace('\'', "'\\''")),
    }
}

/// The text, or a dash where there is none.
pub fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

/// `1 table`, `3 tables`.
pub fn count(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{bytes, duration, parse_moment, shell_word, time_in};

    #[test]
    fn sizes_are_in_binary_units() {
        let shown: Vec<String> = [0, 1023, 1024, 1_572_864, 1_073_741_823, 1 << 40].map(bytes).to_vec();
        let expected = ["0 B", "1023 B", "1.0 KiB", "1.5 MiB", "1.0 GiB", "1.0 TiB"];
        assert_eq!(shown, expected, "a size must never be shown as 1024.0 of the smaller unit");
    }

    #[test]
    fn durations_name_their_two_largest_units() {
        let shown: Vec<String> = [0.44, 9.97, 252.4, 7_500.0, 187_000.0].map(duration).to_vec();
        assert_eq!(shown, ["0.4 s", "10 s", "4 min 12 s", "2 h 5 min", "2 d 3 h"], "calm and precise");
    }

    #[test]
    fn slots_are_shown_on_the_clocks_of_their_zone() {
        let shown = time_in("2027-03-14T07:00:00Z", "America/New_York");
        assert_eq!(shown, "2027-03-14 03:00:00 -04:00", "02:00 does not exist on that night");
    }

    #[test]
    fn filters_take_moments_and_dates_and_nothing_else() {
        assert_eq!(parse_moment("2026-11-23T02:00:00+01:00").as_deref(), Ok("2026-11-23T01:00:00Z"), "UTC");
        assert!(parse_moment("2026-11-23").is_ok(), "a date is a filter");
        assert!(parse_moment("yesterday").is_err(), "what cannot be read must not filter silently");
    }

    #[test]
    fn a_command_to_copy_is_one_that_a_shell_understands() {
        let words = ["nightly", "demo shop", "it's"].map(shell_word);
        assert_eq!(words, ["nightly", "'demo shop'", "'it'\\''s'"], "a hint must work when it is pasted");
    }
}
