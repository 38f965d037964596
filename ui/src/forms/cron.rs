//! The visual side of a cron expression: the usual forms, taken apart and put together. What an expression
//! means is the engine's to say.

use super::weekdays::Weekdays;

/// The usual forms of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Every so many hours, at this minute.
    Hours {
        /// Hours between runs, 1 for hourly.
        every: u32,
        /// The minute.
        minute: u32,
    },
    /// Once a day.
    Daily {
        /// The time.
        at: Clock,
    },
    /// On some days of the week.
    Weekly {
        /// Which.
        days: Weekdays,
        /// The time.
        at: Clock,
    },
    /// Once a month.
    Monthly {
        /// 1 to 28.
        day: u32,
        /// The time.
        at: Clock,
    },
    /// Anything else: only the expression says it.
    Custom,
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
}

impl Clock {
    /// Two in the morning: few users, before the working day.
    pub const NIGHT: Clock = Clock { hour: 2, minute: 0 };

    /// `HH:MM`, as a time field wants it.
    pub fn text(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// The time that a time field gives.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':').map(|part| part.parse::<u32>().ok());
        let (hour, minute) = (parts.next()??, parts.next()??);
        (hour < 24 && minute < 60).then_some(Clock { hour, minute })
    }
}

/// The words of the presets: key and label.
pub const CHOICES: [(&str, &str); 5] = [
    ("hours", "Every few hours"),
    ("daily", "Daily"),
    ("weekly", "Weekly"),
    ("monthly", "Monthly"),
    ("custom", "Custom"),
];

impl Preset {
    /// The key of the preset's kind.
    pub fn key(self) -> &'static str {
        match self {
            Self::Hours { .. } => "hours",
            Self::Daily { .. } => "daily",
            Self::Weekly { .. } => "weekly",
            Self::Monthly { .. } => "monthly",
            Self::Custom => "custom",
        }
    }

    /// The preset of that kind, at the time of this one.
    pub fn turned(self, key: &str) -> Self {
        let at = self.time();
        match key {
            "hours" => Self::Hours { every: 6, minute: at.minute },
            "daily" => Self::Daily { at },
            "weekly" => Self::Weekly { days: Weekdays::only(0), at },
            "monthly" => Self::Monthly { day: 1, at },
            _ => Self::Custom,
        }
    }

    /// Its time of day.
    pub fn time(self) -> Clock {
        match self {
            Self::Daily { at } | Self::Weekly { at, .. } | Self::Monthly { at, .. } => at,
            Self::Hours { minute, .. } => Clock { hour: Clock::NIGHT.hour, minute },
            Self::Custom => Clock::NIGHT,
        }
    }

    /// The same at another time.
    pub fn at(self, at: Clock) -> Self {
        match self {
            Self::Daily { .. } => Self::Daily { at },
            Self::Weekly { days, .. } => Self::Weekly { days, at },
            Self::Monthly { day, .. } => Self::Monthly { day, at },
            Self::Hours { every, .. } => Self::Hours { every, minute: at.minute },
            Self::Custom => Self::Custom,
        }
    }

    /// Its expression; nothing for a custom one, which has no other form.
    pub fn expression(self) -> Option<String> {
        Some(match self {
            Self::Hours { every: 1, minute } => format!("{minute} * * * *"),
            Self::Hours { every, minute } => format!("{minute} */{every} * * *"),
            Self::Daily { at } => format!("{} {} * * *", at.minute, at.hour),
            Self::Weekly { days, at } => format!("{} {} * * {}", at.minute, at.hour, days.field()),
            Self::Monthly { day, at } => format!("{} {} {day} * *", at.minute, at.hour),
            Self::Custom => return None,
        })
    }

    /// The preset that an expression is, if it is one.
    pub fn of(expression: &str) -> Self {
        let expression = match expression.trim() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            other => other,
        };
        let fields: Vec<&str> = expression.split_whitespace().collect();
        let [minute, hour, day, "*", weekday] = fields.as_slice() else { return Self::Custom };
        let Some(minute) = number(minute, 0, 59) else { return Self::Custom };
        if let ("*", "*") = (*day, *weekday) {
            if *hour == "*" {
                return Self::Hours { every: 1, minute };
            }
            let every = hour
                .strip_prefix("*/")
                .and_then(|every| number(every, 2, 12))
                .filter(|every| 24 % every == 0);
            if let Some(every) = every {
                return Self::Hours { every, minute };
            }
        }
        let Some(hour) = number(hour, 0, 23) else { return Self::Custom };
        let at = Clock { hour, minute };
        match (*day, *weekday) {
            ("*", "*") => Self::Daily { at },
            ("*", weekday) => Weekdays::parse(weekday).map_or(Self::Custom, |days| Self::Weekly { days, at }),
            (day, "*") => number(day, 1, 28).map_or(Self::Custom, |day| Self::Monthly { day, at }),
            _ => Self::Custom,
        }
    }
}

fn number(text: &str, low: u32, high: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && (low..=high).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_survives_the_way_through_its_expression() {
        let at = Clock { hour: 3, minute: 15 };
        for preset in [
            Preset::Hours { every: 1, minute: 5 },
            Preset::Hours { every: 6, minute: 0 },
            Preset::Daily { at },
            Preset::Weekly { days: Weekdays::only(0), at },
            Preset::Weekly { days: Weekdays::only(1).toggled(4), at },
            Preset::Monthly { day: 28, at },
        ] {
            let expression = preset.expression().unwrap_or_default();
            assert_eq!(
                Preset::of(&expression),
                preset,
                "{expression} must show in the pickers as it was chosen"
            );
        }
    }

    #[test]
    fn what_the_pickers_cannot_show_stays_an_expression() {
        for expression in [
            "*/5 * * * *",
            "0 2 * * 1#2",
            "0 0 2 * * *",
            "0 2 L * *",
            "0 */7 * * *",
            "0 2 1 1 *",
            "nonsense",
            "",
        ] {
            assert_eq!(
                Preset::of(expression),
                Preset::Custom,
                "{expression:?} must not be bent into a picker"
            );
        }
        assert_eq!(Preset::of("0 2 * * 1-5").key(), "weekly", "what is told as weekdays is shown as such");
        assert_eq!(Preset::of("@daily").key(), "daily", "a name is a preset too");
        assert_eq!(Preset::of("0 2 * * 7"), Preset::of("0 2 * * 0"), "both are Sunday");
    }
}
