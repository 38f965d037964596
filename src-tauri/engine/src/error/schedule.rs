//! Words the errors of `schedule` for people. Places are counted from 1, as people count.

use crate::schedule::{Field, FieldProblem, MAX_PREVIEW, MissedReason, ScheduleError, timestamp};
use holdfast_types::{ApiError, ErrorCode};

/// Words why a schedule is refused: what stands where, and what to write instead.
pub(crate) fn word(error: &ScheduleError) -> ApiError {
    let (message, hint) = match error {
        ScheduleError::Empty => ("The schedule is empty.".to_owned(), FIELDS.to_owned()),
        ScheduleError::FieldCount { found, position } => (field_count(*found, *position), FIELDS.to_owned()),
        ScheduleError::UnknownNickname { token, position, suggestion } => {
            let message = format!("{token}, at character {}, is no known name.", position + 1);
            let hint = match suggestion {
                Some(name) => format!("Did you mean {name}?"),
                None => "Names are @hourly, @daily, @midnight, @weekly, @monthly and @yearly.".to_owned(),
            };
            (message, hint)
        }
        ScheduleError::Field { field, position, token, problem } => {
            word_field(*field, position + 1, token, problem)
        }
        ScheduleError::NeverFires { field, position, token } => {
            let place = format!("the {} field holds {token}, at character {}", label(*field), position + 1);
            (format!("The schedule never fires: no date fits; {place}."), never_fires_hint(*field).to_owned())
        }
        ScheduleError::UnknownZone { zone, suggestions } => {
            let hint = match suggestions.as_slice() {
                [] => "Write an IANA name, for example Europe/London or UTC.".to_owned(),
                names => format!("Did you mean {}?", names.join(" or ")),
            };
            (format!("There is no time zone {zone:?}."), hint)
        }
        ScheduleError::PreviewCount { count } => {
            (format!("{count} slots cannot be listed."), format!("Ask for 1 to {MAX_PREVIEW}."))
        }
    };
    ApiError { code: ErrorCode::InvalidInput, message, hint }
}

/// Words why a missed slot is not run, for its row in the history.
pub(crate) fn word_missed(reason: &MissedReason) -> String {
    match reason {
        MissedReason::Policy => "Nothing could run at its time, and the job skips missed slots.".to_owned(),
        MissedReason::Coalesced { into } => {
            format!("Nothing could run at its time; the run for {} stands for it.", timestamp(*into))
        }
        MissedReason::BeyondGrace { grace_seconds } => {
            format!(
                "Nothing could run at its time or within the job's grace of {} after it.",
                span(*grace_seconds)
            )
        }
        MissedReason::BeyondLimit { limit } => {
            format!("Nothing could run at its time, and the job catches up at most {limit} missed slots.")
        }
    }
}

const FIELDS: &str = "Write five fields: minute, hour, day of month, month and weekday, for example \
                      \"0 2 * * *\" for every day at 02:00; or six, beginning with seconds.";

fn field_count(found: usize, position: usize) -> String {
    match found {
        0..=4 => format!(
            "The schedule has {found} field{}, too few; it ends at character {position}.",
            if found == 1 { "" } else { "s" }
        ),
        _ => format!(
            "The schedule has {found} fields, too many; the first too many begins at character {}.",
            position + 1
        ),
    }
}

