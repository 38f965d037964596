//! One server: how to reach it, and a test that says what was found there.

mod found;

use super::servers::password_words;
use crate::components::{
    Button, ButtonKind, Card, ErrorPanel, Field, Icon, Input, InputKind, PageFrame, Select, Skeleton, Toast,
    ToastKind, glyphs, use_toasts, view,
};
use crate::dom;
use crate::forms::connection::{ParsedUrl, Refusal, ServerDraft, parse_url, still_refused, without_password};
use crate::hooks::{use_call, use_loaded};
use crate::loadable::Loadable;
use crate::route::Route;
use holdfast_types::{
    ApiError, CreateServer, GetServer, ListServers, Password, PasswordChange, PasswordSource, Server,
    ServerId, ServerTest, SslMode, TestServerDraft, UpdateServer,
};
use yew::prelude::*;
use yew_router::prelude::*;

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

#[derive(PartialEq, Properties)]
struct FormProps {
    server: Option<Server>,
}

/// What the mode of protection means.
fn sslmode_words(mode: SslMode) -> &'static str {
    match mode {
        SslMode::Disable => "Never encrypt: for sockets and networks you trust.",
        SslMode::Prefer => "Encrypt if the server can; anybody in between can prevent it.",
        SslMode::Require => "Always encrypt, but trust any certificate.",
        SslMode::VerifyCa => "Encrypt, and check who signed the certificate.",
        SslMode::VerifyFull => "Encrypt, check who signed the certificate and that it names this host.",
    }
}

