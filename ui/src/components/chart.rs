//! Runs by day as bars; their success rate, their average duration or the size of their backups as a line.

use super::tip::{Tip, TipText};
use crate::format;
use crate::locale::{self, Form};
use holdfast_types::DayStats;
use web_sys::Element;
use yew::prelude::*;

/// The field in which the chart is drawn.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 132.0;
/// Keeps the field's place while the days are on their way.
pub const CHART_FIELD: &str = "aspect-[320/132]";
const LEFT: f64 = 22.0;
/// Room for `512 MiB`, the longest that stands there.
const RIGHT: f64 = 46.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 20.0;

/// A round number at or above the value, for the top of an axis.
pub fn ceiling(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|top| *top >= value)
        .unwrap_or(value)
}

/// A duration in seconds at or above the value that is round, and whose half is round too.
pub fn duration_ceiling(seconds: f64) -> f64 {
    [10.0, 20.0, 60.0, 120.0, 240.0, 600.0, 1200.0, 3600.0, 7200.0, 14_400.0, 21_600.0, 43_200.0]
        .into_iter()
        .find(|top| *top >= seconds)
        .unwrap_or_else(|| ceiling(seconds / 86_400.0) * 86_400.0)
}

/// A size in bytes at or above the value that is round in its unit, and whose half is round too.
pub fn bytes_ceiling(bytes: f64) -> f64 {
    let mut unit = 1024.0;
    loop {
        let round =
            [1.0, 2.0, 4.0, 10.0, 20.0, 40.0, 100.0, 200.0, 400.0].into_iter().map(|step| step * unit);
        if let Some(top) = round.into_iter().find(|top| *top >= bytes) {
            return top;
        }
        unit *= 1024.0;
    }
}

/// What the line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// The average duration of completed runs.
    #[default]
    Duration,
    /// The size of all backups of the day.
    Size,
    /// The share of runs that completed.
    Success,
}

impl Measure {
    fn of(self, day: &DayStats) -> Option<f64> {
        match self {
            Self::Duration => day.average_duration_seconds,
            Self::Size => (day.bytes > 0).then_some(day.bytes as f64),
            Self::Success => {
                let ended = day.completed + day.failed;
                (ended > 0).then(|| day.completed as f64 / ended as f64)
            }
        }
    }

    fn top(self, most: f64) -> f64 {
        match self {
            Self::Duration => duration_ceiling(most),
            Self::Size => bytes_ceiling(most),
            Self::Success => 1.0,
        }
    }

