//! One value, whole.

use crate::components::{Button, ButtonSize, Dialog, Notice, Tone, glyphs, view};
use crate::dom;
use crate::format;
use crate::hooks::use_loaded;
use holdfast_types::{BackupId, ReadValue, WholeValue};
use yew::prelude::*;

/// Which value of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct At {
    /// Its row, from 0.
    pub row: usize,
    /// Its column, from 0.
    pub column: usize,
    /// The column's name.
    pub title: String,
}

#[derive(PartialEq, Properties)]
pub struct ValueDialogProps {
    pub id: BackupId,
    pub schema: AttrValue,
    pub name: AttrValue,
    pub at: At,
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn ValueDialog(props: &ValueDialogProps) -> Html {
    let request = ReadValue {
        id: props.id,
        schema: props.schema.to_string(),
        name: props.name.to_string(),
        row: u32::try_from(props.at.row).unwrap_or(u32::MAX),
        column: u32::try_from(props.at.column).unwrap_or(u32::MAX),
    };
    let value = use_loaded(request, Clone::clone);
    let text = value.data.as_ref().and_then(|value| value.text.clone()).filter(|text| !text.is_empty());
    let oncopy = {
        let text = text.clone();
        Callback::from(move |_: MouseEvent| dom::copy(text.as_deref().unwrap_or_default()))
    };
    let size =
        value.data.as_ref().and_then(|value| value.text.as_ref()).map(|text| {
            format!(", {}", format::count(text.chars().count() as u64, "character", "characters"))
        });
    let subtitle = html! { <span>{ format!("Row {}{}", props.at.row + 1, size.unwrap_or_default()) }</span> };
    let footer = html! { <Button label="Copy" size={ButtonSize::Small} icon={glyphs::COPY} disabled={text.is_none()} onclick={oncopy} /> };
    html! {
        <Dialog title={props.at.title.clone()} {subtitle} onclose={props.onclose.clone()} {footer} testid="table-value">
            { view(&value, 2, view_value) }
        </Dialog>
    }
}

fn view_value(value: &WholeValue) -> Html {
    html! {
        <div class="flex flex-col gap-3">
            if value.cut {
                <Notice tone={Tone::Doubtful} message={format!("This is only its beginning: it takes {} in the archive.", format::bytes(value.stored_bytes))} hint="Restore the table to have all of it." />
            }
            { match value.text.as_deref() {
                None => html! { <p class="text-muted">{ "NULL: no value at all." }</p> },
                Some("") => html! { <p class="text-muted">{ "An empty text: a value without any letters." }</p> },
                Some(text) => html! { <pre class="mono whitespace-pre-wrap wrap-anywhere bg-base-200 rounded-field px-3 py-2 max-h-[50vh] overflow-y-auto">{ text }</pre> },
            } }
        </div>
    }
}
