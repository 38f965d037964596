//! Carries a restore out and records its end.

use super::plan::Facts;
use super::survey::{Surveyed, beside};
use super::{safety, swap};
use crate::at_work::Working;
use crate::cancel::or_cancelled;
use crate::catalog::restores::{self, RestoreEnd};
use crate::context::{Context, off_runtime};
use crate::error::{Error, Refusal};
use crate::event::EngineEvent;
use crate::facade::verify::verify_once;
use crate::postgres::restore::{self, Course, LoadFailure, RestoreOutcome, RestorePlan, RestoreRequest};
use crate::postgres::snapshot::quote;
use crate::postgres::{self, PostgresError, Session, databases};
use crate::proof::drill::compare_restored;
use crate::proof::loading;
use crate::proof::progress::{Meter, RESTORING};
use crate::proof::roles::{self, Wanted};
use crate::proof::verify::Order;
use crate::repository::layout::{ARCHIVE_DIR, GLOBALS_FILE};
use crate::runner::scratch::Scratch;
use holdfast_types::{
    CatalogScope, Check, Existing, FailedObject, MissingRoles, OperatorId, Ownership, RestoreId,
    RestoreScope, RestoreSpec, RestoreStatus, RestoreTarget, SafetyBackup, VerifyLevel,
};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a server that restarts is waited for, to drop what was not finished.
const DISCARD_PATIENCE: Duration = Duration::from_secs(30);

/// A restore that was recorded and is to be carried out.
pub(crate) struct Errand {
    pub(crate) id: RestoreId,
    pub(crate) spec: RestoreSpec,
    pub(crate) surveyed: Surveyed,
    /// The name under which a new database is filled.
    pub(crate) staged: String,
    pub(crate) operator: OperatorId,
    pub(crate) working: Working,
}

/// Carries a restore out in the background.
pub(crate) fn launch(context: &Arc<Context>, errand: Errand) {
    let context = Arc::clone(context);
    tokio::spawn(async move {
        let id = errand.id;
        let errand = Arc::new(errand);
        // A task of its own, so that even a panic leaves a recorded end.
        let carried = (Arc::clone(&context), Arc::clone(&errand));
        let task = tokio::spawn(async move { steps(&carried.0, &carried.1).await });
        let end = match task.await {
            Ok(Ok(end)) => end,
            Ok(Err(error)) => failed(&error),
            Err(error) => failed(&Error::Internal(error.to_string())),
        };
        record(&context, id, end).await;
        // Only now may the process end.
        drop(errand);
    });
}

async fn record(context: &Arc<Context>, id: RestoreId, end: RestoreEnd) {
    let now = context.now();
    match context.write(CatalogScope::Backups, move |tx| restores::finish(tx, id, &end, now)).await {
        Ok(restore) => context.emit(EngineEvent::Restored(Box::new(restore))),
        Err(error) => tracing::error!("restore {id}: its end could not be recorded: {}", error.to_api()),
    }
}

fn failed(error: &Error) -> RestoreEnd {
    let words = error.to_api();
    let status = if error.is_cancelled() { RestoreStatus::Cancelled } else { RestoreStatus::Failed };
    RestoreEnd { error_message: Some(words.message), error_hint: Some(words.hint), ..RestoreEnd::of(status) }
}

async fn steps(context: &Arc<Context>, errand: &Errand) -> Result<RestoreEnd, Error> {
    let Errand { spec, surveyed, working, .. } = errand;
    let meter = Meter::new(context, spec.backup_id);
    meter.step("Reading the backup to its end");
    let verify =
        Order { backup: spec.backup_id, level: VerifyLevel::Decode, operator: errand.operator, server: None };
    let verified = or_cancelled(&working.cancel, verify_once(context, verify)).await?;
    if !verified.ok {
        let reason = verified.error_message.unwrap_or_default();
        return Err(Error::Refused(Refusal::BackupUnfit(reason)));
    }
    if let Some(manifest) = &surveyed.manifest {
        meter.expect(manifest);
    }
    if spec.target == RestoreTarget::Existing && spec.safety_backup == SafetyBackup::Make {
        meter.step("Backing the database up as it is now");
        safety::back_up(context, spec, &working.cancel).await?;
    }
    let scratch = Scratch::named(&context.home, &format!("restore-{}", errand.id))?;
    if spec.roles == MissingRoles::Make && spec.ownership == Ownership::AsBackedUp {
        meter.step("Making roles");
        make_roles(errand).await?;
    }
    match spec.target {
        RestoreTarget::Existing => into_existing(errand, scratch.path(), &meter).await,
        RestoreTarget::New | RestoreTarget::Swap => staged(errand, scratch.path(), &meter).await,
    }
}

