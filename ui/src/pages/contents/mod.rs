//! What a backup holds, without restoring it. Search, filters and the opened table stand in the address.

mod drawer;
mod list;
mod rows;
mod value;

use crate::components::{
    Button, ButtonKind, Card, Choice, Icon, PageFrame, Search, Select, Skeleton, TrustBadge, When, glyphs,
    view,
};
use crate::dom;
use crate::format;
use crate::forms::contents::{By, Catalogue, ContentsQuery, Group};
use crate::hooks::{use_loaded, use_query, use_search};
use crate::live::use_versions;
use crate::locale;
use crate::route::Route;
use drawer::TableDrawer;
use holdfast_types::{Backup, BackupDetails, BackupId, BackupStatus, BrowseBackup, GetBackup};
use list::List;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ContentsProps {
    /// Which backup.
    pub id: i64,
}

/// The page.
#[component]
pub fn Contents(props: &ContentsProps) -> Html {
    let id = BackupId(props.id);
    let navigator = use_navigator();
    let versions = use_versions();
    let (query, go) = use_query::<ContentsQuery>();
    let go = go.reform(move |query: ContentsQuery| (Route::Contents { id: id.0 }, query));
    let backup = use_loaded((id, versions.backups), |(id, _)| GetBackup { id: *id });
    // What a backup holds never changes, so nothing that happens asks for it again.
    let contents = use_loaded(id, |id| BrowseBackup { id: *id });
    let catalogue =
        use_memo(contents.data.clone(), |data| data.as_deref().map(Catalogue::of).unwrap_or_default());
    let set = |change: fn(&mut ContentsQuery, String)| {
        let (go, query) = (go.clone(), query.closed().on_page(1));
        Callback::from(move |value: String| {
            let mut next = query.clone();
            change(&mut next, value);
            go.emit(next);
        })
    };
    let (typed, oninput) = use_search(&query.search, set(|query, text| query.search = text));
    let onsubmit = Callback::from(|()| dom::focus_neighbour("[data-row]", 0));
    let onpage = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |page: u32| go.emit(query.on_page(page)))
    };
    let onsort = {
        let set = set(|query, word| query.sort = word);
        let now = query.by();
        Callback::from(move |by: By| {
            let word = match by {
                _ if by == now => "",
                By::Rows => "rows",
                By::Bytes => "bytes",
                By::Name => "",
            };
            set.emit(word.to_owned());
        })
    };
    let onopen = {
        let (go, query) = (go.clone(), query.clone());
        Callback::from(move |(schema, name): (String, String)| go.emit(query.opened(&schema, &name)))
    };
    let onclose = {
        let (go, query) = (go.clone(), query.closed());
        Callback::from(move |()| go.emit(query.clone()))
    };
    let known = backup.data.clone();
    let title = known
        .as_ref()
        .map_or_else(|| format!("Backup {id}"), |known| format!("Contents of {}", known.backup.database));
    let opened = catalogue.table(&query.of, &query.table).cloned();
    let on_compare = {
        let navigator = navigator.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(navigator) = &navigator {
                navigator.push(&Route::Compare { id: id.0 });
            }
        })
    };
    let on_restore = Callback::from(move |_: MouseEvent| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::NewRestore { backup_id: id.0 });
        }
    });
    let whole = backup.data.as_ref().is_some_and(|known| known.backup.status == BackupStatus::Good);
    let actions = html! {
        <div class="flex items-center gap-2">
            <Button label="Compare" icon={glyphs::ARROW_LEFT_RIGHT} onclick={on_compare} testid="contents-compare" title="Compare it with another backup of its database" />
            <Button label="Restore" kind={ButtonKind::Primary} icon={glyphs::ARCHIVE_RESTORE} disabled={!whole} onclick={on_restore} testid="contents-restore" />
        </div>
    };
    let counts = catalogue.counts(&query);
    // Until the list is there, and where it cannot be had, nobody knows how many.
    let listed = contents.data.is_some();
    let onkind = set(|query, key| {
        query.kind = key;
        query.sort = String::new();
    });
    html! {
        <PageFrame {title} back={Route::Backup { id: id.0 }} {actions}>
            <div class="contents">{ known.as_deref().map(view_backup).unwrap_or_default() }</div>
            <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
                <div class="flex flex-wrap gap-1" role="group" aria-label="What is listed">
                    { for counts.into_iter().map(|(group, count)| view_tab(group, listed.then_some(count), query.group() == group, &onkind)) }
                </div>
                <div class="flex flex-wrap items-center gap-2">
                    <Select id="contents-schema" label="Schema" value={query.schema.clone()} choices={schemas(&catalogue)} onchange={set(|query, schema| query.schema = schema)} testid="contents-schema" class="w-40" />
                    <Search value={typed} {oninput} {onsubmit} placeholder="Search names" testid="contents-search" />
                </div>
            </div>
            <Card flush=true>
                { view(&contents, 10, |_| html! { <List catalogue={Rc::clone(&catalogue)} query={query.clone()} {onopen} {onsort} {onpage} /> }) }
            </Card>
            <div class="contents">
                if let Some(line) = opened {
                    <TableDrawer key={format!("{}.{}", query.of, query.table)} {id} {line} {onclose} />
                } else if !query.table.is_empty() && contents.data.is_none() && contents.error.is_none() {
                    <Skeleton rows={1} />
                }
            </div>
        </PageFrame>
    }
}

fn schemas(catalogue: &Catalogue) -> Vec<Choice> {
    let all = std::iter::once(("".into(), "All schemas".into()));
    all.chain(catalogue.schemas().iter().map(|name| (name.clone().into(), name.clone().into()))).collect()
}

fn view_tab(group: Group, count: Option<u64>, chosen: bool, onkind: &Callback<String>) -> Html {
    let onclick = {
        let tell = onkind.clone();
        let key = if group == Group::Tables { "" } else { group.key() };
        Callback::from(move |_: MouseEvent| tell.emit(key.to_owned()))
    };
    let look = if chosen { "bg-primary/12 text-primary" } else { "text-muted hover:bg-base-content/5" };
    html! {
        <button key={group.key()} type="button" {onclick} title={group.meaning()} aria-pressed={if chosen { "true" } else { "false" }} data-testid={format!("contents-kind-{}", group.key())}
            class={classes!("btn", "btn-sm", "btn-ghost", "border-transparent", "shadow-none", look)}>
            { group.title() }<span class="label-muted">{ count.map(locale::number).unwrap_or_default() }</span>
        </button>
    }
}

/// Which backup it is.
fn view_backup(details: &BackupDetails) -> Html {
    let backup: &Backup = &details.backup;
    html! {
        <div class="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted -mt-2">
            <span class="flex items-center gap-1.5"><Icon path={glyphs::DATABASE} class="size-3.5" />{ &backup.server }</span>
            <When at={backup.created_at.clone()} both=true />
            <span>{ format!("{}, PostgreSQL {}", format::bytes(backup.size_bytes), backup.server_version) }</span>
            <TrustBadge level={Some(backup.trust)} />
        </div>
    }
}
