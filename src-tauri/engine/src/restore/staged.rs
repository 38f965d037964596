//! A database that is filled beside the others, and takes its name when it is whole.

use super::carry::Errand;
use super::ending::{self, end, first_failure};
use super::load::load;
use super::survey::beside;
use super::swap;
use crate::cancel::or_cancelled;
use crate::catalog::restores::RestoreEnd;
use crate::context::Context;
use crate::error::{Error, Refusal};
use crate::postgres::properties::{self, Owner};
use crate::postgres::restore::{Course, LoadFailure};
use crate::postgres::snapshot::quote;
use crate::postgres::{self, PostgresError, Session, databases};
use crate::proof::lent;
use crate::proof::progress::Meter;
use crate::proof::restored::{compare_restored, uncounted};
use crate::sql::Setting;
use holdfast_types::{FailedObject, Ownership, RestoreScope, RestoreStatus, RestoreTarget};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a server that restarts is waited for, to drop what was not finished.
const DISCARD_PATIENCE: Duration = Duration::from_secs(30);

/// Fills a database under a name of our own, which then takes the name that was asked for. Whatever goes wrong
/// before, it is dropped, and the server is as it was.
pub(super) async fn staged(
    context: &Arc<Context>,
    errand: &Errand,
    private: &Path,
    meter: &Meter,
) -> Result<RestoreEnd, Error> {
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
        discard(context, errand).await;
    }
    named
}

/// Drops the unfinished database. A server that restarts is waited for; one that stays away is asked again when something
/// is next verified or restored, and at the next start.
async fn discard(context: &Arc<Context>, errand: &Errand) {
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
                if let Err(error) = lent::remember(context, spec.server_id, staged).await {
                    tracing::warn!("it could not be remembered either: {}", error.to_api());
                }
                return;
            }
        }
    }
}

async fn name(errand: &Errand, session: &Session, end: RestoreEnd) -> Result<RestoreEnd, Error> {
    let Errand { spec, staged, .. } = errand;
    match spec.target {
        RestoreTarget::Swap => {
            carry_over(errand, session).await?;
            let kept = swap::swap(session, &spec.database, staged).await?;
            Ok(RestoreEnd { kept_database: Some(kept), ..end })
        }
        _ => {
            // The sessions that filled and compared it may still be on their way out.
            swap::rename_when_free(session, staged, &spec.database).await?;
            Ok(limits(errand, session, end).await)
        }
    }
}

/// Gives the whole database its connection limit and its mark as a template, with which it could not have been filled.
async fn limits(errand: &Errand, session: &Session, mut end: RestoreEnd) -> RestoreEnd {
    let Errand { spec, surveyed, .. } = errand;
    for clause in &surveyed.entry.properties {
        if let Err(error) = databases::alter(session, &spec.database, clause).await {
            let message = Error::from(error).to_api().message;
            end.status = RestoreStatus::Partial;
            end.failed_objects.push(FailedObject {
                object: "DATABASE PROPERTIES".into(),
                message,
                statement: Some(format!("ALTER DATABASE … {clause}")),
            });
        }
    }
    end
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
    // One that replaces another is given what that one has, in the end.
    if spec.target == RestoreTarget::New {
        failures.extend(owner_and_permissions(errand, session).await);
        failures.extend(settings(errand, session).await);
    }
    let restored = postgres::connect(&surveyed.connection, Some(staged)).await?;
    meter.step("Analysing");
    restored.execute("ANALYZE").await?;
    let expected = ending::expected(spec, surveyed.ledger(), surveyed.selection.as_ref());
    let checks = match expected {
        Some(expected) => {
            meter.step("Comparing with what the server held");
            compare_restored(&restored, &surveyed.connection, &expected).await?
        }
        None if spec.scope == RestoreScope::SchemaOnly => Vec::new(),
        None => vec![uncounted()],
    };
    Ok(end(spec.target, failures, checks, command))
}

/// Gives the restored database what the present one has, as it is at this moment: who uses the name must not notice
/// that another database bears it.
async fn carry_over(errand: &Errand, session: &Session) -> Result<(), Error> {
    let Errand { spec, staged, .. } = errand;
    let owner = match spec.ownership {
        Ownership::AsBackedUp => Owner::Same,
        Ownership::Mine => Owner::Maker,
    };
    let present = properties::read(session, &spec.database).await?;
    for statement in properties::statements(&present, staged, owner) {
        if let Err(error) = session.execute(&statement).await {
            let said = Error::from(error).to_api().message;
            return Err(Error::Refused(Refusal::PropertyNotCarried(statement, said)));
        }
    }
    Ok(())
}

/// Gives the database the settings and the comment that it had.
async fn settings(errand: &Errand, session: &Session) -> Vec<LoadFailure> {
    let Errand { surveyed, staged, .. } = errand;
    let mut failures = Vec::new();
    for clause in surveyed.entry.settings.iter().map(Setting::clause) {
        if let Err(error) = databases::alter(session, staged, &clause).await {
            let message = Error::from(error).to_api().message;
            let statement = Some(format!("ALTER DATABASE … {clause}"));
            failures.push(LoadFailure {
                entry: None,
                object: "DATABASE PROPERTIES".into(),
                message,
                statement,
            });
        }
    }
    failures.extend(settings_of_roles(errand, session).await);
    failures
}

/// Gives roles the settings that they had in the database, where a superuser restores and the role is there.
async fn settings_of_roles(errand: &Errand, session: &Session) -> Vec<LoadFailure> {
    let Errand { surveyed, staged, .. } = errand;
    let mut statements = Vec::new();
    if surveyed.facts.superuser.is_some() {
        let there = |role: &&(String, Setting)| !surveyed.facts.missing_roles.contains(&role.0);
        statements.extend(surveyed.entry.role_settings.iter().filter(there).map(|(role, setting)| {
            format!("ALTER ROLE {} IN DATABASE {} {}", quote(role), quote(staged), setting.clause())
        }));
    }
    if let Some(comment) = &surveyed.entry.comment {
        statements.push(format!("COMMENT ON DATABASE {} IS {comment}", quote(staged)));
    }
    let mut failures = Vec::new();
    for statement in statements {
        if let Err(error) = session.execute(&statement).await {
            let message = Error::from(error).to_api().message;
            let object = "DATABASE PROPERTIES".into();
            failures.push(LoadFailure { entry: None, object, message, statement: Some(statement) });
        }
    }
    failures
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
            failures.push(LoadFailure {
                entry: None,
                object: "DATABASE".into(),
                message,
                statement: Some(statement),
            });
        }
    }
    failures
}
