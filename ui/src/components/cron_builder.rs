//! The visual side of a cron expression: pickers for the usual schedules, and the expression always beneath them. Each
//! follows the other.

use super::field::{Choice, Field, Input, InputKind, Select};
use crate::forms::cron::{CHOICES, Clock, Preset};
use crate::forms::weekdays::{IN_ORDER, Weekdays};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct CronBuilderProps {
    /// What the ids of the fields begin with.
    pub name: AttrValue,
    /// The cron expression, as typed.
    pub expression: String,
    pub onexpression: Callback<String>,
    /// What is wrong with it.
    #[prop_or_default]
    pub error: Option<AttrValue>,
}

/// The builder.
#[component]
pub fn CronBuilder(props: &CronBuilderProps) -> Html {
    let CronBuilderProps { name, error, .. } = props;
    let id = |field: &str| AttrValue::from(format!("{name}-{field}"));
    // Somebody who chose "Custom" keeps it while the expression still is a preset.
    let custom = use_state(|| false);
    let preset = if *custom { Preset::Custom } else { Preset::of(&props.expression) };
    let put = {
        let tell = props.onexpression.clone();
        Callback::from(move |preset: Preset| {
            if let Some(expression) = preset.expression() {
                tell.emit(expression);
            }
        })
    };
    let on_kind = {
        let (put, custom) = (put.clone(), custom.setter());
        Callback::from(move |key: String| {
            custom.set(key == "custom");
            put.emit(preset.turned(&key));
        })
    };
    let on_time = {
        let put = put.clone();
        Callback::from(move |text: String| {
            if let Some(at) = Clock::parse(&text) {
                put.emit(preset.at(at));
            }
        })
    };
    let oninput = {
        let (tell, custom) = (props.onexpression.clone(), custom.setter());
        Callback::from(move |text: String| {
            custom.set(false);
            tell.emit(text);
        })
    };
    let kinds = CHOICES.map(|(key, words)| (key.into(), words.into())).to_vec();
    html! {
        <>
            <div class="grid grid-cols-2 sm:grid-cols-3 gap-3">
                <Field id={id("cron-preset")} label="Repeats"><Select id={id("cron-preset")} value={preset.key()} choices={kinds} onchange={on_kind} testid={id("cron-preset")} /></Field>
                { view_pickers(name, preset, &put) }
                <div class={classes!((preset == Preset::Custom).then_some("hidden"))}>
                    { view_time(id("time"), preset, on_time) }
                </div>
            </div>
            <Field id={id("cron")} label="Cron expression" error={error.clone()} hint="Five fields, six with seconds, or a name such as @daily.">
                <Input id={id("cron")} mono=true value={props.expression.clone()} bad={error.is_some()} testid={id("cron")} {oninput} />
            </Field>
        </>
    }
}

fn view_time(id: AttrValue, preset: Preset, oninput: Callback<String>) -> Html {
    match preset {
        Preset::Hours { .. } => html! {
            <Field id={id.clone()} label="Minute">
                <Select {id} value={preset.time().minute.to_string()} choices={numbers(0, 59, |minute| format!(":{minute:02}"))}
                    onchange={move |minute: String| oninput.emit(format!("0:{minute}"))} />
            </Field>
        },
        _ => {
            html! { <Field id={id.clone()} label="At"><Input {id} kind={InputKind::Time} value={preset.time().text()} {oninput} /></Field> }
        }
    }
}

fn numbers(low: u32, high: u32, words: impl Fn(u32) -> String) -> Vec<Choice> {
    (low..=high).map(|number| (number.to_string().into(), words(number).into())).collect()
}

fn view_pickers(name: &AttrValue, preset: Preset, put: &Callback<Preset>) -> Html {
    let choose = |make: fn(Preset, u32) -> Preset| {
        let put = put.clone();
        Callback::from(move |value: String| {
            if let Ok(number) = value.parse() {
                put.emit(make(preset, number));
            }
        })
    };
    match preset {
        Preset::Hours { every, .. } => {
            let choices = [1u32, 2, 3, 4, 6, 8, 12]
                .map(|n| {
                    (
                        n.to_string().into(),
                        if n == 1 { "Every hour".into() } else { format!("Every {n} hours").into() },
                    )
                })
                .to_vec();
            let onchange = choose(|preset, every| Preset::Hours { every, minute: preset.time().minute });
            let id = AttrValue::from(format!("{name}-every"));
            html! { <Field id={id.clone()} label="Interval"><Select {id} value={every.to_string()} {choices} {onchange} /></Field> }
        }
        Preset::Weekly { days, .. } => {
            let put = put.clone();
            let toggle = Callback::from(move |day: u32| {
                put.emit(Preset::Weekly { days: days.toggled(day), at: preset.time() });
            });
            html! { <Days name={name.clone()} {days} {toggle} /> }
        }
        Preset::Monthly { day, .. } => {
            let onchange = choose(|preset, day| Preset::Monthly { day, at: preset.time() });
            let id = AttrValue::from(format!("{name}-day"));
            html! { <Field id={id.clone()} label="On day"><Select {id} value={day.to_string()} choices={numbers(1, 28, |day| day.to_string())} {onchange} /></Field> }
        }
        Preset::Daily { .. } | Preset::Custom => html! { <div class="hidden" /> },
    }
}

#[derive(PartialEq, Properties)]
struct DaysProps {
    /// What the test ids begin with.
    name: AttrValue,
    days: Weekdays,
    toggle: Callback<u32>,
}

/// The days of the week, each on or off.
#[component]
fn Days(props: &DaysProps) -> Html {
    html! {
        <fieldset class="flex flex-col gap-1 min-w-0 order-last col-span-full">
            <legend class="text-[12.5px] font-medium mb-1">{ "On" }</legend>
            <div class="flex gap-1">
                { for IN_ORDER.into_iter().map(|(day, short, whole)| {
                    let on = props.days.has(day);
                    let look = if on { "btn-primary" } else { "btn-quiet" };
                    let onclick = props.toggle.reform(move |_: MouseEvent| day);
                    html! {
                        <button key={day} type="button" {onclick} aria-pressed={on.to_string()} aria-label={whole} title={whole}
                            class={classes!("btn", "px-0", "w-[1.95rem]", look)} data-testid={format!("{}-day-{day}", props.name)}>{ short }</button>
                    }
                }) }
            </div>
        </fieldset>
    }
}
