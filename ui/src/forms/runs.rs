//! The filters of the history, as they stand in the address: a page can be bookmarked, and Back undoes a filter.

use super::list::{page_of, page_word};
use holdfast_types::{JobId, ListRuns, RunFilter, RunSort, RunStatus, TriggerType};
use serde::{Deserialize, Serialize};

/// Rows on a page of the history.
pub const LIMIT: u32 = 50;

/// The history's part of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunsQuery {
    /// A job's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// A state's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// A trigger's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub trigger: String,
    /// The first day, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// The last day, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// Text to find.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// The order's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// The page's number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
}

impl RunsQuery {
    /// The page, from 1.
    pub fn page(&self) -> u32 {
        page_of(&self.page)
    }

    /// Whether anything is filtered.
    pub fn is_filtered(&self) -> bool {
        [&self.job, &self.status, &self.trigger, &self.from, &self.to, &self.search]
            .iter()
            .any(|text| !text.is_empty())
    }

    /// The order of the rows.
    pub fn sort(&self) -> RunSort {
        match self.sort.as_str() {
            "oldest" => RunSort::Oldest,
            "largest" => RunSort::Largest,
            "longest" => RunSort::Longest,
            _ => RunSort::Newest,
        }
    }

    /// The same filters on another page.
    pub fn on_page(&self, page: u32) -> Self {
        RunsQuery { page: page_word(page), ..self.clone() }
    }

    /// What the engine is asked for. `day_start` tells when a day begins for the reader.
    pub fn filter(&self, day_start: impl Fn(&str) -> Option<String>) -> RunFilter {
        let search = self.search.trim();
        let statuses = match self.status.as_str() {
            "active" => vec![RunStatus::Queued, RunStatus::Processing],
            word => RunStatus::parse(word).into_iter().collect(),
        };
        RunFilter {
            job_id: self.job.parse::<i64>().ok().map(JobId),
            statuses,
            triggers: TriggerType::parse(&self.trigger).into_iter().collect(),
            since: day_start(&self.from),
            until: day_after(&self.to).and_then(|day| day_start(&day)),
            search: (!search.is_empty()).then(|| search.to_owned()),
        }
    }

    /// The whole question.
    pub fn request(&self, day_start: impl Fn(&str) -> Option<String>) -> ListRuns {
        ListRuns {
            filter: self.filter(day_start),
            sort: self.sort(),
            page: Some(self.page()),
            limit: Some(LIMIT),
        }
    }
}

/// The day after, so that the last day of a range belongs to it.
pub fn day_after(day: &str) -> Option<String> {
    let mut parts = day.split('-').map(|part| part.parse::<u32>().ok());
    let (year, month, date) = (parts.next()??, parts.next()??, parts.next()??);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let (year, month, date) = match (month, date) {
        (12, 31) => (year + 1, 1, 1),
        (month, date) if date >= length => (year, month + 1, 1),
        (month, date) => (year, month, date + 1),
    };
    Some(format!("{year:04}-{month:02}-{date:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(day: &str) -> Option<String> {
        (day.len() == 10).then(|| format!("{day}T00:00:00Z"))
    }

    #[test]
    fn the_address_becomes_a_question() {
        let query = RunsQuery {
            job: "4".to_owned(),
            status: "failed".to_owned(),
            trigger: "catch_up".to_owned(),
            from: "2026-11-01".to_owned(),
            to: "2026-11-30".to_owned(),
            search: " lock ".to_owned(),
            sort: "longest".to_owned(),
            page: "3".to_owned(),
        };
        let request = query.request(utc);
        assert_eq!(request.filter.job_id, Some(JobId(4)), "the job");
        assert_eq!(request.filter.statuses, [RunStatus::Failed], "the state");
        assert_eq!(request.filter.triggers, [TriggerType::CatchUp], "the trigger");
        assert_eq!(
            request.filter.until.as_deref(),
            Some("2026-12-01T00:00:00Z"),
            "the last day belongs to the range"
        );
        assert_eq!(request.filter.search.as_deref(), Some("lock"), "blanks around a search mean nothing");
        assert_eq!((request.sort, request.page), (RunSort::Longest, Some(3)), "order and page");
    }

    #[test]
    fn a_broken_address_filters_nothing() {
        let query = RunsQuery {
            job: "x".to_owned(),
            status: "?".to_owned(),
            page: "-1".to_owned(),
            ..RunsQuery::default()
        };
        assert_eq!(query.filter(utc), RunFilter::default(), "the reader sees all rather than an error");
        assert_eq!(query.page(), 1, "and from the beginning");
    }

    #[test]
    fn the_day_after_crosses_months_and_years() {
        for (day, next) in
            [("2024-02-28", "2024-02-29"), ("2026-02-28", "2026-03-01"), ("2026-12-31", "2027-01-01")]
        {
            assert_eq!(day_after(day).as_deref(), Some(next), "{day} is followed by {next}");
        }
        assert_eq!(day_after(""), None, "no day has no day after");
    }
}
