//! The plan of a restore of roles, and what was done of it.

use super::Edited;
use crate::components::{Button, ButtonKind, Card, ErrorPanel, Field, Input, Notice, Skeleton, Tone, glyphs};
use crate::format;
use crate::hooks::{use_call, use_loaded};
use holdfast_types::{
    ApiError, GlobalsSpec, PlanGlobals, PlannedGlobals, PlannedRole, RestoreGlobals, RoleFate,
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct GlobalsStepProps {
    pub edited: Edited,
    /// What the plan is of.
    pub planned: GlobalsSpec,
    /// Whether the database's name was typed, where it must be.
    pub confirmed: bool,
    /// What the button says.
    pub action: String,
    pub back: Option<Callback<MouseEvent>>,
}

/// The step.
#[component]
pub fn GlobalsStep(props: &GlobalsStepProps) -> Html {
    let failure = use_state(|| None::<ApiError>);
    let done = use_state(|| None::<PlannedGlobals>);
    let plan = use_loaded(props.planned.clone(), |spec| PlanGlobals { spec: spec.clone() });
    let start = {
        let (failure, done, retry) = (failure.setter(), done.setter(), plan.retry.clone());
        use_call::<RestoreGlobals>(Callback::from(
            move |answer: Result<PlannedGlobals, ApiError>| match answer {
                Ok(what) => done.set(Some(what)),
                Err(error) => {
                    failure.set(Some(error));
                    retry.emit(());
                }
            },
        ))
    };
    if let Some(done) = &*done {
        return view_done(done);
    }
    let draft = &props.edited.draft;
    // A plan of what was asked before must not open the way for what is asked now.
    let current = plan.data.clone().filter(|_| plan.error.is_none());
    let open = current.as_ref().is_some_and(|plan| plan.obstacles.is_empty()) && !plan.pending;
    let something = current.as_ref().is_some_and(|plan| !plan.is_empty());
    let ready = open && something && props.confirmed;
    let onsubmit = {
        let (give, failure) = (start.give.clone(), failure.setter());
        let confirmation = props.planned.database.is_some().then(|| draft.typed.clone());
        let spec = GlobalsSpec { confirmation, ..props.planned.clone() };
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if ready {
                failure.set(None);
                give.emit(RestoreGlobals { spec: spec.clone() });
            }
        })
    };
    let heading = match (&plan.error, &current) {
        (Some(_), _) => "The plan could not be made",
        (None, Some(known)) if !known.obstacles.is_empty() => {
            "This would be done, but something bars the way"
        }
        (None, Some(known)) if known.is_empty() => "The server has all of them already",
        (None, Some(_)) => "This is what will be done, in one transaction",
        (None, None) => "Working out what will be done",
    };
    html! {
        <form {onsubmit} novalidate=true class="flex flex-col gap-4">
            <Card>
                <div class="flex flex-col gap-4" data-testid="globals-plan" aria-busy={plan.pending.then_some("true")}>
                    <h2 tabindex="-1" data-step="" data-quiet-focus="" class="font-semibold text-[15px]">{ heading }</h2>
                    <div class="contents">
                        if let Some(error) = &plan.error {
                            <ErrorPanel error={(**error).clone()} onretry={Some(plan.retry.clone())} />
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
                if let Some(error) = (*failure).clone() {
                    <ErrorPanel {error} testid="restore-error" />
                }
            </div>
            <div class="flex justify-between gap-2">
                <Button label="Back" icon={glyphs::ARROW_LEFT} onclick={props.back.clone().unwrap_or_default()} testid="restore-back" />
                <Button label={props.action.clone()} kind={ButtonKind::Primary} icon={glyphs::ARCHIVE_RESTORE} submit=true busy={start.busy} disabled={!ready} testid="restore-next" />
            </div>
        </form>
    }
}

fn view_plan(plan: &PlannedGlobals) -> Html {
    html! {
        <>
            <div class={classes!("flex", "flex-col", "gap-2", plan.obstacles.is_empty().then_some("hidden"))} data-testid="restore-obstacles">
                { for plan.obstacles.iter().enumerate().map(|(i, problem)| html! { <Notice key={i} tone={Tone::Bad} message={problem.message.clone()} hint={problem.hint.clone()} /> }) }
            </div>
            { view_roles(plan) }
            <div class={classes!("flex", "flex-col", "gap-2", plan.remarks.is_empty().then_some("hidden"))}>
                { for plan.remarks.iter().enumerate().map(|(i, remark)| html! { <Notice key={i} tone={Tone::Neutral} message={remark.clone()} /> }) }
            </div>
        </>
    }
}

fn view_roles(plan: &PlannedGlobals) -> Html {
    html! {
        <>
            <ul class="flex flex-col divide-y divide-base-300" data-testid="globals-roles">
                { for plan.roles.iter().map(view_role) }
            </ul>
            <div class={classes!("flex", "flex-col", "gap-1", plan.database_settings.is_empty().then_some("hidden"))}>
                <h3 class="label-muted">{ format!("Settings of {}", plan.database.clone().unwrap_or_default()) }</h3>
                { for plan.database_settings.iter().enumerate().map(|(i, statement)| html! { <p key={i} class="mono wrap-anywhere">{ statement }</p> }) }
            </div>
        </>
    }
}

fn view_role(role: &PlannedRole) -> Html {
    let fate = match role.fate {
        RoleFate::Created => "is made",
        RoleFate::Untouched => "is there, and stays as it is",
        RoleFate::SettingsChanged => "is there; its settings are changed",
    };
    let mut more: Vec<String> = role.attributes.clone();
    if !role.member_of.is_empty() {
        more.push(format!("member of {}", role.member_of.join(", ")));
    }
    more.extend(role.settings.iter().cloned());
    html! {
        <li key={role.name.clone()} class="py-1.5">
            <p class="wrap-anywhere"><span class="font-medium">{ &role.name }</span>{ format!(" {fate}") }</p>
            <p class={classes!("label-muted", "wrap-anywhere", more.is_empty().then_some("hidden"))}>{ more.join(", ") }</p>
        </li>
    }
}

fn view_confirmation(props: &GlobalsStepProps) -> Html {
    let database = props.planned.database.clone().unwrap_or_default();
    html! {
        <div class="border-t border-base-300 pt-4">
            <Field id="restore-typed" label={format!("{database} exists. Type its name to confirm.")} hint="Its settings change, for sessions that begin from then on.">
                <Input id="restore-typed" value={props.edited.draft.typed.clone()} oninput={props.edited.put(|draft, text| draft.typed = text)} testid="restore-typed" class="w-full sm:w-72" />
            </Field>
        </div>
    }
}

fn view_done(done: &PlannedGlobals) -> Html {
    let made = format::count(done.count(RoleFate::Created), "role was made", "roles were made");
    let changed = done.count(RoleFate::SettingsChanged);
    let mut words = vec![format!("{made} on {}.", done.server)];
    if changed > 0 {
        words.push(format!(
            "{} changed.",
            format::count(changed, "role had its settings", "roles had their settings")
        ));
    }
    if let Some(database) = &done.database {
        words.push(format!("{database} got the settings of the backup's database."));
    }
    html! {
        <Card>
            <div class="flex flex-col gap-4">
                <Notice tone={Tone::Good} message={words.join(" ")} testid="globals-done" />
                { view_roles(done) }
            </div>
        </Card>
    }
}
