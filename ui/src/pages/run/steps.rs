//! The steps of a run put in order: one under the other, or by database where there are many. Pure.

use holdfast_types::{BackupId, Run, RunPhase, RunStep};

/// From how many databases on their steps are folded.
pub const MANY: usize = 4;

/// What stands in the timeline.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A step.
    Step(Timed),
    /// All steps of one database.
    Database {
        /// Its name.
        name: String,
        /// Its steps.
        steps: Vec<Timed>,
    },
}

/// A step with its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// The step.
    pub step: RunStep,
    /// When the next one began, or the run ended.
    pub until: Option<String>,
    /// How it stands.
    pub mark: Mark,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It goes on.
    Going,
    /// It is done.
    Done,
    /// It failed: the run with it, or the backup of its database alone.
    Failed,
}

/// How a step stands. A database whose backup was never made durable failed at its last step, whatever became of the
/// others after it.
fn mark(run: &Run, steps: &[&RunStep], i: usize) -> Mark {
    let step = steps[i];
    let newest = i + 1 == steps.len();
    if newest && run.status.is_active() {
        return Mark::Going;
    }
    let of_same = |other: &&&RunStep| other.database == step.database;
    let last_of_database = step.database.is_some() && !steps[i + 1..].iter().any(|other| of_same(&other));
    let published = steps.iter().filter(of_same).any(|other| other.phase == RunPhase::Publish);
    let failed = match &step.database {
        Some(_) => last_of_database && !published,
        None => newest && run.error_message.is_some() && !steps.iter().any(|other| other.database.is_some()),
    };
    if failed { Mark::Failed } else { Mark::Done }
}

/// The rows of a run's steps.
pub fn rows(run: &Run, steps: &[RunStep]) -> Vec<Row> {
    let steps: Vec<&RunStep> = steps.iter().filter(|step| step.phase != RunPhase::Done).collect();
    let mut names: Vec<&str> = steps.iter().filter_map(|step| step.database.as_deref()).collect();
    names.dedup();
    let fold = names.len() >= MANY;
    let mut rows: Vec<Row> = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let until = steps.get(i + 1).map(|next| next.at.clone()).or_else(|| run.completed_at.clone());
        let timed = Timed { step: (*step).clone(), until, mark: mark(run, &steps, i) };
        match (rows.last_mut(), step.database.as_ref().filter(|_| fold)) {
            (Some(Row::Database { name, steps }), Some(database)) if name == database => steps.push(timed),
            (_, Some(database)) => rows.push(Row::Database { name: database.clone(), steps: vec![timed] }),
            (_, None) => rows.push(Row::Step(timed)),
        }
    }
    rows
}

/// The backups that a run left, each with its database where that is certain: every backup was published once.
pub fn backups(run: &Run, steps: &[RunStep]) -> Vec<(BackupId, String)> {
    let mut ids = run.backups.clone();
    ids.sort_by_key(|id| id.0);
    let published: Vec<&str> = steps
        .iter()
        .filter(|step| step.phase == RunPhase::Publish)
        .filter_map(|step| step.database.as_deref())
        .collect();
    let certain = published.len() == ids.len();
    ids.into_iter()
        .enumerate()
        .map(|(i, id)| match published.get(i).filter(|_| certain) {
            Some(database) => (id, (*database).to_owned()),
            None => (id, format!("backup {id}")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{OperatorId, RunId, RunStatus, TriggerType};

    fn run(backups: &[i64]) -> Run {
        let at = "2026-11-23T02:00:00Z".to_owned();
        Run {
            id: RunId(1),
            job: "all".to_owned(),
            job_id: None,
            backup_id: None,
            trigger_type: TriggerType::Manual,
            status: RunStatus::Completed,
            scheduled_for: None,
            queued_at: at.clone(),
            not_before: None,
            started_at: Some(at.clone()),
            completed_at: Some(at),
            error_message: None,
            error_hint: None,
            backup_size_bytes: None,
            backup_filepath: None,
            triggered_by_user_id: OperatorId(2),
            triggered_by: "ana".to_owned(),
            attempt: 1,
            server_version: None,
            tool_version: None,
            backups: backups.iter().map(|id| BackupId(*id)).collect(),
            standing: None,
        }
    }

    fn steps(databases: &[&str]) -> Vec<RunStep> {
        let step = |phase, database: Option<&str>| RunStep {
            phase,
            database: database.map(str::to_owned),
            at: "2026-11-23T02:00:00Z".to_owned(),
        };
        let each = databases.iter().flat_map(|name| {
            [RunPhase::Dump, RunPhase::Check, RunPhase::Publish].map(|phase| step(phase, Some(name)))
        });
        std::iter::once(step(RunPhase::Preflight, None))
            .chain(each)
            .chain([step(RunPhase::Retention, None), step(RunPhase::Done, None)])
            .collect()
    }

    #[test]
    fn the_steps_of_many_databases_are_folded_and_those_of_a_few_are_not() {
        assert_eq!(rows(&run(&[]), &steps(&["a", "b"])).len(), 8, "a few are read one by one");
        let folded = rows(&run(&[]), &steps(&["a", "b", "c", "d"]));
        assert_eq!(folded.len(), 6, "a row a database, between what concerns the whole run");
        assert!(
            matches!(&folded[1], Row::Database { name, steps } if name == "a" && steps.len() == 3),
            "{folded:?}"
        );
    }

    fn marks(run: &Run, steps: &[RunStep]) -> Vec<(Option<String>, Mark)> {
        let timed = rows(run, steps).into_iter().flat_map(|row| match row {
            Row::Step(step) => vec![step],
            Row::Database { steps, .. } => steps,
        });
        timed.map(|timed| (timed.step.database, timed.mark)).collect()
    }

    #[test]
    fn a_database_that_failed_is_not_ticked_because_others_went_on() {
        for others in [&["b"][..], &["b", "c", "d"][..]] {
            let mut all = steps(others);
            // The first one was cut off while it was dumped; the run went on with the others.
            let cut =
                RunStep { phase: RunPhase::Dump, database: Some("a".to_owned()), at: all[0].at.clone() };
            all.insert(1, cut);
            all.retain(|step| step.phase != RunPhase::Retention);
            let ended = Run {
                status: RunStatus::Failed,
                error_message: Some("a: the connection was cut".to_owned()),
                ..run(&[1])
            };
            let found = marks(&ended, &all);
            for (database, mark) in found {
                let expected = if database.as_deref() == Some("a") { Mark::Failed } else { Mark::Done };
                assert_eq!(mark, expected, "{database:?}: who looks for the lost one must find it");
            }
        }
        let unreached =
            Run { status: RunStatus::Failed, error_message: Some("refused".to_owned()), ..run(&[]) };
        let only = &steps(&[])[..1];
        assert_eq!(marks(&unreached, only), [(None, Mark::Failed)], "a server that was not reached");
        let going = Run { status: RunStatus::Processing, completed_at: None, ..run(&[]) };
        assert_eq!(marks(&going, only), [(None, Mark::Going)], "what goes on turns");
    }

    #[test]
    fn a_backup_is_named_by_its_database_where_that_is_certain() {
        let names = |backups: &[i64]| -> Vec<String> {
            super::backups(&run(backups), &steps(&["a", "b"])).into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(names(&[8, 7]), ["a", "b"], "in the order in which they were made");
        assert_eq!(names(&[7]), ["backup 7"], "which one is missing cannot be told, so none is guessed");
    }
}
