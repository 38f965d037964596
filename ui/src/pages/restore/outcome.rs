//! One restore: how far it is, and what came of it.

use super::history::took;
use crate::components::{
    Button, ButtonKind, Card, CheckList, CommandLine, Confirm, Notice, PageFrame, RestoreBadge, Skeleton,
    Toast, ToastKind, Tone, When, WorkView, glyphs, of_restore, use_toasts, view,
};
use crate::format;
use crate::forms::restore_query::RestoreQuery;
use crate::hooks::{use_call, use_loaded};
use crate::live::use_versions;
use crate::route::Route;
use crate::words;
use crate::work::use_work;
use holdfast_types::{
    ApiError, BackupId, CancelRestore, Delivered, FailedObject, GetRestore, Restore, RestoreId, RestoreSpec,
    RestoreStatus, RestoreTarget, UndoRestore,
};
use yew::prelude::*;
use yew_router::prelude::*;

/// What is asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nothing,
    Cancel,
    Undo,
}

#[derive(PartialEq, Properties)]
pub struct RestorePageProps {
    pub id: i64,
}

/// The page of a restore.
#[component]
pub fn RestorePage(props: &RestorePageProps) -> Html {
    let id = RestoreId(props.id);
    let versions = use_versions();
    let loaded = use_loaded((id, versions.backups), |(id, _)| GetRestore { id: *id });
    let work = use_work(loaded.data.as_ref().map_or(BackupId(0), |restore| restore.backup_id));
    let toasts = use_toasts();
    let asking = use_state(|| Asking::Nothing);
    let failure = use_state(|| None::<ApiError>);
    let cancel = {
        let (asking, failure) = (asking.setter(), failure.setter());
        use_call::<CancelRestore>(Callback::from(move |answer: Result<Delivered, ApiError>| {
            failure.set(answer.err());
            asking.set(Asking::Nothing);
        }))
    };
    let undo = {
        let (asking, failure, retry) = (asking.setter(), failure.setter(), loaded.retry.clone());
        use_call::<UndoRestore>(Callback::from(move |answer: Result<Restore, ApiError>| {
            match answer {
                Ok(restore) => {
                    let words = match &restore.undone_as {
                        Some(name) => {
                            format!("{} is as it was; the restored one is now {name}.", restore.database)
                        }
                        None => format!("{} is as it was before the restore.", restore.database),
                    };
                    toasts.emit(Toast::new(ToastKind::Success, words));
                    failure.set(None);
                }
                Err(error) => failure.set(Some(error)),
            }
            asking.set(Asking::Nothing);
            retry.emit(());
        }))
    };
    let Some(restore) = loaded.data.clone() else {
        return html! {
            <PageFrame title={format!("Restore {id}")} back={Route::Restores} narrow=true>{ view(&loaded, 8, |_| html! { <Skeleton rows={8} /> }) }</PageFrame>
        };
    };
    let ask = |what: Asking| {
        let setter = asking.setter();
        Callback::from(move |_: MouseEvent| setter.set(what))
    };
    let onclose = {
        let setter = asking.setter();
        Callback::from(move |()| setter.set(Asking::Nothing))
    };
    let going_on = restore.status == RestoreStatus::Processing;
    let actions = html! {
        <div class="flex items-center gap-2">
            if going_on {
                <Button key="cancel" label="Cancel" kind={ButtonKind::BareDanger} icon={glyphs::X} busy={cancel.busy} onclick={ask(Asking::Cancel)} testid="restore-cancel" />
            } else {
                <span key="again" class="contents" data-testid="restore-again">
                    <Link<Route, RestoreQuery> to={Route::NewRestore { backup_id: restore.backup_id.0 }} query={Some(RestoreQuery::again(id))} classes="btn btn-quiet">{ "Restore again" }</Link<Route, RestoreQuery>>
                </span>
            }
        </div>
    };
    let beside = html! { <span aria-live="polite"><RestoreBadge status={restore.status} testid="restore-status" /></span> };
    let dialog = match *asking {
        Asking::Nothing => Html::default(),
        Asking::Cancel => {
            let give = cancel.give.clone();
            html! {
                <Confirm title="Cancel the restore?" action="Cancel the restore" busy={cancel.busy} onconfirm={move |()| give.emit(CancelRestore { id })} {onclose}>
                    <p>{ cancel_words(&restore) }</p>
                </Confirm>
            }
        }
        Asking::Undo => {
            let give = undo.give.clone();
            html! {
                <Confirm title={format!("Put the former {} back?", restore.database)} action="Put it back" busy={undo.busy} onconfirm={move |()| give.emit(UndoRestore { id })} {onclose}>
                    <p>{ format!("Sessions on {} are ended. The restored one stays on the server under a dated name, with whatever was written to it since.", restore.database) }</p>
                </Confirm>
            }
        }
    };
    html! {
        <PageFrame title={format!("Restore of {}", restore.database)} back={Route::Restores} narrow=true {beside} {actions}>
            <div class="contents">
                if let Some(error) = (*failure).clone() {
                    <Notice tone={Tone::Bad} message={error.message} hint={error.hint} testid="restore-error" />
                }
                if going_on {
                    <Card key="progress" title="Progress"><WorkView progress={work} label="The restore" testid="restore-progress" /></Card>
                } else {
                    { view_end(&restore, ask(Asking::Undo), undo.busy) }
                }
            </div>
            { view(&loaded, 4, view_facts) }
            <div class="contents">{ dialog }</div>
        </PageFrame>
    }
}

