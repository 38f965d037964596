//! A page of the history, any filter and the statistics at a million runs: each must stay under 20 ms.
//!
//! Prints the median and the slowest of 15 readings of each question, and fails if a median passes the bound.
//! A smaller catalog: `cargo bench --bench history -- 100000`.

#![allow(clippy::unwrap_used, missing_docs)]

use holdfast_engine::catalog::run_filter::{self, Selection};
use holdfast_engine::catalog::runs::{self, NewRun, RunEnd};
use holdfast_engine::catalog::{Catalog, jobs, overview, servers, stats};
use holdfast_types::*;
use std::time::{Duration, Instant};

/// What the catalog promises.
const BOUND: Duration = Duration::from_millis(20);
const READINGS: usize = 15;
const JOBS: i64 = 12;
const HOUR: i64 = 3_600_000;
/// 2026-11-23T00:00:00Z, where the history ends.
const END: i64 = 1_795_392_000_000;

fn main() {
    let count: i64 = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let dir = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(&dir.path().join("catalog.db")).unwrap();
    let began = Instant::now();
    fill(&catalog, count);
    println!("{count} runs of {JOBS} jobs written in {:.1} s", began.elapsed().as_secs_f64());
    let per_job = count / JOBS;
    let first = END - per_job * HOUR;
    println!("{:<44} {:>10} {:>10} {:>10}", "question", "rows", "median ms", "slowest ms");
    let mut slow = Vec::new();
    for (name, question) in questions(first) {
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..READINGS {
            let began = Instant::now();
            rows = catalog.read(|tx| question(tx)).unwrap();
            times.push(began.elapsed());
        }
        times.sort();
        let median = times[READINGS / 2];
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!("{name:<44} {rows:>10} {:>10.2} {:>10.2}", ms(median), ms(times[READINGS - 1]));
        if median > BOUND {
            slow.push(name);
        }
    }
    if !slow.is_empty() {
        eprintln!("over {} ms: {}", BOUND.as_millis(), slow.join(", "));
        std::process::exit(1);
    }
}

type Question =
    Box<dyn Fn(&holdfast_engine::catalog::Tx) -> Result<u64, holdfast_engine::catalog::CatalogError>>;

fn questions(first: i64) -> Vec<(&'static str, Question)> {
    let list =
        |filter: RunFilter, since: Option<i64>, until: Option<i64>, sort: RunSort, page: u32| -> Question {
            let selection = Selection { filter, since, until };
            Box::new(move |tx| Ok(run_filter::list(tx, &selection, sort, page, 50)?.total))
        };
    let plain = RunFilter::default;
    let failed = || RunFilter { statuses: vec![RunStatus::Failed], ..plain() };
    let job = || RunFilter { job_id: Some(JobId(3)), ..plain() };
    let search = |text: &str| RunFilter { search: Some(text.into()), ..plain() };
    let either = |statuses: &[RunStatus]| RunFilter { statuses: statuses.to_vec(), ..plain() };
    let narrow = || RunFilter {
        statuses: vec![RunStatus::Completed],
        triggers: vec![TriggerType::Scheduled],
        ..job()
    };
    let middle = first + (END - first) / 2;
    vec![
        ("first page", list(plain(), None, None, RunSort::Newest, 1)),
        ("page 10,000", list(plain(), None, None, RunSort::Newest, 10_000)),
        ("oldest first", list(plain(), None, None, RunSort::Oldest, 1)),
        ("largest first", list(plain(), None, None, RunSort::Largest, 1)),
        ("longest first", list(plain(), None, None, RunSort::Longest, 1)),
        ("one job", list(job(), None, None, RunSort::Newest, 1)),
        ("one job, its page 800", list(job(), None, None, RunSort::Newest, 800)),
        ("failed", list(failed(), None, None, RunSort::Newest, 1)),
        (
            "failed of one job",
            list(RunFilter { statuses: vec![RunStatus::Failed], ..job() }, None, None, RunSort::Newest, 1),
        ),
        (
            "manual",
            list(
                RunFilter { triggers: vec![TriggerType::Manual], ..plain() },
                None,
                None,
                RunSort::Newest,
                1,
            ),
        ),
        (
            "failed and manual",
            list(
                RunFilter { triggers: vec![TriggerType::Manual], ..failed() },
                None,
                None,
                RunSort::Newest,
                1,
            ),
        ),
        (
            "failed or skipped",
            list(
                RunFilter { statuses: vec![RunStatus::Failed, RunStatus::Skipped], ..plain() },
                None,
                None,
                RunSort::Newest,
                1,
            ),
        ),
        (
            "a week in the middle",
            list(plain(), Some(middle), Some(middle + 7 * 24 * HOUR), RunSort::Newest, 1),
        ),
        (
            "half of all, odd borders",
            list(plain(), Some(middle + 1234), Some(END - 1234), RunSort::Newest, 1),
        ),
        ("one job in a week", list(job(), Some(middle), Some(middle + 7 * 24 * HOUR), RunSort::Newest, 1)),
        (
            "failed or skipped, middle page",
            list(either(&[RunStatus::Failed, RunStatus::Skipped]), None, None, RunSort::Newest, 146),
        ),
        (
            "completed or skipped, page 9,800",
            list(either(&[RunStatus::Completed, RunStatus::Skipped]), None, None, RunSort::Newest, 9_800),
        ),
        ("completed, middle page", list(either(&[RunStatus::Completed]), None, None, RunSort::Newest, 9_800)),
        ("scheduled and completed of one job, page 800", list(narrow(), None, None, RunSort::Newest, 800)),
        (
            "scheduled and completed of one job in half",
            list(narrow(), Some(middle + 1234), None, RunSort::Oldest, 400),
        ),
        ("largest first, middle page", list(plain(), None, None, RunSort::Largest, 9_800)),
        ("largest first of one job", list(job(), None, None, RunSort::Largest, 1)),
        ("largest first of one job, page 800", list(job(), None, None, RunSort::Largest, 800)),
        ("longest first, middle page", list(plain(), None, None, RunSort::Longest, 9_800)),
        ("longest first of one job", list(job(), None, None, RunSort::Longest, 1)),
        ("longest first of the failed", list(failed(), None, None, RunSort::Longest, 1)),
        ("largest first of an hour", list(plain(), Some(END - HOUR), None, RunSort::Largest, 1)),
        ("search a job's name, page 800", list(search("job-07"), None, None, RunSort::Newest, 800)),
        ("search a rare error", list(search("db976.example"), None, None, RunSort::Newest, 1)),
        (
            "search a rare error of one job",
            list(RunFilter { search: Some("db976.example".into()), ..job() }, None, None, RunSort::Oldest, 1),
        ),
        (
            "search a rare error, longest first",
            list(search("db976.example"), None, None, RunSort::Longest, 1),
        ),
        ("search a job's name", list(search("job-07"), None, None, RunSort::Newest, 1)),
        ("search an error", list(search("refused"), None, None, RunSort::Newest, 1)),
        ("search what is nowhere", list(search("zebra"), None, None, RunSort::Newest, 1)),
        ("statistics", Box::new(|tx| Ok(stats::get(tx, None, None)?.total))),
        (
            "statistics of 30 days",
            Box::new(|tx| Ok(stats::get(tx, None, Some(END - 30 * 24 * HOUR - 77))?.total)),
        ),
        ("statistics of one job", Box::new(|tx| Ok(stats::get(tx, Some(JobId(3)), None)?.total))),
        (
            "statistics of a job without runs",
            Box::new(|tx| Ok(stats::get(tx, Some(JobId(JOBS + 1)), None)?.total)),
        ),
        ("statistics of the last hour", Box::new(|tx| Ok(stats::get(tx, None, Some(END - HOUR))?.total))),
        (
            "statistics of one job's last hours",
            Box::new(|tx| Ok(stats::get(tx, Some(JobId(3)), Some(END - 5 * HOUR))?.total)),
        ),
        (
            "calendar of 30 days",
            Box::new(|tx| Ok(overview::calendar(tx, END - 31 * 24 * HOUR)?.len() as u64)),
        ),
        (
            "sums by day, 30 days",
            Box::new(|tx| Ok(overview::days(tx, None, END / 86_400_000 - 30)?.len() as u64)),
        ),
        ("one run", Box::new(|tx| Ok(runs::get(tx, RunId(4711))?.id.0.unsigned_abs()))),
    ]
}

