//! How its backups are proven: what is counted, what is verified after each run, and when they are drilled.

use super::edited::Edited;
use super::schedule::ScheduleFields;
use crate::components::{DrillPlace, Field, Notice, Pick, Picks, Switch, TextArea, Tone};
use crate::forms::proof::{Chooser, Drill, ProofDraft};
use crate::words;
use holdfast_types::{LedgerDepth, Server, VerifyLevel};
use yew::prelude::*;

/// The key of verifying nothing after a run.
const NOT: &str = "no";

#[derive(PartialEq, Properties)]
pub struct ProofFieldsProps {
    pub edited: Edited,
    pub servers: Vec<Server>,
}

/// The fields.
#[component]
pub fn ProofFields(props: &ProofFieldsProps) -> Html {
    let edited = &props.edited;
    let proof = &edited.draft.proof;
    let ledgers = LedgerDepth::ALL
        .map(|depth| {
            let (title, sentence) = words::ledger_words(depth);
            Pick::new(depth.as_str(), title, sentence)
        })
        .to_vec();
    let on_ledger = put(edited, |proof, word| {
        if let Some(depth) = LedgerDepth::ALL.into_iter().find(|depth| depth.as_str() == word) {
            proof.ledger = depth;
        }
    });
    let mut levels =
        vec![Pick::new(NOT, "Nothing more", "Each run reads what it wrote to its end before it counts.")];
    levels.extend(VerifyLevel::ALL.into_iter().map(|level| Pick {
        aside: words::verify_reach(level).into(),
        ..Pick::new(level.as_str(), words::verify_title(level), words::verify_sentence(level))
    }));
    let on_level = put(edited, |proof, word| {
        proof.after_run = VerifyLevel::parse(&word);
        proof.chooser = Chooser::Operator;
    });
    let proposed = proof.chooser == Chooser::Proposal && proof.after_run == Some(VerifyLevel::Restore);
    let on_drill = {
        let put = put(edited, |proof, word| {
            proof.drill = if word.is_empty() { Drill::Off } else { Drill::Scheduled };
        });
        Callback::from(move |on: bool| put.emit(if on { "on".to_owned() } else { String::new() }))
    };
    let drilled = proof.drill == Drill::Scheduled;
    let error = edited.wrong("assertions");
    html! {
        <div class="flex flex-col gap-5">
            <Picks legend="Counted on the server during each dump" name="job-ledger" value={proof.ledger.as_str()} picks={ledgers} onchange={on_ledger}
                class="grid grid-cols-1 sm:grid-cols-3" />
            <Picks legend="Verified after each run" name="job-verify" value={proof.after_run.map_or(NOT, VerifyLevel::as_str)} picks={levels} onchange={on_level}
                class="grid grid-cols-1 sm:grid-cols-2" />
            <p class={classes!("text-muted", "text-[12px]", "-mt-3", (!proposed).then_some("hidden"))} data-testid="job-proof-proposed">
                { "Proposed: the chosen databases are small enough to be restored after each run." }
            </p>
            <div class="flex flex-col gap-3">
                <div>
                    <Switch labelled=true label="Drill the newest backups by a schedule of their own" on={drilled} onchange={on_drill} testid="job-drill" />
                    <p class="text-muted text-[12px] mt-1">{ "The newest backup of each database is restored and compared, whatever its last run did." }</p>
                </div>
                <div class="contents">
                    if drilled {
                        <ScheduleFields name="drill" expression={proof.expression.clone()} timezone={proof.timezone.clone()}
                            error={edited.wrong("drill_cron")} zone_error={edited.wrong("drill_timezone")}
                            onexpression={put(edited, |proof, text| proof.expression = text)} ontimezone={put(edited, |proof, text| proof.timezone = text)} />
                    }
                </div>
            </div>
            <div class="contents">
                if proof.is_drilled() {
                    <DrillPlace id="drill-place" value={proof.drill_server.clone()} servers={props.servers.clone()} onchange={put(edited, |proof, id| proof.drill_server = id)} />
                }
            </div>
            <Field id="job-assertions" label="Assertions" error={error.clone()} hint="One SQL statement a line, asked in each restored database: its first value must be true. [name] before it asks that database alone. A backup in which all hold is Asserted.">
                <TextArea id="job-assertions" value={proof.assertions.clone()} bad={error.is_some()} oninput={put(edited, |proof, text| proof.assertions = text)}
                    placeholder="SELECT count(*) > 1000 FROM public.orders" testid="job-assertions" />
            </Field>
            <div class="contents">
                if let Some(remark) = proof.remark() {
                    <Notice tone={Tone::Doubtful} message={remark} testid="job-proof-remark" />
                }
            </div>
        </div>
    }
}

/// A callback that puts what is typed into this part of the draft.
fn put(edited: &Edited, put: fn(&mut ProofDraft, String)) -> Callback<String> {
    let edited = edited.clone();
    Callback::from(move |value: String| {
        let mut next = (*edited.draft).clone();
        put(&mut next.proof, value);
        edited.change.emit(next);
    })
}
