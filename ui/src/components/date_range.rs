//! A span of days: a few that move with the present, or two days to choose.

use super::field::{Choice, Input, InputKind, Select};
use crate::forms::period::Period;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DateRangeProps {
    /// Begins the ids of its fields: `ID-period`, `ID-from`, `ID-to`.
    pub id: AttrValue,
    pub from: AttrValue,
    pub to: AttrValue,
    /// Told both bounds.
    pub onchange: Callback<(String, String)>,
}

/// The choice; the two days are asked for only when they are wanted.
#[component]
pub fn DateRange(props: &DateRangeProps) -> Html {
    let asked = use_state(|| false);
    let known = Period::of(&props.from, &props.to);
    let shown = if *asked && known == Period::Any { Period::Days } else { known };
    let choices: Vec<Choice> = Period::OFFERED
        .into_iter()
        .chain([Period::Days])
        .map(|period| (period.word().into(), period.title().into()))
        .collect();
    let onperiod = {
        let (asked, tell) = (asked.setter(), props.onchange.clone());
        Callback::from(move |word: String| {
            let days = word == Period::Days.word();
            asked.set(days);
            tell.emit((if days { String::new() } else { word }, String::new()));
        })
    };
    let onfrom = {
        let (tell, to) = (props.onchange.clone(), props.to.to_string());
        Callback::from(move |from: String| tell.emit((from, to.clone())))
    };
    let onto = {
        let (tell, from) = (props.onchange.clone(), props.from.to_string());
        Callback::from(move |to: String| tell.emit((from.clone(), to)))
    };
    let field = |end: &str| AttrValue::from(format!("{}-{end}", props.id));
    html! {
        <span class="flex flex-wrap items-center gap-1.5">
            <Select id={field("period")} label="When" value={shown.word()} {choices} onchange={onperiod} testid={field("period")} class="w-36" />
            if shown == Period::Days {
                <Input id={field("from")} label="From day" kind={InputKind::Date} value={props.from.clone()} oninput={onfrom} testid={field("from")} class="w-35" />
                <span class="text-muted">{ "to" }</span>
                <Input id={field("to")} label="To day" kind={InputKind::Date} value={props.to.clone()} oninput={onto} testid={field("to")} class="w-35" />
            }
        </span>
    }
}
