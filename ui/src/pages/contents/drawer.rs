//! One table of a backup: its first rows, and how it is made.

use super::rows::RowsGrid;
use crate::components::{Button, ButtonKind, ButtonSize, CommandLine, Dialog, Icon, Placement, glyphs, view};
use crate::format;
use crate::forms::contents::{Line, qualified};
use crate::forms::restore_query::RestoreQuery;
use crate::hooks::use_loaded;
use crate::locale;
use crate::route::Route;
use holdfast_types::{BackupId, PreviewTable, TablePreview, table_name};
use yew::prelude::*;
use yew_router::prelude::*;

/// How many rows are shown at first, and at most.
const ROWS: (u32, u32) = (20, 200);

#[derive(PartialEq, Properties)]
pub struct TableDrawerProps {
    pub id: BackupId,
    pub line: Line,
    pub onclose: Callback<()>,
}

/// The drawer.
#[component]
pub fn TableDrawer(props: &TableDrawerProps) -> Html {
    let (id, object) = (props.id, &props.line.object);
    let rows = use_state(|| ROWS.0);
    let preview = {
        let (schema, name) = (object.schema.clone(), object.name.clone());
        use_loaded((id, schema, name, *rows), |(id, schema, name, rows)| PreviewTable {
            id: *id,
            schema: schema.clone(),
            name: name.clone(),
            rows: Some(*rows),
        })
    };
    let more = {
        let setter = rows.setter();
        Callback::from(move |_: MouseEvent| setter.set(ROWS.1))
    };
    let mut facts = vec![object.rows.map(|rows| format!("{} rows", locale::number(rows)))];
    facts.push(object.bytes.map(|bytes| format!("{} as text", format::bytes(bytes))));
    facts.push(object.columns.map(|columns| format::count(columns, "column", "columns")));
    facts.push(Some(format::count(props.line.indexes, "index", "indexes")));
    facts.push(Some(format!("owned by {}", object.owner)).filter(|_| !object.owner.is_empty()));
    let subtitle = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let restore = RestoreQuery::of_table(table_name(&object.schema, &object.name));
    let footer = html! {
        <div class="flex items-center justify-between gap-2 w-full">
            <p class="label-muted">{ "Read from the archive; nothing is restored." }</p>
            <span data-testid="table-restore">
                <Link<Route, RestoreQuery> to={Route::NewRestore { backup_id: id.0 }} query={Some(restore)} classes="btn btn-primary">
                    <Icon path={glyphs::ARCHIVE_RESTORE} class="size-3.5" />{ "Restore this table" }
                </Link<Route, RestoreQuery>>
            </span>
        </div>
    };
    let shown = *rows;
    html! {
        <Dialog title={qualified(&object.schema, &object.name)} subtitle={html! { <span>{ subtitle }</span> }} placement={Placement::Wide} onclose={props.onclose.clone()} {footer} testid="table-drawer">
            { view(&preview, 8, |preview| html! {
                <div class="flex flex-col gap-5">
                    { view_rows(props, preview, shown, &more, preview_pending(shown, preview)) }
                    <section class="flex flex-col gap-2">
                        <h3 class="font-semibold">{ "Definition" }</h3>
                        <div data-testid="table-definition"><CommandLine text={preview.definition.clone()} /></div>
                    </section>
                </div>
            }) }
        </Dialog>
    }
}

/// Whether there may be more rows than are shown.
fn preview_pending(shown: u32, preview: &TablePreview) -> bool {
    let here = preview.rows.len() as u64;
    shown < ROWS.1 && here == u64::from(shown) && preview.row_count.is_none_or(|all| all > here)
}

fn view_rows(
    props: &TableDrawerProps,
    preview: &TablePreview,
    shown: u32,
    more: &Callback<MouseEvent>,
    is_more: bool,
) -> Html {
    let object = &props.line.object;
    let here = preview.rows.len();
    let words = match (here, preview.row_count) {
        (0, Some(0)) => "The table is empty.".to_owned(),
        (0, _) => "The backup holds no rows of this table.".to_owned(),
        (here, Some(all)) if here as u64 == all => format!("All {}", format::count(all, "row", "rows")),
        (here, Some(all)) => format!("The first {here} of {} rows", locale::number(all)),
        (here, None) => format!("The first {here} rows"),
    };
    html! {
        <section class="flex flex-col gap-2">
            <div class="flex items-center justify-between gap-3">
                <h3 class="font-semibold">{ words }</h3>
                if is_more {
                    <Button label={format!("Show {}", ROWS.1)} kind={ButtonKind::Bare} size={ButtonSize::Small} onclick={more.clone()} testid="table-more" />
                }
            </div>
            if here > 0 {
                <RowsGrid key={shown} id={props.id} schema={object.schema.clone()} name={object.name.clone()} columns={preview.columns.clone()} rows={preview.rows.clone()} />
            }
        </section>
    }
}
