//! What the address may ask of the restore wizard before anything is typed.

use super::restore::{RestoreDraft, Selection};
use holdfast_types::RestoreId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The wizard's part of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RestoreQuery {
    /// The table to restore alone, as `schema.name`; empty for all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub table: String,
    /// The id of an earlier restore, whose choices are made again; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub again: String,
}

impl RestoreQuery {
    /// One table alone.
    pub fn of_table(table: String) -> Self {
        RestoreQuery { table, ..RestoreQuery::default() }
    }

    /// As an earlier one was.
    pub fn again(earlier: RestoreId) -> Self {
        RestoreQuery { again: earlier.to_string(), ..RestoreQuery::default() }
    }

    /// The earlier restore whose choices are made again.
    pub fn earlier(&self) -> Option<RestoreId> {
        self.again.parse().ok().map(RestoreId)
    }

    /// The draft with what is asked for.
    pub fn over(&self, draft: RestoreDraft) -> RestoreDraft {
        if self.table.is_empty() {
            return draft;
        }
        RestoreDraft { selection: Selection::Chosen, tables: BTreeSet::from([self.table.clone()]), ..draft }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_one_table_ticks_it_alone() {
        let asked = RestoreQuery::of_table("public.orders".to_owned()).over(RestoreDraft::new(None));
        assert_eq!(asked.selection, Selection::Chosen, "only what was asked for comes back");
        assert!(asked.tables.iter().eq(["public.orders"]), "and that is this table");
        let all = RestoreQuery::default().over(RestoreDraft::new(None));
        assert_eq!(all.selection, Selection::All, "nobody asked for a part");
    }
}
