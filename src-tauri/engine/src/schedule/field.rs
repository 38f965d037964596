//! The six fields of a cron expression: their ranges and the names that stand for numbers.

/// A field of a cron expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// 0 to 59; only in expressions of six fields.
    Second,
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    DayOfMonth,
    /// 1 to 12, or JAN to DEC.
    Month,
    /// 0 to 7, or SUN to SAT; both 0 and 7 are Sunday.
    DayOfWeek,
}

/// Names of months, January first.
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
/// Names of weekdays, Sunday first, as cron counts them.
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Field {
    /// The fields of an expression of six, in order.
    pub const ALL: [Field; 6] =
        [Self::Second, Self::Minute, Self::Hour, Self::DayOfMonth, Self::Month, Self::DayOfWeek];

    /// The smallest number.
    pub fn low(self) -> u32 {
        match self {
            Self::Second | Self::Minute | Self::Hour | Self::DayOfWeek => 0,
            Self::DayOfMonth | Self::Month => 1,
        }
    }

    /// The largest number.
    pub fn high(self) -> u32 {
        match self {
            Self::Second | Self::Minute => 59,
            Self::Hour => 23,
            Self::DayOfMonth => 31,
            Self::Month => 12,
            Self::DayOfWeek => 7,
        }
    }

    /// Whether `number` stands in the field's range.
    pub(super) fn holds(self, number: u32) -> bool {
        (self.low()..=self.high()).contains(&number)
    }

    /// The number that an upper-case name stands for.
    pub(super) fn number_of_name(self, name: &str) -> Option<u32> {
        let position = |names: &[&str]| names.iter().position(|known| *known == name);
        match self {
            Self::Month => position(&MONTHS).map(|index| index as u32 + 1),
            Self::DayOfWeek => position(&WEEKDAYS).map(|index| index as u32),
            _ => None,
        }
    }

    /// Whether names may stand in the field.
    pub(super) fn has_names(self) -> bool {
        matches!(self, Self::Month | Self::DayOfWeek)
    }
}
