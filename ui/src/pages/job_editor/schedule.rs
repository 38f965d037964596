//! When: pickers for the usual schedules, the expression always beside them, and what the engine makes of it.

use crate::components::{Choice, Field, Icon, Input, InputKind, Notice, Select, Tone, glyphs};
use crate::dom;
use crate::format;
use crate::forms::cron::{CHOICES, Clock, Preset};
use crate::forms::weekdays::{IN_ORDER, Weekdays};
use crate::hooks::{use_debounced, use_loaded, use_now};
use crate::loadable::Loadable;
use crate::locale::{self, Form};
use holdfast_types::{PreviewSchedule, SchedulePreview};
use yew::prelude::*;

/// How long typing rests before the engine is asked, in milliseconds.
const REST: u32 = 250;

#[derive(PartialEq, Properties)]
pub struct ScheduleFieldsProps {
    /// What the ids of the fields begin with.
    pub name: AttrValue,
    /// The cron expression, as typed.
    pub expression: String,
    /// Its zone, as typed.
    pub timezone: String,
    pub onexpression: Callback<String>,
    pub ontimezone: Callback<String>,
    /// Why the expression was refused.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// Why the zone was refused.
    #[prop_or_default]
    pub zone_error: Option<AttrValue>,
}

/// The fields.
#[component]
pub fn ScheduleFields(props: &ScheduleFieldsProps) -> Html {
    let name = &props.name;
    let id = |field: &str| AttrValue::from(format!("{name}-{field}"));
    let typed = use_debounced((props.expression.trim().to_owned(), props.timezone.trim().to_owned()), REST);
    let preview = use_loaded(typed, |(expression, zone)| PreviewSchedule {
        expression: expression.clone(),
        timezone: Some(zone.clone()).filter(|zone| !zone.is_empty()),
        count: Some(5),
        from: None,
    });
    // The zone alone, with a schedule that is right: what is refused then is the zone.
    let zone = use_debounced(props.timezone.trim().to_owned(), REST);
    let zone_alone = use_loaded(zone, |zone| PreviewSchedule {
        expression: "@daily".to_owned(),
        timezone: Some(zone.clone()).filter(|zone| !zone.is_empty()),
        count: Some(1),
        from: None,
    });
    let zones = use_memo((), |()| dom::time_zones());
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
    let error = props.error.clone().or_else(|| {
        preview
            .error
            .as_ref()
            .filter(|_| zone_alone.error.is_none())
            .map(|error| AttrValue::from(error.to_string()))
    });
    let zone_error = props
        .zone_error
        .clone()
        .or_else(|| zone_alone.error.as_ref().map(|error| AttrValue::from(error.to_string())));
    html! {
        <div class="grid grid-cols-1 rail:grid-cols-[minmax(0,1fr)_minmax(0,20rem)] gap-x-8 gap-y-4">
            <div class="flex flex-col gap-4 min-w-0">
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
                <Field id={id("timezone")} label="Time zone" error={zone_error.clone()} hint="The expression is read in this zone, through every change of clocks.">
                    <Input id={id("timezone")} list={id("zones")} value={props.timezone.clone()} bad={zone_error.is_some()} oninput={props.ontimezone.clone()} testid={id("timezone")} />
                    <datalist id={id("zones")}>{ for zones.iter().map(|zone| html! { <option key={zone.clone()} value={zone.clone()} /> }) }</datalist>
                </Field>
            </div>
            <div class="min-w-0" aria-live="polite" data-testid={id("preview")}><Preview preview={preview.clone()} /></div>
        </div>
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

#[derive(Properties)]
struct PreviewProps {
    preview: Loadable<SchedulePreview>,
}

impl PartialEq for PreviewProps {
    fn eq(&self, other: &Self) -> bool {
        self.preview.data == other.preview.data && self.preview.error == other.preview.error
    }
}

/// What the engine makes of it: words, the next runs, and what clock changes do to them.
#[component]
fn Preview(props: &PreviewProps) -> Html {
    let now = use_now();
    let Some(known) = props.preview.data.as_ref().filter(|_| props.preview.error.is_none()) else {
        let words = if props.preview.error.is_some() {
            "The next runs are shown here once the schedule is right."
        } else {
            "Working out the next runs."
        };
        return html! { <div class="rounded-field bg-base-200 p-4 h-full"><p class="text-muted">{ words }</p></div> };
    };
    let zone = Some(known.timezone.as_str());
    html! {
        <div class="rounded-field bg-base-200 p-4 h-full flex flex-col gap-2.5">
            <p class="font-medium text-pretty">{ format::capitalised(&known.description) }</p>
            <ol class="flex flex-col gap-1" aria-label="The next runs">
                { for known.next.iter().map(|at| html! {
                    <li key={at.clone()} class="flex items-center justify-between gap-3">
                        <span class="flex items-center gap-2 whitespace-nowrap" title={locale::moment(at, Form::Full)}><Icon path={glyphs::CLOCK} class="size-3.5 text-muted" />{ locale::moment_in(at, Form::Long, zone) }</span>
                        <span class="label-muted whitespace-nowrap">{ format::milliseconds(at).map(|at| format::relative(at, now)).unwrap_or_default() }</span>
                    </li>
                }) }
            </ol>
            <div class="contents">
                if !known.remarks.is_empty() {
                    { for known.remarks.iter().enumerate().map(|(i, remark)| html! { <Notice key={i} tone={Tone::Neutral} message={remark.clone()} /> }) }
                }
            </div>
        </div>
    }
}
