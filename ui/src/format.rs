//! Sizes, durations and times in words. Pure: the present is an argument.

/// A size in binary units: `640 MiB`, `1.4 GiB`.
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut size = value as f64;
    let mut unit = 0;
    // 1023.95 would print as "1024.0".
    while size >= 1023.95 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && size < 99.95);
    format!("{size:.decimals$} {}", UNITS[unit])
}

/// A part of a size: `1.4 of 2.3 GiB`, or with both units where they differ.
pub fn part(done: u64, total: u64) -> String {
    let (done, total) = (bytes(done.min(total)), bytes(total));
    match (done.split_once(' '), total.split_once(' ')) {
        (Some((number, unit)), Some((_, same))) if unit == same => format!("{number} of {total}"),
        _ => format!("{done} of {total}"),
    }
}

/// A rate in binary units a second.
pub fn rate(bytes_per_second: u64) -> String {
    format!("{}/s", bytes(bytes_per_second))
}

/// A duration in its two largest units: `4 min 12 s`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–".to_owned();
    }
    if seconds > 0.0 && seconds < 1.0 {
        return "< 1 s".to_owned();
    }
    let whole = seconds.round() as u64;
    let (large, small) = match whole {
        0..60 => return format!("{whole} s"),
        60..3_600 => ((whole / 60, "min"), (whole % 60, "s")),
        3_600..86_400 => ((whole / 3_600, "h"), (whole % 3_600 / 60, "min")),
        _ => ((whole / 86_400, "d"), (whole % 86_400 / 3_600, "h")),
    };
    match small {
        (0, _) => format!("{} {}", large.0, large.1),
        (rest, unit) => format!("{} {} {rest} {unit}", large.0, large.1),
    }
}

/// A duration that was measured: with a decimal below ten seconds, where it says something.
pub fn measured(milliseconds: u64) -> String {
    match milliseconds {
        0..100 => "0.1 s".to_owned(),
        100..9_950 => format!("{:.1} s", milliseconds as f64 / 1000.0),
        _ => duration(milliseconds as f64 / 1000.0),
    }
}

/// A share of one as a percentage with one decimal, `100 %` when it is exactly that.
pub fn percent(share: f64) -> String {
    let shown = (share * 1000.0).round() / 10.0;
    // A success rate just under one must not be rounded up to "100 %".
    let shown = if share < 1.0 && shown >= 100.0 { 99.9 } else { shown };
    if shown.fract() == 0.0 { format!("{shown:.0} %") } else { format!("{shown:.1} %") }
}

/// A moment as seen from now: `12 min ago`, `in 48 min`, `just now`.
pub fn relative(at: f64, now: f64) -> String {
    let seconds = ((at - now) / 1000.0).round();
    let distance = seconds.abs();
    let words = match distance {
        d if d < 45.0 => {
            return if seconds > 5.0 { "in under a minute".to_owned() } else { "just now".to_owned() };
        }
        d if d < 3_570.0 => format!("{:.0} min", (d / 60.0).max(1.0)),
        d if d < 48.0 * 3_600.0 => format!("{:.0} h", d / 3_600.0),
        d if d < 60.0 * 86_400.0 => format!("{:.0} d", d / 86_400.0),
        d if d < 730.0 * 86_400.0 => format!("{:.0} months", d / (30.44 * 86_400.0)),
        d => format!("{:.0} years", d / (365.25 * 86_400.0)),
    };
    if seconds > 0.0 { format!("in {words}") } else { format!("{words} ago") }
}

/// Milliseconds since 1970 of an RFC 3339 timestamp in UTC; nothing for any other text.
pub fn milliseconds(timestamp: &str) -> Option<f64> {
    let text = timestamp.strip_suffix('Z').or_else(|| timestamp.strip_suffix("+00:00"))?;
    let (date, time) = text.split_once('T')?;
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut parts = time.split(':');
    let hour: f64 = parts.next()?.parse().ok()?;
    let minute: f64 = parts.next()?.parse().ok()?;
    let second: f64 = parts.next()?.parse().ok()?;
    Some(
        days_from_epoch(year, month, day) as f64 * 86_400_000.0
            + ((hour * 60.0 + minute) * 60.0 + second) * 1000.0,
    )
}

/// Days since 1970-01-01 of a day of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Seconds between two timestamps.
pub fn seconds_between(from: &str, to: &str) -> Option<f64> {
    Some((milliseconds(to)? - milliseconds(from)?) / 1000.0)
}

/// `one` for one, else `many`, with the number before it: `1,085,000 rows`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", holdfast_types::grouped(number), if number == 1 { one } else { many })
}

/// The first letter in upper case.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_binary_and_short() {
        for (value, words) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (671_088_640, "640 MiB"),
            (1_503_238_553, "1.4 GiB"),
            (1_048_575, "1.0 MiB"),
        ] {
            assert_eq!(bytes(value), words, "the size of {value} bytes must read well");
        }
    }

    #[test]
    fn a_part_names_a_unit_once_where_both_share_it() {
        assert_eq!(part(1_503_238_553, 2_469_606_195), "1.4 of 2.3 GiB", "short enough for a cell");
        assert_eq!(part(25_165_824, 1_932_735_283), "24.0 MiB of 1.8 GiB", "different units are both named");
        assert_eq!(part(5, 4), "4 of 4 B", "an estimate that is passed never shows more than all");
    }

    #[test]
    fn durations_name_their_two_largest_units() {
        for (seconds, words) in [
            (0.0, "0 s"),
            (0.4, "< 1 s"),
            (59.6, "1 min"),
            (252.0, "4 min 12 s"),
            (3_600.0, "1 h"),
            (90_000.0, "1 d 1 h"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(duration(seconds), words, "{seconds} s must read well");
        }
    }

    #[test]
    fn measured_times_keep_a_decimal_while_it_says_something() {
        for (milliseconds, words) in
            [(3, "0.1 s"), (2_540, "2.5 s"), (9_949, "9.9 s"), (9_960, "10 s"), (252_000, "4 min 12 s")]
        {
            assert_eq!(measured(milliseconds), words, "{milliseconds} ms must read well");
        }
    }

    #[test]
    fn a_rate_below_one_is_never_rounded_up_to_all() {
        assert_eq!(percent(1.0), "100 %", "all is all");
        assert_eq!(percent(0.99996), "99.9 %", "one failure in 25,000 is still a failure");
        assert_eq!(percent(0.998), "99.8 %", "one decimal is enough");
    }

    #[test]
    fn times_are_told_from_now() {
        let now = 1_000_000_000_000.0;
        assert_eq!(relative(now - 12.0 * 60_000.0, now), "12 min ago", "the past");
        assert_eq!(relative(now + 48.0 * 60_000.0, now), "in 48 min", "the future");
        assert_eq!(relative(now - 3_599_000.0, now), "1 h ago", "never 60 min");
        assert_eq!(relative(now - 2_000.0, now), "just now", "the present");
        assert_eq!(
            relative(now + 2_000.0, now),
            "just now",
            "a clock that lags a little makes nothing to come"
        );
    }

    #[test]
    fn timestamps_are_read_exactly() {
        assert_eq!(milliseconds("1970-01-01T00:00:00Z"), Some(0.0), "the epoch");
        assert_eq!(milliseconds("2024-02-29T12:30:15.250Z"), Some(1_709_209_815_250.0), "a leap day");
        assert_eq!(milliseconds("2026-11-23"), None, "a day is no moment");
        assert_eq!(
            seconds_between("2026-11-23T02:00:00Z", "2026-11-23T02:04:12Z"),
            Some(252.0),
            "a run's length"
        );
    }
}
