//! Days of the week as a cron expression has them. Pure.

/// Some days of the week, one at least; bit 0 is Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays(u8);

/// The names that cron knows, from Sunday.
const NAMES: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The days from Monday, with short and whole names.
pub const IN_ORDER: [(u32, &str, &str); 7] = [
    (1, "Mo", "Monday"),
    (2, "Tu", "Tuesday"),
    (3, "We", "Wednesday"),
    (4, "Th", "Thursday"),
    (5, "Fr", "Friday"),
    (6, "Sa", "Saturday"),
    (0, "Su", "Sunday"),
];

impl Weekdays {
    /// One day; 0 and 7 are Sunday.
    pub fn only(day: u32) -> Self {
        Self(1 << (day % 7))
    }

    /// Whether that day is among them.
    pub fn has(self, day: u32) -> bool {
        self.0 & (1 << (day % 7)) != 0
    }

    /// The same days without that one, or with it. The last one stays: a schedule of no day never fires.
    pub fn toggled(self, day: u32) -> Self {
        match self.0 ^ (1 << (day % 7)) {
            0 => self,
            days => Self(days),
        }
    }

    /// The field of an expression: a range where the days follow one another, else a list.
    pub fn field(self) -> String {
        let days: Vec<u32> = (0..7).filter(|day| self.has(*day)).collect();
        match (days.first(), days.last()) {
            (Some(first), Some(last)) if days.len() > 2 && last - first + 1 == days.len() as u32 => {
                format!("{first}-{last}")
            }
            _ => days.iter().map(u32::to_string).collect::<Vec<_>>().join(","),
        }
    }

    /// The days of a field: days, ranges and lists of both. All seven are every day, which is another schedule.
    pub fn parse(field: &str) -> Option<Self> {
        let mut days = 0u8;
        for part in field.split(',') {
            let (from, to) = match part.split_once('-') {
                Some((from, to)) => (day(from)?, day(to)?),
                None => (day(part)?, day(part)?),
            };
            if from > to {
                return None;
            }
            for day in from..=to {
                days |= 1 << (day % 7);
            }
        }
        (days != 0 && days != 0b111_1111).then_some(Self(days))
    }
}

/// A day of a field, 0 to 7 or a name.
fn day(text: &str) -> Option<u32> {
    let named = NAMES.iter().position(|name| name.eq_ignore_ascii_case(text));
    let number = || text.parse().ok().filter(|day| text.len() == 1 && *day <= 7u32);
    named.and_then(|at| u32::try_from(at).ok()).or_else(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_survive_the_way_through_a_field() {
        for bits in 1..0b111_1111u8 {
            let days = Weekdays(bits);
            assert_eq!(Weekdays::parse(&days.field()), Some(days), "{}", days.field());
        }
        assert_eq!(
            Weekdays::parse("1-5").map(Weekdays::field).as_deref(),
            Some("1-5"),
            "weekdays stay readable"
        );
        assert_eq!(
            Weekdays::parse("mon,FRI").map(Weekdays::field).as_deref(),
            Some("1,5"),
            "names are days too"
        );
        assert_eq!(Weekdays::parse("5-7").map(Weekdays::field).as_deref(), Some("0,5,6"), "7 is Sunday");
    }

    #[test]
    fn what_is_no_set_of_days_is_left_to_the_expression() {
        for field in ["", "*", "1#2", "5L", "8", "1-", "5-1", "*/2", "0-6", "01"] {
            assert_eq!(Weekdays::parse(field), None, "{field:?} must not be bent into days");
        }
        assert_eq!(Weekdays::only(3).toggled(3), Weekdays::only(3), "the last day stays");
    }
}
