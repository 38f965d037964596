//! The form of a server: what was typed, what a test of it found, and the saving.

use super::fields::Fields;
use super::{found, password as password_words, saved as saved_words};
use crate::components::{Button, ButtonKind, ErrorPanel, Notice, PageFrame, Tone, glyphs, use_toasts};
use crate::forms::connection::{Refusal, ServerDraft, still_refused};
use crate::forms::tested::{Answer, Asked, Known, Tested, answer_about, known};
use crate::forms::unsaved;
use crate::forms::url_field::UrlField;
use crate::hooks::{use_call, use_first_focus, use_kept, use_loaded, use_refused_in_sight};
use crate::live::{use_system, use_versions};
use crate::route::Route;
use holdfast_types::{
    ApiError, CreateServer, GetConfig, ListServers, PasswordChange, PasswordSource, Server, TestServer,
    TestServerDraft, UpdateServer,
};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct FormProps {
    /// The server as it is stored; none for a new one.
    pub server: Option<Server>,
}

/// What was known of the values that were sent, and where to go once they are saved.
#[derive(Clone)]
struct Sent {
    known: Known,
    next: Route,
}

/// The page with the form.
#[component]
pub fn Form(props: &FormProps) -> Html {
    let id = props.server.as_ref().map(|server| server.id);
    let stored_draft = props.server.as_ref().map(ServerDraft::of).unwrap_or_default();
    let begun = use_state(|| unsaved::take(&unsaved::SERVERS, id));
    let draft = use_state(|| (*begun).clone().unwrap_or_else(|| stored_draft.clone()));
    // Nothing is kept of a form that nobody touched.
    let settle = use_kept(&unsaved::SERVERS, id, (*draft != stored_draft).then(|| (*draft).clone()));
    let password = use_state(|| PasswordChange::Keep);
    let url = use_state(UrlField::default);
    let refused = use_state(Vec::<Refusal>::new);
    let attempts = use_state(|| 0u32);
    let failure = use_state(|| None::<ApiError>);
    let tested = use_state(|| None::<Tested>);
    let asking = use_mut_ref(|| None::<Asked>);
    let sent = use_mut_ref(|| Sent { known: Known::Nothing, next: Route::Servers });
    let kept = use_mut_ref(|| None::<Server>);
    let navigator = use_navigator();
    let toasts = use_toasts();
    let versions = use_versions();
    let others = use_loaded(versions.servers, |_| ListServers {}).data;
    let config = use_loaded(versions.settings, |_| GetConfig {}).data;
    let system = use_system().data;
    let names: Vec<String> = others
        .iter()
        .flat_map(|page| &page.items)
        .filter(|server| Some(server.id) != id)
        .map(|server| server.name.clone())
        .collect();
    use_first_focus(id.is_none().then_some("#server-url"));

    let test_stored = {
        let (kept, toasts) = (kept.clone(), toasts.clone());
        use_call::<TestServer>(Callback::from(move |answer: Answer| {
            let toast = kept.borrow().as_ref().and_then(|server| saved_words::told_later(server, &answer));
            if let Some(toast) = toast {
                toasts.emit(toast);
            }
        }))
    };
    let saved = {
        let (failure, sent, test) = (failure.setter(), sent.clone(), test_stored.give);
        let settle = settle.clone();
        Callback::from(move |answer: Result<Server, ApiError>| match answer {
            Ok(server) => {
                settle.emit(());
                let Sent { known, next } = sent.borrow().clone();
                toasts.emit(saved_words::told(&server, &known));
                let id = server.id;
                kept.replace(Some(server));
                if known == Known::Nothing {
                    test.emit(TestServer { id });
                }
                if let Some(navigator) = &navigator {
                    navigator.push(&next);
                }
            }
            Err(error) => failure.set(Some(error)),
        })
    };
    let create = use_call::<CreateServer>(saved.clone());
    let update = use_call::<UpdateServer>(saved);
    let test = {
        let (tested, asking) = (tested.setter(), asking.clone());
        use_call::<TestServerDraft>(Callback::from(move |answer: Answer| {
            tested.set(asking.take().map(|asked| Tested { asked, answer }));
        }))
    };

    let asked = draft.connection().ok().filter(|_| url.settled());
    let asked = asked.map(|connection| Asked { connection, password: (*password).clone() });
    let answer = answer_about(tested.as_ref(), asked.as_ref());

    let onchange = {
        let (draft, refused, names) = (draft.setter(), refused.clone(), names.clone());
        Callback::from(move |next: ServerDraft| {
            refused.set(still_refused(&refused, &next.refused(&names)));
            draft.set(next);
        })
    };
    let onpassword = {
        let password = password.setter();
        Callback::from(move |change: PasswordChange| password.set(change))
    };
    let onurl = {
        let url = url.clone();
        Callback::from(move |text: String| url.set(url.typed(text)))
    };
    let onwhole = {
        let (url, draft, names) = (url.clone(), draft.clone(), names.clone());
        let (change, set_password) = (onchange.clone(), onpassword.clone());
        Callback::from(move |text: String| {
            let (field, filled) = url.whole(&text, &draft, &names);
            url.set(field);
            if let Some((next, secret)) = filled {
                change.emit(next);
                if let Some(secret) = secret {
                    set_password.emit(PasswordChange::Set(secret));
                }
            }
        })
    };
    let unread = url.refused.is_some();
    let on_test = {
        let (give, draft, password) = (test.give.clone(), draft.clone(), (*password).clone());
        let (refused, attempts, tested) = (refused.setter(), attempts.clone(), tested.setter());
        Callback::from(move |_: MouseEvent| match draft.connection() {
            Ok(connection) if !unread => {
                refused.set(Vec::new());
                tested.set(None);
                asking.replace(Some(Asked { connection: connection.clone(), password: password.clone() }));
                let (id, secret) = match password.clone() {
                    PasswordChange::Keep => (id, None),
                    PasswordChange::Set(secret) => (id, Some(secret)),
                    PasswordChange::Clear => (None, None),
                };
                give.emit(TestServerDraft { id, connection, password: secret });
            }
            answer => {
                refused.set(answer.err().unwrap_or_default());
                attempts.set(*attempts + 1);
            }
        })
    };
    let onsubmit = {
        let (create, update, draft, password) =
            (create.give.clone(), update.give.clone(), draft.clone(), (*password).clone());
        let (refused, failure, attempts) = (refused.setter(), failure.setter(), attempts.clone());
        let first = others.as_ref().is_some_and(|page| page.total == 0);
        let about = known(answer);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            failure.set(None);
            let name = draft.name.trim().to_owned();
            let fields = draft.refused(&names);
            let good = fields.is_empty() && !unread;
            refused.set(fields);
            attempts.set(*attempts + 1);
            let (Ok(connection), true) = (draft.connection(), good) else { return };
            let next = if first { Route::Overview } else { Route::Servers };
            sent.replace(Sent { known: about.clone(), next });
            match (id, password.clone()) {
                (Some(id), password) => update.emit(UpdateServer { id, name, connection, password }),
                (None, PasswordChange::Set(secret)) => {
                    create.emit(CreateServer { name, connection, password: Some(secret) })
                }
                (None, PasswordChange::Keep | PasswordChange::Clear) => {
                    create.emit(CreateServer { name, connection, password: None })
                }
            }
        })
    };
    use_refused_in_sight(*attempts, &failure);
    let stored = props.server.as_ref().map_or(PasswordSource::None, |server| server.password);
    let keyring = system.as_ref().map(|system| system.keyring.available);
    let place =
        password_words::place(keyring, config.as_ref().and_then(|config| config.value("password_store")));
    let password_hint = password_words::hint(&password, stored, place);
    let saving = create.busy || update.busy;
    let title = props.server.as_ref().map_or_else(|| "Add a server".to_owned(), |server| server.name.clone());
    let actions = html! {
        <>
            <Button label="Test" icon={glyphs::UNPLUG} busy={test.busy} onclick={on_test} testid="server-test" class="border-base-300" />
            <Button label="Save" kind={ButtonKind::Primary} submit=true form="server" busy={saving} testid="server-save" />
        </>
    };
    let discard = settle.reform(|_: MouseEvent| ());
    let anew = {
        let (draft, begun, refused) = (draft.setter(), begun.setter(), refused.setter());
        Callback::from(move |_: MouseEvent| {
            draft.set(stored_draft.clone());
            begun.set(None);
            refused.set(Vec::new());
        })
    };
    // Where there is no room beside the fields, what was found stands above them, next to the button.
    let above = (answer.is_some() || test.busy).then_some("max-rail:order-first");
    html! {
        <PageFrame {title} back={Route::Servers} narrow=true {actions}>
            <div class="contents">
                if let Some(error) = (*failure).clone() {
                    <ErrorPanel {error} testid="server-error" />
                }
                if begun.is_some() {
                    <Notice tone={Tone::Neutral} message={if id.is_none() { "This is the server that you began and did not save." } else { "These are changes that you did not save." }} hint="A password that was typed is not kept." testid="server-unsaved">
                        <button type="button" class="btn btn-sm btn-quiet" onclick={anew}>{ if id.is_none() { "Begin anew" } else { "Undo them" } }</button>
                    </Notice>
                }
            </div>
            <form id="server" {onsubmit} novalidate=true class="grid gap-4 grid-cols-1 rail:grid-cols-[minmax(0,1fr)_19rem] items-start">
                <div class="flex flex-col gap-4 min-w-0">
                    <Fields url={(*url).clone()} draft={(*draft).clone()} refused={(*refused).clone()} password={(*password).clone()} {stored} {password_hint} {onurl} {onwhole} {onchange} {onpassword} />
                    <div class="flex justify-end gap-2">
                        <span onclick={discard}><Link<Route> to={Route::Servers} classes="btn btn-quiet">{ "Discard" }</Link<Route>></span>
                        <Button label="Save" kind={ButtonKind::Primary} submit=true busy={saving} testid="server-save-foot" />
                    </div>
                </div>
                <div class={classes!("min-w-0", above)} aria-live="polite">{ found::view(answer, test.busy) }</div>
            </form>
        </PageFrame>
    }
}