fn word_field(field: Field, place: usize, token: &str, problem: &FieldProblem) -> (String, String) {
    let holds = format!("The {} field holds {token}, at character {place}", label(field));
    let range = range(field).to_owned();
    match problem {
        FieldProblem::OutOfRange => (format!("{holds}."), range),
        FieldProblem::StrayCharacter(character) => {
            let message = format!(
                "The {} field holds {token}; {character:?}, at character {place}, means nothing there.",
                label(field)
            );
            (message, stray_hint(field, *character))
        }
        FieldProblem::UnknownWord => (format!("{holds}, which is no name."), range),
        FieldProblem::EmptyItem => (
            format!("The {} field has an empty item in its list, at character {place}.", label(field)),
            "Write a number between two commas, or take one comma out.".to_owned(),
        ),
        FieldProblem::BackwardRange => (
            format!("{holds}: the range ends before it begins."),
            "Write the smaller number first; a range over the end is two, for example 22-23,0-4.".to_owned(),
        ),
        FieldProblem::StepWithoutRange { suggestion } => {
            (format!("{holds}: a step needs a range."), format!("Write {suggestion}."))
        }
        FieldProblem::StepOutOfRange { largest } => (
            format!("The {} field has a step of {token}, at character {place}.", label(field)),
            format!(
                "A step goes from 1 to {largest} here: it counts within the field and begins anew with each {}.",
                begins_anew(field)
            ),
        ),
        FieldProblem::StarInList => {
            (format!("{holds} in a list."), "Write * alone: it stands for all that the list could add.".to_owned())
        }
        FieldProblem::LastWithoutWeekday => (
            format!("{holds}, without a weekday."),
            "Write 5L for the last Friday of the month; the last day of the month is L in the field before the month."
                .to_owned(),
        ),
        FieldProblem::LastAndLastWeekday => {
            (format!("{holds} beside the other of L and LW."), "Use one of them, or make two jobs.".to_owned())
        }
        FieldProblem::NthOutOfRange => (
            format!("{holds}."),
            "After # comes 1 to 5, or L for the last; for example 1#2 for the second Monday of the month.".to_owned(),
        ),
        FieldProblem::Malformed => {
            (format!("{holds}, which cannot be read."), format!("Write a number, a range as 1-5, a list as 1,3 or a step as */2. {range}"))
        }
    }
}

fn label(field: Field) -> &'static str {
    match field {
        Field::Second => "second",
        Field::Minute => "minute",
        Field::Hour => "hour",
        Field::DayOfMonth => "day-of-month",
        Field::Month => "month",
        Field::DayOfWeek => "weekday",
    }
}

fn range(field: Field) -> &'static str {
    match field {
        Field::Second => "Seconds go from 0 to 59.",
        Field::Minute => "Minutes go from 0 to 59.",
        Field::Hour => "Hours go from 0 to 23.",
        Field::DayOfMonth => "Days of the month go from 1 to 31; L is the last one.",
        Field::Month => "Months go from 1 to 12, or from JAN to DEC.",
        Field::DayOfWeek => "Weekdays go from 0 (Sunday) to 6, or from SUN to SAT; 7 is Sunday too.",
    }
}

fn stray_hint(field: Field, character: char) -> String {
    match (character.to_ascii_uppercase(), field) {
        ('L' | 'W', Field::Second | Field::Minute | Field::Hour) => {
            "L and W belong in the day-of-month field, L after a weekday in the last one.".to_owned()
        }
        ('#', _) => "# belongs in the weekday field, for example 1#2 for the second Monday.".to_owned(),
        ('?', _) => "? may stand for * in the two day fields only.".to_owned(),
        (letter, _) if letter.is_ascii_alphabetic() => {
            format!("Names stand in the month and weekday fields only. {}", range(field))
        }
        _ => format!("Use numbers, * , - and /. {}", range(field)),
    }
}

fn begins_anew(field: Field) -> &'static str {
    match field {
        Field::Second => "minute",
        Field::Minute => "hour",
        Field::Hour => "day",
        Field::DayOfMonth => "month",
        Field::Month => "year",
        Field::DayOfWeek => "week",
    }
}

fn never_fires_hint(field: Field) -> &'static str {
    match field {
        Field::DayOfMonth => "Choose a day that one of the months has; L stands for a month's last day.",
        _ => "Choose a weekday that comes that often in one of the months.",
    }
}

