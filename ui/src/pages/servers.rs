//! The servers.

use crate::components::{
    Button, ButtonKind, ButtonSize, Card, Confirm, Empty, PageFrame, Search, When, glyphs, view,
};
use crate::hooks::{use_call, use_loaded};
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{
    ApiError, Connection, DeleteServer, Deleted, ListServers, Page, PasswordSource, Server,
};
use yew::prelude::*;
use yew_router::prelude::*;

/// The page.
#[component]
pub fn Servers() -> Html {
    let versions = use_versions();
    let servers = use_loaded((versions.servers, versions.jobs), |_| ListServers {});
    let navigator = use_navigator();
    let search = use_state(String::new);
    let doomed = use_state(|| None::<Server>);
    let failure = use_state(|| None::<ApiError>);
    let delete = {
        let (doomed, failure, retry) = (doomed.setter(), failure.setter(), servers.retry.clone());
        use_call::<DeleteServer>(Callback::from(move |answer: Result<Deleted, ApiError>| match answer {
            Ok(_) => {
                doomed.set(None);
                retry.emit(());
            }
            Err(error) => failure.set(Some(error)),
        }))
    };
    let go = Callback::from(move |route: Route| {
        if let Some(navigator) = &navigator {
            navigator.push(&route);
        }
    });
    let add = {
        let go = go.clone();
        Callback::from(move |_: MouseEvent| go.emit(Route::NewServer))
    };
    let oninput = {
        let setter = search.setter();
        Callback::from(move |text: String| setter.set(text))
    };
    let ask = {
        let (doomed, failure) = (doomed.setter(), failure.setter());
        Callback::from(move |server: Server| {
            failure.set(None);
            doomed.set(Some(server));
        })
    };
    let onclose = {
        let doomed = doomed.setter();
        Callback::from(move |()| doomed.set(None))
    };
    let actions = html! {
        <div class="flex items-center gap-2">
            <Search value={(*search).clone()} {oninput} placeholder="Search servers" />
            <Button label="Add a server" kind={ButtonKind::Primary} icon={glyphs::PLUS} onclick={add.clone()} testid="add-server" />
        </div>
    };
    html! {
        <PageFrame title="Servers" {actions}>
            <Card flush=true>
                { view(&servers, 5, |page| view_table(page, &search, &go, &ask, &add)) }
            </Card>
            <div class="contents">
                if let Some(server) = (*doomed).clone() {
                    <Confirm title={format!("Delete {}?", server.name)} action="Delete the server" barred={server.job_count > 0} busy={delete.busy} error={(*failure).clone()} {onclose}
                        onconfirm={let (give, id) = (delete.give.clone(), server.id); move |()| give.emit(DeleteServer { id })}>
                        <p>{ "Holdfast forgets how to reach it, and its stored password. The server itself and every backup of it stay." }</p>
                        <p class={classes!("font-medium", (server.job_count == 0).then_some("hidden"))}>
                            { match server.job_count {
                                1 => "1 job uses it. Delete that job, or give it another server, first.".to_owned(),
                                count => format!("{count} jobs use it. Delete them, or give them another server, first."),
                            } }
                        </p>
                    </Confirm>
                }
            </div>
        </PageFrame>
    }
}

/// `user@host:port/database`, as far as it is known.
fn address(connection: &Connection) -> String {
    let user = connection.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
    let host = match (&connection.service, connection.host.is_empty()) {
        (Some(service), true) => format!("service {service}"),
        _ => connection.host.clone(),
    };
    let port = connection.port.map(|port| format!(":{port}")).unwrap_or_default();
    let database = connection.database.as_ref().map(|database| format!("/{database}")).unwrap_or_default();
    format!("{user}{host}{port}{database}")
}

/// Where a password is kept, in words.
pub fn password_words(source: PasswordSource) -> &'static str {
    match source {
        PasswordSource::None => "none stored",
        PasswordSource::Keyring => "in the keyring",
        PasswordSource::File => "in a file of the data directory",
    }
}

