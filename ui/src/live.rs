//! What moves the pages: the engine's events, turned into counters that the pages' questions depend on.
//!
//! Progress has a context of its own, so that four events a second re-render only what shows progress.

use crate::components::{Toast, ToastKind, use_toasts};
use crate::dom;
use crate::hooks::{use_event, use_happened, use_loaded};
use crate::loadable::Loadable;
use crate::route::{Route, of_address};
use crate::work::Work;
use gloo_timers::callback::{Interval, Timeout};
use holdfast_types::{
    BackupCompleted, BackupFailed, BackupProgress, BackupStarted, CatalogChanged, CatalogScope, JobsOverdue,
    Navigate, RunId, RunProgress, RunStatus, SchedulerChanged, SchedulerStatus, SchedulerStatusRequest,
    SystemChanged, SystemStatus, SystemStatusRequest, TriggerType,
};
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

/// How often events may make the pages ask anew, in milliseconds: a burst becomes one question.
const GATHER: u32 = 120;

/// How often everything that is shown is asked for anew while the window is in sight, in milliseconds.
const LOOK_AGAIN: u32 = 60_000;

/// What gets older by itself: servers were reached, runs and backups were made. Settings and the machine do not, and asking
/// for those takes the session bus.
const AGES: [CatalogScope; 4] =
    [CatalogScope::Servers, CatalogScope::Jobs, CatalogScope::Runs, CatalogScope::Backups];

/// How often each part of the catalog has changed since the window opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Versions {
    /// Servers.
    pub servers: u32,
    /// Jobs.
    pub jobs: u32,
    /// Runs and slots.
    pub runs: u32,
    /// Backups, their verifications and their restores.
    pub backups: u32,
    /// Settings.
    pub settings: u32,
    /// The scheduler.
    pub scheduler: u32,
}

impl Versions {
    /// One more change of that part.
    pub fn with(mut self, scope: CatalogScope) -> Self {
        match scope {
            CatalogScope::Servers => self.servers += 1,
            CatalogScope::Jobs => {
                self.jobs += 1;
                self.scheduler += 1;
            }
            CatalogScope::Runs => {
                self.runs += 1;
                self.scheduler += 1;
            }
            CatalogScope::Backups => self.backups += 1,
            CatalogScope::Settings => self.settings += 1,
            CatalogScope::All => {
                self.servers += 1;
                self.jobs += 1;
                self.runs += 1;
                self.backups += 1;
                self.settings += 1;
                self.scheduler += 1;
            }
        }
        self
    }
}

/// The newest progress of each run that is going on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProgressBoard {
    runs: Rc<BTreeMap<i64, Rc<RunProgress>>>,
}

impl ProgressBoard {
    /// The progress of one run.
    pub fn of(&self, run: RunId) -> Option<Rc<RunProgress>> {
        self.runs.get(&run.0).cloned()
    }
}

/// What changes the board.
pub enum Move {
    /// A run moved on.
    Forward(RunProgress),
    /// A run ended.
    Ended(RunId),
}

impl Reducible for ProgressBoard {
    type Action = Move;
    fn reduce(self: Rc<Self>, action: Move) -> Rc<Self> {
        let mut runs = (*self.runs).clone();
        match action {
            Move::Forward(progress) => {
                runs.insert(progress.run_id.0, Rc::new(progress));
            }
            Move::Ended(run) => {
                if runs.remove(&run.0).is_none() {
                    return self;
                }
            }
        }
        Rc::new(ProgressBoard { runs: Rc::new(runs) })
    }
}

/// What the shell of the dashboard knows at all times.
#[derive(Clone)]
pub struct Surroundings {
    /// The scheduler.
    pub scheduler: Loadable<SchedulerStatus>,
    /// The machine.
    pub system: Loadable<SystemStatus>,
}

impl PartialEq for Surroundings {
    fn eq(&self, other: &Self) -> bool {
        same(&self.scheduler, &other.scheduler) && same(&self.system, &other.system)
    }
}

/// Whether two answers are the same one, so that nothing is drawn anew.
fn same<T: PartialEq>(a: &Loadable<T>, b: &Loadable<T>) -> bool {
    a.data == b.data && a.error == b.error
}

#[derive(PartialEq, Properties)]
pub struct LiveProps {
    pub children: Html,
}

