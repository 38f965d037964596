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
use crate::postgres::properties::{self, Kind, Owner, Properties};
use crate::postgres::restore::{Course, LoadFailure};
use crate::postgres::snapshot::quote;
use crate::postgres::{self, PostgresError, Session, databases};
use crate::proof::progress::Meter;
use crate::proof::restored::{compare_restored, uncounted};
use crate::scratch_databases;
use holdfast_types::{Check, Ownership, RestoreScope, RestoreStatus, RestoreTarget};
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
    let filled = or_cancelled(&working.cancel, fill_and_compare(errand, private, meter)).await;
    let named = match filled {
        Ok(filled) => name(errand, &session, filled).await,
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
                return scratch_databases::leave(context, spec.server_id, staged).await;
            }
        }
    }
}

/// What a filled database is worth, before it has its name.
struct Filled {
    failures: Vec<LoadFailure>,
    checks: Vec<Check>,
    command: String,
}

impl Filled {
    fn end(self, target: RestoreTarget) -> RestoreEnd {
        end(target, self.failures, self.checks, self.command)
    }
}

async fn name(errand: &Errand, session: &Session, mut filled: Filled) -> Result<RestoreEnd, Error> {
    let Errand { spec, staged, .. } = errand;
    match spec.target {
        RestoreTarget::Swap => {
            let end = filled.end(spec.target);
            if end.status != RestoreStatus::Completed {
                return Err(Error::Refused(Refusal::NotSwapped(first_failure(&end))));
            }
            carry_over(errand, session).await?;
            let kept = swap::swap(session, &spec.database, staged).await?;
            Ok(RestoreEnd { kept_database: Some(kept), ..end })
        }
        _ => {
            filled.failures.extend(as_it_was(errand, session).await);
            // The sessions that filled and compared it may still be on their way out.
            swap::rename_when_free(session, staged, &spec.database).await?;
            Ok(filled.end(spec.target))
        }
    }
}

async fn fill_and_compare(errand: &Errand, private: &Path, meter: &Meter) -> Result<Filled, Error> {
    let Errand { spec, surveyed, staged, .. } = errand;
    let (outcome, command) = load(errand, staged, private, meter).await?;
    let failures = outcome.failures;
    if outcome.course == Course::BrokenOff {
        let last = failures.last().map(|failure| failure.message.clone()).unwrap_or_default();
        return Err(Error::Refused(Refusal::BrokenOff(last)));
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
    Ok(Filled { failures, checks, command })
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

/// Gives a new database what the one that was backed up had beside its contents.
async fn as_it_was(errand: &Errand, session: &Session) -> Vec<LoadFailure> {
    let Errand { spec, staged, .. } = errand;
    let before = statements(errand, session.role(), staged);
    // As people will know it.
    let told = statements(errand, session.role(), &spec.database);
    let mut failures = Vec::new();
    for (statement, told) in before.into_iter().zip(told) {
        // One statement each, whatever the archive says.
        if let Err(error) = session.client().execute(statement.as_str(), &[]).await {
            let message = Error::from(session.error(error)).to_api().message;
            let object = "DATABASE PROPERTIES".to_owned();
            failures.push(LoadFailure { entry: None, object, message, statement: Some(told) });
        }
    }
    failures
}

/// The statements that make a database what the archive says of its own. The settings of another role are a superuser's to
/// give. Pure.
fn statements(errand: &Errand, role: &str, database: &str) -> Vec<String> {
    let Errand { spec, surveyed, .. } = errand;
    let (entry, facts) = (&surveyed.entry, &surveyed.facts);
    let may_set = |name: &str| {
        (facts.superuser.is_some() || name == role) && !facts.missing_roles.iter().any(|lacks| lacks == name)
    };
    let properties = Properties {
        owner: entry.owner.clone(),
        permissions: None,
        settings: entry.settings.clone(),
        role_settings: entry.role_settings.iter().filter(|(name, _)| may_set(name)).cloned().collect(),
        connection_limit: entry.connection_limit.unwrap_or(-1),
        comment: entry.comment.clone(),
        kind: if entry.template.is_some() { Kind::Template } else { Kind::Ordinary },
        tablespace: String::new(),
    };
    let mut all = properties::statements(&properties, database, Owner::Maker);
    if spec.ownership == Ownership::AsBackedUp {
        let quoted = quote(database);
        let granted = entry.permissions.iter();
        all.extend(granted.map(|(before, after)| format!("{before} ON DATABASE {quoted}{after}")));
        // Last, as the former owner may be nobody who could grant.
        if !entry.owner.is_empty() {
            all.push(format!("ALTER DATABASE {quoted} OWNER TO {}", quote(&entry.owner)));
        }
    }
    all
}
