//! Times and numbers as the reader's own locale writes them.

use crate::format;
use crate::forms::period;
use js_sys::{Array, Date, Function, Object, Reflect};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::{JsCast, JsValue};

/// How a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Day and time to the minute.
    Short,
    /// Weekday, day and time to the minute.
    Long,
    /// Weekday, day, year, time to the second, and the zone's name.
    Full,
    /// The time to the second.
    Clock,
    /// Day and month.
    Day,
    /// Weekday, day and month.
    Weekday,
}

/// Schedules are told as "Every day at 02:00": the times beside them must not be "2 AM".
const CLOCK: (&str, &str) = ("hourCycle", "h23");

/// What writes moments or numbers: the `format` of an object of `Intl`, kept for good. Each of them holds tens of
/// kilobytes outside of what the collector of JavaScript counts; made anew for each text, as `toLocaleString` does, they
/// grew the page's process by hundreds of megabytes before it was swept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    Moment(Form, Option<String>),
    Number,
}

thread_local! {
    static FORMATTERS: RefCell<HashMap<Kind, Option<Function>>> = RefCell::default();
}

/// The formatter of that kind; none where the browser lacks it or does not know the zone.
fn formatter(kind: Kind) -> Option<Function> {
    FORMATTERS.with_borrow_mut(|known| known.entry(kind.clone()).or_insert_with(|| make(&kind).ok()).clone())
}

fn make(kind: &Kind) -> Result<Function, JsValue> {
    let (class, options) = match kind {
        Kind::Moment(form, zone) => ("DateTimeFormat", options(*form, zone.as_deref())),
        Kind::Number => ("NumberFormat", JsValue::UNDEFINED),
    };
    let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl"))?;
    let class: Function = Reflect::get(&intl, &JsValue::from_str(class))?.dyn_into()?;
    let arguments = Array::of2(&JsValue::from_str(&language()), &options);
    let made = Reflect::construct(&class, &arguments)?;
    Reflect::get(&made, &JsValue::from_str("format"))?.dyn_into()
}

fn written(kind: Kind, value: f64) -> Option<String> {
    formatter(kind)?.call1(&JsValue::UNDEFINED, &JsValue::from_f64(value)).ok()?.as_string()
}

fn language() -> String {
    let told = web_sys::window().and_then(|window| window.navigator().language());
    told.filter(|tag| is_language(tag)).unwrap_or_else(|| "en".to_owned())
}

/// Whether the formatters accept the tag. WebKit tells the POSIX locale as `C`, which they refuse with an exception.
fn is_language(tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or_default();
    (2..=3).contains(&language.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn options(form: Form, zone: Option<&str>) -> JsValue {
    let pairs: &[(&str, &str)] = match form {
        Form::Short => {
            &[("month", "short"), ("day", "numeric"), ("hour", "2-digit"), ("minute", "2-digit"), CLOCK]
        }
        Form::Long => &[
            ("weekday", "short"),
            ("month", "short"),
            ("day", "numeric"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            CLOCK,
        ],
        Form::Full => &[
            ("weekday", "short"),
            ("year", "numeric"),
            ("month", "short"),
            ("day", "numeric"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("second", "2-digit"),
            ("timeZoneName", "short"),
            CLOCK,
        ],
        Form::Clock => &[("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit"), CLOCK],
        Form::Day => &[("month", "short"), ("day", "numeric")],
        Form::Weekday => &[("weekday", "short"), ("month", "short"), ("day", "numeric")],
    };
    let object = Object::new();
    for (key, value) in pairs.iter().copied().chain(zone.map(|zone| ("timeZone", zone))) {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object.into()
}

/// The moment in the reader's locale and zone; the text itself when it is no moment.
pub fn moment(timestamp: &str, form: Form) -> String {
    moment_in(timestamp, form, None)
}

/// The moment in the reader's locale, in that zone.
pub fn moment_in(timestamp: &str, form: Form, zone: Option<&str>) -> String {
    let Some(milliseconds) = format::milliseconds(timestamp) else { return timestamp.to_owned() };
    written(Kind::Moment(form, zone.map(str::to_owned)), milliseconds).unwrap_or_else(|| timestamp.to_owned())
}

/// A calendar day `YYYY-MM-DD` in the reader's locale.
pub fn day(date: &str, form: Form) -> String {
    moment_in(&format!("{date}T12:00:00Z"), form, Some("UTC"))
}

/// A whole number with the locale's separators.
pub fn number(value: u64) -> String {
    // Counts stay far below 2^53, where f64 is exact.
    written(Kind::Number, value as f64).unwrap_or_else(|| value.to_string())
}

/// The beginning of a day `YYYY-MM-DD` in the reader's zone, as a timestamp.
pub fn day_start(date: &str) -> Option<String> {
    format::milliseconds(&format!("{date}T00:00:00Z"))?;
    let date = Date::new(&JsValue::from_str(&format!("{date}T00:00:00")));
    (!date.get_time().is_nan()).then(|| String::from(date.to_iso_string()))
}

/// The beginning of what a bound of the address means: a day, or so many days before today.
pub fn period_start(word: &str) -> Option<String> {
    let Some(days) = period::recent(word) else { return day_start(word) };
    let now = Date::new_0();
    // By the calendar, because a day may have 23 hours or 25.
    let day = i64::from(now.get_date()) - i64::from(days);
    let day = i32::try_from(day).unwrap_or(i32::MIN);
    let midnight = Date::new_with_year_month_day(now.get_full_year(), now.get_month() as i32, day);
    Some(String::from(midnight.to_iso_string()))
}

/// The moment that many days before now, as a timestamp.
pub fn days_ago(days: f64) -> String {
    let date = Date::new(&JsValue::from_f64(Date::now() - days * 86_400_000.0));
    String::from(date.to_iso_string())
}
