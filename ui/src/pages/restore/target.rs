//! Where it goes: the server, and a new database, one that is replaced, or one that is changed.

use super::Edited;
use crate::components::{
    Button, ButtonKind, Card, Choice, ErrorPanel, Field, Input, Notice, Pick, Picks, Select, Switch, Tone,
    glyphs,
};
use crate::format;
use holdfast_types::{ApiError, Existing, RestoreTarget, SafetyBackup, Server, ServerTest};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct TargetStepProps {
    pub edited: Edited,
    pub servers: Vec<Server>,
    /// What was found on the chosen server.
    pub found: Option<Result<Rc<ServerTest>, ApiError>>,
    pub busy: bool,
    /// Looks at the server again.
    pub again: Callback<()>,
    /// The database that is meant now: typed, chosen, or suggested.
    pub suggestion: String,
}

/// The step.
#[component]
pub fn TargetStep(props: &TargetStepProps) -> Html {
    let edited = &props.edited;
    let draft = &edited.draft;
    let mut servers: Vec<Choice> = vec![("".into(), "Choose a server".into())];
    servers.extend(
        props.servers.iter().map(|server| (server.id.to_string().into(), server.name.clone().into())),
    );
    let on_server = edited.put(|draft, id: String| {
        if draft.server != id {
            // Names of another server mean nothing here.
            (draft.present, draft.typed) = (None, String::new());
        }
        draft.server = id;
    });
    let on_target = edited.put(|draft, word: String| {
        if let Some(target) = RestoreTarget::parse(&word) {
            draft.target = target;
        }
    });
    let error = edited.wrong("server");
    let picks = vec![
        Pick {
            aside: "changes nothing else".into(),
            more: Some(view_fresh(props)),
            ..Pick::new(
                RestoreTarget::New.as_str(),
                "A new database",
                "It appears under its name once it is whole.",
            )
        },
        Pick {
            aside: "can be undone".into(),
            more: Some(view_present(props)),
            ..Pick::new(
                RestoreTarget::Swap.as_str(),
                "In place of a database, by a swap",
                "Restored beside it and compared, then it takes the name. The present one stays under a dated name.",
            )
        },
        Pick {
            aside: "changes the database".into(),
            more: Some(view_existing(props)),
            ..Pick::new(
                RestoreTarget::Existing.as_str(),
                "Into a database that exists",
                "In one transaction: everything that is chosen arrives, or nothing does.",
            )
        },
    ];
    html! {
        <Card>
            <div class="flex flex-col gap-5">
                <h2 tabindex="-1" data-step="" data-quiet-focus="" class="font-semibold text-[15px]">{ "Where should it go?" }</h2>
                <div class="flex flex-col gap-2">
                    <Field id="restore-server" label="Server" error={error.clone()}>
                        <div class="flex items-center gap-3">
                            <Select id="restore-server" value={draft.server.clone()} choices={servers} bad={error.is_some()} onchange={on_server} testid="restore-server" class="w-full sm:w-72" />
                            <Button label="Look again" kind={ButtonKind::Bare} icon={glyphs::ROTATE_CW} icon_only=true disabled={draft.server.is_empty()} busy={props.busy}
                                onclick={let again = props.again.clone(); move |_: MouseEvent| again.emit(())} />
                        </div>
                    </Field>
                    { view_found(props) }
                </div>
                <Picks legend="Restore it as" name="restore-target" value={draft.target.as_str()} {picks} onchange={on_target} />
            </div>
        </Card>
    }
}

