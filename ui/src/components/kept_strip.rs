//! Backups by their age on one line: those that stay as bars, those that go as dots.

use yew::prelude::*;

/// The field in which the line is drawn.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 34.0;
const LEFT: f64 = 6.0;
const RIGHT: f64 = 6.0;
/// Where the bars stand.
const BASE: f64 = 18.0;
/// More of those that go are not told apart.
const MOST_GONE: usize = 600;

/// What becomes of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Something keeps it.
    Stays,
    /// It expires.
    Goes,
}

/// A backup on the line.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// How old it is, in days.
    pub age_days: f64,
    /// What becomes of it.
    pub fate: Fate,
    /// Which it is, and why.
    pub words: String,
}

#[derive(PartialEq, Properties)]
pub struct KeptStripProps {
    pub ticks: Vec<Tick>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// How far to the right an age stands, from 0 for the oldest to 1 for now. Yesterday and the day before are further
/// apart than two days of last year: rules are dense where backups are young.
pub fn place(age_days: f64, oldest: f64) -> f64 {
    let scale = |days: f64| (1.0 + days.max(0.0)).ln();
    match scale(oldest) {
        whole if whole > 0.0 => 1.0 - scale(age_days) / whole,
        _ => 1.0,
    }
}

/// The ages that are marked, as far as the line reaches.
pub fn marks(oldest: f64) -> Vec<(f64, &'static str)> {
    const MARKS: [(f64, &str); 6] = [
        (1.0, "1 day"),
        (7.0, "1 week"),
        (30.0, "1 month"),
        (91.0, "3 months"),
        (182.0, "6 months"),
        (365.0, "1 year"),
    ];
    MARKS.into_iter().filter(|(days, _)| *days <= oldest).collect()
}

/// The line; nothing without backups.
#[component]
pub fn KeptStrip(props: &KeptStripProps) -> Html {
    if props.ticks.is_empty() {
        return Html::default();
    }
    let oldest = props.ticks.iter().map(|tick| tick.age_days).fold(1.0, f64::max);
    let across = |age: f64| LEFT + (WIDTH - LEFT - RIGHT) * place(age, oldest);
    let stay = props.ticks.iter().filter(|tick| tick.fate == Fate::Stays).count();
    let label = format!("Of {} backups by age, {stay} stay", props.ticks.len());
    let tick = |tick: &Tick| {
        let x = across(tick.age_days);
        match tick.fate {
            Fate::Stays => html! {
                <rect x={format!("{:.1}", x - 1.5)} y={format!("{:.1}", BASE - 12.0)} width="3" height="12" rx="1" class="fill-primary"><title>{ &tick.words }</title></rect>
            },
            Fate::Goes => html! {
                <circle cx={format!("{x:.1}")} cy={format!("{:.1}", BASE - 2.0)} r="1.5" class="fill-muted/60"><title>{ &tick.words }</title></circle>
            },
        }
    };
    // What stays is drawn over what goes.
    let (stays, goes): (Vec<&Tick>, Vec<&Tick>) =
        props.ticks.iter().partition(|tick| tick.fate == Fate::Stays);
    // Some of all ages rather than the newest.
    let every = goes.len().div_ceil(MOST_GONE).max(1);
    html! {
        <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} class="w-full h-auto" role="img" aria-label={label} data-testid={props.testid.clone()}>
            <line x1={LEFT.to_string()} x2={(WIDTH - RIGHT).to_string()} y1={BASE.to_string()} y2={BASE.to_string()} class="stroke-base-300" stroke-width="1" />
            { for goes.into_iter().step_by(every).map(tick) }
            { for stays.into_iter().map(tick) }
            { for marks(oldest).into_iter().map(|(days, words)| html! {
                <g key={words}>
                    <line x1={across(days).to_string()} x2={across(days).to_string()} y1={BASE.to_string()} y2={(BASE + 3.0).to_string()} class="stroke-muted" stroke-width="1" />
                    <text x={across(days).to_string()} y={(HEIGHT - 3.0).to_string()} text-anchor={if across(days) < 30.0 { "start" } else { "middle" }} font-size="10" class="fill-muted">{ words }</text>
                </g>
            }) }
            <text x={(WIDTH - RIGHT).to_string()} y={(HEIGHT - 3.0).to_string()} text-anchor="end" font-size="10" class="fill-muted">{ "now" }</text>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn young_backups_have_more_room_than_old_ones() {
        assert_eq!(place(0.0, 365.0), 1.0, "now is at the right edge");
        assert!(place(365.0, 365.0).abs() < 1e-9, "the oldest is at the left one");
        let (day, far) = (place(0.0, 365.0) - place(1.0, 365.0), place(200.0, 365.0) - place(201.0, 365.0));
        assert!(day > 10.0 * far, "the days of this week are told apart: {day} against {far}");
        assert_eq!(place(0.0, 0.0), 1.0, "a backup of this moment stands somewhere");
    }

    #[test]
    fn only_ages_within_the_line_are_marked() {
        assert_eq!(marks(10.0).iter().map(|(_, words)| *words).collect::<Vec<_>>(), ["1 day", "1 week"]);
        assert_eq!(marks(400.0).len(), 6, "a year shows them all");
    }
}
