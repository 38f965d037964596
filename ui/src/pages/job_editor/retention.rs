//! How long: the five rules, and what they would keep.

use super::edited::Edited;
use crate::components::{Fate, Field, Input, InputKind, KeptStrip, Tick};
use crate::format;
use crate::forms::job::{JobDraft, KEEP_FIELDS};
use crate::hooks::{use_debounced, use_loaded, use_now};
use crate::locale::{self, Form};
use crate::words::kept;
use holdfast_types::{JobId, PreviewRetention, RetentionDecision, RetentionPlan, RetentionPolicy, Schedule};
use yew::prelude::*;

/// How long typing rests before the engine is asked, in milliseconds.
const REST: u32 = 250;

/// The label and the unit of each rule.
const RULES: [(&str, &str); 5] = [
    ("Younger than", "days"),
    ("Newest", "backups"),
    ("Daily", "days"),
    ("Weekly", "weeks"),
    ("Monthly", "months"),
];

#[derive(PartialEq, Properties)]
pub struct RetentionProps {
    pub edited: Edited,
    pub job: Option<JobId>,
}

/// The rules.
#[component]
pub fn Retention(props: &RetentionProps) -> Html {
    let edited = &props.edited;
    let policy = edited.draft.retention().unwrap_or_default();
    let settled = use_debounced(policy, REST);
    // That of a job that exists is in its backups.
    let schedule = props.job.is_none().then(|| Schedule {
        expression: edited.draft.expression.trim().to_owned(),
        timezone: edited.draft.timezone.trim().to_owned(),
    });
    let schedule = use_debounced(schedule, REST);
    let plan = use_loaded((settled, props.job, schedule), |(policy, job_id, schedule)| PreviewRetention {
        job_id: *job_id,
        schedule: schedule.clone(),
        policy: *policy,
    });
    let now = use_now();
    let set = |i: usize| {
        let edited = edited.clone();
        Callback::from(move |value: String| {
            let mut keep = edited.draft.keep.clone();
            keep[i] = value;
            edited.change.emit(JobDraft { keep, ..(*edited.draft).clone() });
        })
    };
    let words = match (&plan.data, &plan.error) {
        // What is wrong with the schedule is told beside it.
        (_, Some(_)) if props.job.is_none() => "It cannot be told without a schedule.".to_owned(),
        (_, Some(error)) => error.to_string(),
        (Some(plan), None) => plan_words(plan, props.job, settled),
        (None, None) => "Working out what it would keep.".to_owned(),
    };
    html! {
        <fieldset class="flex flex-col gap-2">
            <legend class="text-[12.5px] font-medium mb-1">{ "Keep a backup that any of these keeps" }</legend>
            <div class="grid grid-cols-2 sm:grid-cols-5 gap-3">
                { for RULES.iter().enumerate().map(|(i, (label, unit))| {
                    let field = KEEP_FIELDS[i];
                    let id = format!("job-{}", field.replace('_', "-"));
                    html! {
                        <Field key={field} id={id.clone()} label={*label} error={edited.wrong(field)}>
                            <label class="input w-full gap-1 pr-2.5">
                                <Input id={id.clone()} kind={InputKind::Number} value={edited.draft.keep[i].clone()} oninput={set(i)} placeholder="–" testid={id}
                                    class="border-0! outline-0! bg-transparent p-0 h-auto! min-w-0 grow" />
                                <span class="label-muted">{ *unit }</span>
                            </label>
                        </Field>
                    }
                }) }
            </div>
            <p class="text-muted text-[12.5px]" aria-live="polite" data-testid="job-retention">{ words }</p>
            <div class="contents">
                if let (Some(plan), None) = (&plan.data, &plan.error) {
                    <KeptStrip ticks={ticks(plan, now)} testid="job-retention-strip" />
                }
            </div>
        </fieldset>
    }
}

/// The backups of the plan by their age.
fn ticks(plan: &RetentionPlan, now: f64) -> Vec<Tick> {
    let tick = |item: &RetentionDecision| {
        let made = format::milliseconds(&item.created_at)?;
        let reason = kept::ordered(&item.reasons).first().map(|reason| kept::sentence(*reason));
        let fate = if reason.is_some() { Fate::Stays } else { Fate::Goes };
        let words = format!(
            "{}{}: {}",
            locale::moment(&item.created_at, Form::Long),
            if item.database.is_empty() { String::new() } else { format!(", {}", item.database) },
            reason.unwrap_or("No rule keeps it.")
        );
        Some(Tick { age_days: ((now - made) / 86_400_000.0).max(0.0), fate, words })
    };
    plan.items.iter().filter_map(tick).collect()
}

/// The plan in a sentence.
fn plan_words(plan: &RetentionPlan, job: Option<JobId>, policy: RetentionPolicy) -> String {
    if policy == RetentionPolicy::default() {
        return "No rule is set, so every backup stays.".to_owned();
    }
    match job {
        None => format!(
            "After a year of this schedule it would keep {}. The newest good backup of a database always stays.",
            format::count(plan.keep_count, "backup", "backups")
        ),
        Some(_) if plan.items.is_empty() => "There is no backup of this job yet.".to_owned(),
        Some(_) if plan.expire_count == 0 && plan.keep_count == 1 => {
            "The backup that exists stays.".to_owned()
        }
        Some(_) if plan.expire_count == 0 => {
            format!("All {} backups that exist stay.", plan.keep_count)
        }
        Some(_) => format!(
            "Of the backups that exist, {} stay; {} would go with the next run and free {}.",
            plan.keep_count,
            plan.expire_count,
            format::bytes(plan.expire_bytes)
        ),
    }
}
