//! What a server's sequences stand at. No snapshot holds it: they go on counting.

use super::inspect::{Relation, number, text};
use super::snapshot::quote;
use super::{PostgresError, Session};

/// Sequences asked about by one statement.
const BATCH: usize = 50;

/// A sequence's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceState {
    /// Its oid.
    pub oid: u32,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Schema and name as SQL.
    pub qualified: String,
    /// Its last value.
    pub last_value: i64,
    /// Whether that value was given out.
    pub is_called: bool,
}

/// The states of these sequences, which are plainly named.
pub async fn sequences(
    session: &Session,
    relations: impl Iterator<Item = &Relation>,
) -> Result<Vec<SequenceState>, PostgresError> {
    let all: Vec<&Relation> = relations.collect();
    let mut found = Vec::with_capacity(all.len());
    for batch in all.chunks(BATCH) {
        let questions: Vec<String> = batch
            .iter()
            .enumerate()
            .map(|(index, sequence)| {
                let name = format!("{}.{}", quote(&sequence.schema), quote(&sequence.name));
                let oid = sequence.oid;
                format!(
                    "SELECT {index}, last_value, is_called, (SELECT pg_catalog.quote_ident(n.nspname) || '.' \
                     || pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n \
                     ON n.oid = c.relnamespace WHERE c.oid = {oid}) FROM {name}"
                )
            })
            .collect();
        let rows = session.rows(&format!("{} ORDER BY 1", questions.join(" UNION ALL "))).await?;
        for (sequence, row) in batch.iter().zip(&rows) {
            found.push(SequenceState {
                oid: sequence.oid,
                schema: sequence.schema.clone(),
                name: sequence.name.clone(),
                qualified: text(row, 3)?,
                last_value: number(row, 1)?,
                is_called: text(row, 2)? == "t",
            });
        }
    }
    Ok(found)
}
