//! A span of days, as it stands in the address: a few that move with the present, or two days. Pure.

/// A span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// No bound.
    Any,
    /// Today and so many days before.
    Recent(u32),
    /// Between two days; either may be open.
    Days,
}

impl Period {
    /// Those that are offered, the last one aside, which asks for two days.
    pub const OFFERED: [Period; 5] =
        [Self::Any, Self::Recent(0), Self::Recent(6), Self::Recent(29), Self::Recent(89)];

    /// What the bounds of an address mean.
    pub fn of(from: &str, to: &str) -> Self {
        match (from, to) {
            ("", "") => Self::Any,
            (word, "") => recent(word).map_or(Self::Days, Self::Recent),
            _ => Self::Days,
        }
    }

    /// Its word in the address and in the list of choices.
    pub fn word(self) -> String {
        match self {
            Self::Any => String::new(),
            Self::Recent(days) => format!("{days}d"),
            Self::Days => "days".to_owned(),
        }
    }

    /// Its name.
    pub fn title(self) -> String {
        match self {
            Self::Any => "Any time".to_owned(),
            Self::Recent(0) => "Today".to_owned(),
            Self::Recent(days) => format!("Last {} days", days + 1),
            Self::Days => "Between days".to_owned(),
        }
    }
}

/// The farthest that a period reaches back, in days: no clock is asked for a day that it cannot tell.
const FARTHEST: u32 = 36_500;

/// The days before today that a word of the address means; none for a day.
pub fn recent(word: &str) -> Option<u32> {
    word.strip_suffix('d')?.parse().ok().filter(|days| *days <= FARTHEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_found_again_in_the_address() {
        for period in Period::OFFERED {
            assert_eq!(Period::of(&period.word(), ""), period, "a bookmark must mean what it meant");
        }
        assert_eq!(Period::of("2026-11-01", ""), Period::Days, "an open end");
        assert_eq!(Period::of("6d", "2026-11-01"), Period::Days, "two bounds are two days");
    }

    #[test]
    fn only_a_number_of_days_moves_with_the_present() {
        assert_eq!(recent("29d"), Some(29), "thirty days with today");
        for day in ["2026-11-01", "d", "", "xd", "4000000000d"] {
            assert_eq!(recent(day), None, "{day:?} is no number of days");
        }
    }
}
