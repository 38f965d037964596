//! The servers.

mod row;

use crate::components::{
    Button, ButtonKind, Card, Column, Confirm, Empty, PageFrame, Search, Table, glyphs, view,
};
use crate::forms::list::{ListQuery, Sorting, Way};
use crate::forms::servers::{USUAL, found};
use crate::hooks::{ListLook, use_call, use_list, use_loaded};
use crate::live::use_versions;
use crate::pages::ordered::Heads;
use crate::route::Route;
use holdfast_types::{ApiError, DeleteServer, Deleted, ListServers, Page, PasswordSource, Server};
use row::ServerRow;
use yew::prelude::*;
use yew_router::prelude::*;

/// The page.
#[component]
pub fn Servers() -> Html {
    let versions = use_versions();
    let servers = use_loaded((versions.servers, versions.jobs), |_| ListServers {});
    let navigator = use_navigator();
    let ListLook { query, typed, oninput, onsort } = use_list(Route::Servers);
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
            <Search value={typed} {oninput} placeholder="Search servers" testid="servers-search" />
            <Button label="Add a server" kind={ButtonKind::Primary} icon={glyphs::PLUS} onclick={add.clone()} testid="add-server" />
        </div>
    };
    html! {
        <PageFrame title="Servers" {actions}>
            <Card flush=true>
                { view(&servers, 5, |page| view_table(page, (&query, &onsort), &go, &ask, &add)) }
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
    (query, onsort): (&ListQuery, &Callback<String>),
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
    let shown = found(&page.items, query);
    if shown.is_empty() {
        return html! {
            <Empty icon={glyphs::SEARCH} title="No server matches" text="No name and no address holds this text.">
                <Link<Route> to={Route::Servers} classes="btn btn-quiet">{ "Clear the search" }</Link<Route>>
            </Empty>
        };
    }
    let heads = Heads { now: Sorting::of(&query.sort, USUAL), usual: USUAL, tell: onsort };
    let columns = vec![
        heads.over(Column::new("Name"), "name", Way::Up),
        Column::new("Address"),
        heads.over(Column::new("Version"), "version", Way::Up),
        Column::new("TLS").wide(),
        Column::new("Password").wide(),
        heads.over(Column::figures("Jobs"), "jobs", Way::Down),
        heads.over(Column::new("Last reached"), "seen", Way::Down),
        Column::unlabelled("Actions"),
    ];
    html! {
        <Table {columns} testid="servers-table">
            { for shown.into_iter().map(|server| html! {
                <ServerRow key={server.id.0} server={server.clone()} go={go.clone()} ask={ask.clone()} />
            }) }
        </Table>
    }
}
