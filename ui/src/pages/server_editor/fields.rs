//! The fields of a server.

use crate::components::{Button, ButtonKind, Card, Field, Icon, Input, InputKind, Select, glyphs};
use crate::forms::connection::{Refusal, ServerDraft};
use crate::forms::url_field::UrlField;
use holdfast_types::{Password, PasswordChange, PasswordSource, SslMode};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct FieldsProps {
    pub url: UrlField,
    pub draft: ServerDraft,
    /// What is wrong, field by field.
    pub refused: Vec<Refusal>,
    pub password: PasswordChange,
    /// Where the password is stored now.
    pub stored: PasswordSource,
    /// What becomes of the password.
    pub password_hint: String,
    /// Called with what is typed as the URL.
    pub onurl: Callback<String>,
    /// Called with a whole URL.
    pub onwhole: Callback<String>,
    pub onchange: Callback<ServerDraft>,
    pub onpassword: Callback<PasswordChange>,
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

/// The card with all of them.
#[component]
pub fn Fields(props: &FieldsProps) -> Html {
    let draft = &props.draft;
    let edit = |put: fn(&mut ServerDraft, String)| {
        let (draft, change) = (draft.clone(), props.onchange.clone());
        Callback::from(move |value: String| {
            let mut next = draft.clone();
            put(&mut next, value);
            change.emit(next);
        })
    };
    let wrong = |field: &str| {
        props.refused.iter().find(|(name, _)| *name == field).map(|(_, why)| AttrValue::from(why.clone()))
    };
    let typed_password = match &props.password {
        PasswordChange::Set(Password(text)) => text.clone(),
        PasswordChange::Keep | PasswordChange::Clear => String::new(),
    };
    let on_password = props.onpassword.reform(|text: String| {
        if text.is_empty() { PasswordChange::Keep } else { PasswordChange::Set(Password(text)) }
    });
    let on_forget = props.onpassword.reform(|_: MouseEvent| PasswordChange::Clear);
    let modes = SslMode::ALL.map(|mode| (mode.as_str().into(), mode.as_str().into())).to_vec();
    let on_mode = edit(|draft, word| {
        draft.sslmode = SslMode::ALL.into_iter().find(|mode| mode.as_str() == word).unwrap_or_default()
    });
    let files_open = [&draft.sslrootcert, &draft.sslcert, &draft.service, &draft.passfile]
        .iter()
        .any(|text| !text.is_empty());
    html! {
        <Card>
            <div class="flex flex-col gap-4">
                <Field id="server-url" label="Connection URL" error={props.url.refused.clone().map(AttrValue::from)} hint="Paste or type one and it fills the fields below, or leave it empty.">
                    <Input id="server-url" value={props.url.text.clone()} oninput={props.onurl.clone()} onwhole={props.onwhole.clone()} bad={props.url.refused.is_some()} mono=true placeholder="postgresql://user@host:5432/postgres?sslmode=require" testid="server-url" />
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
                    <Field id="server-password" label="Password" hint={props.password_hint.clone()}>
                        <div class="flex gap-1">
                            <Input id="server-password" kind={InputKind::Password} value={typed_password} oninput={on_password} testid="server-password"
                                placeholder={if props.stored == PasswordSource::None { "" } else { "unchanged" }} />
                            <div class={classes!((props.stored == PasswordSource::None || props.password == PasswordChange::Clear).then_some("hidden"))}>
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
    }
}
