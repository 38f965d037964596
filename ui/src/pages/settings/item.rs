//! One setting: its value, where that comes from, and the way to change it.

use crate::components::{
    Button, ButtonKind, ButtonSize, Choice, Input, InputKind, Select, Switch, Toast, glyphs, use_toasts,
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

/// What a setting is called.
fn label_of(key: &str) -> String {
    match key {
        "storage_path" => "Backup folder".to_owned(),
        "schedule" => "Schedule of new jobs".to_owned(),
        "enabled" => "Scheduler on at first".to_owned(),
        "retention_days" => "Days that backups are kept".to_owned(),
        "auto_cleanup" => "Delete expired backups".to_owned(),
        "max_size_mb" => "Largest archive, MiB".to_owned(),
        "system_user_id" => "Operator recorded for scheduled runs (a number)".to_owned(),
        "max_concurrent_runs" => "Runs at a time".to_owned(),
        "history_days" => "Days that the history is kept".to_owned(),
        "notify_success" => "Announce completed runs".to_owned(),
        "close_to_tray" => "Stay in the tray when closed".to_owned(),
        "password_store" => "Where passwords are kept".to_owned(),
        other => capitalised(&other.replace('_', " ")),
    }
}

/// The values of a setting that has only a few.
fn choices_of(key: &str) -> Option<Vec<Choice>> {
    (key == "password_store").then(|| {
        vec![
            ("auto".into(), "The keyring, or a private file without one".into()),
            ("file".into(), "A private file".into()),
        ]
    })
}

/// What is wrong with a typed value, before the engine is asked.
fn problem_of(kind: SettingKind, value: &str) -> Option<&'static str> {
    let whole = value.trim().parse::<u64>().is_ok();
    (kind == SettingKind::Number && !whole).then_some("Write a whole number, without a unit.")
}

/// The setting.
#[component]
pub fn Item(props: &ItemProps) -> Html {
    let setting = &props.setting;
    let key = setting.key.clone();
    let typed = use_state(|| None::<String>);
    let failure = use_state(|| None::<ApiError>);
    let problem = use_state(|| None::<&'static str>);
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
        let (setter, problem, failure) = (typed.setter(), problem.setter(), failure.setter());
        Callback::from(move |text: String| {
            setter.set(Some(text));
            problem.set(None);
            failure.set(None);
        })
    };
    let onsubmit = {
        let (give, value, kind, problem) = (give.clone(), value.clone(), setting.kind, problem.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let wrong = problem_of(kind, &value);
            problem.set(wrong);
            if wrong.is_none() {
                give.emit(Some(value.trim().to_owned()));
            }
        })
    };
    let reset = {
        let give = give.clone();
        Callback::from(move |_: MouseEvent| give.emit(None))
    };
    let on_chosen = {
        let give = give.clone();
        Callback::from(move |value: String| give.emit(Some(value)))
    };
    let on_switch = Callback::from(move |on: bool| give.emit(Some(on.to_string())));
    let on_choose = {
        let give = choose.give.clone();
        Callback::from(move |_: MouseEvent| give.emit(ChooseFolder::default()))
    };
    let id = format!("setting-{key}");
    let label = label_of(&key);
    let told = match (*problem, &*failure) {
        (Some(problem), _) => problem.to_owned(),
        // The engine names a setting by its key, which is the command line's word for it.
        (None, Some(error)) => error.to_string().replacen(&key, &label, 1),
        (None, None) => String::new(),
    };
    let control = match (setting.kind, choices_of(&key)) {
        (_, Some(choices)) => {
            html! { <Select id={id.clone()} label={label.clone()} value={setting.value.clone()} {choices} onchange={on_chosen} disabled={update.busy} testid={id.clone()} /> }
        }
        (SettingKind::Switch, None) => {
            html! { <Switch on={setting.value == "true"} label={label.clone()} onchange={on_switch} disabled={update.busy} testid={id.clone()} /> }
        }
        (kind, None) => html! {
            <>
                <Input id={id.clone()} label={label.clone()} {value} {oninput} testid={id.clone()} bad={!told.is_empty()}
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
                <p role="alert" id={format!("{id}-note")} class={classes!("text-error", "text-[12px]", "sm:text-right", told.is_empty().then_some("hidden"))}>{ told }</p>
            </div>
        </li>
    }
}
