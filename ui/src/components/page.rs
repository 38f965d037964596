//! The frame of a page: its name, what can be done on it, and its content.

use super::glyphs;
use super::icon::Icon;
use crate::dom;
use crate::lists::{self, Query};
use crate::route::Route;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct PageFrameProps {
    pub title: AttrValue,
    /// Stands beside the title: a badge, a number.
    #[prop_or_default]
    pub beside: Html,
    /// The page to which the arrow leads back.
    #[prop_or_default]
    pub back: Option<Route>,
    #[prop_or_default]
    pub actions: Html,
    /// As wide as a form wants to be.
    #[prop_or_default]
    pub narrow: bool,
    pub children: Html,
}

/// A page.
#[component]
pub fn PageFrame(props: &PageFrameProps) -> Html {
    use_effect_with(props.title.clone(), |title| dom::set_title(title));
    let width = if props.narrow { "max-w-4xl" } else { "max-w-[1600px]" };
    html! {
        <div class={classes!("px-4", "rail:px-6", "pb-8", "flex", "flex-col", "gap-4", "mx-auto", "w-full", width)}>
            <header class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 pt-4 min-h-14">
                <div class="flex items-center gap-3 min-w-0">
                    <div class="contents">
                        if let Some(back) = props.back {
                            <span class="contents" data-back="">
                                <Link<Route, Query> to={back} query={lists::left(back)} classes="btn btn-ghost btn-square -ml-2">
                                    <Icon path={glyphs::ARROW_LEFT} /><span class="sr-only">{ "Back" }</span>
                                </Link<Route, Query>>
                            </span>
                        }
                    </div>
                    <h1 class="text-[18px] font-semibold truncate" title={props.title.clone()}>{ &props.title }</h1>
                    <div class="flex items-center gap-2 shrink-0">{ props.beside.clone() }</div>
                </div>
                <div class="flex flex-wrap items-center gap-2">{ props.actions.clone() }</div>
            </header>
            { props.children.clone() }
        </div>
    }
}
