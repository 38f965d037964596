//! Restores: plan, start, cancel, undo, list.

use super::{Engine, page, resolved};
use crate::at_work::Work;
use crate::catalog::restores::{self, NewRestore};
use crate::catalog::{audit, servers};
use crate::error::{Error, Refusal};
use crate::postgres::scratch_name::ScratchName;
use crate::restore::{self, Errand};
use crate::scratch_databases;
use holdfast_types::{
    CancelRestore, CatalogScope, Delivered, GetRestore, ListRestores, Page, PlanRestore, Restore, RestoreId,
    RestorePlan, RestoreSpec, RestoreStatus, RestoreTarget, StartRestore, UndoRestore,
};
use std::time::Duration;

/// How often another process's restore is looked at while somebody waits for it.
const LOOK: Duration = Duration::from_millis(300);

impl Engine {
    /// Says what a restore would do and what bars the way. Changes nothing.
    ///
    /// # Errors
    /// The request cannot be understood, or the server cannot be reached.
    pub async fn plan_restore(&self, request: PlanRestore) -> Result<RestorePlan, Error> {
        let surveyed = restore::survey(&self.context, &request.spec).await?;
        Ok(restore::plan(&request.spec, &surveyed.facts))
    }

    /// Starts a restore and answers it as going on.
    ///
    /// # Errors
    /// Something bars the way; nothing was changed.
    pub async fn start_restore(&self, request: StartRestore) -> Result<Restore, Error> {
        restore::heal::interrupted(&self.context).await?;
        scratch_databases::heal(&self.context).await?;
        let spec = request.spec;
        let surveyed = restore::survey(&self.context, &spec).await?;
        let obstacles = restore::plan(&spec, &surveyed.facts).obstacles;
        if !obstacles.is_empty() {
            let worded = obstacles.into_iter().map(|problem| (problem.message, problem.hint)).collect();
            return Err(Error::Refused(Refusal::RestoreBarred(worded)));
        }
        let staged = ScratchName::Restore.fresh();
        let context = &self.context;
        let (operator, now) = (context.operator, context.now());
        let new = NewRestore {
            spec: spec.clone(),
            server_name: surveyed.facts.server.clone(),
            staged: (spec.target != RestoreTarget::Existing).then(|| staged.clone()),
            started_at: now,
            operator,
            process: context.process.id().to_owned(),
        };
        let record = context
            .write(CatalogScope::Backups, move |tx| {
                let id = restores::begin(tx, &new)?;
                let RestoreSpec { backup_id, database, target, .. } = &new.spec;
                let parts = new.spec.parts_in_words();
                let detail = format!("backup {backup_id} into \"{database}\", {}: {parts}", target.as_str());
                audit::record(tx, operator, now, "backup.restore", &new.server_name, &detail)?;
                restores::get(tx, id)
            })
            .await?;
        let id = record.id;
        let working = context
            .at_work
            .begin(Work::Restore(id))
            .ok_or_else(|| Error::Internal("a new restore was going on".into()))?;
        restore::launch(context, Errand { id, spec, surveyed, staged, operator, working });
        Ok(record)
    }

    /// Waits for a restore's end.
    pub async fn wait_for_restore(&self, id: RestoreId) -> Result<Restore, Error> {
        loop {
            let restore = self.get_restore(GetRestore { id }).await?;
            if restore.status != RestoreStatus::Processing {
                return Ok(restore);
            }
            // Its end is an event for windows; a command that waits looks.
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Ends a restore that this process carries out; the target is left as it was.
    ///
    /// # Errors
    /// It has ended, or another process carries it out.
    pub async fn cancel_restore(&self, request: CancelRestore) -> Result<Delivered, Error> {
        match self.context.at_work.cancel(Work::Restore(request.id)) {
            Some(()) => Ok(Delivered { detail: "The restore is being ended.".into() }),
            None => Err(Error::Refused(Refusal::NotRestoring)),
        }
    }

    /// Puts the former database back after a swap.
    ///
    /// # Errors
    /// The restore was no swap, or its former database is gone.
    pub async fn undo_restore(&self, request: UndoRestore) -> Result<Restore, Error> {
        let id = request.id;
        let (restore, server_id) =
            self.context.read(move |tx| Ok((restores::get(tx, id)?, restores::server(tx, id)?))).await?;
        let (Some(kept), Some(server_id)) = (restore.kept_database.clone(), server_id) else {
            return Err(Error::Refused(Refusal::NothingToUndo));
        };
        let server = self.context.read(move |tx| servers::get(tx, server_id)).await?;
        let connection = resolved(&self.context, &server).await?;
        let replaced = restore::undo(&connection, &restore.database, &kept).await?;
        let (name, detail) = (
            restore.server.clone(),
            format!("\"{kept}\" is \"{}\" again, the restored one is \"{replaced}\"", restore.database),
        );
        self.change(CatalogScope::Backups, "restore.undo", move |tx| {
            restores::record_undone(tx, id, &replaced)?;
            Ok(((), name, detail))
        })
        .await?;
        self.get_restore(GetRestore { id }).await
    }

    /// Shows one restore.
    pub async fn get_restore(&self, request: GetRestore) -> Result<Restore, Error> {
        self.context.read(move |tx| restores::get(tx, request.id)).await
    }

    /// Lists restores, newest first.
    pub async fn list_restores(&self, request: ListRestores) -> Result<Page<Restore>, Error> {
        let (page, limit) = page(request.page, request.limit)?;
        self.context
            .read(move |tx| {
                let (items, total) = restores::list(tx, request.backup_id, page, limit)?;
                Ok(Page { items, total, page, limit })
            })
            .await
    }
}
