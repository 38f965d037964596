//! Counts a restored database as its server was counted when it was dumped, and compares.

use super::compare::{self, Roots};
use super::compare_in_place::in_place;
use super::ledger;
use crate::archive::manifest::ManifestLedger;
use crate::archive::row_sum::RowSum;
use crate::error::Error;
use crate::postgres::copy_out::Copying;
use crate::postgres::inspect::Relation;
use crate::postgres::ledger::{self as counting, Depth, TableCount};
use crate::postgres::snapshot::quote;
use crate::postgres::{PostgresError, ResolvedConnection, Session, databases, inspect};
use holdfast_types::Check;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Compares a database that holds nothing but what was restored.
pub(crate) async fn compare_restored(
    restored: &Session,
    connection: &ResolvedConnection,
    expected: &ManifestLedger,
) -> Result<Vec<Check>, Error> {
    let (found, roots) = measure(restored, connection, expected).await?;
    Ok(compare::compare(expected, &found, &roots))
}

/// Compares what was restored into a database that existed; `before` is what its tables held until then.
pub(crate) async fn compare_in_place(
    restored: &Session,
    connection: &ResolvedConnection,
    expected: &ManifestLedger,
    before: &ManifestLedger,
) -> Result<Vec<Check>, Error> {
    let (found, roots) = measure(restored, connection, expected).await?;
    Ok(in_place(expected, before, &found, &roots))
}

/// Counts those tables, views and sequences of a database that the other ledger names, and as deep as that did. What
/// else the database holds is nobody's question and may be large. `connection` leads to the session's server.
pub(crate) async fn measure(
    session: &Session,
    connection: &ResolvedConnection,
    like: &ManifestLedger,
) -> Result<(ManifestLedger, Roots), Error> {
    let by_server = like.tables.iter().any(|table| table.checksum.is_some() && table.columns.is_none());
    let depth = if by_server { Depth::Checksums } else { Depth::Counts };
    let began = Instant::now();
    let tables = like.tables.iter().chain(&like.materialized_views).map(|table| (&table.schema, &table.name));
    let sequences = like.sequences.iter().map(|sequence| (&sequence.schema, &sequence.name));
    let named: HashSet<(&String, &String)> = tables.chain(sequences).collect();
    let with_columns = like.tables.iter().filter_map(|table| {
        let columns = table.columns.as_ref()?;
        Some(((&table.schema, &table.name), columns))
    });
    let columns: HashMap<(&String, &String), &String> = with_columns.collect();
    let roots: Roots = databases::partition_roots(session).await?.into_iter().collect();
    let (mut to_sum, mut to_count) = (Vec::new(), Vec::new());
    for relation in inspect::relations(session).await? {
        let name = (&relation.schema, &relation.name);
        match columns.get(&name) {
            Some(columns) => to_sum.push(((*columns).clone(), relation)),
            None if named.contains(&name) => to_count.push(relation),
            None => {}
        }
    }
    let summed = sum(session, connection, to_sum).await?;
    counting::settle(session).await?;
    let mut found = counting::count(session, &to_count, depth, &CancellationToken::new()).await?;
    session.execute("ROLLBACK").await?;
    found.add(summed);
    Ok((ledger::recorded(&found, like.depth, None, began.elapsed()), roots))
}

/// Reads these columns of these tables as they were read when they were dumped, and sums their rows.
async fn sum(
    session: &Session,
    connection: &ResolvedConnection,
    mut tables: Vec<(String, Relation)>,
) -> Result<Vec<TableCount>, PostgresError> {
    tables.sort_by_key(|(_, table)| table.bytes);
    let lanes = READERS.min(tables.len());
    let open = Arc::new(Mutex::new(tables));
    let mut reading = JoinSet::new();
    for _ in 0..lanes {
        let mut copying = Copying::beside(connection, session).await?;
        let open = Arc::clone(&open);
        let thread = copying.thread().clone();
        let read = async move {
            let mut counted = Vec::new();
            loop {
                // The largest first.
                let next = open.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let Some((columns, table)) = next else { return Ok(counted) };
                counted.push(sum_of(&mut copying, table, columns).await?);
                copying.begin_anew().await?;
            }
        };
        reading.spawn_on(read, &thread);
    }
    let mut all = Vec::new();
    while let Some(ended) = reading.join_next().await {
        let counted: Result<Vec<TableCount>, PostgresError> =
            ended.unwrap_or_else(|error| Err(PostgresError::Protocol { detail: error.to_string() }));
        all.extend(counted?);
    }
    Ok(all)
}

/// Connections that read at once: each keeps a processor of the server at work.
const READERS: usize = 2;

async fn sum_of(
    copying: &mut Copying,
    table: Relation,
    columns: String,
) -> Result<TableCount, PostgresError> {
    let (name, mut sum) = (format!("{}.{}", quote(&table.schema), quote(&table.name)), RowSum::default());
    let statement = format!("COPY (SELECT {columns} FROM ONLY {name}) TO STDOUT");
    let taken: Result<u64, PostgresError> = copying
        .copy(&statement, |block| {
            sum.push(&block);
            std::future::ready(Ok(()))
        })
        .await;
    Ok(TableCount {
        oid: table.oid,
        schema: table.schema,
        name: table.name,
        rows: Some(taken?),
        checksum: Some(sum.text()),
        columns: Some(columns),
    })
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
