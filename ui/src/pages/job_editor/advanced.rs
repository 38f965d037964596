//! What most jobs leave as it is.

use super::edited::Edited;
use crate::components::{Field, Icon, Input, InputKind, Select, Switch, glyphs};
use crate::forms::job::{JobDraft, KEEP_FIELDS};
use holdfast_types::{DumpEngine, MissedPolicy, RolePasswords};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct AdvancedProps {
    pub edited: Edited,
}

/// The fields that are refused outside this part.
const ELSEWHERE: [&str; 9] = [
    "name",
    "server",
    "databases",
    "cron",
    "timezone",
    "repository",
    "drill_cron",
    "drill_timezone",
    "assertions",
];

/// The part, closed at first; it opens when one of its fields was refused.
#[component]
pub fn Advanced(props: &AdvancedProps) -> Html {
    let edited = &props.edited;
    let draft = &edited.draft;
    let refused =
        edited.refused.iter().any(|(field, _)| !ELSEWHERE.contains(field) && !KEEP_FIELDS.contains(field));
    let codecs = [("auto", "Automatic"), ("zstd", "zstd"), ("gzip", "gzip"), ("none", "None")]
        .map(|(key, words)| (key.into(), words.into()))
        .to_vec();
    let engines = DumpEngine::ALL
        .map(|engine| {
            let words = match engine {
                DumpEngine::Auto => "Automatic",
                DumpEngine::PgDump => "pg_dump alone",
                DumpEngine::Parallel => "Parallel engine",
            };
            (engine.as_str().into(), words.into())
        })
        .to_vec();
    let on_engine = edited.set(|draft, word| draft.engine = DumpEngine::parse(&word).unwrap_or_default());
    let policies = [
        (MissedPolicy::Once, "Run once for all of them"),
        (MissedPolicy::Each, "Run each of the newest"),
        (MissedPolicy::Skip, "Only record them"),
    ];
    let choices = policies.map(|(policy, words)| (policy.as_str().into(), words.into())).to_vec();
    let on_missed = edited.set(|draft, word| {
        draft.missed =
            MissedPolicy::ALL.into_iter().find(|policy| policy.as_str() == word).unwrap_or_default()
    });
    let on_roles = {
        let edited = edited.clone();
        Callback::from(move |on: bool| {
            let role_passwords = if on { RolePasswords::Include } else { RolePasswords::Omit };
            edited.change.emit(JobDraft { role_passwords, ..(*edited.draft).clone() });
        })
    };
    let number = |id: &'static str,
                  field: &'static str,
                  label: &'static str,
                  hint: &'static str,
                  value: &str,
                  placeholder: &'static str,
                  set: fn(&mut JobDraft, String)| {
        let error = edited.wrong(field);
        html! {
            <Field {id} {label} {hint} error={error.clone()}>
                <Input {id} kind={InputKind::Number} value={value.to_owned()} bad={error.is_some()} oninput={edited.set(set)} {placeholder} testid={id} />
            </Field>
        }
    };
    let level = matches!(draft.codec.as_str(), "zstd" | "gzip");
    html! {
        <details class="card-flat group" open={refused} data-testid="job-advanced">
            <summary class="flex items-center gap-2 px-4 py-3 font-semibold text-[14px] rounded-box">
                <Icon path={glyphs::CHEVRON_RIGHT} class="size-4 group-open:rotate-90" />{ "Speed, failures and limits" }
                <span class="label-muted font-normal">{ "the defaults suit most jobs" }</span>
            </summary>
            <div class="px-4 pb-4 flex flex-col gap-5">
                <div class="grid grid-cols-2 rail:grid-cols-4 gap-3">
                    <Field id="job-engine" label="Engine" hint="Automatic: in parallel where that is safe and worth it."><Select id="job-engine" value={draft.engine.as_str()} choices={engines} onchange={on_engine} /></Field>
                    <Field id="job-codec" label="Compression" hint="Automatic: zstd 3 where pg_dump can."><Select id="job-codec" value={draft.codec.clone()} choices={codecs} onchange={edited.set(|d, v| d.codec = v)} /></Field>
                    <div class={classes!((!level).then_some("hidden"))}>
                        { number("job-level", "level", "Level", "Higher is smaller and slower.", &draft.level, if draft.codec == "zstd" { "3" } else { "6" }, |d, v| d.level = v) }
                    </div>
                    { number("job-parallelism", "parallelism", "Connections", "Tables dumped at once.", &draft.parallelism, "half the cores", |d, v| d.parallelism = v) }
                    { number("job-max-size", "max_size", "Largest size, MiB", "A run that grows past it is stopped; 0 for no bound.", &draft.max_size_mb, "as configured", |d, v| d.max_size_mb = v) }
                    { number("job-lock-wait", "lock_wait", "Wait for locks, s", "How long pg_dump waits.", &draft.lock_wait, "300", |d, v| d.lock_wait = v) }
                </div>
                <div class="grid grid-cols-2 rail:grid-cols-4 gap-3">
                    <Field id="job-missed" label="Missed slots" hint="When nothing could run at the time."><Select id="job-missed" value={draft.missed.as_str()} {choices} onchange={on_missed} /></Field>
                    <div class={classes!((draft.missed != MissedPolicy::Each).then_some("hidden"))}>
                        { number("job-missed-limit", "missed_limit", "At most", "Slots that are caught up.", &draft.missed_limit, "10", |d, v| d.missed_limit = v) }
                    </div>
                    { number("job-grace", "grace", "Grace, hours", "Older missed slots are only recorded.", &draft.grace_hours, "24", |d, v| d.grace_hours = v) }
                    { number("job-jitter", "jitter", "Jitter, s", "Spreads jobs that begin together.", &draft.jitter, "0", |d, v| d.jitter = v) }
                </div>
                <div class="grid grid-cols-2 rail:grid-cols-4 gap-3">
                    { number("job-retries", "retries", "Retries", "How often a failed slot is tried again.", &draft.retries, "0", |d, v| d.retries = v) }
                    { number("job-backoff", "backoff", "First pause, s", "It doubles with each retry.", &draft.backoff, "60", |d, v| d.backoff = v) }
                </div>
                <div class="grid grid-cols-2 rail:grid-cols-4 gap-3" role="group" aria-label="How much a run may ask of a busy server">
                    { number("job-rate", "rate", "Rate, MiB/s", "Rows that are read in a second, at most.", &draft.rate, "no bound", |d, v| d.rate = v) }
                    { number("job-lag", "lag", "Standby behind, MiB", "The run waits while a standby is farther behind.", &draft.lag, "no bound", |d, v| d.lag = v) }
                    { number("job-sessions", "sessions", "Sessions at work", "The run waits while more others are at work.", &draft.sessions, "no bound", |d, v| d.sessions = v) }
                    <p class="label-muted self-center text-pretty">{ "The parallel engine keeps to these; pg_dump knows no such bounds." }</p>
                </div>
                <div>
                    <Switch labelled=true label="Dump the password hashes of roles" on={draft.role_passwords == RolePasswords::Include} onchange={on_roles} testid="job-role-passwords" />
                    <p class="text-muted text-[12px] mt-1">{ "A full recovery of the cluster needs them. It takes a superuser, and the backup then holds secrets." }</p>
                </div>
            </div>
        </details>
    }
}