/// A span in the largest unit that divides it.
fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        seconds if seconds > 0 && seconds % 86_400 == 0 => (seconds / 86_400, "day"),
        seconds if seconds > 0 && seconds % 3_600 == 0 => (seconds / 3_600, "hour"),
        seconds if seconds > 0 && seconds % 60 == 0 => (seconds / 60, "minute"),
        seconds => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{span, word, word_missed};
    use crate::schedule::{CronSchedule, MissedReason, preview};
    use chrono::DateTime;
    use holdfast_types::{ApiError, ErrorCode};

    fn refusal(expression: &str) -> ApiError {
        word(&CronSchedule::parse(expression, "UTC").expect_err("the test gives a wrong expression"))
    }

    #[test]
    fn a_refusal_says_what_stands_where_and_what_to_write() {
        let cases = [
            ("61 * * * *", "The minute field holds 61, at character 1.", "Minutes go from 0 to 59."),
            (
                "-1 * * * *",
                "The minute field holds -1, at character 1, which cannot be read.",
                "Write a number, a range as 1-5, a list as 1,3 or a step as */2. Minutes go from 0 to 59.",
            ),
            ("0 24 * * *", "The hour field holds 24, at character 3.", "Hours go from 0 to 23."),
            (
                "5/5 * * * *",
                "The minute field holds 5/5, at character 1: a step needs a range.",
                "Write 5-59/5.",
            ),
            ("0 2 * *", "The schedule has 4 fields, too few; it ends at character 7.", super::FIELDS),
            (
                "0 0 2 * * * 2027",
                "The schedule has 7 fields, too many; the first too many begins at character 13.",
                super::FIELDS,
            ),
            (
                "0 0 30 2 *",
                "The schedule never fires: no date fits; the day-of-month field holds 30, at character 5.",
                "Choose a day that one of the months has; L stands for a month's last day.",
            ),
            ("@dayly", "@dayly, at character 1, is no known name.", "Did you mean @daily?"),
        ];
        for (expression, message, hint) in cases {
            let answer = refusal(expression);
            assert_eq!(answer.message, message, "the message for {expression} must show the place");
            assert_eq!(answer.hint, hint, "the hint for {expression} must say what to do");
            assert_eq!(answer.code, ErrorCode::InvalidInput, "a wrong expression is the caller's to mend");
        }
    }

    #[test]
    fn every_refusal_has_a_message_and_a_hint() {
        let wrong = [
            "",
            "@never",
            "x",
            "* * * *",
            "60 * * * *",
            "1,,2 * * * *",
            "5-1 * * * *",
            "/5 * * * *",
            "*/0 * * * *",
            "*,5 * * * *",
            "MON * * * *",
            "* L * * *",
            "* * * * L",
            "* * L,LW * *",
            "* * * * 1#6",
            "* * * FOO *",
            "* * 0 * *",
            "é * * * *",
            "1- * * * *",
            "* * * * MON#",
            "0 0 * 2 1#5,8",
            "?/5 * * * *",
        ];
        for expression in wrong {
            let answer = refusal(expression);
            assert!(answer.message.ends_with('.'), "a sentence for {expression:?}: {}", answer.message);
            assert!(answer.hint.ends_with(['.', '?']), "a hint for {expression:?}: {}", answer.hint);
        }
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a moment");
        let zone = word(&preview("0 2 * * *", "London", now, 5).expect_err("not the name of a zone"));
        assert_eq!(zone.hint, "Did you mean Europe/London?", "a city is enough to find the zone");
        let count = word(&preview("0 2 * * *", "UTC", now, 0).expect_err("no slot asked for"));
        assert_eq!(count.hint, "Ask for 1 to 1000.", "the bound must be named");
    }

    #[test]
    fn the_history_says_why_a_slot_did_not_run() {
        let into = DateTime::from_timestamp(1_800_000_000, 0).expect("a moment");
        let coalesced = word_missed(&MissedReason::Coalesced { into });
        assert!(
            coalesced.contains("2027-01-15T08:00:00Z"),
            "the run that stands for it is named: {coalesced}"
        );
        let grace = word_missed(&MissedReason::BeyondGrace { grace_seconds: 86_400 });
        assert!(grace.contains("1 day"), "the grace is named: {grace}");
        assert_eq!(span(7_200), "2 hours", "spans are given in their largest unit");
        assert_eq!(span(61), "61 seconds", "spans are exact");
    }
}