fn cancel_words(restore: &Restore) -> String {
    let (database, server) = (&restore.database, &restore.server);
    match restore.target {
        RestoreTarget::New => format!("What was restored so far is removed. {server} is as it was before."),
        RestoreTarget::Swap => {
            format!("What was restored so far is removed. {database} stays as it is and keeps its name.")
        }
        RestoreTarget::Existing => {
            format!("The transaction is rolled back, and {database} is as it was before.")
        }
    }
}

/// How it ended: the sentence, the way back, the comparison, and what failed.
fn view_end(restore: &Restore, undo: Callback<MouseEvent>, busy: bool) -> Html {
    let (message, meaning) = words::restore_outcome(restore);
    let differs = restore.checks.iter().any(|check| !check.ok);
    let tone = match of_restore(restore.status).1 {
        Tone::Good if differs => Tone::Doubtful,
        tone => tone,
    };
    // The reason takes the place of the meaning, which then belongs to what happened.
    let (message, hint) = match &restore.error_message {
        Some(why) => (
            words::joined(&message, meaning),
            words::joined(why, restore.error_hint.as_deref().unwrap_or_default()),
        ),
        None => (message, meaning.to_owned()),
    };
    html! {
        <>
            <Notice key="outcome" {tone} {message} {hint} testid="restore-outcome" />
            <div class="contents">
                if let Some(kept) = &restore.kept_database {
                    <Card key="kept">
                        <div class="flex flex-wrap items-center justify-between gap-3" data-testid="restore-kept">
                            <div class="min-w-0">
                                <p class="font-medium">{ "The former database is kept" }</p>
                                <p class="text-muted wrap-anywhere">{ "As " }<span class="mono">{ kept }</span>{ ". Drop it on the server once nobody needs it." }</p>
                            </div>
                            <Button label="Undo" icon={glyphs::UNDO_2} {busy} onclick={undo} testid="restore-undo" title={format!("Makes {kept} {} again", restore.database)} />
                        </div>
                    </Card>
                }
                if let Some(backup) = restore.safety_backup_id {
                    <Card key="safety">
                        <p class="text-muted" data-testid="restore-safety-backup">{ "The database as it was before is " }<Link<Route> to={Route::Backup { id: backup.0 }} classes="link-quiet">{ format!("backup {backup}") }</Link<Route>>{ "." }</p>
                    </Card>
                }
                if let Some(replaced) = &restore.undone_as {
                    <Card key="undone">
                        <div data-testid="restore-undone-as">
                            <p class="font-medium">{ "The restored database is kept" }</p>
                            <p class="text-muted wrap-anywhere">{ "As " }<span class="mono">{ replaced }</span>{ ", with whatever was written to it since. Drop it on the server once nobody needs it." }</p>
                        </div>
                    </Card>
                }
                if !restore.failed_objects.is_empty() {
                    { view_failed(&restore.failed_objects) }
                }
                if !restore.checks.is_empty() {
                    <Card key="checks" title="Compared with what the server held"><CheckList checks={restore.checks.clone()} testid="restore-checks" /></Card>
                }
            </div>
        </>
    }
}

fn view_failed(failed: &[FailedObject]) -> Html {
    html! {
        <Card key="failed" title={format!("{} failed", format::count(failed.len() as u64, "object", "objects"))} testid="restore-failed">
            <ul class="flex flex-col divide-y divide-base-300">
                { for failed.iter().enumerate().map(|(i, object)| html! {
                    <li key={i} class="py-2.5 flex flex-col gap-1.5">
                        <p class="mono font-medium wrap-anywhere">{ &object.object }</p>
                        <p class="text-error wrap-anywhere">{ &object.message }</p>
                        <div class="contents">
                            if let Some(statement) = &object.statement {
                                <CommandLine text={statement.clone()} />
                            }
                        </div>
                    </li>
                }) }
            </ul>
        </Card>
    }
}

fn view_facts(restore: &Restore) -> Html {
    let parts = restore.spec.as_ref().map_or_else(|| "–".to_owned(), RestoreSpec::parts_in_words);
    let ended = restore.completed_at.clone().map(|at| html! { <When {at} both=true /> });
    let facts: Vec<(&str, Html)> = vec![
        (
            "Database",
            html! { <span title={restore.database.clone()}>{ format!("{}, {}", restore.database, words::target_words(restore.target)) }</span> },
        ),
        ("Server", html! { &restore.server }),
        (
            "Restored",
            html! { <span title={parts.clone()} data-testid="restore-parts">{ parts.clone() }</span> },
        ),
        (
            "From",
            html! { <Link<Route> to={Route::Backup { id: restore.backup_id.0 }} classes="link-quiet">{ format!("backup {}", restore.backup_id) }</Link<Route>> },
        ),
        ("Began", html! { <When at={restore.started_at.clone()} both=true /> }),
        ("Ended", ended.unwrap_or_else(|| html! { <span class="text-muted">{ "–" }</span> })),
        ("Took", html! { took(restore) }),
    ];
    html! {
        <Card>
            <dl class="grid grid-cols-2 sm:grid-cols-3 gap-x-6 gap-y-3">
                { for facts.into_iter().map(|(name, value)| html! { <div key={name} class="min-w-0"><dt class="label-muted">{ name }</dt><dd class="truncate">{ value }</dd></div> }) }
            </dl>
            <div class={classes!("mt-4", "flex", "flex-col", "gap-1.5", restore.command.is_none().then_some("hidden"))}>
                <p class="label-muted">{ "Command, without secrets" }</p>
                <CommandLine text={restore.command.clone().unwrap_or_default()} />
            </div>
        </Card>
    }
}
