//! The history's pages, totals and statistics against a plain reading of all runs.
//!
//! Totals come from sums by day that triggers keep; were they ever off, the window would lie.
#![allow(clippy::unwrap_used, missing_docs)]

use holdfast_engine::catalog::run_filter::{self, Selection};
use holdfast_engine::catalog::runs::{self, NewRun, RunEnd};
use holdfast_engine::catalog::{Catalog, jobs, overview, servers, stats};
use holdfast_engine::time;
use holdfast_types::*;
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;
const START: i64 = 1_795_305_600_000;

#[derive(Debug, Clone)]
struct Made {
    job: usize,
    at: i64,
    status: RunStatus,
    trigger: TriggerType,
    seconds: i64,
    bytes: u64,
    error: Option<&'static str>,
}

fn made() -> impl Strategy<Value = Made> {
    (
        0usize..3,
        0i64..96,
        prop::sample::select(RunStatus::ALL.to_vec()),
        prop::sample::select(TriggerType::ALL.to_vec()),
        1i64..5_000,
        1u64..1_000_000,
        prop::sample::select(vec!["host db1 refused", "100 % full", "wrong_password"]),
    )
        .prop_map(|(job, hours, status, trigger, seconds, bytes, error)| Made {
            job,
            at: START + hours * HOUR + seconds,
            status,
            trigger,
            seconds,
            bytes,
            error: matches!(status, RunStatus::Failed | RunStatus::Interrupted).then_some(error),
        })
}

fn selection() -> impl Strategy<Value = Selection> {
    (
        prop::option::of(1i64..4),
        prop::collection::vec(prop::sample::select(RunStatus::ALL.to_vec()), 0..3),
        prop::collection::vec(prop::sample::select(TriggerType::ALL.to_vec()), 0..2),
        prop::option::of(-5i64..100),
        prop::option::of(-5i64..100),
        prop::option::of(prop::sample::select(vec!["alpha", "REFUSED", "100 %", "wrong_p", "zebra", "a"])),
    )
        .prop_map(|(job, statuses, triggers, since, until, search)| {
            let filter = RunFilter {
                job_id: job.map(JobId),
                statuses,
                triggers,
                search: search.map(str::to_owned),
                ..RunFilter::default()
            };
            Selection {
                filter,
                since: since.map(|hours| START + hours * HOUR + 17),
                until: until.map(|hours| START + hours * HOUR + 17),
            }
        })
}

fn fill(catalog: &Catalog, all: &[Made]) {
    catalog
        .write(|tx| {
            let server = servers::insert(tx, "server", &Connection::default(), 0)?;
            let mut ids = Vec::new();
            for name in ["alpha", "beta", "gamma"] {
                let spec = JobSpec::new(name.into(), server, DatabaseSelection::All, "UTC".into());
                ids.push((jobs::insert(tx, &spec, 0)?, name));
            }
            for made in all {
                let (job, name) = ids[made.job];
                let new = NewRun {
                    job_id: job,
                    job_name: name.into(),
                    slot_id: None,
                    scheduled_for: None,
                    trigger: made.trigger,
                    status: RunStatus::Queued,
                    queued_at: made.at,
                    not_before: None,
                    operator: OperatorId::SYSTEM,
                    attempt: 1,
                    process: None,
                    error_message: None,
                };
                let run = runs::insert(tx, &new)?;
                if made.status == RunStatus::Queued {
                    continue;
                }
                runs::begin(tx, run, "test", made.at)?;
                if made.status == RunStatus::Processing {
                    continue;
                }
                let end = RunEnd {
                    error_message: made.error.map(str::to_owned),
                    backup_size_bytes: Some(made.bytes),
                    ..RunEnd::default()
                };
                runs::finish(tx, run, made.status, &end, made.at + made.seconds * 1000)?;
            }
            Ok(())
        })
        .unwrap();
}

/// The same question, answered row by row.
fn matches(run: &Run, selection: &Selection) -> bool {
    let filter = &selection.filter;
    let at = time::parse(&run.queued_at).unwrap();
    filter.job_id.is_none_or(|job| run.job_id == Some(job))
        && (filter.statuses.is_empty() || filter.statuses.contains(&run.status))
        && (filter.triggers.is_empty() || filter.triggers.contains(&run.trigger_type))
        && selection.since.is_none_or(|since| at >= since)
        && selection.until.is_none_or(|until| at < until)
        && filter.search.as_ref().is_none_or(|text| {
            let text = text.to_lowercase();
            run.job.to_lowercase().contains(&text)
                || run.error_message.as_ref().is_some_and(|error| error.to_lowercase().contains(&text))
        })
}

