//! A trend in a line.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SparklineProps {
    /// The values, oldest first.
    pub values: Vec<u64>,
    /// What it shows, for screen readers.
    pub label: AttrValue,
}

/// The points of the line in a field of 60 by 16.
pub fn points(values: &[u64]) -> String {
    let low = values.iter().copied().min().unwrap_or(0) as f64;
    let high = values.iter().copied().max().unwrap_or(0) as f64;
    // A trend that hardly moves must not be drawn as a mountain range.
    let range = (high - low).max(high * 0.1).max(1.0);
    let step = 58.0 / values.len().saturating_sub(1).max(1) as f64;
    let middle = if (high - low) < range { (range - (high - low)) / 2.0 } else { 0.0 };
    values
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let x = 1.0 + step * i as f64;
            let y = 14.0 - 12.0 * ((*value as f64 - low + middle) / range);
            format!("{x:.1},{y:.1}")
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The line, with a point at its newest end.
#[component]
pub fn Sparkline(props: &SparklineProps) -> Html {
    if props.values.len() < 2 {
        return html! { <span class="text-muted" title="A trend needs two backups">{ "–" }</span> };
    }
    let line = points(&props.values);
    let end = line
        .rsplit(' ')
        .next()
        .and_then(|point| point.split_once(','))
        .map(|(x, y)| (x.to_owned(), y.to_owned()));
    let (x, y) = end.unwrap_or_default();
    html! {
        <svg viewBox="0 0 60 16" class="w-15 h-4 text-muted" role="img" aria-label={props.label.clone()}>
            <title>{ &props.label }</title>
            <polyline points={line} fill="none" stroke="currentColor" stroke-width="1.25" stroke-linejoin="round" stroke-linecap="round" />
            <circle cx={x} cy={y} r="1.6" class="fill-primary" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_trend_is_a_flat_line() {
        let line = points(&[100, 100, 100]);
        let heights: Vec<&str> = line.split(' ').filter_map(|p| p.split_once(',')).map(|(_, y)| y).collect();
        assert_eq!(heights, ["8.0", "8.0", "8.0"], "no change must look like no change");
    }
}
