//! How two backups of one database differ. The other one stands in the address.

mod changed;
mod result;

use crate::components::{Card, Choice, Empty, PageFrame, Select, Skeleton, TrustBadge, When, glyphs, view};
use crate::format;
use crate::forms::compare::{CompareQuery, candidates, in_order, proposed};
use crate::hooks::use_loaded;
use crate::live::use_versions;
use crate::locale::{self, Form};
use crate::route::Route;
use holdfast_types::{Backup, BackupId, CompareBackups, GetBackup, ListBackups};
use result::view_result;
use yew::prelude::*;
use yew_router::prelude::*;

/// How many backups of a database are offered.
const MOST: u32 = 500;

#[derive(PartialEq, Properties)]
pub struct CompareProps {
    /// Which backup.
    pub id: i64,
}

/// The page: loads the backup and those that it can be compared with.
#[component]
pub fn Compare(props: &CompareProps) -> Html {
    let id = BackupId(props.id);
    let navigator = use_navigator();
    let versions = use_versions();
    let query = use_location().and_then(|location| location.query::<CompareQuery>().ok()).unwrap_or_default();
    let backup = use_loaded((id, versions.backups), |(id, _)| GetBackup { id: *id });
    let database = backup.data.as_ref().map(|known| known.backup.database.clone());
    let title =
        database.as_ref().map_or_else(|| format!("Backup {id}"), |name| format!("Compare backups of {name}"));
    let onchange = Callback::from(move |with: String| {
        let route = Route::Compare { id: id.0 };
        if let Some(navigator) = &navigator
            && navigator.push_with_query(&route, CompareQuery { with }).is_err()
        {
            navigator.push(&route);
        }
    });
    let content = view(&backup, 8, |known| {
        html! { <Chosen backup={known.backup.clone()} with={query.with.clone()} {onchange} /> }
    });
    html! { <PageFrame {title} back={Route::Backup { id: id.0 }}>{ content }</PageFrame> }
}

#[derive(PartialEq, Properties)]
struct ChosenProps {
    backup: Backup,
    /// The other one's id, as the address has it.
    with: AttrValue,
    onchange: Callback<String>,
}

#[component]
fn Chosen(props: &ChosenProps) -> Html {
    let one = &props.backup;
    let versions = use_versions();
    let all = use_loaded((one.database.clone(), versions.backups), |(database, _)| ListBackups {
        database: Some(database.clone()),
        limit: Some(MOST),
        ..ListBackups::default()
    });
    view(&all, 8, |page| {
        let others = candidates(one, &page.items);
        let asked = props.with.parse::<i64>().ok().map(BackupId);
        let other = asked
            .or_else(|| proposed(one, &others))
            .and_then(|id| others.iter().find(|other| other.id == id));
        let choices: Vec<Choice> =
            others.iter().map(|other| (other.id.to_string().into(), words_of(other).into())).collect();
        match other {
            Some(other) => {
                let pair = in_order(one, other);
                html! {
                    <div class="flex flex-col gap-4">
                        <div class="grid grid-cols-1 sm:grid-cols-2 gap-4">
                            { view_side("Before", pair.0, one.id, &choices, &props.onchange) }
                            { view_side("After", pair.1, one.id, &choices, &props.onchange) }
                        </div>
                        <Differences key={format!("{}-{}", pair.0.id, pair.1.id)} from={pair.0.id} to={pair.1.id} />
                    </div>
                }
            }
            None => html! {
                <Card>
                    <Empty icon={glyphs::ARROW_LEFT_RIGHT} title="Nothing to compare it with" text="This is the only backup of its database that is listed. The next run leaves another one.">
                        <Link<Route> to={Route::Contents { id: one.id.0 }} classes="btn btn-quiet">{ "Browse this one" }</Link<Route>>
                    </Empty>
                </Card>
            },
        }
    })
}

/// A backup in the list of choices.
fn words_of(backup: &Backup) -> String {
    let at = locale::moment(&backup.created_at, Form::Long);
    format!("{at} · {} · backup {}", format::bytes(backup.size_bytes), backup.id)
}

/// One of the two: the one of the page is told, the other one is chosen.
fn view_side(
    title: &'static str,
    side: &Backup,
    fixed: BackupId,
    choices: &[Choice],
    onchange: &Callback<String>,
) -> Html {
    let id = side.id;
    html! {
        <Card {title} aside={html! { <TrustBadge level={Some(side.trust)} /> }}>
            <div class="flex flex-col gap-1">
                if id == fixed {
                    <p class="font-medium min-h-[1.95rem] flex items-center"><Link<Route> to={Route::Backup { id: id.0 }} classes="link-quiet truncate">{ words_of(side) }</Link<Route>></p>
                } else {
                    <Select id="compare-with" label="The other backup" value={id.to_string()} choices={choices.to_vec()} onchange={onchange.clone()} testid="compare-with" />
                }
                <p class="label-muted"><When at={side.created_at.clone()} />{ format!(", {}", format::count(side.table_count, "table", "tables")) }</p>
            </div>
        </Card>
    }
}

#[derive(PartialEq, Properties)]
struct DifferencesProps {
    from: BackupId,
    to: BackupId,
}

#[component]
fn Differences(props: &DifferencesProps) -> Html {
    // Neither of the two ever changes.
    let found = use_loaded((props.from, props.to), |(from, to)| CompareBackups { from: *from, to: *to });
    if found.data.is_none() && found.error.is_none() {
        return html! { <Card><Skeleton rows={6} /></Card> };
    }
    let pair = (props.from, props.to);
    view(&found, 6, |found| view_result(pair, found))
}