#[component]
fn Form(props: &FormProps) -> Html {
    let id = props.server.as_ref().map(|server| server.id);
    let draft = use_state(|| props.server.as_ref().map(ServerDraft::of).unwrap_or_default());
    let password = use_state(|| PasswordChange::Keep);
    let url = use_state(String::new);
    let url_error = use_state(|| None::<String>);
    let from_url = use_state(|| None::<ParsedUrl>);
    let refused = use_state(Vec::<Refusal>::new);
    let attempts = use_state(|| 0u32);
    let failure = use_state(|| None::<ApiError>);
    let found = use_state(|| None::<Result<ServerTest, ApiError>>);
    let navigator = use_navigator();
    let toasts = use_toasts();
    let others = use_loaded((), |()| ListServers {}).data;

    let saved = {
        let (failure, toasts, first) =
            (failure.setter(), toasts, others.as_ref().is_some_and(|page| page.total == 0));
        Callback::from(move |answer: Result<Server, ApiError>| match answer {
            Ok(server) => {
                toasts.emit(Toast::new(ToastKind::Success, format!("{} is saved.", server.name)));
                if let Some(navigator) = &navigator {
                    navigator.push(if first { &Route::Overview } else { &Route::Servers });
                }
            }
            Err(error) => failure.set(Some(error)),
        })
    };
    let create = use_call::<CreateServer>(saved.clone());
    let update = use_call::<UpdateServer>(saved);
    let test = {
        let found = found.setter();
        use_call::<TestServerDraft>(Callback::from(move |answer| found.set(Some(answer))))
    };

    let edit = |change: fn(&mut ServerDraft, String)| {
        let (draft, refused) = (draft.clone(), refused.clone());
        Callback::from(move |value: String| {
            let mut next = (*draft).clone();
            change(&mut next, value);
            refused.set(still_refused(&refused, &next.refused()));
            draft.set(next);
        })
    };
    let typed_password = match &*password {
        PasswordChange::Set(Password(text)) => text.clone(),
        PasswordChange::Keep | PasswordChange::Clear => String::new(),
    };
    let on_password = {
        let password = password.setter();
        Callback::from(move |text: String| {
            password.set(if text.is_empty() {
                PasswordChange::Keep
            } else {
                PasswordChange::Set(Password(text))
            })
        })
    };
    let on_forget = {
        let password = password.setter();
        Callback::from(move |_: MouseEvent| password.set(PasswordChange::Clear))
    };
    let on_url = {
        let (url, error) = (url.setter(), url_error.setter());
        Callback::from(move |text: String| {
            url.set(text);
            error.set(None);
        })
    };
    // Half a URL names another host: it is read when it is whole.
    let on_whole_url = {
        let (url, error, from_url) = (url.setter(), url_error.setter(), from_url.clone());
        let (draft, password, refused) = (draft.clone(), password.setter(), refused.clone());
        Callback::from(move |text: String| match parse_url(&text) {
            Ok(mut parsed) => {
                let next = (*draft).clone().over(&parsed, from_url.as_ref());
                refused.set(still_refused(&refused, &next.refused()));
                draft.set(next);
                url.set(without_password(text.trim()));
                if let Some(secret) = parsed.password.take() {
                    password.set(PasswordChange::Set(Password(secret)));
                }
                from_url.set(Some(parsed));
            }
            Err(_) if text.trim().is_empty() => {}
            Err(why) => error.set(Some(why)),
        })
    };
    let on_test = {
        let (give, draft, password, refused, found) =
            (test.give.clone(), draft.clone(), password.clone(), refused.setter(), found.setter());
        let attempts = attempts.clone();
        Callback::from(move |_: MouseEvent| match draft.connection() {
            Ok(connection) => {
                refused.set(Vec::new());
                found.set(None);
                let (id, secret) = match &*password {
                    PasswordChange::Keep => (id, None),
                    PasswordChange::Set(secret) => (id, Some(secret.clone())),
                    PasswordChange::Clear => (None, None),
                };
                give.emit(TestServerDraft { id, connection, password: secret });
            }
            Err(fields) => {
                refused.set(fields);
                attempts.set(*attempts + 1);
            }
        })
    };
    let onsubmit = {
        let (create, update, draft, password, refused, failure) = (
            create.give.clone(),
            update.give.clone(),
            draft.clone(),
            password.clone(),
            refused.setter(),
            failure.setter(),
        );
        let attempts = attempts.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            failure.set(None);
            let name = draft.name.trim().to_owned();
            let fields = draft.refused();
            refused.set(fields.clone());
            attempts.set(*attempts + 1);
            let (Ok(connection), true) = (draft.connection(), fields.is_empty()) else { return };
            match id {
                Some(id) => update.emit(UpdateServer { id, name, connection, password: (*password).clone() }),
                None => {
                    let secret = if let PasswordChange::Set(secret) = &*password {
                        Some(secret.clone())
                    } else {
                        None
                    };
                    create.emit(CreateServer { name, connection, password: secret });
                }
            }
        })
    };
    let wrong = |field: &str| {
        refused.iter().find(|(name, _)| *name == field).map(|(_, why)| AttrValue::from(why.clone()))
    };
    let source = props.server.as_ref().map_or(PasswordSource::None, |server| server.password);
    let password_hint = match &*password {
        PasswordChange::Clear => "The stored password will be forgotten when you save.".to_owned(),
        PasswordChange::Set(_) => {
            "Kept in the system's keyring, or in a file that only you can read if there is none or the settings ask for it. Never in a log or on a command line."
                .to_owned()
        }
        PasswordChange::Keep => match source {
            PasswordSource::None => {
                "None is stored. Without one, ~/.pgpass, the service file or the server's own rules decide."
                    .to_owned()
            }
            stored => format!("Stored {}. Leave it empty to keep it.", password_words(stored)),
        },
    };
    // What was refused may be out of sight.
    use_effect_with(*attempts, |attempts| {
        if *attempts > 0 {
            dom::focus_refused();
        }
    });
    use_effect_with((*failure).clone(), |failure| {
        if failure.is_some() {
            dom::scroll_to_top();
        }
    });
    let modes = SslMode::ALL.map(|mode| (mode.as_str().into(), mode.as_str().into())).to_vec();
    let on_mode = edit(|draft, word| {
        draft.sslmode = SslMode::ALL.into_iter().find(|mode| mode.as_str() == word).unwrap_or_default()
    });
    let files_open = [&draft.sslrootcert, &draft.sslcert, &draft.service, &draft.passfile]
        .iter()
        .any(|text| !text.is_empty());
    let title = props.server.as_ref().map_or_else(|| "Add a server".to_owned(), |server| server.name.clone());
    html! {
        <PageFrame {title} back={Route::Servers} narrow=true>
            <div class="contents">
                if let Some(error) = (*failure).clone() {
                    <ErrorPanel {error} testid="server-error" />
                }
            </div>
            <form {onsubmit} novalidate=true class="grid gap-4 grid-cols-1 rail:grid-cols-[minmax(0,1fr)_19rem] items-start">
                <Card>
                    <div class="flex flex-col gap-4">
                        <Field id="server-url" label="Connection URL" error={(*url_error).clone().map(AttrValue::from)} hint="Paste or type one and it fills the fields below, or leave it empty.">
                            <Input id="server-url" value={(*url).clone()} oninput={on_url} onwhole={on_whole_url} bad={url_error.is_some()} mono=true placeholder="postgresql://user@host:5432/postgres?sslmode=require" testid="server-url" />
                        </Field>
                        <hr class="border-base-300" />
                        <Field id="server-name" label="Name" error={wrong("name")} hint="How jobs and messages call it.">
                            <Input id="server-name" value={draft.name.clone()} bad={wrong("name").is_some()} oninput={edit(|d, v| d.name = v)} testid="server-name" placeholder="production" />
                        </Field>
                        <div class="grid grid-cols-[minmax(0,1fr)_6.5rem] gap-3">
                            <Field id="server-host" label="Host" error={wrong("host")} hint="A name, an address, or the folder of a Unix socket.">
                                <Input id="server-host" value={draft.host.clone()} bad={wrong("host").is_some()} oninput={edit(|d, v| d.host = v)} testid="server-host" placeholder="db.example.com" />
                            </Field>
                            <Field id="server-port" label="Port" error={wrong("port")}>
                                <Input id="server-port" kind={InputKind::Number} value={draft.port.clone()} bad={wrong("port").is_some()} oninput={edit(|d, v| d.port = v)} testid="server-port" placeholder="5432" />
                            </Field>
                        </div>
                        <div class="grid grid-cols-2 gap-3">
                            <Field id="server-user" label="User" hint="A role that may read everything, such as one in pg_read_all_data.">
                                <Input id="server-user" value={draft.user.clone()} oninput={edit(|d, v| d.user = v)} testid="server-user" placeholder="as for psql" />
                            </Field>
                            <Field id="server-database" label="First database" hint="Only to connect; jobs choose what is backed up.">
                                <Input id="server-database" value={draft.database.clone()} oninput={edit(|d, v| d.database = v)} testid="server-database" placeholder="postgres" />
                            </Field>
                        </div>
                        <div class="grid grid-cols-2 gap-3">
                            <Field id="server-password" label="Password" hint={password_hint}>
                                <div class="flex gap-1">
                                    <Input id="server-password" kind={InputKind::Password} value={typed_password} oninput={on_password} testid="server-password"
                                        placeholder={if source == PasswordSource::None { "" } else { "unchanged" }} />
                                    <div class={classes!((source == PasswordSource::None || *password == PasswordChange::Clear).then_some("hidden"))}>
                                        <Button label="Forget the stored password" kind={ButtonKind::Bare} icon={glyphs::TRASH_2} icon_only=true onclick={on_forget} />
                                    </div>
                                </div>
                            </Field>
                            <Field id="server-sslmode" label="Encryption" hint={sslmode_words(draft.sslmode)}>
                                <Select id="server-sslmode" value={draft.sslmode.as_str()} choices={modes} onchange={on_mode} testid="server-sslmode" />
                            </Field>
                        </div>
                        <details open={files_open} class="group">
                            <summary class="flex items-center gap-1.5 text-[12.5px] font-medium w-max rounded-selector"><Icon path={glyphs::CHEVRON_RIGHT} class="size-3.5 group-open:rotate-90" />{ "Certificates, service and password file" }</summary>
                            <div class="grid grid-cols-1 sm:grid-cols-2 gap-3 pt-3">
                                <Field id="server-sslrootcert" label="Root certificate" hint="File with the authorities to trust."><Input id="server-sslrootcert" mono=true value={draft.sslrootcert.clone()} oninput={edit(|d, v| d.sslrootcert = v)} /></Field>
                                <Field id="server-service" label="Service" hint="Of pg_service.conf; fills what is empty above."><Input id="server-service" value={draft.service.clone()} oninput={edit(|d, v| d.service = v)} /></Field>
                                <Field id="server-sslcert" label="Client certificate"><Input id="server-sslcert" mono=true value={draft.sslcert.clone()} oninput={edit(|d, v| d.sslcert = v)} /></Field>
                                <Field id="server-sslkey" label="Client key" error={wrong("sslkey")}><Input id="server-sslkey" mono=true value={draft.sslkey.clone()} oninput={edit(|d, v| d.sslkey = v)} /></Field>
                                <Field id="server-passfile" label="Password file" hint="Other than ~/.pgpass."><Input id="server-passfile" mono=true value={draft.passfile.clone()} oninput={edit(|d, v| d.passfile = v)} /></Field>
                            </div>
                        </details>
                    </div>
                </Card>
                <div class="flex flex-col gap-4 min-w-0">
                    <div class="flex gap-2">
                        <Button label="Test" icon={glyphs::UNPLUG} busy={test.busy} onclick={on_test} testid="server-test" class="grow border-base-300" />
                        <Button label="Save" kind={ButtonKind::Primary} submit=true busy={create.busy || update.busy} testid="server-save" class="grow" />
                    </div>
                    <div aria-live="polite">{ found::view(found.as_ref(), test.busy) }</div>
                </div>
            </form>
        </PageFrame>
    }
}
