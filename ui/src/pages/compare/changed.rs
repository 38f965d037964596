//! The objects that both backups have, made otherwise: which ones, and how each changed.

use crate::components::{Card, DefinitionView, Dialog, Placement, view};
use crate::forms::compare::{owner_sentence, shown, unshown};
use crate::forms::contents::{kind_words, own_name, qualified};
use crate::hooks::use_loaded;
use holdfast_types::{BackupId, BackupObject, CompareDefinitions};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ChangedProps {
    /// The older backup and the newer one.
    pub pair: (BackupId, BackupId),
    pub objects: Vec<BackupObject>,
}

/// The list; each name opens the two definitions.
#[component]
pub fn Changed(props: &ChangedProps) -> Html {
    let opened = use_state(|| None::<BackupObject>);
    let onclose = {
        let setter = opened.setter();
        Callback::from(move |()| setter.set(None))
    };
    let count = props.objects.len();
    let row = |(i, object): (usize, &BackupObject)| {
        let name = qualified(&object.schema, own_name(object));
        let onclick = {
            let (setter, object) = (opened.setter(), object.clone());
            Callback::from(move |_: MouseEvent| setter.set(Some(object.clone())))
        };
        html! {
            <tr key={i} class="border-t border-base-300">
                <td class="td-row pl-4 text-muted whitespace-nowrap w-40">{ kind_words(&object.kind) }</td>
                <td class="td-row max-w-96 pr-4">
                    <button type="button" {onclick} class="block max-w-full truncate font-medium link-quiet" title={name.clone()} data-testid={format!("changed-{i}")}>{ name.clone() }</button>
                </td>
            </tr>
        }
    };
    html! {
        <>
            <Card title={format!("Changed ({count})")} aside={html! { <span>{ "Both have them, with another definition or owner." }</span> }} flush=true testid="compare-changed">
                <div class="overflow-x-auto">
                    <table class="w-full">
                        <thead class="sr-only"><tr><th scope="col">{ "Kind" }</th><th scope="col">{ "Name" }</th></tr></thead>
                        <tbody>{ for shown(&props.objects).iter().enumerate().map(row) }</tbody>
                    </table>
                </div>
                <p class={classes!("label-muted", "px-4", "py-2", unshown(count).is_none().then_some("hidden"))}>{ unshown(count) }</p>
            </Card>
            <div class="contents">
                if let Some(object) = (*opened).clone() {
                    <Definitions pair={props.pair} {object} {onclose} />
                }
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct DefinitionsProps {
    pair: (BackupId, BackupId),
    object: BackupObject,
    onclose: Callback<()>,
}

#[component]
fn Definitions(props: &DefinitionsProps) -> Html {
    let object = props.object.clone();
    let found = use_loaded((props.pair, object), |((from, to), object)| CompareDefinitions {
        from: *from,
        to: *to,
        kind: object.kind.clone(),
        schema: object.schema.clone(),
        name: object.name.clone(),
    });
    let object = &props.object;
    let title = qualified(&object.schema, own_name(object));
    let subtitle = html! { <span>{ kind_words(&object.kind) }</span> };
    html! {
        <Dialog {title} {subtitle} placement={Placement::Drawer} onclose={props.onclose.clone()} testid="definitions">
            { view(&found, 6, |found| html! {
                <div class="flex flex-col gap-3">
                    if let Some(words) = owner_sentence(&found.owner_before, &found.owner_after) {
                        <p>{ words }</p>
                    }
                    <p class="label-muted">{ "− stands before what only the older backup has, + before what only the newer one has." }</p>
                    <DefinitionView lines={found.lines.clone()} testid="definition-lines" />
                </div>
            }) }
        </Dialog>
    }
}
