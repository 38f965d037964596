//! A moment: told from now, with the absolute time when the pointer rests on it.

use crate::format;
use crate::hooks::use_now;
use crate::locale::{self, Form};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct WhenProps {
    /// The moment, RFC 3339.
    pub at: AttrValue,
    /// Writes the absolute time beside it.
    #[prop_or_default]
    pub both: bool,
    /// The zone of the absolute time; the reader's when absent.
    #[prop_or_default]
    pub zone: Option<AttrValue>,
}

/// A moment.
#[component]
pub fn When(props: &WhenProps) -> Html {
    // Between two ticks of the clock something may begin, which must not be told as to come.
    let now = use_now().max(js_sys::Date::now());
    let words =
        format::milliseconds(&props.at).map_or_else(|| props.at.to_string(), |at| format::relative(at, now));
    let zone = props.zone.as_deref();
    html! {
        <time datetime={props.at.clone()} title={locale::moment_in(&props.at, Form::Full, zone)} class="whitespace-nowrap">
            { words }
            if props.both {
                <span class="when-absolute text-muted">{ " · " }{ locale::moment_in(&props.at, Form::Short, zone) }</span>
            }
        </time>
    }
}