/// What runs are ordered by.
fn measure(run: &Run, sort: RunSort) -> Option<i64> {
    let at = |text: &Option<String>| time::parse(text.as_ref()?);
    match sort {
        RunSort::Largest => run.backup_size_bytes.and_then(|bytes| i64::try_from(bytes).ok()),
        RunSort::Longest => Some(at(&run.completed_at)? - at(&run.started_at)?),
        RunSort::Newest | RunSort::Oldest => at(&Some(run.queued_at.clone())),
    }
}

fn everything(catalog: &Catalog) -> Vec<Run> {
    let mut all = Vec::new();
    catalog
        .read(|tx| {
            run_filter::for_each(tx, &Selection::default(), |run| {
                all.push(run);
                Ok(())
            })
        })
        .unwrap();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_page_and_total_is_what_a_plain_reading_gives(
        all in prop::collection::vec(made(), 0..120),
        selection in selection(),
        limit in 1u32..20,
        removed in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(&dir.path().join("catalog.db")).unwrap();
        fill(&catalog, &all);
        if removed {
            catalog.write(|tx| jobs::delete(tx, JobId(2))).unwrap();
        }
        let expected: Vec<Run> =
            everything(&catalog).into_iter().filter(|run| matches(run, &selection)).collect();
        let mut found = Vec::new();
        let mut page = 1;
        loop {
            let part = catalog
                .read(|tx| run_filter::list(tx, &selection, RunSort::Newest, page, limit))
                .unwrap();
            prop_assert_eq!(part.total, expected.len() as u64, "a wrong total hides or invents pages");
            if part.items.is_empty() {
                break;
            }
            found.extend(part.items);
            page += 1;
        }
        prop_assert_eq!(&found, &expected, "pages must neither lose nor repeat a run");
        let oldest = catalog
            .read(|tx| run_filter::list(tx, &selection, RunSort::Oldest, 1, 1000))
            .unwrap()
            .items;
        prop_assert!(oldest.iter().rev().eq(expected.iter()), "the other order is the same list reversed");
        for sort in [RunSort::Largest, RunSort::Longest] {
            let mut ordered = expected.clone();
            ordered.sort_by_key(|run| std::cmp::Reverse((measure(run, sort), run.id.0)));
            let wanted = ordered.iter().skip(limit as usize).take(limit as usize);
            let found = catalog.read(|tx| run_filter::list(tx, &selection, sort, 2, limit)).unwrap().items;
            prop_assert!(found.iter().eq(wanted), "the second page of {sort:?} follows the first");
        }
    }

    #[test]
    fn the_statistics_are_what_a_plain_reading_gives(
        all in prop::collection::vec(made(), 0..120),
        job in prop::option::of(1i64..4),
        since in prop::option::of(-5i64..100),
        purged in any::<bool>(),
        removed in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(&dir.path().join("catalog.db")).unwrap();
        fill(&catalog, &all);
        if purged {
            catalog.write(|tx| runs::purge(tx, START + 40 * HOUR)).unwrap();
        }
        if removed {
            catalog.write(|tx| jobs::delete(tx, JobId(2))).unwrap();
        }
        let since = since.map(|hours| START + hours * HOUR + 17);
        let counted: Vec<Run> = everything(&catalog)
            .into_iter()
            .filter(|run| job.is_none_or(|job| run.job_id == Some(JobId(job))))
            .filter(|run| since.is_none_or(|since| time::parse(&run.queued_at).unwrap() >= since))
            .collect();
        let count = |states: &[RunStatus]| counted.iter().filter(|run| states.contains(&run.status)).count() as u64;
        let stats = catalog.read(|tx| stats::get(tx, job.map(JobId), since)).unwrap();
        prop_assert_eq!(stats.successful, count(&[RunStatus::Completed]), "successes");
        prop_assert_eq!(stats.failed, count(&[RunStatus::Failed, RunStatus::Interrupted]), "failures");
        prop_assert_eq!(stats.missed, count(&[RunStatus::Missed]), "missed slots");
        prop_assert_eq!(stats.skipped, count(&[RunStatus::Skipped]), "skipped slots");
        prop_assert_eq!(stats.cancelled, count(&[RunStatus::Cancelled]), "cancelled runs");
        prop_assert_eq!(stats.total, stats.successful + stats.failed, "the rate's whole");
        let first_day = since.map_or(0, |since| since.div_euclid(24 * HOUR));
        let days = catalog.read(|tx| overview::days(tx, job.map(JobId), first_day)).unwrap();
        let whole: Vec<Run> = everything(&catalog)
            .into_iter()
            .filter(|run| job.is_none_or(|job| run.job_id == Some(JobId(job))))
            .filter(|run| time::parse(&run.queued_at).unwrap().div_euclid(24 * HOUR) >= first_day)
            .collect();
        let of_days = |pick: fn(&DayStats) -> u64| days.iter().map(pick).sum::<u64>();
        let completed = whole.iter().filter(|run| run.status == RunStatus::Completed).count() as u64;
        let bytes: u64 = whole.iter().filter_map(|run| run.backup_size_bytes).sum();
        prop_assert_eq!(of_days(|day| day.completed), completed, "the days of the chart hold each run once");
        prop_assert_eq!(of_days(|day| day.bytes), bytes, "and the bytes of each backup once");
        for day in &days {
            let same = |run: &&Run| run.queued_at.starts_with(&day.date);
            let failed = whole.iter().filter(same).filter(|run| {
                matches!(run.status, RunStatus::Failed | RunStatus::Interrupted)
            });
            prop_assert_eq!(day.failed, failed.count() as u64, "a failure stands on its own day");
        }
        let seconds: Vec<f64> = counted
            .iter()
            .filter(|run| run.status == RunStatus::Completed)
            .map(|run| {
                let at = |text: &Option<String>| time::parse(text.as_ref().unwrap()).unwrap();
                (at(&run.completed_at) - at(&run.started_at)) as f64 / 1000.0
            })
            .collect();
        if seconds.is_empty() {
            prop_assert_eq!(stats.average_duration_seconds, None, "no runs have no average");
        } else {
            let average = seconds.iter().sum::<f64>() / seconds.len() as f64;
            prop_assert!((stats.average_duration_seconds.unwrap() - average).abs() < 0.01, "the average");
            let longest = seconds.iter().fold(0.0_f64, |a, b| a.max(*b));
            prop_assert!((stats.longest_duration_seconds.unwrap() - longest).abs() < 0.01, "the longest");
        }
    }
}