fn view_table(
    page: &Page<Server>,
    search: &str,
    go: &Callback<Route>,
    ask: &Callback<Server>,
    add: &Callback<MouseEvent>,
) -> Html {
    if page.items.is_empty() {
        return html! {
            <Empty icon={glyphs::DATABASE} title="No server yet" text="A server is where PostgreSQL answers. Jobs back its databases up.">
                <Button label="Add a server" kind={ButtonKind::Primary} icon={glyphs::PLUS} onclick={add.clone()} />
            </Empty>
        };
    }
    let search = search.trim().to_lowercase();
    let shown: Vec<&Server> = page
        .items
        .iter()
        .filter(|server| {
            format!("{} {}", server.name, address(&server.connection)).to_lowercase().contains(&search)
        })
        .collect();
    if shown.is_empty() {
        return html! { <Empty icon={glyphs::SEARCH} title="No server matches" text="No name and no address holds this text." /> };
    }
    html! {
        <div class="overflow-x-auto">
            <table class="w-full" data-testid="servers-table">
                <thead><tr>
                    <th scope="col" class="th-quiet pl-4">{ "Name" }</th>
                    <th scope="col" class="th-quiet">{ "Address" }</th>
                    <th scope="col" class="th-quiet">{ "Version" }</th>
                    <th scope="col" class="th-quiet max-wide:hidden">{ "TLS" }</th>
                    <th scope="col" class="th-quiet max-wide:hidden">{ "Password" }</th>
                    <th scope="col" class="th-quiet text-right">{ "Jobs" }</th>
                    <th scope="col" class="th-quiet">{ "Last reached" }</th>
                    <th scope="col" class="th-quiet pr-4"><span class="sr-only">{ "Actions" }</span></th>
                </tr></thead>
                <tbody>{ for shown.into_iter().map(|server| view_row(server, go, ask)) }</tbody>
            </table>
        </div>
    }
}

fn view_row(server: &Server, go: &Callback<Route>, ask: &Callback<Server>) -> Html {
    let id = server.id;
    let edit = {
        let go = go.clone();
        Callback::from(move |_: MouseEvent| go.emit(Route::Server { id: id.0 }))
    };
    let remove = {
        let (ask, server) = (ask.clone(), server.clone());
        Callback::from(move |_: MouseEvent| ask.emit(server.clone()))
    };
    let address = address(&server.connection);
    html! {
        <tr key={id.0} class="border-t border-base-300 hover:bg-base-200/70">
            <td class="td-row pl-4 font-medium max-w-48"><Link<Route> to={Route::Server { id: id.0 }} classes="block truncate hover:underline">{ &server.name }</Link<Route>></td>
            <td class="td-row max-w-64"><span class="block truncate mono" title={address.clone()}>{ address }</span></td>
            <td class="td-row whitespace-nowrap">{ server.server_version.clone().unwrap_or_else(|| "–".to_owned()) }</td>
            <td class="td-row text-muted whitespace-nowrap max-wide:hidden">{ server.connection.sslmode.as_str() }</td>
            <td class="td-row text-muted whitespace-nowrap max-wide:hidden">{ password_words(server.password) }</td>
            <td class="td-row text-right">{ server.job_count }</td>
            <td class="td-row text-muted">{ server.last_seen_at.clone().map_or_else(|| html! { <span class="text-warning">{ "not yet" }</span> }, |at| html! { <When {at} /> }) }</td>
            <td class="td-row pr-3 text-right whitespace-nowrap">
                <Button label={format!("Edit {}", server.name)} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::PENCIL} icon_only=true onclick={edit} testid={format!("server-edit-{id}")} />
                <Button label={format!("Delete {}", server.name)} kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::TRASH_2} icon_only=true onclick={remove} testid={format!("server-delete-{id}")} />
            </td>
        </tr>
    }
}
