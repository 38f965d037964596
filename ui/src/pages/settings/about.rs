//! Which Holdfast this is, and where it keeps what.

use super::system::row;
use crate::components::{Card, view};
use crate::live::use_system;
use yew::prelude::*;

/// The part.
#[component]
pub fn About() -> Html {
    let system = use_system();
    html! {
        <Card title="About" flush=true>
            { view(&system, 3, |status| html! {
                <ul class="divide-y divide-base-300 border-t border-base-300" data-testid="about">
                    { row("Holdfast", "Backups of PostgreSQL, each proven before it counts. MIT or Apache-2.0.", html! { <span>{ format!("version {}", status.version) }</span> }) }
                    { row("Data directory", "The catalog, the passwords where there is no keyring, and what is kept of the app.", html! { <span class="mono break-all text-right">{ &status.home }</span> }) }
                    if let Some(logs) = &status.logs {
                        { row("Log", "What the app itself met, 14 days of it; runs have logs of their own.", html! { <span class="mono break-all text-right">{ logs }</span> }) }
                    }
                </ul>
            }) }
        </Card>
    }
}
