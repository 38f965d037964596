//! The servers.

mod row;

use crate::components::{Button, ButtonKind, Card, Confirm, Empty, PageFrame, Search, glyphs, view};
use crate::hooks::{use_call, use_loaded};
use crate::live::use_versions;
use crate::route::Route;
use holdfast_types::{ApiError, DeleteServer, Deleted, ListServers, Page, PasswordSource, Server};
use row::{ServerRow, address};
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
                <tbody>{ for shown.into_iter().map(|server| html! {
                    <ServerRow key={server.id.0} server={server.clone()} go={go.clone()} ask={ask.clone()} />
                }) }</tbody>
            </table>
        </div>
    }
}
