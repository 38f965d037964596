//! Globals: what restoring them would do, and doing it.

use super::Engine;
use crate::catalog::audit;
use crate::error::{Error, Refusal};
use crate::globals;
use holdfast_types::counted;
use holdfast_types::{CatalogScope, PlanGlobals, PlannedGlobals, RestoreGlobals, RoleFate};

impl Engine {
    /// Says what restoring a backup's globals would do and what bars the way. Changes nothing.
    ///
    /// # Errors
    /// The backup is unknown, or the server cannot be reached.
    pub async fn plan_globals(&self, request: PlanGlobals) -> Result<PlannedGlobals, Error> {
        let surveyed = globals::survey(&self.context, &request.spec).await?;
        Ok(globals::plan(&request.spec, &surveyed.facts).shown)
    }

    /// Restores a backup's globals in one transaction, and answers what was done.
    ///
    /// # Errors
    /// Something bars the way, or the server refused a part; nothing was changed.
    pub async fn restore_globals(&self, request: RestoreGlobals) -> Result<PlannedGlobals, Error> {
        let spec = request.spec;
        let surveyed = globals::survey(&self.context, &spec).await?;
        let plan = globals::plan(&spec, &surveyed.facts);
        if !plan.shown.obstacles.is_empty() {
            let barred = plan.shown.obstacles.into_iter().map(|problem| (problem.message, problem.hint));
            return Err(Error::Refused(Refusal::RestoreBarred(barred.collect())));
        }
        globals::carry_out(&surveyed.session, &plan.statements).await?;
        let (operator, now) = (self.context.operator, self.context.now());
        let (server, detail) = (plan.shown.server.clone(), described(&plan.shown));
        self.context
            .write(CatalogScope::Backups, move |tx| {
                audit::record(tx, operator, now, "globals.restore", &server, &detail)?;
                Ok(())
            })
            .await?;
        Ok(plan.shown)
    }
}

/// What was done, in a line, for the audit trail.
fn described(done: &PlannedGlobals) -> String {
    let changed = done.count(RoleFate::SettingsChanged);
    let mut parts =
        vec![format!("backup {}: {} made", done.backup_id, counted(done.count(RoleFate::Created), "role"))];
    if changed > 0 {
        parts.push(format!("settings of {} changed", counted(changed, "role")));
    }
    if let Some(database) = &done.database {
        parts.push(format!("{} of \"{database}\"", counted(done.database_settings.len() as u64, "setting")));
    }
    parts.join(", ")
}
