//! Fields of forms: a label, the control, and under it the error or the hint.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct FieldProps {
    pub label: AttrValue,
    /// The id of the control.
    pub id: AttrValue,
    #[prop_or_default]
    pub hint: AttrValue,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

/// A labelled control.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let hint = props.error.is_none() && !props.hint.is_empty();
    html! {
        <div class={classes!("flex", "flex-col", "gap-1", "min-w-0", props.class.clone())}>
            <label for={props.id.clone()} class="text-[12.5px] font-medium">{ &props.label }</label>
            { props.children.clone() }
            <p id={format!("{}-note", props.id)} role={props.error.is_some().then_some("alert")}
                class={classes!("text-[12px]", if props.error.is_some() { "text-error" } else { "text-muted" },
                    (!hint && props.error.is_none()).then_some("hidden"))}>
                { props.error.clone().unwrap_or_else(|| props.hint.clone()) }
            </p>
        </div>
    }
}

/// What a text field accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// A whole number.
    Number,
    /// A secret: never shown, never filled in.
    Password,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// Words to search for.
    Search,
}

#[derive(PartialEq, Properties)]
pub struct InputProps {
    pub id: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    /// Called with what stands there when it is whole: pasted, or typed and then left or entered. Enter does that
    /// alone: a form would be sent before it knows.
    #[prop_or_default]
    pub onwhole: Option<Callback<String>>,
    #[prop_or_default]
    pub kind: InputKind,
    #[prop_or_default]
    pub placeholder: AttrValue,
    /// The id of a list of proposals.
    #[prop_or_default]
    pub list: Option<AttrValue>,
    #[prop_or_default]
    pub bad: bool,
    #[prop_or_default]
    pub mono: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// What it is called when no label stands beside it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or(classes!("w-full"))]
    pub class: Classes,
}

/// A text field.
#[component]
pub fn Input(props: &InputProps) -> Html {
    let oninput = {
        let (tell, whole) = (props.oninput.clone(), props.onwhole.clone());
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            tell.emit(text.clone());
            if let Some(whole) = whole.as_ref().filter(|_| event.input_type() == "insertFromPaste") {
                whole.emit(text);
            }
        })
    };
    let onchange = props.onwhole.clone().map(|whole| {
        Callback::from(move |event: Event| {
            whole.emit(event.target_unchecked_into::<HtmlInputElement>().value())
        })
    });
    let onkeydown = props.onwhole.clone().map(|whole| {
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                whole.emit(event.target_unchecked_into::<HtmlInputElement>().value());
            }
        })
    });
    let (kind, mode) = match props.kind {
        InputKind::Text => ("text", None),
        InputKind::Number => ("text", Some("numeric")),
        InputKind::Password => ("password", None),
        InputKind::Date => ("date", None),
        InputKind::Time => ("time", None),
        InputKind::Search => ("search", None),
    };
    html! {
        <input id={props.id.clone()} type={kind} inputmode={mode} value={props.value.clone()} {oninput} {onchange} {onkeydown}
            placeholder={props.placeholder.clone()} list={props.list.clone()} disabled={props.disabled}
            autocomplete={if props.kind == InputKind::Password { "new-password" } else { "off" }}
            autocapitalize="off" spellcheck="false" aria-label={props.label.clone()}
            aria-invalid={props.bad.then_some("true")} aria-describedby={format!("{}-note", props.id)}
            data-testid={props.testid.clone()}
            class={classes!("input", props.mono.then_some("mono"), props.bad.then_some("input-bad"), props.class.clone())} />
    }
}

/// One choice of a select: its value and its words.
pub type Choice = (AttrValue, AttrValue);

#[derive(PartialEq, Properties)]
pub struct SelectProps {
    pub id: AttrValue,
    pub value: AttrValue,
    pub choices: Vec<Choice>,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub bad: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or(classes!("w-full"))]
    pub class: Classes,
}

