//! The app is on its way out: why it is still there, and the way to end it sooner.

use crate::components::{Button, ButtonSize, Confirm, Notice, Toast, Tone, use_toasts};
use crate::hooks::use_call;
use holdfast_types::{ApiError, Delivered, QuitApp, QuitChoice};
use yew::prelude::*;

/// The banner.
#[component]
pub fn Quitting() -> Html {
    let toasts = use_toasts();
    let asking = use_state(|| false);
    let quit = use_call::<QuitApp>(Callback::from(move |answer: Result<Delivered, ApiError>| {
        if let Err(error) = answer {
            toasts.emit(Toast::failed(&error));
        }
    }));
    let ask = {
        let setter = asking.setter();
        Callback::from(move |_: MouseEvent| setter.set(true))
    };
    let onclose = {
        let setter = asking.setter();
        Callback::from(move |()| setter.set(false))
    };
    let onconfirm = Callback::from(move |()| quit.give.emit(QuitApp { running: QuitChoice::Cancel }));
    html! {
        <div class="px-4 rail:px-6 pt-4">
            <Notice tone={Tone::Busy} message="Holdfast quits when the running backup has ended." hint="Nothing new is started until then. Start Holdfast again for what is planned." testid="quitting">
                <Button label="Quit now" size={ButtonSize::Small} onclick={ask} testid="quit-now" class="border-base-300" />
            </Notice>
            <div class="contents">
                if *asking {
                    <Confirm title="Cancel the running backup and quit?" action="Cancel and quit" {onconfirm} {onclose}>
                        <p>{ "What it has written so far is removed. Earlier backups stay as they are." }</p>
                    </Confirm>
                }
            </div>
        </div>
    }
}