/// An hourly history of twelve jobs: one in a hundred failed, some skipped, some by hand.
fn fill(catalog: &Catalog, count: i64) {
    let ids: Vec<(JobId, String)> = catalog
        .write(|tx| {
            let server = servers::insert(tx, "server", &Connection::default(), 0)?;
            // One more than have runs.
            (1..=JOBS + 1)
                .map(|number| {
                    let name = format!("job-{number:02}");
                    let spec = JobSpec::new(name.clone(), server, DatabaseSelection::All, "UTC".into());
                    Ok((jobs::insert(tx, &spec, 0)?, name))
                })
                .collect()
        })
        .unwrap();
    let first = END - (count / JOBS) * HOUR;
    let mut number = 0;
    while number < count {
        let until = (number + 20_000).min(count);
        catalog
            .write(|tx| {
                for number in number..until {
                    let (job, name) = &ids[(number % JOBS) as usize];
                    let at = first + (number / JOBS) * HOUR + (number % JOBS) * 60_000;
                    // Primes, so that states do not line up with jobs.
                    let trigger = if number % 53 == 0 { TriggerType::Manual } else { TriggerType::Scheduled };
                    let run = runs::insert(
                        tx,
                        &NewRun {
                            job_id: *job,
                            job_name: name.clone(),
                            slot_id: None,
                            scheduled_for: Some(at),
                            trigger,
                            status: RunStatus::Queued,
                            queued_at: at,
                            not_before: None,
                            operator: OperatorId::SYSTEM,
                            attempt: 1,
                            process: None,
                            error_message: None,
                        },
                    )?;
                    let (status, error) = match number {
                        n if n % 101 == 0 => (
                            RunStatus::Failed,
                            Some(format!("db{}.example.com:5432 refused the connection.", n % 977)),
                        ),
                        n if n % 211 == 0 => {
                            (RunStatus::Skipped, Some("Another run of this job was going on.".to_owned()))
                        }
                        _ => (RunStatus::Completed, None),
                    };
                    runs::begin(tx, run, "bench", at)?;
                    let end = RunEnd {
                        error_message: error,
                        backup_size_bytes: (status == RunStatus::Completed)
                            .then_some(1_000_000 + (number as u64 * 7919) % 9_000_000),
                        ..RunEnd::default()
                    };
                    runs::finish(tx, run, status, &end, at + 5_000 + (number * 104_729) % 300_000)?;
                }
                Ok(())
            })
            .unwrap();
        number = until;
    }
}