/// One of several.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let node = use_node_ref();
    {
        // An option's `selected` attribute says nothing once the reader has chosen; the property does.
        let node = node.clone();
        use_effect_with((props.value.clone(), props.choices.clone()), move |(value, _)| {
            if let Some(select) = node.cast::<HtmlSelectElement>() {
                select.set_value(value);
            }
        });
    }
    let onchange = {
        let tell = props.onchange.clone();
        Callback::from(move |event: Event| {
            tell.emit(event.target_unchecked_into::<HtmlSelectElement>().value())
        })
    };
    html! {
        <select ref={node} id={props.id.clone()} {onchange} disabled={props.disabled} aria-label={props.label.clone()}
            aria-invalid={props.bad.then_some("true")} data-testid={props.testid.clone()}
            class={classes!("select", props.bad.then_some("input-bad"), props.class.clone())}>
            { for props.choices.iter().map(|(value, words)| html! {
                <option key={value.to_string()} value={value.clone()} selected={*value == props.value}>{ words }</option>
            }) }
        </select>
    }
}

#[derive(PartialEq, Properties)]
pub struct SwitchProps {
    pub on: bool,
    /// What it switches.
    pub label: AttrValue,
    pub onchange: Callback<bool>,
    /// Writes the label beside it.
    #[prop_or_default]
    pub labelled: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// On or off, at once.
#[component]
pub fn Switch(props: &SwitchProps) -> Html {
    let onchange = {
        let (tell, on) = (props.onchange.clone(), props.on);
        Callback::from(move |_: Event| tell.emit(!on))
    };
    html! {
        <label class="inline-flex items-center gap-2 cursor-pointer">
            <input type="checkbox" role="switch" class="toggle checked:bg-primary checked:text-primary-content checked:border-primary" checked={props.on} {onchange}
                disabled={props.disabled} aria-label={props.label.clone()} data-testid={props.testid.clone()} />
            <span class={classes!((!props.labelled).then_some("hidden"))}>{ &props.label }</span>
        </label>
    }
}

#[derive(PartialEq, Properties)]
pub struct CheckProps {
    pub on: bool,
    pub label: Html,
    pub onchange: Callback<bool>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// One tick of a list.
#[component]
pub fn Check(props: &CheckProps) -> Html {
    let onchange = {
        let (tell, on) = (props.onchange.clone(), props.on);
        Callback::from(move |_: Event| tell.emit(!on))
    };
    html! {
        <label class="flex items-center gap-2.5 py-1 cursor-pointer min-w-0">
            <input type="checkbox" class="checkbox checked:bg-primary checked:text-primary-content checked:border-primary" checked={props.on} {onchange} data-testid={props.testid.clone()} />
            <span class="grow min-w-0 flex items-baseline justify-between gap-3">{ props.label.clone() }</span>
        </label>
    }
}

/// Which of a page's search fields it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchPlace {
    /// The one where `/` leads.
    #[default]
    Main,
    /// Another one.
    Second,
}

#[derive(PartialEq, Properties)]
pub struct SearchProps {
    pub value: AttrValue,
    pub oninput: Callback<String>,
    pub placeholder: AttrValue,
    /// Called when Enter is pressed.
    #[prop_or_default]
    pub onsubmit: Callback<()>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    #[prop_or(super::glyphs::SEARCH)]
    pub icon: &'static str,
    /// Whether `/` leads to this one.
    #[prop_or_default]
    pub place: SearchPlace,
    #[prop_or(classes!("w-60"))]
    pub class: Classes,
}

/// A search field of the page.
#[component]
pub fn Search(props: &SearchProps) -> Html {
    let oninput = {
        let tell = props.oninput.clone();
        Callback::from(move |event: InputEvent| {
            tell.emit(event.target_unchecked_into::<HtmlInputElement>().value())
        })
    };
    let onkeydown = {
        let (tell, submit) = (props.oninput.clone(), props.onsubmit.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Escape" => {
                tell.emit(String::new());
                // Leaving the field fails only when it is gone.
                let _ = event.target_unchecked_into::<HtmlInputElement>().blur();
            }
            "Enter" => submit.emit(()),
            _ => {}
        })
    };
    html! {
        <label class={classes!("input", "gap-2", "px-2.5", props.class.clone())}>
            <super::icon::Icon path={props.icon} class="size-3.5 text-muted" />
            <input type="search" value={props.value.clone()} {oninput} {onkeydown} placeholder={props.placeholder.clone()}
                aria-label={props.placeholder.clone()} data-search={(props.place == SearchPlace::Main).then_some("")} data-testid={props.testid.clone()} spellcheck="false" autocomplete="off" />
            <kbd class={classes!("kbd", "kbd-sm", (props.place == SearchPlace::Second).then_some("hidden"))}>{ "/" }</kbd>
        </label>
    }
}
