//! One of a few, each with a sentence: radio buttons, so that arrows move between them.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// One of the few.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pick {
    /// Its key.
    pub value: AttrValue,
    /// Its name.
    pub title: AttrValue,
    /// What it means.
    pub sentence: AttrValue,
    /// A few words at the right of its name.
    pub aside: AttrValue,
    /// What else is asked once it is chosen.
    pub more: Option<Html>,
}

impl Pick {
    /// One with a name and a sentence.
    pub fn new(
        value: impl Into<AttrValue>,
        title: impl Into<AttrValue>,
        sentence: impl Into<AttrValue>,
    ) -> Self {
        Pick { value: value.into(), title: title.into(), sentence: sentence.into(), ..Pick::default() }
    }
}

#[derive(PartialEq, Properties)]
pub struct PicksProps {
    /// What it is about.
    pub legend: AttrValue,
    /// The name of the group; its choices' `data-testid` is `NAME-VALUE`.
    pub name: AttrValue,
    pub value: AttrValue,
    pub picks: Vec<Pick>,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// Where they stand: one under the other unless told otherwise.
    #[prop_or(classes!("flex", "flex-col"))]
    pub class: Classes,
}

/// The choice.
#[component]
pub fn Picks(props: &PicksProps) -> Html {
    let error = props.error.clone();
    html! {
        <fieldset class="flex flex-col gap-1.5 min-w-0" data-testid={props.name.clone()}>
            <legend class="text-[12.5px] font-medium mb-1.5">{ &props.legend }</legend>
            <div class={classes!("gap-2", props.class.clone())}>
                { for props.picks.iter().map(|pick| view_pick(pick, props)) }
            </div>
            <p role="alert" class={classes!("text-[12px]", "text-error", error.is_none().then_some("hidden"))}>{ error.unwrap_or_default() }</p>
        </fieldset>
    }
}

fn view_pick(pick: &Pick, props: &PicksProps) -> Html {
    let chosen = pick.value == props.value;
    let onchange = {
        let tell = props.onchange.clone();
        Callback::from(move |event: Event| {
            tell.emit(event.target_unchecked_into::<HtmlInputElement>().value())
        })
    };
    let edge = match (chosen, props.error.is_some()) {
        (true, true) => "border-error",
        (true, false) => "border-primary bg-primary/5",
        (false, _) => "border-base-300 hover:border-base-content/30",
    };
    let id = format!("{}-{}", props.name, pick.value);
    let extra = pick.more.is_some();
    html! {
        <div key={pick.value.to_string()} class={classes!("rounded-field", "border", edge)}>
            <label class="flex items-start gap-3 px-3 py-2.5 cursor-pointer">
                <input type="radio" class="radio mt-0.5" name={props.name.clone()} value={pick.value.clone()} checked={chosen} {onchange}
                    aria-labelledby={format!("{id}-title")} aria-describedby={format!("{id}-note")} aria-invalid={(chosen && props.error.is_some()).then_some("true")} data-testid={id.clone()} />
                <span class="grow min-w-0">
                    <span class="flex items-baseline justify-between gap-3"><span id={format!("{id}-title")} class="font-medium">{ &pick.title }</span><span class="label-muted whitespace-nowrap">{ &pick.aside }</span></span>
                    <span id={format!("{id}-note")} class="block text-muted text-[12.5px] text-pretty">{ &pick.sentence }</span>
                </span>
            </label>
            <div class={classes!("pl-10", "pr-3", "pb-3", (!chosen || !extra).then_some("hidden"))} data-testid={format!("{id}-field")}>
                if chosen {
                    { pick.more.clone().unwrap_or_default() }
                }
            </div>
        </div>
    }
}