/// Makes the roles that lack, out of the backup's dump of globals.
async fn make_roles(errand: &Errand) -> Result<(), Error> {
    let Errand { spec, surveyed, .. } = errand;
    let session = beside(&surveyed.connection, &spec.database).await?;
    let globals = Path::new(&surveyed.backup.path).join(GLOBALS_FILE);
    let missing = Wanted::Only(surveyed.facts.missing_roles.iter().cloned().collect());
    let statements = off_runtime(move || roles::read(&globals, &missing)).await?;
    let refused = roles::make(&session, &statements).await;
    let wanted = surveyed.facts.missing_roles.iter().cloned().collect();
    match databases::missing_roles(&session, &wanted).await?.as_slice() {
        [] => Ok(()),
        [first, ..] => {
            let said = refused
                .into_iter()
                .next()
                .unwrap_or_else(|| "The backup's globals.sql does not hold it.".to_owned());
            Err(Error::Refused(Refusal::RoleNotMade(first.clone(), said)))
        }
    }
}

/// Fills a database under a name of our own, which then takes the name that was asked for. Whatever goes wrong
/// before, it is dropped, and the server is as it was.
async fn staged(errand: &Errand, private: &Path, meter: &Meter) -> Result<RestoreEnd, Error> {
    let Errand { spec, surveyed, staged, working, .. } = errand;
    let session = beside(&surveyed.connection, &spec.database).await?;
    databases::create(&session, staged, &surveyed.entry.options).await?;
    let filled = or_cancelled(&working.cancel, fill_and_compare(errand, &session, private, meter)).await;
    let named = match filled {
        Ok(end) if spec.target == RestoreTarget::Swap && end.status != RestoreStatus::Completed => {
            Err(Error::Refused(Refusal::NotSwapped(first_failure(&end))))
        }
        Ok(end) => name(errand, &session, end).await,
        Err(error) => Err(error),
    };
    if named.is_err() {
        discard(errand).await;
    }
    named
}

/// Drops the unfinished database. A server that restarts is waited for; one that stays away is left to the next start.
async fn discard(errand: &Errand) {
    let Errand { spec, surveyed, staged, .. } = errand;
    let deadline = Instant::now() + DISCARD_PATIENCE;
    loop {
        let dropped = async {
            let session = beside(&surveyed.connection, &spec.database).await?;
            Ok::<_, Error>(databases::discard(&session, staged).await?)
        };
        match dropped.await {
            Ok(()) => return,
            Err(Error::Postgres(
                PostgresError::LostConnection { .. }
                | PostgresError::ServerNotReady { .. }
                | PostgresError::Refused { .. },
            )) if Instant::now() < deadline => tokio::time::sleep(Duration::from_secs(1)).await,
            Err(error) => {
                tracing::warn!("the unfinished database {staged} could not be dropped: {}", error.to_api());
                return;
            }
        }
    }
}

async fn name(errand: &Errand, session: &Session, end: RestoreEnd) -> Result<RestoreEnd, Error> {
    let Errand { spec, staged, .. } = errand;
    match spec.target {
        RestoreTarget::Swap => {
            let kept = swap::swap(session, &spec.database, staged).await?;
            Ok(RestoreEnd { kept_database: Some(kept), ..end })
        }
        _ => {
            // The sessions that filled and compared it may still be on their way out.
            swap::rename_when_free(session, staged, &spec.database).await?;
            Ok(end)
        }
    }
}