/// What was found on the server. Problems do not bar the way here: the plan says which of them matter.
fn view_found(props: &TargetStepProps) -> Html {
    match &props.found {
        None if props.edited.draft.server.is_empty() => Html::default(),
        None => html! { <p class="text-muted text-[12.5px]" role="status">{ "Looking at the server." }</p> },
        Some(Err(error)) => {
            html! { <ErrorPanel error={error.clone()} onretry={Some(props.again.clone())} testid="restore-server-error" /> }
        }
        Some(Ok(test)) if test.server_version.is_none() => html! {
            <div class="flex flex-col gap-2">
                { for test.problems.iter().enumerate().map(|(i, problem)| html! { <Notice key={i} tone={Tone::Doubtful} message={problem.message.clone()} hint={problem.hint.clone()} /> }) }
            </div>
        },
        Some(Ok(test)) => {
            let version = test.server_version.clone().unwrap_or_default();
            let databases = format::count(test.databases.len() as u64, "database", "databases");
            html! { <p class="text-muted text-[12.5px]" role="status">{ format!("PostgreSQL {version}, {databases}.") }</p> }
        }
    }
}

fn view_fresh(props: &TargetStepProps) -> Html {
    let edited = &props.edited;
    let error = edited.wrong("database");
    let listed = matches!(&props.found, Some(Ok(test)) if test.server_version.is_some());
    // The line keeps its place while a name is typed, or the button below would move away from under the mouse.
    let hint = match (listed, edited.draft.fresh.is_none()) {
        (true, true) => "A name that is free on the server.",
        (true, false) => "Whether it is free is looked up with the plan.",
        (false, _) => "",
    };
    html! {
        <Field id="restore-fresh" label="Name of the new database" error={error.clone()} {hint}>
            <Input id="restore-fresh" value={props.suggestion.clone()} bad={error.is_some()} oninput={edited.put(|draft, name| draft.fresh = Some(name))} testid="restore-fresh" class="w-full sm:w-72" />
        </Field>
    }
}

/// The database: chosen from the server's, or typed while those are not known.
fn view_present(props: &TargetStepProps) -> Html {
    let edited = &props.edited;
    let error = edited.wrong("database");
    let put = edited.put(|draft, name| draft.present = Some(name));
    let value = props.suggestion.clone();
    let listed = match &props.found {
        Some(Ok(test)) if test.server_version.is_some() => Some(test),
        _ => None,
    };
    let control = match listed {
        Some(test) => {
            let mut choices: Vec<Choice> = vec![("".into(), "Choose a database".into())];
            choices.extend(test.databases.iter().map(|database| {
                let size = database.size_bytes.map(|size| format!(", {}", format::bytes(size)));
                let words = format!("{}{}", database.name, size.unwrap_or_default());
                (database.name.clone().into(), words.into())
            }));
            html! { <Select id="restore-present" {value} {choices} bad={error.is_some()} onchange={put} testid="restore-present" class="w-full sm:w-72" /> }
        }
        None => {
            html! { <Input id="restore-present" {value} bad={error.is_some()} oninput={put} testid="restore-present" class="w-full sm:w-72" /> }
        }
    };
    html! { <Field id="restore-present" label="Database" {error}>{ control }</Field> }
}

fn view_existing(props: &TargetStepProps) -> Html {
    let edited = &props.edited;
    let draft = &edited.draft;
    let on_clean =
        edited.put(|draft, on: bool| draft.existing = if on { Existing::Clean } else { Existing::Keep });
    let on_safety = edited.put(|draft, on: bool| {
        draft.safety_backup = if on { SafetyBackup::Make } else { SafetyBackup::Decline }
    });
    html! {
        <div class="flex flex-col gap-3">
            { view_present(props) }
            <div>
                <Switch labelled=true label="Drop what the backup holds before it is made again" on={draft.existing == Existing::Clean} onchange={on_clean} testid="restore-clean" />
                <p class="text-muted text-[12px] mt-0.5">{ "Without it, an object that is there already makes the restore fail, and nothing is changed." }</p>
            </div>
            <div>
                <Switch labelled=true label="Back the database up as it is now, first" on={draft.safety_backup == SafetyBackup::Make} onchange={on_safety} testid="restore-safety" />
                <p class="text-muted text-[12px] mt-0.5">{ "The way back, should this have been a mistake." }</p>
            </div>
        </div>
    }
}
