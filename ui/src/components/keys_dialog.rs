//! The keys, shown by `?`.

use super::dialog::Dialog;
use yew::prelude::*;

const KEYS: [(&str, &[&str]); 14] = [
    ("Search on the page", &["/"]),
    ("Add a job or a server", &["n"]),
    ("Back to the list", &["u"]),
    ("Overview", &["g", "o"]),
    ("Jobs", &["g", "j"]),
    ("Runs", &["g", "r"]),
    ("Backups", &["g", "b"]),
    ("Restore", &["g", "t"]),
    ("Servers", &["g", "s"]),
    ("Settings", &["g", ","]),
    ("From row to row, from value to value", &["↑", "↓", "←", "→"]),
    ("Open what has the focus", &["Enter"]),
    ("Close a dialog, leave a field", &["Esc"]),
    ("These keys", &["?"]),
];

#[derive(PartialEq, Properties)]
pub struct KeysDialogProps {
    pub onclose: Callback<()>,
}

/// The keys.
#[component]
pub fn KeysDialog(props: &KeysDialogProps) -> Html {
    html! {
        <Dialog title="Keys" onclose={props.onclose.clone()} testid="keys">
            <dl class="grid grid-cols-[1fr_auto] gap-y-2 items-center">
                { for KEYS.iter().map(|(words, keys)| html! {
                    <div key={*words} class="contents">
                        <dt>{ *words }</dt>
                        <dd class="flex gap-1 justify-end">{ for keys.iter().map(|key| html! { <kbd key={*key} class="kbd kbd-sm">{ *key }</kbd> }) }</dd>
                    </div>
                }) }
            </dl>
        </Dialog>
    }
}
