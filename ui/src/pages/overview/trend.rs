//! Runs by day, of all jobs or of one, with how long they took or how large their backups are. Which of them stands in the
//! address.

use super::DAYS;
use crate::components::{CHART_FIELD, Card, Choice, Measure, RunsChart, Segments, Select, view};
use crate::hooks::{use_loaded, use_query};
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{GetDays, JobId, JobSummary};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

/// The page's part of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct TrendQuery {
    /// A job's id; empty for all.
    #[serde(skip_serializing_if = "String::is_empty")]
    job: String,
    /// `size` or `success`; empty for the duration.
    #[serde(skip_serializing_if = "String::is_empty")]
    line: String,
}

impl TrendQuery {
    fn measure(&self) -> Measure {
        match self.line.as_str() {
            "size" => Measure::Size,
            "success" => Measure::Success,
            _ => Measure::Duration,
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct TrendProps {
    pub jobs: Vec<JobSummary>,
}

/// The card.
#[component]
pub fn Trend(props: &TrendProps) -> Html {
    let (query, go) = use_query::<TrendQuery>();
    let versions = use_versions();
    let job = query.job.parse().ok().map(JobId);
    let days = use_loaded((job, versions.runs, versions.backups), |(job, ..)| GetDays {
        job_id: *job,
        days: Some(DAYS),
    });
    let on_job = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |job: String| go.emit((Route::Overview, TrendQuery { job, ..query.clone() })))
    };
    let on_line = {
        let query = query.clone();
        Callback::from(move |line: String| go.emit((Route::Overview, TrendQuery { line, ..query.clone() })))
    };
    let mut choices: Vec<Choice> = vec![("".into(), "All jobs".into())];
    choices.extend(
        props.jobs.iter().map(|known| (known.job.id.to_string().into(), known.job.spec.name.clone().into())),
    );
    let lines: Vec<Choice> = vec![
        ("".into(), "Duration".into()),
        ("size".into(), "Size".into()),
        ("success".into(), "Success".into()),
    ];
    let aside = html! {
        <Select id="trend-job" label="Whose runs" value={query.job.clone()} {choices} onchange={on_job} testid="trend-job" class="w-36" />
    };
    let measure = query.measure();
    let meaning = match measure {
        Measure::Duration => "average of a day",
        Measure::Size => "all backups of a day",
        Measure::Success => "share that completed",
    };
    html! {
        <Card title="Runs by day" {aside} testid="trend">
            <div class="my-auto flex flex-col gap-2">
                <div class={classes!("min-w-0", CHART_FIELD)}>
                    { view(&days, 4, |days| html! { <RunsChart days={days.clone()} {measure} /> }) }
                </div>
                <div class="flex items-center justify-between gap-3 text-[12px]">
                    <span class="flex items-center gap-1.5 text-muted"><span class="w-3 h-0.5 bg-primary rounded-full" />{ meaning }</span>
                    <Segments legend="What the line shows" name="trend-line" value={query.line.clone()} choices={lines} onchange={on_line} />
                </div>
            </div>
        </Card>
    }
}
