//! Settings with where each value comes from, the machine around the app, and who changed what.

mod about;
mod audit;
mod item;
mod system;

use crate::components::{Card, PageFrame, view};
use crate::hooks::use_loaded;
use crate::live::use_versions;
use about::About;
use audit::Audit;
use holdfast_types::{Config, GetConfig};
use item::Item;
use system::System;
use yew::prelude::*;

/// The page.
#[component]
pub fn Settings() -> Html {
    let versions = use_versions();
    let config = use_loaded(versions.settings, |_| GetConfig {});
    let newer = use_state(|| None::<Config>);
    let on_changed = {
        let setter = newer.setter();
        Callback::from(move |config: Config| setter.set(Some(config)))
    };
    {
        // What is asked anew replaces what a change answered.
        let setter = newer.setter();
        use_effect_with(config.data.clone().map(|data| (*data).clone()), move |_| setter.set(None));
    }
    html! {
        <PageFrame title="Settings" narrow=true>
            <System />
            <Card title="Defaults" flush=true>
                { view(&config, 6, |config| {
                    let shown = (*newer).clone().unwrap_or_else(|| config.clone());
                    html! {
                        <ul class="divide-y divide-base-300 border-t border-base-300">
                            { for shown.items.iter().map(|setting| html! { <Item key={setting.key.clone()} setting={setting.clone()} onchanged={on_changed.clone()} /> }) }
                        </ul>
                    }
                }) }
            </Card>
            <Audit />
            <About />
        </PageFrame>
    }
}
