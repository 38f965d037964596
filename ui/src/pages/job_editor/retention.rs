//! How long: the five rules, and what they would keep.

use super::edited::Edited;
use crate::components::{Field, Input, InputKind};
use crate::format;
use crate::forms::job::{JobDraft, KEEP_FIELDS};
use crate::hooks::{use_debounced, use_loaded};
use holdfast_types::{JobId, PreviewRetention, RetentionPlan, RetentionPolicy};
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
    let plan = use_loaded((settled, props.job), |(policy, job_id)| PreviewRetention {
        job_id: *job_id,
        policy: *policy,
    });
    let set = |i: usize| {
        let edited = edited.clone();
        Callback::from(move |value: String| {
            let mut keep = edited.draft.keep.clone();
            keep[i] = value;
            edited.change.emit(JobDraft { keep, ..(*edited.draft).clone() });
        })
    };
    let words = match (&plan.data, &plan.error) {
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
        </fieldset>
    }
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
