//! A flat card with one hairline.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct CardProps {
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// What stands at the right of the title.
    #[prop_or_default]
    pub aside: Html,
    #[prop_or_default]
    pub class: Classes,
    /// Leaves the margins to the content, as tables want it.
    #[prop_or_default]
    pub flush: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    pub children: Html,
}

/// A card, with or without a title.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let inner =
        if props.flush { "min-w-0 grow flex flex-col" } else { "min-w-0 grow flex flex-col px-4 pb-4" };
    let top = (!props.flush && props.title.is_none()).then_some("pt-4");
    html! {
        <section class={classes!("card-flat", "min-w-0", "flex", "flex-col", props.class.clone())}
            aria-label={props.title.clone()} data-testid={props.testid.clone()}>
            if let Some(title) = &props.title {
                <header class="flex items-center justify-between gap-3 px-4 pt-3 pb-2">
                    <h2 class="font-semibold text-[14px]">{ title }</h2>
                    <div class="label-muted flex items-center gap-2 min-w-0">{ props.aside.clone() }</div>
                </header>
            }
            <div class={classes!(inner, top)}>{ props.children.clone() }</div>
        </section>
    }
}
