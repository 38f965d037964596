//! One backup: what it holds, where it lies, how it is restored.

use super::copied::SaveCopy;
use super::deletion::{Deletion, named};
use super::proof::Proof;
use super::restored::Restored;
use crate::components::{
    BackupBadge, Button, ButtonKind, ButtonSize, CommandLine, Dialog, Empty, Icon, Notice, Placement, Toast,
    ToastKind, Tone, TrustBadge, When, glyphs, use_toasts, view,
};
use crate::format;
use crate::hooks::{use_call, use_loaded};
use crate::live::use_versions;
use crate::loadable::Loadable;
use crate::locale;
use crate::route::Route;
use crate::words::kept;
use holdfast_types::{
    ApiError, Backup, BackupDetails, BackupId, BackupStatus, BackupTable, DeleteBackup, Deleted, Delivered,
    ErrorCode, FolderOf, GetBackup, OpenBackupFolder, PinBackup, UnpinBackup,
};
use yew::prelude::*;
use yew_router::prelude::*;

/// How many tables are listed.
const MOST: usize = 200;

#[derive(PartialEq, Properties)]
pub struct DrawerProps {
    pub id: BackupId,
    pub onclose: Callback<()>,
}

/// The drawer.
#[component]
pub fn Drawer(props: &DrawerProps) -> Html {
    let id = props.id;
    let versions = use_versions();
    let details: Loadable<BackupDetails> =
        use_loaded((id, versions.backups), |(id, _)| GetBackup { id: *id });
    let toasts = use_toasts();
    let navigator = use_navigator();
    let asking = use_state(|| false);
    let verifying = use_state(|| false);
    let failure = use_state(|| None::<ApiError>);
    let changed = {
        let (retry, toasts) = (details.retry.clone(), toasts.clone());
        Callback::from(move |answer: Result<Backup, ApiError>| {
            if let Err(error) = answer {
                toasts.emit(Toast::failed(&error));
            }
            retry.emit(());
        })
    };
    let pin = use_call::<PinBackup>(changed.clone());
    let unpin = use_call::<UnpinBackup>(changed);
    let open = {
        let toasts = toasts.clone();
        use_call::<OpenBackupFolder>(Callback::from(
            move |answer: Result<Delivered, ApiError>| match answer {
                Ok(done) => toasts.emit(Toast::new(ToastKind::Success, done.detail)),
                Err(error) => toasts.emit(Toast::failed(&error)),
            },
        ))
    };
    let delete = {
        let (close, failure) = (props.onclose.clone(), failure.setter());
        let named =
            details.data.as_ref().map_or_else(|| format!("backup {id}"), |known| named(&known.backup));
        use_call::<DeleteBackup>(Callback::from(move |answer: Result<Deleted, ApiError>| match answer {
            Ok(_) => {
                toasts.emit(Toast::new(ToastKind::Success, format!("The {named} is deleted.")));
                close.emit(());
            }
            Err(error) => failure.set(Some(error)),
        }))
    };
    let known = details.data.clone();
    let title = known.as_ref().map_or_else(|| format!("Backup {id}"), |known| known.backup.database.clone());
    let pinned = known.as_ref().is_some_and(|known| known.backup.pinned);
    let on_pin = {
        let (pin, unpin) = (pin.give.clone(), unpin.give.clone());
        Callback::from(
            move |_: MouseEvent| {
                if pinned { unpin.emit(UnpinBackup { id }) } else { pin.emit(PinBackup { id }) }
            },
        )
    };
    let on_open = {
        let give = open.give.clone();
        Callback::from(move |_: MouseEvent| give.emit(OpenBackupFolder { id, folder: FolderOf::Backup }))
    };
    let to = |route: Route| {
        let navigator = navigator.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(navigator) = &navigator {
                navigator.push(&route);
            }
        })
    };
    let on_browse = to(Route::Contents { id: id.0 });
    let on_compare = to(Route::Compare { id: id.0 });
    let on_restore = to(Route::NewRestore { backup_id: id.0 });
    let (restore, restore_kind, restore_title) = match known.as_ref().map(|known| known.backup.status) {
        Some(BackupStatus::Damaged) => (
            "Restore parts",
            ButtonKind::Quiet,
            "It is damaged: what needs none of the damaged files can be restored",
        ),
        Some(BackupStatus::Missing) => ("Restore", ButtonKind::Primary, "Its files are gone"),
        _ => ("Restore", ButtonKind::Primary, "Choose where to, and see the plan first"),
    };
    let ask = {
        let (setter, failure) = (asking.setter(), failure.setter());
        Callback::from(move |_: MouseEvent| {
            failure.set(None);
            setter.set(true);
        })
    };
    let onclose = {
        let setter = asking.setter();
        Callback::from(move |()| setter.set(false))
    };
    let onconfirm = {
        let give = delete.give.clone();
        Callback::from(move |()| give.emit(DeleteBackup { id }))
    };
    let folder = html! { <Button label="Open folder" size={ButtonSize::Small} icon={glyphs::FOLDER_OPEN} busy={open.busy} onclick={on_open} testid="backup-open-folder" /> };
    let missing = known.as_ref().is_some_and(|known| known.backup.status == BackupStatus::Missing);
    let gone =
        known.is_none() && details.error.as_ref().is_some_and(|error| error.code == ErrorCode::NotFound);
    // There is nothing to be done about a backup that is not known, or not known yet.
    let footer = html! {
        <div class={classes!("flex", "items-center", "gap-2", "w-full", known.is_none().then_some("hidden"))}>
            <Button label="Delete" kind={ButtonKind::BareDanger} icon={glyphs::TRASH_2} disabled={known.is_none()} onclick={ask} testid="backup-delete" />
            <span class="grow" />
            <Button label={if pinned { "Unpin" } else { "Pin" }} icon={if pinned { glyphs::PIN_OFF } else { glyphs::PIN }} busy={pin.busy || unpin.busy} onclick={on_pin}
                testid="backup-pin" title="A pinned backup stays, whatever the retention says" />
            <Button label="Compare" icon={glyphs::ARROW_LEFT_RIGHT} disabled={missing} onclick={on_compare} testid="backup-compare" title="Compare it with another backup of its database" />
            <Button label="Browse" icon={glyphs::LIST_TREE} disabled={missing} onclick={on_browse} testid="backup-browse" title="What it holds, without restoring it" />
            <Button label={restore} kind={restore_kind} icon={glyphs::ARCHIVE_RESTORE} disabled={missing || known.is_none()} onclick={on_restore} testid="backup-restore"
                title={restore_title} />
        </div>
    };
    let subtitle = known.as_ref().map(|known| html! { <span>{ format!("{} · ", known.backup.server) }<When at={known.backup.created_at.clone()} both=true /></span> });
    let onescape = verifying.then(|| {
        let setter = verifying.setter();
        Callback::from(move |()| setter.set(false))
    });
    html! {
        <Dialog {title} subtitle={subtitle.unwrap_or_default()} placement={Placement::Drawer} onclose={props.onclose.clone()} {onescape} {footer} testid="backup-drawer">
            if gone {
                <Empty icon={glyphs::ARCHIVE} title="This backup is deleted" text="Retention or an operator removed it. Its run stays in the history." />
            } else {
                { view(&details, 10, |details| view_details(details, &folder, &verifying)) }
            }
            <div class="contents">
                if let (true, Some(known)) = (*asking, &known) {
                    <Deletion backup={known.backup.clone()} busy={delete.busy} error={(*failure).clone()} {onconfirm} {onclose} />
                }
            </div>
        </Dialog>
    }
}