async fn fill_and_compare(
    errand: &Errand,
    session: &Session,
    private: &Path,
    meter: &Meter,
) -> Result<RestoreEnd, Error> {
    let Errand { spec, surveyed, staged, .. } = errand;
    let (outcome, command) = load(errand, staged, private, meter).await?;
    let mut failures = outcome.failures;
    if outcome.course == Course::BrokenOff {
        let last = failures.last().map(|failure| failure.message.clone()).unwrap_or_default();
        return Err(Error::Refused(Refusal::BrokenOff(last)));
    }
    failures.extend(owner_and_permissions(errand, session).await);
    for setting in &surveyed.entry.settings {
        if let Err(error) = databases::alter(session, staged, setting).await {
            let message = Error::from(error).to_api().message;
            let statement = Some(format!("ALTER DATABASE … {setting}"));
            failures.push(LoadFailure { object: "DATABASE PROPERTIES".into(), message, statement });
        }
    }
    let restored = postgres::connect(&surveyed.connection, Some(staged)).await?;
    meter.step("Analysing");
    restored.execute("ANALYZE").await?;
    let ledger = surveyed.manifest.as_ref().and_then(|manifest| manifest.ledger.as_ref());
    let expected = ledger.filter(|_| spec.scope == RestoreScope::Whole).map(|ledger| {
        match surveyed.selection.as_ref() {
            Some(selection) => ledger.only(|schema, name| selection.holds_data_of(schema, name)),
            None => ledger.clone(),
        }
    });
    let checks = match expected {
        Some(expected) => {
            meter.step("Comparing with what the server held");
            compare_restored(&restored, &expected).await?
        }
        None => Vec::new(),
    };
    Ok(end(failures, checks, command))
}

/// Gives the database the owner and the permissions that it had.
async fn owner_and_permissions(errand: &Errand, session: &Session) -> Vec<LoadFailure> {
    let Errand { spec, surveyed, staged, .. } = errand;
    if spec.ownership == Ownership::Mine {
        return Vec::new();
    }
    let quoted = quote(staged);
    let mut statements: Vec<String> = surveyed
        .entry
        .permissions
        .iter()
        .map(|(before, after)| format!("{before} ON DATABASE {quoted}{after}"))
        .collect();
    // Last, as the former owner may be nobody who could grant.
    if !surveyed.entry.owner.is_empty() {
        statements.push(format!("ALTER DATABASE {quoted} OWNER TO {}", quote(&surveyed.entry.owner)));
    }
    let mut failures = Vec::new();
    for statement in statements {
        if let Err(error) = session.client().execute(statement.as_str(), &[]).await {
            let message = Error::from(session.error(error)).to_api().message;
            failures.push(LoadFailure { object: "DATABASE".into(), message, statement: Some(statement) });
        }
    }
    failures
}

/// One transaction: all or nothing.
async fn into_existing(errand: &Errand, private: &Path, meter: &Meter) -> Result<RestoreEnd, Error> {
    let Errand { spec, surveyed, working, .. } = errand;
    let (outcome, command) =
        or_cancelled(&working.cancel, load(errand, &spec.database, private, meter)).await?;
    if let [first, ..] = outcome.failures.as_slice() {
        let named = failed_object(first);
        return Ok(RestoreEnd {
            error_message: Some(format!("{}: {}", named.object, named.message)),
            error_hint: Some(
                "Nothing was changed: the restore is one transaction. Restore into a new database, or drop what the \
                 backup holds first (clean)."
                    .into(),
            ),
            failed_objects: outcome.failures.iter().map(failed_object).collect(),
            command: Some(command),
            ..RestoreEnd::of(RestoreStatus::Failed)
        });
    }
    meter.step("Analysing");
    let session = postgres::connect(&surveyed.connection, Some(&spec.database)).await?;
    session.execute("ANALYZE").await?;
    Ok(end(Vec::new(), Vec::new(), command))
}