    fn words(self, value: f64) -> String {
        match self {
            Self::Duration => format::duration(value),
            // What is drawn is far below 2^53; an axis has round numbers.
            Self::Size => format::bytes(value as u64).replace(".0 ", " "),
            Self::Success => format::percent(value),
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct RunsChartProps {
    pub days: Vec<DayStats>,
    #[prop_or_default]
    pub measure: Measure,
}

/// The chart.
#[component]
pub fn RunsChart(props: &RunsChartProps) -> Html {
    let chosen = use_state(|| None::<usize>);
    let frame = use_node_ref();
    let days = &props.days;
    let most = ceiling(days.iter().map(|day| (day.completed + day.failed) as f64).fold(0.0, f64::max));
    let measure = props.measure;
    let longest = measure.top(days.iter().filter_map(|day| measure.of(day)).fold(0.0, f64::max));
    let slot = (WIDTH - LEFT - RIGHT) / days.len().max(1) as f64;
    let tall = HEIGHT - TOP - BOTTOM;
    let middle = |i: usize| LEFT + slot * (i as f64 + 0.5);
    let bars = days.iter().enumerate().map(|(i, day)| {
        let failed = tall * day.failed as f64 / most;
        let completed = tall * day.completed as f64 / most;
        let show = {
            let setter = chosen.setter();
            Callback::from(move |_: MouseEvent| setter.set(Some(i)))
        };
        let ground = if *chosen == Some(i) { "fill-base-content/6" } else { "fill-transparent" };
        let (x, width) = (middle(i) - slot * 0.36, slot * 0.72);
        let base = TOP + tall;
        html! {
            <g key={day.date.clone()} class="group" onmouseenter={show}>
                <rect x={(middle(i) - slot / 2.0).to_string()} y={TOP.to_string()} width={slot.to_string()} height={tall.to_string()} class={ground} />
                <rect x={x.to_string()} y={(base - failed - completed).to_string()} width={width.to_string()} height={completed.to_string()} rx="1" class="fill-cell-ok/55 group-hover:fill-cell-ok" />
                <rect x={x.to_string()} y={(base - failed).to_string()} width={width.to_string()} height={failed.to_string()} rx="1" class="fill-error" />
            </g>
        }
    });
    let points: Vec<(f64, f64)> = days
        .iter()
        .enumerate()
        .filter_map(|(i, day)| measure.of(day).map(|value| (i, value)))
        .map(|(i, value)| (middle(i), TOP + tall * (1.0 - value / longest)))
        .collect();
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    // One day makes no line.
    let alone = points.first().filter(|_| points.len() == 1);
    let ticks = [0.0, 0.5, 1.0].map(|share| {
        let y = TOP + tall * (1.0 - share);
        let runs = most * share;
        html! {
            <g key={share.to_string()}>
                <line x1={LEFT.to_string()} x2={(WIDTH - RIGHT).to_string()} y1={y.to_string()} y2={y.to_string()} class="stroke-base-300" stroke-width="1" />
                <text x={(LEFT - 5.0).to_string()} y={(y + 3.0).to_string()} text-anchor="end" font-size="9.5" class="fill-muted">{ if runs.fract() == 0.0 { format!("{runs:.0}") } else { String::new() } }</text>
                <text x={(WIDTH - RIGHT + 5.0).to_string()} y={(y + 3.0).to_string()} font-size="9.5" class="fill-primary">{ if share == 0.0 { String::new() } else { measure.words(longest * share) } }</text>
            </g>
        }
    });
    let marks = [0, days.len() / 3, days.len() * 2 / 3].into_iter().filter(|i| *i + 3 < days.len()).map(|i| {
        let anchor = if i == 0 { "start" } else { "middle" };
        let x = if i == 0 { LEFT } else { middle(i) };
        html! { <text key={i} x={x.to_string()} y={(HEIGHT - 6.0).to_string()} text-anchor={anchor} font-size="9.5" class="fill-muted">{ locale::day(&days[i].date, Form::Day) }</text> }
    });
    let hide = {
        let setter = chosen.setter();
        Callback::from(move |()| setter.set(None))
    };
    let onkeydown = {
        let (chosen, last) = (chosen.clone(), days.len().saturating_sub(1));
        Callback::from(move |event: KeyboardEvent| {
            let now = chosen.unwrap_or(last);
            let next = match event.key().as_str() {
                "ArrowLeft" => now.saturating_sub(1),
                "ArrowRight" => (now + 1).min(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            chosen.set(Some(next));
        })
    };
    let onfocus = {
        let (setter, last) = (chosen.setter(), days.len().saturating_sub(1));
        Callback::from(move |_: FocusEvent| setter.set(Some(last)))
    };
    let shown = chosen.and_then(|i| days.get(i).map(|day| (i, day)));
    let words = shown.map(|(_, day)| {
        let (title, lines) = describe(day);
        format!("{title}: {}", lines.join(", "))
    });
    let tip = shown.map(|(i, day)| at(describe(day), middle(i), &frame));
    html! {
        <div class="relative rounded-selector" ref={frame} onmouseleave={hide.reform(|_: MouseEvent| ())} onblur={hide.reform(|_: FocusEvent| ())}
            {onkeydown} {onfocus} tabindex="0" role="group" aria-label={format!("{}. The arrow keys move from day to day.", summary(days))} data-testid="trend-chart">
            <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} class="w-full h-auto" aria-hidden="true">
                { for ticks }
                { for bars }
                <polyline points={line.join(" ")} fill="none" class="stroke-primary pointer-events-none" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round" />
                { for alone.map(|(x, y)| html! { <circle cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="2.5" class="fill-primary pointer-events-none" /> }) }
                { for marks }
                <text x={(WIDTH - RIGHT).to_string()} y={(HEIGHT - 6.0).to_string()} text-anchor="end" font-size="9.5" class="fill-muted">{ "today" }</text>
            </svg>
            <Tip text={tip} />
            <p class="sr-only" aria-live="polite">{ words }</p>
        </div>
    }
}

fn summary(days: &[DayStats]) -> String {
    let completed: u64 = days.iter().map(|day| day.completed).sum();
    let failed: u64 = days.iter().map(|day| day.failed).sum();
    format!("Runs by day over {} days: {completed} completed, {failed} failed", days.len())
}

/// A day in words.
fn describe(day: &DayStats) -> (String, Vec<String>) {
    let ended = format!("{} completed, {} failed", locale::number(day.completed), locale::number(day.failed));
    let mut lines = vec![match Measure::Success.of(day) {
        Some(share) => format!("{ended} ({})", Measure::Success.words(share)),
        None => ended,
    }];
    lines.extend(
        day.average_duration_seconds.map(|seconds| format!("{} on average", format::duration(seconds))),
    );
    if day.bytes > 0 {
        lines.push(format!("{} backed up", format::bytes(day.bytes)));
    }
    (locale::day(&day.date, Form::Weekday), lines)
}

/// The tip above a day, whose middle is so far into the field.
fn at((title, lines): (String, Vec<String>), middle: f64, frame: &NodeRef) -> TipText {
    let width = frame.cast::<Element>().map_or(WIDTH, |frame| f64::from(frame.client_width()));
    // Pixels of a window are far inside i32.
    TipText { title, lines, x: (middle / WIDTH * width) as i32, y: 12 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_with_its_share_of_success() {
        let day = DayStats {
            date: "2026-11-30".to_owned(),
            completed: 3,
            failed: 1,
            average_duration_seconds: None,
            bytes: 0,
        };
        assert_eq!(Measure::Success.of(&day), Some(0.75), "three of four");
        assert_eq!(Measure::Success.words(0.75), "75 %");
        assert_ne!(Measure::Success.words(0.9999), "100 %", "one that failed is not rounded away");
        let idle = DayStats { completed: 0, failed: 0, ..day };
        assert_eq!(Measure::Success.of(&idle), None, "a day without runs is neither good nor bad");
    }

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!(ceiling(17.0), 20.0, "readers compare with round numbers");
        assert_eq!(ceiling(0.0), 1.0, "an empty chart still has an axis");
        assert_eq!(duration_ceiling(108.0), 120.0, "durations are round in minutes");
        for seconds in [1.0, 45.0, 130.0, 200.0, 900.0, 2400.0, 5000.0, 12_000.0, 20_000.0, 40_000.0] {
            let half = format::duration(duration_ceiling(seconds) / 2.0);
            assert!(half.len() <= "512 MiB".len(), "{half} does not fit beside the chart");
        }
        for bytes in [0.0, 900.0, 5e4, 3e6, 4.3e8, 6e8, 2e9, 7e11, 3e13] {
            let top = bytes_ceiling(bytes);
            assert!(top >= bytes, "{bytes} is drawn within the chart");
            for value in [top, top / 2.0] {
                let words = Measure::Size.words(value);
                assert!(words.len() <= "512 MiB".len(), "{words} does not fit beside the chart");
            }
        }
    }
}
