//! Where a drill restores: a throwaway cluster of this machine, or a server of the reader's.

use super::field::{Choice, Field, Select};
use holdfast_types::Server;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DrillPlaceProps {
    pub id: AttrValue,
    /// The server's id; empty for this machine.
    pub value: AttrValue,
    pub servers: Vec<Server>,
    pub onchange: Callback<String>,
}

/// The choice.
#[component]
pub fn DrillPlace(props: &DrillPlaceProps) -> Html {
    let here = std::iter::once(("".into(), "A throwaway cluster on this machine".into()));
    let choices: Vec<Choice> = here
        .chain(props.servers.iter().map(|server| {
            (server.id.to_string().into(), format!("A scratch database on {}", server.name).into())
        }))
        .collect();
    let hint = if props.value.is_empty() {
        "Made of PostgreSQL's server programs on this machine, and removed afterwards."
    } else {
        "Its role must be allowed to make databases. What was restored is dropped afterwards."
    };
    html! {
        <Field id={props.id.clone()} label="Where it is restored" {hint} class="sm:max-w-md">
            <Select id={props.id.clone()} value={props.value.clone()} {choices} onchange={props.onchange.clone()} testid={props.id.clone()} />
        </Field>
    }
}