fn view_details(details: &BackupDetails, folder: &Html, verifying: &UseStateHandle<bool>) -> Html {
    let backup = &details.backup;
    let run = backup.run_id.map(|run| html! { <Link<Route> to={Route::Run { id: run.0 }} classes="link-quiet">{ format!("run {run}") }</Link<Route>> });
    let expires =
        backup.expires_at.clone().filter(|_| !backup.pinned).map(|at| html! { <When {at} both=true /> });
    let facts: Vec<(&str, Html)> = vec![
        (
            "Trust",
            html! { <span data-testid="backup-trust"><TrustBadge level={Some(backup.trust)} /></span> },
        ),
        ("State", html! { <BackupBadge status={backup.status} /> }),
        (
            "Size",
            html! { format!("{}, {}", format::bytes(backup.size_bytes), format::count(details.file_count, "file", "files")) },
        ),
        (
            "Made by",
            html! { <span>{ format!("{}, ", backup.job) }{ run.unwrap_or_else(|| html! { <span>{ "run purged" }</span> }) }</span> },
        ),
        (
            "Expires",
            expires.unwrap_or_else(
                || html! { <span class="text-muted">{ kept::expiry(&backup.keep_reasons) }</span> },
            ),
        ),
        ("Server", html! { format!("PostgreSQL {}", backup.server_version) }),
        ("Client", html! { format!("pg_dump {}", backup.tool_version) }),
        ("Encoding", html! { details.encoding.clone().unwrap_or_else(|| "–".to_owned()) }),
        (
            "Extensions",
            html! { <span class="whitespace-normal">{ if details.extensions.is_empty() { "none".to_owned() } else { details.extensions.join(", ") } }</span> },
        ),
    ];
    html! {
        <div class="flex flex-col gap-5">
            <div class="contents">
                if let Some(problem) = &details.problem {
                    <Notice tone={Tone::Bad} message={problem.clone()} hint="What is shown comes from the catalog instead of the manifest." />
                }
            </div>
            <dl class="grid grid-cols-2 gap-x-6 gap-y-3">
                { for facts.into_iter().map(|(name, value)| html! { <div key={name} class="min-w-0"><dt class="label-muted">{ name }</dt><dd class="truncate">{ value }</dd></div> }) }
            </dl>
            { view_kept(backup) }
            <Proof backup={backup.clone()} choosing={verifying.clone()} />
            <Restored id={backup.id} />
            <section class="flex flex-col gap-2">
                <h3 class="font-semibold">{ "Folder" }</h3>
                <CommandLine text={backup.path.clone()} />
                <SaveCopy id={backup.id}>{ folder.clone() }</SaveCopy>
            </section>
            <section class={classes!("flex", "flex-col", "gap-2", details.restore_commands.is_empty().then_some("hidden"))}>
                <div>
                    <h3 class="font-semibold">{ "To restore it with stock PostgreSQL" }</h3>
                    <p class="text-muted text-pretty">{ "Add --host, --port and --username to each command as your server needs them." }</p>
                </div>
                { for details.restore_commands.iter().enumerate().map(|(i, line)| html! { <CommandLine key={i} text={line.clone()} /> }) }
            </section>
            { view_tables(&details.tables, backup.table_count) }
        </div>
    }
}

