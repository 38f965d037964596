//! The list of jobs: which are shown, and in which order. Pure.

use super::list::{ListQuery, Sorting, Way};
use holdfast_types::{DatabaseSelection, JobSummary};
use std::cmp::Ordering;

/// The order without a wish.
pub const USUAL: Sorting<'static> = Sorting { column: "name", way: Way::Up };

/// The databases of a job in words.
pub fn databases(selection: &DatabaseSelection) -> String {
    match selection {
        DatabaseSelection::All => "all databases".to_owned(),
        DatabaseSelection::Named(names) => names.join(", "),
    }
}

/// The jobs whose name, databases or server hold the text, in the order that is asked for.
pub fn found<'a>(jobs: &'a [JobSummary], query: &ListQuery) -> Vec<&'a JobSummary> {
    let search = query.search.trim().to_lowercase();
    let fits = |summary: &&JobSummary| {
        let spec = &summary.job.spec;
        format!("{} {} {}", spec.name, databases(&spec.databases), summary.server_name)
            .to_lowercase()
            .contains(&search)
    };
    let mut found: Vec<&JobSummary> = jobs.iter().filter(fits).collect();
    let Sorting { column, way } = Sorting::of(&query.sort, USUAL);
    found.sort_by(|a, b| match column {
        "next" => present(a.next_runs.first(), b.next_runs.first(), way),
        "last" => present(last(a), last(b), way),
        "trust" => present(a.trust, b.trust, way),
        "size" => present(a.size_trend.last(), b.size_trend.last(), way),
        _ => turned(a.job.spec.name.to_lowercase().cmp(&b.job.spec.name.to_lowercase()), way),
    });
    found
}

/// When it ran last. All moments are in UTC and in one form, so their text is ordered as they are.
fn last(summary: &JobSummary) -> Option<&String> {
    summary.last_run.as_ref().map(|run| &run.at)
}

fn turned(order: Ordering, way: Way) -> Ordering {
    match way {
        Way::Up => order,
        Way::Down => order.reverse(),
    }
}

/// What is not there comes last, whichever way: nobody looks for it.
fn present<T: Ord>(a: Option<T>, b: Option<T>, way: Way) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => turned(a.cmp(&b), way),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_comes_last_whichever_way() {
        for (way, first) in [(Way::Up, 1), (Way::Down, 3)] {
            let mut values = [None, Some(3), None, Some(1)];
            values.sort_by(|a, b| present(*a, *b, way));
            assert_eq!(values[0], Some(first), "a job that never ran hides none that did");
            assert_eq!(values[2..], [None, None], "it stands at the end");
        }
    }
}
