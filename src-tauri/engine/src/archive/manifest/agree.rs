//! Whether an archive that was read to its end holds what its manifest says. Pure.

use super::{Manifest, ManifestTable};
use crate::archive::check::{CheckedArchive, CheckedTable};
use crate::archive::difference::Difference;
use std::collections::HashMap;

impl Manifest {
    /// Everything in which the archive differs from the manifest: tables with rows and bytes, and the sums.
    pub fn disagreements(&self, checked: &CheckedArchive) -> Vec<Difference> {
        let held: HashMap<u32, &CheckedTable> =
            checked.tables.iter().map(|table| (table.oid, table)).collect();
        let mut differences: Vec<Difference> =
            self.tables.iter().flat_map(|table| of_table(table, held.get(&table.oid).copied())).collect();
        let known: HashMap<u32, &ManifestTable> =
            self.tables.iter().map(|table| (table.oid, table)).collect();
        let unknown = checked.tables.iter().filter(|table| !known.contains_key(&table.oid));
        differences.extend(unknown.map(|table| Difference::Manifest {
            what: format!("data of {}.{}", table.schema, table.name),
            recorded: "nothing".into(),
            found: format!("{} bytes", table.raw_bytes),
        }));
        let sums = [
            ("number of sequences", self.totals.sequences, checked.sequences),
            ("number of materialized views", self.totals.materialized_views, checked.materialized_views),
            ("number of large objects", self.totals.large_objects, checked.large_objects),
            ("number of decoded bytes", self.totals.raw_bytes, checked.raw_bytes),
        ];
        differences
            .extend(sums.into_iter().filter_map(|(what, recorded, found)| differs(what, recorded, found)));
        if self.archive_version != checked.toc.version {
            differences.push(Difference::Manifest {
                what: "archive's version".into(),
                recorded: self.archive_version.clone(),
                found: checked.toc.version.clone(),
            });
        }
        differences
    }
}

fn of_table(recorded: &ManifestTable, held: Option<&CheckedTable>) -> Vec<Difference> {
    let name = format!("{}.{}", recorded.schema, recorded.name);
    match (recorded.archive_file.is_some(), held) {
        (true, None) => vec![Difference::Manifest {
            what: format!("data of {name}"),
            recorded: format!("{} bytes", recorded.raw_bytes.unwrap_or_default()),
            found: "nothing".into(),
        }],
        (_, Some(held)) => {
            let pairs =
                [("rows", recorded.rows, held.rows), ("bytes", recorded.raw_bytes, Some(held.raw_bytes))];
            let differing = pairs.into_iter().filter_map(|(what, recorded, found)| {
                let (recorded, found) = (recorded?, found?);
                differs(&format!("{what} of {name}"), recorded, found)
            });
            differing.collect()
        }
        (false, None) => Vec::new(),
    }
}

fn differs(what: &str, recorded: u64, found: u64) -> Option<Difference> {
    (recorded != found).then(|| Difference::Manifest {
        what: what.to_owned(),
        recorded: recorded.to_string(),
        found: found.to_string(),
    })
}