#[test]
fn pages_of_a_long_history_follow_each_other_in_every_order() {
    let dir = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(&dir.path().join("catalog.db")).unwrap();
    let all: Vec<Made> = (0..7_000i64)
        .map(|number| Made {
            job: 0,
            at: START + number * 60_000,
            status: if number % 7 == 0 { RunStatus::Failed } else { RunStatus::Completed },
            trigger: TriggerType::Scheduled,
            seconds: number * 7_919 % 3_001,
            bytes: (number * 104_729 % 5_003).unsigned_abs(),
            error: (number % 7 == 0).then_some("host db1 refused"),
        })
        .collect();
    fill(&catalog, &all);
    let every = everything(&catalog);
    let completed = RunFilter { statuses: vec![RunStatus::Completed], ..RunFilter::default() };
    let of_job = RunFilter { job_id: Some(JobId(1)), ..completed.clone() };
    for filter in [completed, of_job] {
        let selection = Selection { filter, since: Some(START + 17), until: None };
        for sort in [RunSort::Newest, RunSort::Oldest, RunSort::Largest, RunSort::Longest] {
            let mut expected: Vec<&Run> = every.iter().filter(|run| matches(run, &selection)).collect();
            expected.sort_by_key(|run| std::cmp::Reverse((measure(run, sort), run.id.0)));
            if sort == RunSort::Oldest {
                expected.reverse();
            }
            assert!(expected.len() > 5_000, "a short list would be sorted as a whole");
            for page in [1, 2, 29, 31, 58, 59, 60] {
                let found =
                    catalog.read(|tx| run_filter::list(tx, &selection, sort, page, 100)).unwrap().items;
                let wanted = expected.iter().skip((page as usize - 1) * 100).take(100).copied();
                assert!(found.iter().eq(wanted), "{sort:?}, page {page} must neither lose nor repeat a run");
            }
        }
    }
}
