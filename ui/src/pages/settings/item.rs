//! One setting: its value, where that comes from, and the way to change it.

use crate::components::{
    Button, ButtonKind, ButtonSize, Input, InputKind, Switch, Toast, glyphs, use_toasts,
};
use crate::format::capitalised;
use crate::hooks::use_call;
use holdfast_types::{
    ApiError, ChooseFolder, ChosenPath, Config, Setting, SettingKind, SettingSource, UpdateConfig,
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ItemProps {
    pub setting: Setting,
    pub onchanged: Callback<Config>,
}

/// Where a value comes from, in words.
fn source_words(setting: &Setting) -> String {
    match (setting.source, &setting.variable) {
        (SettingSource::Default, _) => "built in".to_owned(),
        (SettingSource::Environment, Some(variable)) => format!("from {variable} in the environment"),
        (SettingSource::Environment, None) => "from the environment".to_owned(),
        (SettingSource::DotEnv, Some(variable)) => format!("from {variable} in .env"),
        (SettingSource::DotEnv, None) => "from .env".to_owned(),
        (SettingSource::Operator, _) => "set here".to_owned(),
    }
}

/// The setting.
#[component]
pub fn Item(props: &ItemProps) -> Html {
    let setting = &props.setting;
    let key = setting.key.clone();
    let typed = use_state(|| None::<String>);
    let failure = use_state(|| None::<ApiError>);
    let toasts = use_toasts();
    let update = {
        let (typed, failure, changed) = (typed.setter(), failure.setter(), props.onchanged.clone());
        use_call::<UpdateConfig>(Callback::from(move |answer: Result<Config, ApiError>| match answer {
            Ok(config) => {
                typed.set(None);
                failure.set(None);
                changed.emit(config);
            }
            Err(error) => failure.set(Some(error)),
        }))
    };
    let give = {
        let (give, key) = (update.give.clone(), key.clone());
        Callback::from(move |value: Option<String>| give.emit(UpdateConfig { key: key.clone(), value }))
    };
    let choose = {
        let give = give.clone();
        use_call::<ChooseFolder>(Callback::from(move |answer: Result<ChosenPath, ApiError>| match answer {
            Ok(ChosenPath { path: Some(path) }) => give.emit(Some(path)),
            Ok(ChosenPath { path: None }) => {}
            Err(error) => toasts.emit(Toast::failed(&error)),
        }))
    };
    let value = (*typed).clone().unwrap_or_else(|| setting.value.clone());
    let changed = value != setting.value;
    let oninput = {
        let setter = typed.setter();
        Callback::from(move |text: String| setter.set(Some(text)))
    };
    let onsubmit = {
        let (give, value) = (give.clone(), value.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            give.emit(Some(value.clone()));
        })
    };
    let reset = {
        let give = give.clone();
        Callback::from(move |_: MouseEvent| give.emit(None))
    };
    let on_switch = Callback::from(move |on: bool| give.emit(Some(on.to_string())));
    let on_choose = {
        let give = choose.give.clone();
        Callback::from(move |_: MouseEvent| give.emit(ChooseFolder::default()))
    };
    let id = format!("setting-{key}");
    let label = capitalised(&key.replace('_', " ").replace(" mb", ", MiB"));
    let control = match setting.kind {
        SettingKind::Switch => {
            html! { <Switch on={setting.value == "true"} label={label.clone()} onchange={on_switch} disabled={update.busy} testid={id.clone()} /> }
        }
        kind => html! {
            <>
                <Input id={id.clone()} label={label.clone()} {value} {oninput} testid={id.clone()} bad={failure.is_some()}
                    kind={if kind == SettingKind::Number { InputKind::Number } else { InputKind::Text }}
                    mono={matches!(kind, SettingKind::Folder | SettingKind::Cron)} class={if kind == SettingKind::Number { "w-28" } else { "grow min-w-0" }} />
                if kind == SettingKind::Folder {
                    <Button label="Choose a folder" icon={glyphs::FOLDER_OPEN} icon_only=true busy={choose.busy} onclick={on_choose} />
                }
                if changed {
                    <Button label="Save" kind={ButtonKind::Primary} submit=true busy={update.busy} testid={format!("setting-save-{key}")} />
                }
            </>
        },
    };
    html! {
        <li class="px-4 py-3 grid grid-cols-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,22rem)] gap-x-6 gap-y-2 items-center">
            <div class="min-w-0">
                <p class="font-medium">{ &label }</p>
                <p class="text-muted text-[12.5px] text-pretty">{ &setting.description }</p>
            </div>
            <div class="min-w-0">
                <form {onsubmit} class="flex items-center gap-2 sm:justify-end">{ control }</form>
                <p class="label-muted flex items-center gap-1 sm:justify-end mt-1 min-h-5">
                    { source_words(setting) }
                    if setting.source == SettingSource::Operator {
                        <Button label="Reset" kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::UNDO_2} onclick={reset} testid={format!("setting-reset-{key}")} class="h-6!" />
                    }
                </p>
                <p role="alert" class={classes!("text-error", "text-[12px]", failure.is_none().then_some("hidden"))}>{ failure.as_ref().map(ToString::to_string).unwrap_or_default() }</p>
            </div>
        </li>
    }
}
