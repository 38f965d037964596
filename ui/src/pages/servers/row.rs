//! One server of the list, and the test of it.

use super::password_words;
use crate::components::{Button, ButtonKind, ButtonSize, Toast, ToastKind, When, glyphs, use_toasts};
use crate::format;
use crate::forms::servers::address;
use crate::forms::tested::{Answer, Known, known};
use crate::hooks::use_call;
use crate::route::Route;
use holdfast_types::{Server, TestServer};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct ServerRowProps {
    pub server: Server,
    /// Opens a page.
    pub go: Callback<Route>,
    /// Asks whether it shall be deleted.
    pub ask: Callback<Server>,
}

/// The row.
#[component]
pub(super) fn ServerRow(props: &ServerRowProps) -> Html {
    let server = &props.server;
    let id = server.id;
    let toasts = use_toasts();
    let test = {
        let server = server.clone();
        use_call::<TestServer>(Callback::from(move |answer: Answer| toasts.emit(told(&server, &answer))))
    };
    let on_test = {
        let give = test.give.clone();
        Callback::from(move |_: MouseEvent| give.emit(TestServer { id }))
    };
    let edit = {
        let go = props.go.clone();
        Callback::from(move |_: MouseEvent| go.emit(Route::Server { id: id.0 }))
    };
    let remove = {
        let (ask, server) = (props.ask.clone(), server.clone());
        Callback::from(move |_: MouseEvent| ask.emit(server.clone()))
    };
    let address = address(&server.connection);
    html! {
        <tr class="border-t border-base-300 hover:bg-base-200/70">
            <td class="td-row pl-4 font-medium max-w-40 wide:max-w-56"><Link<Route> to={Route::Server { id: id.0 }} classes="block truncate hover:underline">{ &server.name }</Link<Route>></td>
            <td class="td-row max-w-56 wide:max-w-72"><span class="block truncate mono" title={address.clone()}>{ address }</span></td>
            <td class="td-row whitespace-nowrap">{ server.server_version.clone().unwrap_or_else(|| "–".to_owned()) }</td>
            <td class="td-row text-muted whitespace-nowrap max-wide:hidden">{ server.connection.sslmode.as_str() }</td>
            <td class="td-row text-muted whitespace-nowrap max-wide:hidden">{ password_words(server.password) }</td>
            <td class="td-row text-right">{ server.job_count }</td>
            <td class="td-row text-muted">{ server.last_seen_at.clone().map_or_else(|| html! { <span class="text-warning">{ "not yet" }</span> }, |at| html! { <When {at} /> }) }</td>
            <td class="td-row pr-3 text-right whitespace-nowrap">
                <Button label={format!("Test {}", server.name)} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::LIST_CHECKS} icon_only=true busy={test.busy} onclick={on_test} testid={format!("server-test-{id}")} />
                <Button label={format!("Edit {}", server.name)} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::PENCIL} icon_only=true onclick={edit} testid={format!("server-edit-{id}")} />
                <Button label={format!("Delete {}", server.name)} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::TRASH_2} icon_only=true onclick={remove} testid={format!("server-delete-{id}")} />
            </td>
        </tr>
    }
}

/// What a test found, in a few words.
fn told(server: &Server, answer: &Answer) -> Toast {
    if let Known::Unready(why) = known(Some(answer)) {
        return Toast::new(ToastKind::Error, format!("{} is not ready.", server.name))
            .saying(why)
            .leading_to("Show the server", Route::Server { id: server.id.0 });
    }
    let test = answer.as_ref().ok();
    let warned = test.and_then(|test| test.problems.first()).map(|problem| problem.message.clone());
    let found = test.map(|test| {
        let version = test.server_version.clone().unwrap_or_default();
        let databases = format::count(test.databases.len() as u64, "database", "databases");
        let size: u64 = test.databases.iter().filter_map(|database| database.size_bytes).sum();
        let role = match (&test.role, &test.rights) {
            (Some(role), Some(rights)) => format!(" The role {role}: {rights}."),
            _ => String::new(),
        };
        format!("PostgreSQL {version}, {databases}, {}.{role}", format::bytes(size))
    });
    let kind = if warned.is_some() { ToastKind::Warning } else { ToastKind::Success };
    Toast::new(kind, format!("{} is ready to be backed up.", server.name))
        .saying(warned.or(found).unwrap_or_default())
}
