//! What a test of a server found.

use crate::components::{Card, ErrorPanel, Icon, Notice, Tone, glyphs};
use crate::format;
use holdfast_types::{ApiError, ServerTest};
use yew::prelude::*;

/// The result, or what the test is for.
pub fn view(found: Option<&Result<ServerTest, ApiError>>, busy: bool) -> Html {
    match found {
        None if busy => html! { <Card><p class="text-muted">{ "Connecting." }</p></Card> },
        None => {
            html! { <Card><p class="text-muted text-pretty">{ "Test connects with these values, saved or not, and says what it found: version, client program, rights and databases." }</p></Card> }
        }
        Some(Err(error)) => html! { <ErrorPanel error={error.clone()} testid="test-result" /> },
        Some(Ok(test)) => view_test(test),
    }
}

/// How many databases there are, and how large they are together.
fn size_words(test: &ServerTest) -> String {
    let total: u64 = test.databases.iter().filter_map(|database| database.size_bytes).sum();
    let count = format::count(test.databases.len() as u64, "database", "databases");
    if total > 0 { format!("{count}, {}", format::bytes(total)) } else { count }
}

fn view_test(test: &ServerTest) -> Html {
    let client = test.client_version.as_ref().map(|version| format!("pg_dump {version}"));
    let facts = [
        ("Server", test.server_version.as_ref().map(|version| format!("PostgreSQL {version}"))),
        ("Client", client),
        ("Role", test.role.clone()),
        ("Rights", test.rights.clone()),
        ("Encrypted", test.encrypted.map(|encrypted| if encrypted { "yes" } else { "no" }.to_owned())),
    ];
    let (icon, tone, words) = if test.ok {
        (glyphs::CIRCLE_CHECK, Tone::Good, "Ready to be backed up")
    } else {
        (glyphs::CIRCLE_ALERT, Tone::Bad, "Not ready yet")
    };
    html! {
        <section class="card-flat p-4 flex flex-col gap-3" data-testid="test-result" data-ok={test.ok.to_string()}>
            <p class={classes!("flex", "items-center", "gap-2", "font-semibold", tone.ink())}><Icon path={icon} class="size-4.5" />{ words }</p>
            <div class="contents">{ for test.problems.iter().enumerate().map(|(i, problem)| html! {
                <Notice key={i} tone={if test.ok { Tone::Doubtful } else { Tone::Bad }} message={problem.message.clone()} hint={problem.hint.clone()} />
            }) }</div>
            <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
                { for facts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).map(|(name, value)| html! {
                    <div key={name} class="contents"><dt class="text-muted">{ name }</dt><dd class="wrap-anywhere text-pretty">{ value }</dd></div>
                }) }
            </dl>
            <div class={classes!(test.databases.is_empty().then_some("hidden"))}>
                <p class="label-muted mb-1">{ size_words(test) }</p>
                <ul class="flex flex-col gap-0.5 max-h-52 overflow-y-auto pr-3">
                    { for test.databases.iter().map(|database| html! {
                        <li key={database.name.clone()} class="flex justify-between gap-3"><span class="truncate" title={database.name.clone()}>{ &database.name }</span><span class="text-muted whitespace-nowrap">{ database.size_bytes.map_or_else(|| "not readable".to_owned(), format::bytes) }</span></li>
                    }) }
                </ul>
            </div>
        </section>
    }
}
