//! A link in a row that opens as a whole.

use crate::route::Route;
use yew::prelude::*;
use yew_router::prelude::*;

/// What it leads to.
#[derive(Properties, PartialEq)]
pub struct RowLinkProps {
    /// Where the row leads.
    pub to: Route,
    /// How it looks.
    pub class: Classes,
    /// What is said of it.
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// Its text.
    pub children: Html,
}

/// A link for the keyboard and for who listens to the page. The click goes on to its row, which opens the page: a link
/// that went there by itself as well would be a second journey, and one of both may undo a Back that follows at once.
#[component]
pub fn RowLink(props: &RowLinkProps) -> Html {
    let onclick = Callback::from(|event: MouseEvent| event.prevent_default());
    html! {
        <a href={format!("#{}", props.to.to_path())} class={props.class.clone()} title={props.title.clone()} {onclick}>
            { props.children.clone() }
        </a>
    }
}
