//! The machine: tray, keyring, notifications, start at login, client programs.

use crate::components::{
    Badge, Button, ButtonSize, Card, Switch, Toast, ToastKind, Tone, glyphs, use_toasts, view,
};
use crate::hooks::use_call;
use crate::live::use_system;
use holdfast_types::{
    ApiError, Delivered, DisableAutostart, EnableAutostart, Feature, SendTestNotification, SystemStatus,
};
use yew::prelude::*;

/// The part.
#[component]
pub fn System() -> Html {
    let system = use_system();
    let toasts = use_toasts();
    let notify = {
        let toasts = toasts.clone();
        let arrives = system.data.as_ref().is_some_and(|status| status.notifications.available);
        let kind = if arrives { ToastKind::Success } else { ToastKind::Warning };
        use_call::<SendTestNotification>(Callback::from(move |answer: Result<Delivered, ApiError>| {
            match answer {
                Ok(done) => toasts.emit(Toast::new(kind, done.detail)),
                Err(error) => toasts.emit(Toast::failed(&error)),
            }
        }))
    };
    let turned = {
        let retry = system.retry.clone();
        Callback::from(move |answer: Result<SystemStatus, ApiError>| {
            if let Err(error) = answer {
                toasts.emit(Toast::failed(&error));
            }
            retry.emit(());
        })
    };
    let enable = use_call::<EnableAutostart>(turned.clone());
    let disable = use_call::<DisableAutostart>(turned);
    let busy = enable.busy || disable.busy;
    let on_autostart = Callback::from(move |on: bool| {
        if on { enable.give.emit(EnableAutostart {}) } else { disable.give.emit(DisableAutostart {}) }
    });
    let send = {
        let give = notify.give.clone();
        Callback::from(move |_: MouseEvent| give.emit(SendTestNotification {}))
    };
    html! {
        <Card title="This machine" flush=true>
            { view(&system, 5, |status| html! {
                <ul class="divide-y divide-base-300 border-t border-base-300">
                    { row("Start at login", &status.autostart.detail, html! { <Switch on={status.autostart.available} label="Start at login" onchange={on_autostart.clone()} disabled={busy} testid="autostart" /> }) }
                    { row("Notifications", &status.notifications.detail, html! {
                        <><Button label="Send test" size={ButtonSize::Small} icon={glyphs::BELL} busy={notify.busy} onclick={send.clone()} testid="test-notification" />{ badge(&status.notifications) }</>
                    }) }
                    { row("Tray", &status.tray.detail, badge(&status.tray)) }
                    { row("Keyring", &status.keyring.detail, badge(&status.keyring)) }
                    { row("PostgreSQL client programs", "The lowest version that fits a server is used.", view_tools(status)) }
                    { row("Operator", "Named in the history for what is done by hand.", html! { <span>{ &status.operator }</span> }) }
                </ul>
            }) }
        </Card>
    }
}

fn badge(feature: &Feature) -> Html {
    if feature.available {
        html! { <Badge icon={glyphs::CHECK} label="Available" tone={Tone::Good} /> }
    } else {
        html! { <Badge icon={glyphs::TRIANGLE_ALERT} label="Missing" tone={Tone::Doubtful} /> }
    }
}

pub(super) fn row(name: &'static str, detail: &str, control: Html) -> Html {
    html! {
        <li key={name} class="px-4 py-2.5 flex items-center justify-between gap-6">
            <div class="min-w-0"><p class="font-medium">{ name }</p><p class="text-muted text-[12.5px] text-pretty wrap-anywhere">{ detail }</p></div>
            <div class="flex items-center gap-2 shrink-0 max-w-[60%]">{ control }</div>
        </li>
    }
}

fn view_tools(status: &SystemStatus) -> Html {
    if status.tools.is_empty() {
        return html! { <Badge icon={glyphs::TRIANGLE_ALERT} label="None found" tone={Tone::Bad} title="Install PostgreSQL's client package, at least as new as your server" /> };
    }
    html! {
        <ul class="text-right">
            { for status.tools.iter().map(|tool| html! { <li key={tool.folder.clone()} title={tool.folder.clone()}>{ &tool.version }<span class="mono text-muted">{ format!("  {}", tool.folder) }</span></li> }) }
        </ul>
    }
}
