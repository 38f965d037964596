//! Housekeeping: the catalog's daily copy, and the records of runs past their age.

use crate::catalog::{CatalogError, runs, upkeep};
use crate::context::{Context, off_runtime};
use crate::error::Error;
use crate::{settings, time};
use std::sync::Arc;

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
    }
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
