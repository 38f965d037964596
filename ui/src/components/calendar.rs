//! The calendar of slots: a row a job, a cell a day, a glyph for everything that is not plain success.

use super::glyphs;
use super::icon::Icon;
use super::tip::{Tip, TipText};
use crate::format;
use crate::locale::{self, Form};
use holdfast_types::{CalendarCell, CalendarRow, CellState, RunId};
use web_sys::HtmlElement;
use yew::prelude::*;

/// The word, the ground and the glyph of a state.
fn look(state: CellState) -> (&'static str, &'static str, Option<&'static str>) {
    match state {
        CellState::None => ("nothing planned", "border border-base-300", None),
        CellState::Completed => ("completed", "bg-cell-ok", None),
        CellState::CaughtUp => ("caught up", "bg-cell-late text-cell-late-ink", Some(glyphs::ROTATE_CW)),
        CellState::Running => ("running", "bg-info text-info-content", Some(glyphs::ELLIPSIS)),
        CellState::Skipped => ("skipped", "bg-cell-quiet text-white", Some(glyphs::SKIP_FORWARD)),
        CellState::Cancelled => ("cancelled", "bg-cell-quiet text-white", Some(glyphs::BAN)),
        CellState::Missed => ("missed", "bg-warning text-warning-content", Some(glyphs::CLOCK)),
        CellState::Failed => ("failed", "bg-error text-error-content", Some(glyphs::X)),
    }
}

#[derive(PartialEq, Properties)]
pub struct CalendarProps {
    pub rows: Vec<CalendarRow>,
    /// Opens a run.
    pub onopen: Callback<RunId>,
}

/// What is always in the legend.
const USUAL: [CellState; 5] =
    [CellState::Completed, CellState::CaughtUp, CellState::Missed, CellState::Skipped, CellState::Failed];

/// The legend, for the head of the card: what there usually is, and what else there is now.
pub fn legend(rows: &[CalendarRow]) -> Html {
    let is_there =
        |state: &CellState| rows.iter().flat_map(|row| &row.cells).any(|cell| cell.state == *state);
    let others = [CellState::Cancelled, CellState::Running].into_iter().filter(is_there);
    html! {
        <ul class="flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
            { for USUAL.into_iter().chain(others).map(|state| {
                let (word, ground, glyph) = look(state);
                html! {
                    <li key={word} class="flex items-center gap-1.5">
                        <span class={classes!("size-3.5", "rounded-[3px]", "grid", "place-items-center", ground)}>{ glyph.map(|path| html! { <Icon {path} class="size-2.5 stroke-3" /> }) }</span>{ word }
                    </li>
                }
            }) }
        </ul>
    }
}

