//! Housekeeping: the catalog's daily copy, the records of runs past their age, and once a day a look whether
//! the backups are there.

use crate::catalog::{CatalogError, backups, runs, settings as stored, slots, upkeep};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::{presence, settings, time};
use std::sync::Arc;

/// Internal key: the day on which the backups were looked at.
const LOOKED_AT: &str = "internal.backups_looked_at";

/// Tidies, in the process that holds the scheduler's lock.
pub(super) async fn tidy(context: &Arc<Context>) -> Result<(), Error> {
    if !context.holds_scheduler() {
        return Ok(());
    }
    let now = context.now();
    let days = context.read(|tx| settings::number(tx, "history_days")).await?;
    if days > 0 {
        let cutoff = now - i64::try_from(days).unwrap_or(i64::MAX / 86_400_000).saturating_mul(86_400_000);
        // In small transactions, so that nobody waits for the catalog.
        while context.write_quietly(move |tx| runs::purge(tx, cutoff)).await? > 0 {}
        while context.write_quietly(move |tx| slots::purge(tx, cutoff)).await? > 0 {}
    }
    look_at_backups(context, now).await?;
    let shared = Arc::clone(context);
    let copied = off_runtime(move || {
        let date = time::moment(now).format("%Y-%m-%d").to_string();
        Ok(upkeep::daily_copy(&shared.catalog, &shared.home.catalog_copies(), &date)?)
    })
    .await;
    match copied {
        Ok(_) => Ok(()),
        // A full disk must not stop the rest; the next hour tries again.
        Err(Error::Catalog(error @ CatalogError::Stored { .. })) => {
            tracing::warn!("the catalog could not be copied: {error}");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Looks once a day whether the backups are there, so that nothing counts as protection whose files are gone.
async fn look_at_backups(context: &Arc<Context>, now: i64) -> Result<(), Error> {
    let today = time::moment(now).format("%Y-%m-%d").to_string();
    let (looked, all) = context.read(|tx| Ok((stored::get(tx, LOOKED_AT)?, backups::all(tx, None)?))).await?;
    if looked.is_some_and(|looked| looked.value == today) {
        return Ok(());
    }
    for missing in presence::look(context, &all).await? {
        tracing::warn!("the files of backup {missing} are gone; it is marked missing");
    }
    context.write_quietly(move |tx| stored::put(tx, LOOKED_AT, &today, "internal", now)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::backups::NewBackup;
    use crate::repository::marker;
    use crate::{Engine, OpenOptions, event};
    use holdfast_types::{BackupStatus, ProcessKind, TrustLevel};
    use std::path::Path;

    fn backup(path: &Path) -> NewBackup {
        NewBackup {
            job_id: None,
            job_name: "nightly".into(),
            run_id: None,
            server_name: "local".into(),
            database: "app".into(),
            created_at: 0,
            path: path.to_string_lossy().into_owned(),
            size_bytes: 1,
            trust: TrustLevel::L2,
            server_version: "18.0".into(),
            tool_version: "18.0".into(),
            table_count: 1,
            manifest_sha256: None,
        }
    }

    #[tokio::test]
    async fn a_backup_that_vanished_is_no_longer_called_good_after_a_day() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let options =
            OpenOptions { home: dir.path().join("home"), kind: ProcessKind::Agent, sink: event::silent() };
        let engine = Engine::open(options).await.expect("the engine opens");
        let context = &engine.context;
        let (there, away) = (dir.path().join("there"), dir.path().join("away"));
        presence::enter(context, &there).await.expect("a repository begins");
        presence::enter(context, &away).await.expect("a repository begins");
        std::fs::remove_file(away.join(marker::MARKER_FILE)).expect("the disk is taken away");
        let paths = [&there, &away].map(|repository| repository.join("j/d/2026-11-23T020000Z-1"));
        let new = paths.map(|path| backup(&path));
        context
            .write_quietly(move |tx| new.iter().try_for_each(|new| backups::insert(tx, new).map(drop)))
            .await
            .expect("recorded");
        engine.beat().await.expect("it takes the scheduler's lock");
        tidy(context).await.expect("tidied");
        let all = context.read(|tx| backups::all(tx, None)).await.expect("readable");
        let standing = |repository: &Path| {
            let own = all.iter().find(|backup| Path::new(&backup.path).starts_with(repository));
            let own = own.expect("it stays listed");
            (own.status, own.trust)
        };
        assert_eq!(
            standing(&there),
            (BackupStatus::Missing, TrustLevel::L0),
            "what is not there must not look like protection, nor what comes back in its place"
        );
        assert_eq!(standing(&away), (BackupStatus::Good, TrustLevel::L2), "nobody can tell without the disk");
    }
}
