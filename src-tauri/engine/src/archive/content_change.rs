//! Whether a table's contents are the same in two backups, by the checksums of their ledgers. Pure.

use super::manifest::{LedgerTable, Manifest};
use holdfast_types::ContentsCompared;
use std::collections::HashMap;

/// The checksums of a backup, by table.
pub struct Checksums<'a>(HashMap<(&'a str, &'a str), &'a LedgerTable>);

impl<'a> Checksums<'a> {
    /// Those of a manifest; none where nobody counted.
    pub fn of(manifest: &'a Manifest) -> Self {
        let tables = manifest.ledger.iter().flat_map(|ledger| &ledger.tables);
        Self(tables.map(|table| ((table.schema.as_str(), table.name.as_str()), table)).collect())
    }

    fn get(&self, schema: &str, name: &str) -> Option<&LedgerTable> {
        self.0.get(&(schema, name)).copied()
    }
}

/// Compares the contents of a table. Sums of one kind over the same columns tell; sums of two kinds, or none, do not.
pub fn compare(before: &Checksums<'_>, after: &Checksums<'_>, schema: &str, name: &str) -> ContentsCompared {
    let (Some(old), Some(new)) = (before.get(schema, name), after.get(schema, name)) else {
        return ContentsCompared::Unknown;
    };
    if let (Some(old), Some(new)) = (old.rows, new.rows) {
        match (old, new) {
            (0, 0) => return ContentsCompared::Equal,
            (old, new) if old != new => return ContentsCompared::Differ,
            _ => {}
        }
    }
    match (&old.checksum, &new.checksum) {
        (Some(a), Some(b)) if old.columns == new.columns => {
            if a == b {
                ContentsCompared::Equal
            } else {
                ContentsCompared::Differ
            }
        }
        _ => ContentsCompared::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: Option<u64>, checksum: Option<&str>, columns: Option<&str>) -> LedgerTable {
        LedgerTable {
            schema: "public".into(),
            name: "t".into(),
            rows,
            checksum: checksum.map(Into::into),
            columns: columns.map(Into::into),
        }
    }

    fn of(before: &LedgerTable, after: &LedgerTable) -> ContentsCompared {
        let sums = |table| Checksums(HashMap::from([(("public", "t"), table)]));
        compare(&sums(before), &sums(after), "public", "t")
    }

    #[test]
    fn values_that_changed_in_as_many_rows_are_noticed() {
        let (seven, eight) = (table(Some(3), Some("7"), None), table(Some(3), Some("8"), None));
        assert_eq!(of(&seven, &eight), ContentsCompared::Differ, "as many rows are not the same rows");
        assert_eq!(of(&seven, &seven), ContentsCompared::Equal, "the same sum over as many rows");
        let copied = |sum| table(Some(3), Some(sum), Some("id, note"));
        assert_eq!(
            of(&copied("7"), &copied("8")),
            ContentsCompared::Differ,
            "sums made while rows were copied"
        );
        assert_eq!(of(&copied("7"), &copied("7")), ContentsCompared::Equal, "count as well");
    }

    #[test]
    fn sums_of_two_kinds_say_nothing_of_each_other() {
        let (hashed, copied) = (table(Some(3), Some("7"), None), table(Some(3), Some("7"), Some("id")));
        let wider = table(Some(3), Some("9"), Some("id, note"));
        let none = table(Some(3), None, None);
        for (before, after) in [(&hashed, &copied), (&copied, &wider), (&hashed, &none), (&none, &none)] {
            assert_eq!(
                of(before, after),
                ContentsCompared::Unknown,
                "a difference of the sums may be one of kind"
            );
        }
    }

    #[test]
    fn counts_alone_tell_where_they_differ_and_where_there_is_nothing() {
        let rows = |rows| table(rows, None, None);
        assert_eq!(of(&rows(Some(3)), &rows(Some(4))), ContentsCompared::Differ, "a row came");
        assert_eq!(of(&rows(Some(0)), &rows(Some(0))), ContentsCompared::Equal, "nothing is like nothing");
        assert_eq!(
            of(&rows(None), &rows(Some(4))),
            ContentsCompared::Unknown,
            "what was not counted in time"
        );
    }
}
