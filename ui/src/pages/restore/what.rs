//! What of the backup: which parts, which tables, and whose they become.

use super::Edited;
use super::tables::Tables;
use crate::components::{Card, Field, Input, InputKind, Notice, Pick, Picks, Switch, Tone};
use crate::format;
use crate::forms::restore::{Content, Selection};
use crate::words;
use holdfast_types::{Ownership, RestoreScope, RestoreTarget, SettingsChoice};
use yew::prelude::*;

/// The globals among the parts.
const GLOBALS: &str = "globals";

const SCOPES: [(&str, RestoreScope); 3] =
    [("whole", RestoreScope::Whole), ("schema", RestoreScope::SchemaOnly), ("data", RestoreScope::DataOnly)];

#[derive(PartialEq, Properties)]
pub struct WhatStepProps {
    pub edited: Edited,
}

/// The step.
#[component]
pub fn WhatStep(props: &WhatStepProps) -> Html {
    let edited = &props.edited;
    let draft = &edited.draft;
    let key = match draft.content {
        Content::Globals => GLOBALS,
        Content::Database => {
            SCOPES.into_iter().find(|(_, scope)| *scope == draft.scope).map_or("whole", |(key, _)| key)
        }
    };
    let mut scopes = SCOPES
        .map(|(key, scope)| {
            let (title, sentence) = words::scope_title(scope);
            Pick::new(key, title, sentence)
        })
        .to_vec();
    scopes.push(Pick::new(
        GLOBALS,
        "Roles only",
        "Roles and memberships that are missing on the server, and no database.",
    ));
    let on_scope = edited.put(|draft, word: String| match SCOPES.into_iter().find(|(key, _)| *key == word) {
        Some((_, scope)) => (draft.content, draft.scope) = (Content::Database, scope),
        None => draft.content = Content::Globals,
    });
    let count = edited.backup.backup.table_count;
    let selections = vec![
        Pick::new("all", "All tables", format!("All {}.", format::count(count, "table", "tables"))),
        Pick {
            more: Some(html! { <Tables edited={edited.clone()} /> }),
            ..Pick::new(
                "chosen",
                "Chosen tables",
                "With what they need and what belongs to them: types, indexes, sequences.",
            )
        },
    ];
    let selection = match draft.selection {
        Selection::All => "all",
        Selection::Chosen => "chosen",
    };
    let on_selection = edited.put(|draft, word: String| {
        draft.selection = if word == "chosen" { Selection::Chosen } else { Selection::All };
    });
    let owners = vec![
        Pick::new(
            "backup",
            "As in the backup",
            "Owners and permissions; the roles must exist on the server.",
        ),
        Pick::new(
            "mine",
            "The connecting role's",
            "It owns everything, and nobody else is granted anything.",
        ),
    ];
    let owner = match draft.ownership {
        Ownership::AsBackedUp => "backup",
        Ownership::Mine => "mine",
    };
    let on_owner = edited.put(|draft, word: String| {
        draft.ownership = if word == "mine" { Ownership::Mine } else { Ownership::AsBackedUp };
    });
    let error = edited.wrong("parallelism");
    let in_part = draft.scope != RestoreScope::Whole || draft.selection == Selection::Chosen;
    html! {
        <Card>
            <div class="flex flex-col gap-5">
                <h2 tabindex="-1" data-step="" data-quiet-focus="" class="font-semibold text-[15px]">{ "What should be restored?" }</h2>
                <Picks legend="Parts" name="restore-scope" value={key} picks={scopes} onchange={on_scope} error={edited.wrong("scope")} class="grid grid-cols-1 sm:grid-cols-2" />
                <div class={classes!("flex", "flex-col", "gap-5", (draft.content == Content::Database).then_some("hidden"))}>
                    if draft.content == Content::Globals {
                        { view_globals(edited) }
                    }
                </div>
                <div class={classes!("flex", "flex-col", "gap-5", (draft.content == Content::Globals).then_some("hidden"))}>
                <Picks legend="Tables" name="restore-selection" value={selection} picks={selections} onchange={on_selection} error={edited.wrong("tables")} />
                <div class="contents">
                    if in_part && draft.target == RestoreTarget::Swap {
                        <Notice tone={Tone::Doubtful} message="The database that takes the name will hold only this."
                            hint="What is not restored stays in the present one, which is kept under a dated name." />
                    }
                </div>
                <Picks legend="Owners and permissions" name="restore-ownership" value={owner} picks={owners} onchange={on_owner} class="grid grid-cols-1 sm:grid-cols-2" />
                <Field id="restore-parallelism" label="Connections" error={error.clone()} hint="Tables and indexes restored at once; half the machine's cores when empty, at least two." class="sm:w-72">
                    <Input id="restore-parallelism" kind={InputKind::Number} value={draft.parallelism.clone()} bad={error.is_some()} placeholder="automatic" testid="restore-parallelism"
                        oninput={edited.put(|draft, text| draft.parallelism = text)} />
                </Field>
                </div>
            </div>
        </Card>
    }
}

/// What comes with the roles, when it is asked for.
fn view_globals(edited: &Edited) -> Html {
    let draft = &edited.draft;
    let choice = |on| if on { SettingsChoice::Apply } else { SettingsChoice::Leave };
    let on_roles = edited.put(move |draft, on: bool| draft.role_settings = choice(on));
    let on_database = edited.put(move |draft, on: bool| draft.database_settings = choice(on));
    html! {
        <>
            <div>
                <Switch labelled=true label="The roles' settings as well" on={draft.role_settings == SettingsChoice::Apply} onchange={on_roles} testid="restore-role-settings" />
                <p class="text-muted text-[12px] mt-0.5">{ "Over what is set on the server. Roles that exist are otherwise left as they are." }</p>
            </div>
            if draft.target != RestoreTarget::New {
                <div>
                    <Switch labelled=true label="The settings of the chosen database as well" on={draft.database_settings == SettingsChoice::Apply} onchange={on_database} testid="restore-database-settings" />
                    <p class="text-muted text-[12px] mt-0.5">{ "And those of roles in it. Nothing else of the database changes." }</p>
                </div>
            }
        </>
    }
}
