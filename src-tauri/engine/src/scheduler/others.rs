//! Tells the ends of runs that other processes carried out, each once, and how far those are that go on.
//!
//! What this process ends it tells at once; a beat compares which runs are active with what it saw before, and
//! so finds those that ended elsewhere, whichever way.

use crate::catalog::runs;
use crate::catalog::{CatalogError, Tx};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::event::EngineEvent;
use crate::runner::told;
use holdfast_types::{Run, RunId, RunProgress, RunStatus};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The runs as a beat saw them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenRuns {
    /// The newest.
    newest: RunId,
    /// Those that were queued or going on.
    active: BTreeSet<RunId>,
}

impl SeenRuns {
    fn now(tx: &Tx) -> Result<Self, CatalogError> {
        let active = runs::active(tx)?.into_iter().map(|run| run.id).collect();
        Ok(Self { newest: runs::newest_id(tx)?, active })
    }

    /// Which runs ended between this look and the later one.
    fn ended_by(&self, later: &Self) -> BTreeSet<RunId> {
        let new = (self.newest.0 + 1..=later.newest.0).map(RunId);
        let all = self.active.iter().copied().chain(new);
        all.filter(|run| !later.active.contains(run)).collect()
    }
}

/// Looks at the runs and tells those that ended since the last look and were not told.
pub(super) async fn tell_ended(context: &Arc<Context>) -> Result<(), Error> {
    let before = context.seen_runs().clone();
    let (later, ended) = context
        .read(move |tx| {
            let later = SeenRuns::now(tx)?;
            let ids = before.map_or_else(BTreeSet::new, |before| before.ended_by(&later));
            let mut ended: Vec<Run> = Vec::new();
            for id in ids {
                match runs::get(tx, id) {
                    Ok(run) => ended.push(run),
                    // Its record was purged meanwhile.
                    Err(CatalogError::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok((later, ended))
        })
        .await?;
    *context.seen_runs() = Some(later);
    for run in ended {
        context.emit(match run.status {
            RunStatus::Completed => EngineEvent::Completed(run),
            _ => EngineEvent::Failed(run),
        });
    }
    context.forget_told();
    Ok(())
}

/// Tells how far the runs are that other processes carry out.
pub(super) async fn tell_progress(context: &Arc<Context>) -> Result<(), Error> {
    let own: BTreeSet<RunId> = context.live().keys().copied().collect();
    let foreign: Vec<RunId> = match &*context.seen_runs() {
        Some(seen) => seen.active.difference(&own).copied().collect(),
        None => return Ok(()),
    };
    if foreign.is_empty() {
        return Ok(());
    }
    let home = context.home.clone();
    let told = move || Ok(foreign.into_iter().filter_map(|run| told::newest(&home, run)).collect());
    let told: Vec<RunProgress> = off_runtime(told).await?;
    told.into_iter().for_each(|progress| context.emit(EngineEvent::Progress(progress)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(newest: i64, active: &[i64]) -> SeenRuns {
        SeenRuns { newest: RunId(newest), active: active.iter().copied().map(RunId).collect() }
    }

    #[test]
    fn a_run_ends_once_whether_it_was_seen_active_or_not() {
        let first = seen(3, &[2, 3]);
        let second = seen(5, &[3, 5]);
        let ended: Vec<i64> = first.ended_by(&second).into_iter().map(|run| run.0).collect();
        assert_eq!(ended, [2, 4], "one that went on before, and one that came and went between two looks");
        assert_eq!(second.ended_by(&second), BTreeSet::new(), "nothing is told twice");
    }
}
