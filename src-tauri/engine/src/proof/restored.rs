//! Counts a restored database as its server was counted when it was dumped, and compares.

use super::compare::{self, Roots};
use super::compare_in_place::in_place;
use super::ledger;
use crate::archive::manifest::ManifestLedger;
use crate::error::Error;
use crate::postgres::inspect::Relation;
use crate::postgres::ledger::{self as counting, Depth};
use crate::postgres::{Session, databases, inspect};
use holdfast_types::Check;
use std::collections::HashSet;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Compares a database that holds nothing but what was restored.
pub(crate) async fn compare_restored(
    restored: &Session,
    expected: &ManifestLedger,
) -> Result<Vec<Check>, Error> {
    let (found, roots) = measure(restored, expected).await?;
    Ok(compare::compare(expected, &found, &roots))
}

/// Compares what was restored into a database that existed; `before` is what its tables held until then.
pub(crate) async fn compare_in_place(
    restored: &Session,
    expected: &ManifestLedger,
    before: &ManifestLedger,
) -> Result<Vec<Check>, Error> {
    let (found, roots) = measure(restored, expected).await?;
    Ok(in_place(expected, before, &found, &roots))
}

/// Counts those tables, views and sequences of a database that the other ledger names, and as deep as that did. What
/// else the database holds is nobody's question and may be large.
pub(crate) async fn measure(
    session: &Session,
    like: &ManifestLedger,
) -> Result<(ManifestLedger, Roots), Error> {
    let summed = like.tables.iter().any(|table| table.checksum.is_some());
    let depth = if summed { Depth::Checksums } else { Depth::Counts };
    let began = Instant::now();
    let tables = like.tables.iter().chain(&like.materialized_views).map(|table| (&table.schema, &table.name));
    let sequences = like.sequences.iter().map(|sequence| (&sequence.schema, &sequence.name));
    let named: HashSet<(&String, &String)> = tables.chain(sequences).collect();
    let roots: Roots = databases::partition_roots(session).await?.into_iter().collect();
    let mut relations = inspect::relations(session).await?;
    relations.retain(|relation: &Relation| named.contains(&(&relation.schema, &relation.name)));
    counting::settle(session).await?;
    let found = counting::count(session, &relations, depth, &CancellationToken::new()).await?;
    session.execute("ROLLBACK").await?;
    Ok((ledger::recorded(&found, None, began.elapsed()), roots))
}

/// Stands where no rows are compared, so that nobody takes it for a comparison.
const COMPARISON: &str = "comparison";

/// Said where the job counts nothing.
pub(crate) fn uncounted() -> Check {
    let detail = "the server's rows were not counted when it was dumped, so they cannot be compared".into();
    Check { name: COMPARISON.into(), ok: true, detail }
}

/// Said where everything arrived, but the comparison could not be made.
pub(crate) fn incomparable(error: &Error) -> Check {
    let detail = format!("everything arrived, but it could not be compared: {}", error.to_api().message);
    Check { name: COMPARISON.into(), ok: true, detail }
}
