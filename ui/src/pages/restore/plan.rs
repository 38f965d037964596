//! The plan: what will be done, what bars the way, and the word that lets it begin.

use super::Edited;
use crate::components::{Button, ButtonKind, Card, ErrorPanel, Field, Input, Notice, Skeleton, Tone, glyphs};
use crate::format;
use crate::hooks::{use_call, use_loaded};
use crate::loadable::Loadable;
use crate::route::Route;
use holdfast_types::{ApiError, PlanRestore, Restore, RestorePlan, RestoreSpec, RestoreTarget, StartRestore};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct PlanStepProps {
    pub edited: Edited,
    /// The restore whose plan is shown.
    pub planned: RestoreSpec,
    /// Whether the database's name was typed, where it must be.
    pub confirmed: bool,
    /// What the button says.
    pub action: String,
    pub back: Option<Callback<MouseEvent>>,
}

/// The step.
#[component]
pub fn PlanStep(props: &PlanStepProps) -> Html {
    let navigator = use_navigator();
    let failure = use_state(|| None::<ApiError>);
    let plan = use_loaded(props.planned.clone(), |spec| PlanRestore { spec: spec.clone() });
    let start = {
        let (failure, retry) = (failure.setter(), plan.retry.clone());
        use_call::<StartRestore>(Callback::from(move |answer: Result<Restore, ApiError>| match answer {
            Ok(restore) => {
                if let Some(navigator) = &navigator {
                    navigator.push(&Route::Restore { id: restore.id.0 });
                }
            }
            Err(error) => {
                failure.set(Some(error));
                retry.emit(());
            }
        }))
    };
    let draft = &props.edited.draft;
    // A plan of what was asked before must not open the way for what is asked now.
    let current = plan.data.clone().filter(|_| plan.error.is_none());
    let open = current.as_ref().is_some_and(|plan| plan.obstacles.is_empty()) && !plan.pending;
    let ready = open && props.confirmed;
    let onsubmit = {
        let (give, failure) = (start.give.clone(), failure.setter());
        let confirmation = draft.needs_confirmation().then(|| draft.typed.clone());
        let spec = RestoreSpec { confirmation, ..props.planned.clone() };
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if ready {
                failure.set(None);
                give.emit(StartRestore { spec: spec.clone() });
            }
        })
    };
    // What was in the way at the start may be gone by the next plan.
    let plan_anew = {
        let (failure, retry) = (failure.setter(), plan.retry.clone());
        Callback::from(move |()| {
            failure.set(None);
            retry.emit(());
        })
    };
    let again = plan_anew.reform(|_: MouseEvent| ());
    let kind =
        if props.planned.target == RestoreTarget::New { ButtonKind::Primary } else { ButtonKind::Danger };
    html! {
        <form {onsubmit} novalidate=true class="flex flex-col gap-4">
            <Card>
                <div class="flex flex-col gap-4" data-testid="restore-plan" aria-busy={plan.pending.then_some("true")}>
                    <div class="flex items-center justify-between gap-3">
                        <h2 tabindex="-1" data-step="" data-quiet-focus="" class="font-semibold text-[15px]">{ heading(&plan) }</h2>
                        <Button label="Look again" icon={glyphs::ROTATE_CW} kind={ButtonKind::Bare} busy={plan.pending} onclick={again} testid="restore-again" />
                    </div>
                    <div class="contents">
                        if let Some(error) = &plan.error {
                            <ErrorPanel error={(**error).clone()} onretry={Some(plan_anew.clone())} testid="restore-plan-error" />
                        } else if let Some(known) = &current {
                            { view_plan(known) }
                        } else {
                            <div class="-m-4"><Skeleton rows={5} /></div>
                        }
                    </div>
                    <div class="contents">
                        if draft.needs_confirmation() && open {
                            { view_confirmation(props) }
                        }
                    </div>
                </div>
            </Card>
            <div class="contents">
                if let Some(error) = (*failure).clone().filter(|_| plan.error.is_none()) {
                    <ErrorPanel {error} testid="restore-error" />
                }
            </div>
            <div class="flex justify-between gap-2">
                <Button label="Back" icon={glyphs::ARROW_LEFT} onclick={props.back.clone().unwrap_or_default()} testid="restore-back" />
                <Button label={props.action.clone()} {kind} icon={glyphs::ARCHIVE_RESTORE} submit=true busy={start.busy} disabled={!ready} testid="restore-next" />
            </div>
        </form>
    }
}

/// What the words below are.
fn heading(plan: &Loadable<RestorePlan>) -> &'static str {
    match (&plan.error, &plan.data) {
        (Some(_), _) => "The plan could not be made",
        (None, Some(known)) if !known.obstacles.is_empty() => {
            "This would be done, but something bars the way"
        }
        (None, Some(_)) => "This is what will be done",
        (None, None) => "Working out what will be done",
    }
}

fn view_plan(plan: &RestorePlan) -> Html {
    let versions = [("PostgreSQL", &plan.server_version), ("pg_restore", &plan.tool_version)];
    let mut facts: Vec<String> = versions
        .into_iter()
        .filter_map(|(name, version)| Some(format!("{name} {}", version.as_ref()?)))
        .collect();
    if plan.needed_bytes > 0 {
        facts.push(format!("needs about {} there", format::bytes(plan.needed_bytes)));
    }
    html! {
        <>
            <div class={classes!("flex", "flex-col", "gap-2", plan.obstacles.is_empty().then_some("hidden"))} data-testid="restore-obstacles">
                { for plan.obstacles.iter().enumerate().map(|(i, problem)| html! { <Notice key={i} tone={Tone::Bad} message={problem.message.clone()} hint={problem.hint.clone()} /> }) }
            </div>
            <ol class="flex flex-col gap-2">
                { for plan.steps.iter().enumerate().map(|(i, step)| html! {
                    <li key={i} class="flex gap-3">
                        <span class="size-5.5 rounded-full bg-tint-neutral text-muted grid place-items-center text-[12px] shrink-0">{ i + 1 }</span>
                        <span class="min-w-0 wrap-anywhere">{ step }</span>
                    </li>
                }) }
            </ol>
            <div class={classes!("flex", "flex-col", "gap-2", plan.remarks.is_empty().then_some("hidden"))}>
                { for plan.remarks.iter().enumerate().map(|(i, remark)| html! { <Notice key={i} tone={Tone::Neutral} message={remark.clone()} /> }) }
            </div>
            <p class={classes!("label-muted", facts.is_empty().then_some("hidden"))}>{ format::capitalised(&facts.join(" · ")) }</p>
        </>
    }
}

fn view_confirmation(props: &PlanStepProps) -> Html {
    let database = &props.planned.database;
    let words = match props.planned.target {
        RestoreTarget::Swap => "Sessions on it are ended, and it gets a dated name.",
        _ => "Its contents change.",
    };
    html! {
        <div class="border-t border-base-300 pt-4">
            <Field id="restore-typed" label={format!("{database} exists. Type its name to confirm.")} hint={words}>
                <Input id="restore-typed" value={props.edited.draft.typed.clone()} oninput={props.edited.put(|draft, text| draft.typed = text)} testid="restore-typed" class="w-full sm:w-72" />
            </Field>
        </div>
    }
}