async fn load(
    errand: &Errand,
    database: &str,
    private: &Path,
    meter: &Meter,
) -> Result<(RestoreOutcome, String), Error> {
    let Errand { spec, surveyed, working, .. } = errand;
    let tools = surveyed.tools.as_ref().ok_or_else(|| Error::Internal("no pg_restore was found".into()))?;
    let mut arguments = arguments(spec, &surveyed.facts);
    if let Some(selection) = &surveyed.selection {
        let list = private.join("entries.list");
        let text: String = selection.entries.iter().map(|id| format!("{id};\n")).collect();
        std::fs::write(&list, text).map_err(|source| Error::Io { path: list.clone(), source })?;
        arguments.push(format!("--use-list={}", list.display()));
    }
    let plan = RestorePlan::new(RestoreRequest {
        tools,
        connection: &surveyed.connection,
        database,
        archive: &Path::new(&surveyed.backup.path).join(ARCHIVE_DIR),
        private,
        parallelism: match spec.target {
            // One transaction is one connection.
            RestoreTarget::Existing => 1,
            _ => spec.parallelism.unwrap_or_else(default_parallelism),
        },
        arguments: &arguments,
    })?;
    meter.step(RESTORING);
    let loaded = |bytes| meter.loading(bytes);
    let running = restore::run(&plan, working.cancel.clone(), |line| meter.line(line));
    let outcome = tokio::select! {
        outcome = running => outcome?,
        never = loading::follow(&surveyed.connection, database, &loaded) => match never {},
    };
    Ok((outcome, plan.display_command()))
}

/// pg_restore's arguments for what is asked.
fn arguments(spec: &RestoreSpec, facts: &Facts) -> Vec<String> {
    let mut arguments: Vec<&str> = match spec.scope {
        RestoreScope::Whole => Vec::new(),
        RestoreScope::SchemaOnly => vec!["--schema-only"],
        // Rows of tables that need each other come in the archive's order, which knows no keys.
        RestoreScope::DataOnly if facts.superuser.is_some() => vec!["--data-only", "--disable-triggers"],
        RestoreScope::DataOnly => vec!["--data-only"],
    };
    if spec.ownership == Ownership::Mine {
        arguments.extend(["--no-owner", "--no-privileges"]);
    }
    if !facts.missing_tablespaces.is_empty() {
        arguments.push("--no-tablespaces");
    }
    if spec.target == RestoreTarget::Existing {
        arguments.extend(["--single-transaction", "--exit-on-error"]);
        if spec.existing == Existing::Clean {
            arguments.extend(["--clean", "--if-exists"]);
        }
    }
    arguments.into_iter().map(str::to_owned).collect()
}

fn failed_object(failure: &LoadFailure) -> FailedObject {
    FailedObject {
        object: failure.object.clone(),
        message: failure.message.clone(),
        statement: failure.statement.clone(),
    }
}

fn end(failures: Vec<LoadFailure>, checks: Vec<Check>, command: String) -> RestoreEnd {
    let differs = checks.iter().find(|check| !check.ok);
    let (status, message, hint) = match (failures.as_slice(), differs) {
        ([], None) => (RestoreStatus::Completed, None, None),
        ([], Some(check)) => (
            RestoreStatus::Partial,
            Some(format!("The restored database differs from the server's: {}.", check.detail)),
            Some("Verify the backup with a drill, and compare with another backup.".to_owned()),
        ),
        (failures, _) => (
            RestoreStatus::Partial,
            Some(format!("{} object(s) could not be restored.", failures.len())),
            Some("Each is listed with the server's message; the rest is there.".to_owned()),
        ),
    };
    RestoreEnd {
        error_message: message,
        error_hint: hint,
        failed_objects: failures.iter().map(failed_object).collect(),
        checks,
        command: Some(command),
        ..RestoreEnd::of(status)
    }
}

fn first_failure(end: &RestoreEnd) -> String {
    match end.failed_objects.first() {
        Some(failed) => format!("{}: {}", failed.object, failed.message),
        None => end.error_message.clone().unwrap_or_default(),
    }
}

/// Half of this machine's cores, at least two: the server may run here as well.
fn default_parallelism() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from((cores / 2).clamp(2, 8)).unwrap_or(2)
}
