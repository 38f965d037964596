//! When: the schedule, its zone, and what the engine makes of both.

use crate::components::{CronBuilder, Field, Icon, Input, Notice, Tone, glyphs};
use crate::dom;
use crate::format;
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
                <CronBuilder name={name.clone()} expression={props.expression.clone()} onexpression={props.onexpression.clone()} {error} />
                <Field id={id("timezone")} label="Time zone" error={zone_error.clone()} hint="The expression is read in this zone, through every change of clocks.">
                    <Input id={id("timezone")} list={id("zones")} value={props.timezone.clone()} bad={zone_error.is_some()} oninput={props.ontimezone.clone()} testid={id("timezone")} />
                    <datalist id={id("zones")}>{ for zones.iter().map(|zone| html! { <option key={zone.clone()} value={zone.clone()} /> }) }</datalist>
                </Field>
            </div>
            <div class="min-w-0" aria-live="polite" data-testid={id("preview")}><Preview preview={preview.clone()} /></div>
        </div>
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
