//! One server: how to reach it, and a test that says what was found there.

mod fields;
mod form;
mod found;
mod password;
mod saved;

use crate::components::{PageFrame, Skeleton, view};
use crate::hooks::use_loaded;
use crate::loadable::Loadable;
use crate::route::Route;
use form::Form;
use holdfast_types::{GetServer, Server, ServerId};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ServerEditorProps {
    /// Which server; none for a new one.
    pub id: Option<i64>,
}

/// The editor: loads the server first, if there is one.
#[component]
pub fn ServerEditor(props: &ServerEditorProps) -> Html {
    match props.id {
        Some(id) => html! { <LoadedEditor id={ServerId(id)} /> },
        None => html! { <Form server={None::<Server>} /> },
    }
}

#[derive(PartialEq, Properties)]
struct LoadedEditorProps {
    id: ServerId,
}

#[component]
fn LoadedEditor(props: &LoadedEditorProps) -> Html {
    let server: Loadable<Server> = use_loaded(props.id, |id| GetServer { id: *id });
    match &server.data {
        Some(known) => html! { <Form server={Some((**known).clone())} /> },
        None => {
            html! { <PageFrame title="Server" back={Route::Servers} narrow=true>{ view(&server, 8, |_| html! { <Skeleton rows={8} /> }) }</PageFrame> }
        }
    }
}