/// Why it is still there.
fn view_kept(backup: &Backup) -> Html {
    let reasons = kept::ordered(&backup.keep_reasons);
    let none = reasons.is_empty();
    html! {
        <section class="flex flex-col gap-1" data-testid="backup-kept">
            <h3 class="font-semibold">{ "Why it is kept" }</h3>
            if none {
                <p>{ kept::all(&[]) }</p>
            }
            <ul class="flex flex-col gap-0.5">
                { for reasons.into_iter().map(|reason| html! { <li key={reason.label()} class="flex items-start gap-2"><Icon path={glyphs::CHECK} class="size-3.5 mt-0.5 text-muted" /><span>{ kept::sentence(reason) }</span></li> }) }
            </ul>
        </section>
    }
}

/// The rows of a table: counted, or else about what the server's statistics said.
fn rows_words(counted: Option<u64>, estimated: Option<u64>) -> String {
    match (counted, estimated) {
        (Some(rows), _) => locale::number(rows),
        (None, Some(rows)) => format!("about {}", locale::number(rows)),
        (None, None) => "–".to_owned(),
    }
}

fn view_tables(tables: &[BackupTable], count: u64) -> Html {
    html! {
        <section class="flex flex-col gap-1">
            <h3 class="font-semibold">{ format::capitalised(&format::count(count, "table", "tables")) }</h3>
            <table class={classes!("w-full", tables.is_empty().then_some("hidden"))}>
                <thead><tr>
                    <th scope="col" class="th-quiet pl-0">{ "Table" }</th>
                    <th scope="col" class="th-quiet text-right">{ "Rows" }</th>
                    <th scope="col" class="th-quiet text-right">{ "On the server" }</th>
                    <th scope="col" class="th-quiet text-right pr-0">{ "In the archive" }</th>
                </tr></thead>
                <tbody>
                    { for tables.iter().take(MOST).map(|table| {
                        let name = format!("{}.{}", table.schema, table.name);
                        html! {
                            <tr key={name.clone()} class="border-t border-base-300">
                                <td class="py-1.5 pr-3 max-w-60"><span class="block truncate mono" title={name.clone()}>{ name.clone() }</span></td>
                                <td class="py-1.5 px-3 text-right">{ rows_words(table.rows, table.estimated_rows) }</td>
                                <td class="py-1.5 px-3 text-right whitespace-nowrap">{ format::bytes(table.bytes) }</td>
                                <td class="py-1.5 pl-3 text-right whitespace-nowrap">{ table.archive_bytes.map_or_else(|| "–".to_owned(), format::bytes) }</td>
                            </tr>
                        }
                    }) }
                </tbody>
            </table>
            <p class={classes!("label-muted", (tables.len() <= MOST).then_some("hidden"))}>{ format!("and {}", format::count(tables.len().saturating_sub(MOST) as u64, "more, smaller table", "more, smaller tables")) }</p>
        </section>
    }
}