/// The calendar. The arrow keys move through it; it is one stop of the Tab key.
#[component]
pub fn Calendar(props: &CalendarProps) -> Html {
    let tip = use_state(|| None::<TipText>);
    let place = use_state(|| None::<(usize, usize)>);
    let frame = use_node_ref();
    let last = props.rows.first().map_or(0, |row| row.cells.len().saturating_sub(1));
    let (row, column) = (*place).unwrap_or((0, last));

    let onkeydown = {
        let (rows, setter, frame, open) =
            (props.rows.clone(), place.setter(), frame.clone(), props.onopen.clone());
        Callback::from(move |event: KeyboardEvent| {
            let height = rows.len();
            let width = rows.get(row).map_or(0, |row| row.cells.len());
            let next = match event.key().as_str() {
                "ArrowLeft" => (row, column.saturating_sub(1)),
                "ArrowRight" => (row, (column + 1).min(width.saturating_sub(1))),
                "ArrowUp" => (row.saturating_sub(1), column),
                "ArrowDown" => ((row + 1).min(height.saturating_sub(1)), column),
                "Home" => (row, 0),
                "End" => (row, width.saturating_sub(1)),
                "Enter" | " " => {
                    if let Some(run) =
                        rows.get(row).and_then(|row| row.cells.get(column)).and_then(|cell| cell.run_id)
                    {
                        event.prevent_default();
                        open.emit(run);
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            setter.set(Some(next));
            focus_cell(&frame, next);
        })
    };
    let hide = {
        let setter = tip.setter();
        Callback::from(move |_: ()| setter.set(None))
    };
    let onleave = {
        let hide = hide.clone();
        Callback::from(move |_: MouseEvent| hide.emit(()))
    };
    let onblur = Callback::from(move |_: FocusEvent| hide.emit(()));
    let rows = props.rows.iter().enumerate().map(|(y, line)| {
        html! {
            <div key={line.job_id.0} role="row" class="contents">
                <div role="rowheader" class="truncate pr-3" title={line.job.clone()}>{ &line.job }</div>
                <div role="presentation" class="label-muted truncate pr-3" title={line.schedule.clone()}>{ &line.schedule }</div>
                <div role="presentation" class="flex gap-[3px] min-w-0">
                    { for line.cells.iter().enumerate().map(|(x, cell)| {
                        let show = {
                            let (setter, text) = (tip.setter(), describe(line, cell));
                            Callback::from(move |element: HtmlElement| setter.set(Some(at(&element, text.clone()))))
                        };
                        view_cell(line, cell, (x, y), (y, x) == (row, column), show, props.onopen.clone())
                    }) }
                </div>
            </div>
        }
    });
    html! {
        <div class="relative" ref={frame} onmouseleave={onleave}>
            <div role="grid" aria-label="Slots of each job by day" {onkeydown} {onblur}
                class="grid grid-cols-[fit-content(8.5rem)_fit-content(9rem)_minmax(0,1fr)] gap-y-[5px] items-center">
                { for rows }
                { view_days(props.rows.first()) }
            </div>
            <Tip text={(*tip).clone()} />
        </div>
    }
}

/// The days under the cells, a week apart and counted back from today.
fn view_days(row: Option<&CalendarRow>) -> Html {
    let Some(row) = row else { return Html::default() };
    let last = row.cells.len().saturating_sub(1);
    html! {
        <>
            <div class="col-span-2" aria-hidden="true" />
            <div class="flex gap-[3px] min-w-0 h-4" aria-hidden="true">
                { for row.cells.iter().enumerate().map(|(x, cell)| {
                    let words = match last - x {
                        0 => "today".to_owned(),
                        back if back % 7 == 0 => locale::day(&cell.date, Form::Day),
                        _ => String::new(),
                    };
                    let side = if x == last { "right-0" } else { "left-0" };
                    html! { <span key={x} class="grow basis-0 min-w-0 relative"><span class={classes!("absolute", side, "label-muted", "text-[11px]", "whitespace-nowrap")}>{ words }</span></span> }
                }) }
            </div>
        </>
    }
}

/// What a cell says in words.
fn describe(row: &CalendarRow, cell: &CalendarCell) -> (String, Vec<String>) {
    let (word, _, _) = look(cell.state);
    let title = format!("{}, {}", row.job, locale::day(&cell.date, Form::Weekday));
    let planned: u64 = cell.slots.iter().map(|(_, count)| count).sum();
    let slots = match planned {
        0 | 1 => word.to_owned(),
        _ => {
            let each = cell.slots.iter().map(|(state, count)| format!("{count} {}", look(*state).0));
            each.collect::<Vec<_>>().join(", ")
        }
    };
    // An attempt that was made again is a run more than there are slots.
    let again = cell.runs.saturating_sub(planned);
    let mut lines = vec![format::capitalised(&slots)];
    lines.extend(cell.reason.clone());
    lines.extend(
        (again > 0).then(|| format::count(again, "attempt was made again", "attempts were made again")),
    );
    (title, lines)
}

/// The tip above an element.
fn at(element: &HtmlElement, (title, lines): (String, Vec<String>)) -> TipText {
    TipText { title, lines, x: element.offset_left() + element.offset_width() / 2, y: element.offset_top() }
}

fn view_cell(
    row: &CalendarRow,
    cell: &CalendarCell,
    (x, y): (usize, usize),
    stop: bool,
    show: Callback<HtmlElement>,
    open: Callback<RunId>,
) -> Html {
    let (word, ground, glyph) = look(cell.state);
    let reason = cell.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let onfocus = {
        let show = show.clone();
        Callback::from(move |event: FocusEvent| show.emit(event.target_unchecked_into()))
    };
    let onmouseenter = Callback::from(move |event: MouseEvent| show.emit(event.target_unchecked_into()));
    let run = cell.run_id;
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(run) = run {
            open.emit(run);
        }
    });
    html! {
        <div key={cell.date.clone()} role="gridcell" tabindex={if stop { "0" } else { "-1" }} data-cell={format!("{y}-{x}")}
            aria-label={format!("{}, {}, {word}{reason}", row.job, cell.date)} {onfocus} {onmouseenter} {onclick}
            class={classes!("grow", "basis-0", "min-w-0", "h-[15px]", "rounded-[3px]", "grid", "place-items-center", "hover:brightness-110", "focus-visible:outline-offset-1",
                ground, run.map(|_| "cursor-pointer"))}>
            <span class="contents">
                if let Some(path) = glyph {
                    <Icon {path} class="size-2.5 stroke-3 pointer-events-none" />
                }
            </span>
        </div>
    }
}

fn focus_cell(frame: &NodeRef, (y, x): (usize, usize)) {
    let cell = frame
        .cast::<web_sys::Element>()
        .and_then(|frame| frame.query_selector(&format!("[data-cell='{y}-{x}']")).ok().flatten());
    if let Some(cell) = cell.and_then(|cell| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(cell).ok()) {
        // It fails only for an element that cannot have the focus; cells can.
        let _ = cell.focus();
    }
}
