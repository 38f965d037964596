//! Where the backups go.

use super::edited::Edited;
use crate::components::{Button, Field, Input, Toast, glyphs, use_toasts};
use crate::forms::job::JobDraft;
use crate::hooks::use_call;
use holdfast_types::{ApiError, ChooseFolder, ChosenPath};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct FolderProps {
    pub edited: Edited,
    /// The folder of the settings, which is taken when none is named.
    pub otherwise: Option<String>,
}

/// The field, and the system's own dialog beside it.
#[component]
pub fn Folder(props: &FolderProps) -> Html {
    let edited = &props.edited;
    let toasts = use_toasts();
    let choose = {
        let edited = edited.clone();
        use_call::<ChooseFolder>(Callback::from(move |answer: Result<ChosenPath, ApiError>| match answer {
            Ok(ChosenPath { path: Some(path) }) => {
                edited.change.emit(JobDraft { repository: path, ..(*edited.draft).clone() })
            }
            Ok(ChosenPath { path: None }) => {}
            Err(error) => toasts.emit(Toast::failed(&error)),
        }))
    };
    let onclick = {
        let give = choose.give.clone();
        Callback::from(move |_: MouseEvent| {
            give.emit(ChooseFolder { title: Some("Where the backups go".to_owned()) })
        })
    };
    let placeholder = props.otherwise.clone().unwrap_or_else(|| "the configured folder".to_owned());
    html! {
        <Field id="job-folder" label="Folder" error={edited.wrong("repository")} hint="Leave it empty for the folder from the settings.">
            <div class="flex gap-2">
                <Input id="job-folder" mono=true value={edited.draft.repository.clone()} oninput={edited.set(|d, v| d.repository = v)} {placeholder} testid="job-folder" />
                <Button label="Choose" icon={glyphs::FOLDER_OPEN} busy={choose.busy} {onclick} class="border-base-300" />
            </div>
        </Field>
    }
}