/// Hears every event, and lets what is inside know.
#[component]
pub fn Live(props: &LiveProps) -> Html {
    let versions = use_state(Versions::default);
    let progress = use_reducer(ProgressBoard::default);
    let toasts = use_toasts();
    let navigator = use_navigator();
    let shown = use_route::<Route>();
    let happened = use_happened();
    let gathered = use_mut_ref(Versions::default);
    let timer = use_mut_ref(|| None::<Timeout>);

    let changed = {
        let setter = versions.setter();
        use_callback((), move |scopes: Vec<CatalogScope>, ()| {
            let happened = happened.clone();
            let next = scopes.iter().fold(*gathered.borrow(), |versions, scope| versions.with(*scope));
            gathered.replace(next);
            let waiting = timer.borrow().is_some();
            if !waiting {
                let (setter, gathered, fired) = (setter.clone(), Rc::clone(&gathered), Rc::clone(&timer));
                timer.replace(Some(Timeout::new(GATHER, move || {
                    let timer = fired.take();
                    happened.emit(());
                    setter.set(*gathered.borrow());
                    drop(timer);
                })));
            }
        })
    };

    {
        // A webview that was put to sleep may have missed events: who looks at it again must see what is so now.
        let changed = changed.clone();
        use_effect_with((), move |()| {
            let look = changed.clone();
            let looked_at = dom::on_focus(move |_| look.emit(vec![CatalogScope::All]));
            // Nothing tells of time that passes: what is too old by now, and what was missed while somebody looked on.
            let beat = Interval::new(LOOK_AGAIN, move || {
                if !dom::is_hidden() {
                    changed.emit(AGES.to_vec());
                }
            });
            move || drop((looked_at, beat))
        });
    }
    {
        let changed = changed.clone();
        use_event(Callback::from(move |event: CatalogChanged| changed.emit(vec![event.scope])));
    }
    {
        let changed = changed.clone();
        use_event(Callback::from(move |_: BackupStarted| changed.emit(vec![CatalogScope::Runs])));
    }
    {
        let board = progress.dispatcher();
        use_event(Callback::from(move |BackupProgress(progress)| board.dispatch(Move::Forward(progress))));
    }
    {
        let (changed, board, toasts) = (changed.clone(), progress.dispatcher(), toasts.clone());
        use_event(Callback::from(move |BackupCompleted(run)| {
            board.dispatch(Move::Ended(run.id));
            changed.emit(vec![CatalogScope::Runs, CatalogScope::Backups, CatalogScope::Jobs]);
            if run.trigger_type == TriggerType::Manual && shown != Some(Route::Run { id: run.id.0 }) {
                let toast = Toast::new(ToastKind::Success, format!("{} is backed up.", run.job));
                toasts.emit(toast.leading_to("Show the run", Route::Run { id: run.id.0 }));
            }
        }));
    }
    {
        let (changed, board, toasts) = (changed.clone(), progress.dispatcher(), toasts.clone());
        use_event(Callback::from(move |BackupFailed(run)| {
            board.dispatch(Move::Ended(run.id));
            changed.emit(vec![CatalogScope::Runs, CatalogScope::Jobs]);
            let unseen = shown != Some(Route::Run { id: run.id.0 });
            if unseen && matches!(run.status, RunStatus::Failed | RunStatus::Interrupted) {
                let toast =
                    Toast::new(ToastKind::Error, format!("The run of {} {}.", run.job, run.status.as_str()))
                        .saying(run.error_message.clone().unwrap_or_default());
                toasts.emit(toast.leading_to("Show the run", Route::Run { id: run.id.0 }));
            }
        }));
    }
    {
        let changed = changed.clone();
        use_event(Callback::from(move |_: SchedulerChanged| changed.emit(vec![CatalogScope::Runs])));
    }
    {
        let (changed, toasts) = (changed.clone(), toasts.clone());
        use_event(Callback::from(move |event: JobsOverdue| {
            changed.emit(vec![CatalogScope::Jobs, CatalogScope::Runs]);
            let toast = Toast::new(ToastKind::Warning, format!("Overdue: {}.", event.jobs.join(", ")))
                .saying("No good backup for longer than the schedule allows.".to_owned());
            toasts.emit(match event.job_ids.as_slice() {
                [only] => toast.leading_to("Show the job", Route::Job { id: only.0 }),
                _ => toast.leading_to("Show the jobs", Route::Jobs),
            });
        }));
    }
    use_event(Callback::from(move |event: Navigate| {
        let (route, query) = of_address(&event.path);
        let Some(navigator) = &navigator else { return };
        // A query that cannot be written into the address is left out of it.
        if query.is_empty() || navigator.push_with_query(&route, query).is_err() {
            navigator.push(&route);
        }
    }));

    let scheduler = use_loaded(versions.scheduler, |_| SchedulerStatusRequest {});
    let system = use_loaded(versions.settings, |_| SystemStatusRequest {});
    {
        let again = system.retry.clone();
        use_event(Callback::from(move |_: SystemChanged| again.emit(())));
    }

    html! {
        <ContextProvider<Versions> context={*versions}>
            <ContextProvider<Surroundings> context={Surroundings { scheduler, system }}>
                <ContextProvider<ProgressBoard> context={(*progress).clone()}>
                    <Work {changed}>{ props.children.clone() }</Work>
                </ContextProvider<ProgressBoard>>
            </ContextProvider<Surroundings>>
        </ContextProvider<Versions>>
    }
}

/// How often each part of the catalog has changed.
#[hook]
pub fn use_versions() -> Versions {
    use_context::<Versions>().unwrap_or_default()
}

/// The newest progress of one run; only what asks for it is drawn anew with it.
#[hook]
pub fn use_progress(run: RunId) -> Option<Rc<RunProgress>> {
    use_context::<ProgressBoard>().and_then(|board| board.of(run))
}

/// The scheduler, as last told.
#[hook]
pub fn use_scheduler() -> Loadable<SchedulerStatus> {
    use_context::<Surroundings>().map(|around| around.scheduler).unwrap_or_default()
}

/// The machine, as last told.
#[hook]
pub fn use_system() -> Loadable<SystemStatus> {
    use_context::<Surroundings>().map(|around| around.system).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_by_another_process_makes_every_page_ask_anew() {
        let after = Versions::default().with(CatalogScope::All);
        let parts = [after.servers, after.jobs, after.runs, after.backups, after.settings, after.scheduler];
        assert_eq!(parts, [1; 6], "no page may go on showing what is no longer so");
    }
}
