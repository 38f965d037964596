//! The page's part of the address, and what it asks for.

use crate::forms::list::{Sorting, Way, page_of, page_word};
use holdfast_types::{BackupSort, BackupStatus, FindTable, JobId, ListBackups, NameMatch};
use serde::{Deserialize, Serialize};

/// Rows on a page.
pub const LIMIT: u32 = 50;

/// The order without a wish.
pub const USUAL: Sorting<'static> = Sorting { column: "made", way: Way::Down };

/// The filters and the order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BackupsQuery {
    /// A job's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// A part of a database's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub database: String,
    /// A state's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// The order's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// A part of a table's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub table: String,
    /// The page's number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
}

impl BackupsQuery {
    /// The page, from 1.
    pub fn page(&self) -> u32 {
        page_of(&self.page)
    }

    /// The same filters on another page.
    pub fn on_page(&self, page: u32) -> Self {
        BackupsQuery { page: page_word(page), ..self.clone() }
    }

    /// Whether anything is filtered.
    pub fn is_filtered(&self) -> bool {
        [&self.job, &self.database, &self.status].iter().any(|text| !text.is_empty())
    }

    /// The order of the rows.
    pub fn sorting(&self) -> Sorting<'_> {
        Sorting::of(&self.sort, USUAL)
    }

    fn order(&self) -> BackupSort {
        let Sorting { column, way } = self.sorting();
        match (column, way) {
            ("made", Way::Up) => BackupSort::Oldest,
            ("size", Way::Up) => BackupSort::Smallest,
            ("size", Way::Down) => BackupSort::Largest,
            ("trust", Way::Up) => BackupSort::LeastTrusted,
            ("trust", Way::Down) => BackupSort::MostTrusted,
            ("database", Way::Up) => BackupSort::Database,
            ("database", Way::Down) => BackupSort::DatabaseBackwards,
            _ => BackupSort::Newest,
        }
    }

    /// The backups that are asked for.
    pub fn request(&self) -> ListBackups {
        ListBackups {
            job_id: self.job.parse::<i64>().ok().map(JobId),
            database: Some(self.database.trim().to_owned()).filter(|name| !name.is_empty()),
            database_match: NameMatch::Part,
            status: BackupStatus::parse(&self.status),
            sort: self.order(),
            page: Some(self.page()),
            limit: Some(LIMIT),
        }
    }

    /// The table that is looked for in all backups. A dot parts a schema from a name.
    pub fn wanted(&self) -> Option<FindTable> {
        let text = self.table.trim();
        if text.is_empty() {
            return None;
        }
        let (schema, name) = match text.split_once('.') {
            Some((schema, name)) if !schema.is_empty() => (Some(schema.to_owned()), name),
            _ => (None, text),
        };
        Some(FindTable {
            schema,
            name: name.to_owned(),
            name_match: NameMatch::Part,
            page: Some(self.page()),
            limit: Some(LIMIT),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(table: &str) -> Option<FindTable> {
        BackupsQuery { table: table.to_owned(), ..BackupsQuery::default() }.wanted()
    }

    #[test]
    fn a_table_is_looked_for_by_a_part_of_its_name() {
        assert_eq!(of("  "), None, "nobody looks for nothing");
        let found = of(" order ").expect("a name");
        assert_eq!((found.schema, found.name.as_str()), (None, "order"), "in any schema");
        assert_eq!(found.name_match, NameMatch::Part, "few know the whole name");
        let found = of("sales.order").expect("a name");
        assert_eq!((found.schema.as_deref(), found.name.as_str()), (Some("sales"), "order"), "or in one");
    }

    #[test]
    fn a_broken_address_shows_all_from_the_beginning() {
        let query = BackupsQuery {
            job: "x".to_owned(),
            status: "?".to_owned(),
            sort: "-colour".to_owned(),
            page: "-3".to_owned(),
            ..BackupsQuery::default()
        };
        let request = query.request();
        assert_eq!(
            (request.job_id, request.status, request.page),
            (None, None, Some(1)),
            "rather than an error"
        );
        assert_eq!(request.sort, BackupSort::Newest, "in the usual order");
    }

    #[test]
    fn every_head_of_a_column_orders_the_list_both_ways() {
        for (word, sort) in [
            ("", BackupSort::Newest),
            ("made", BackupSort::Oldest),
            ("size", BackupSort::Smallest),
            ("-size", BackupSort::Largest),
            ("trust", BackupSort::LeastTrusted),
            ("-trust", BackupSort::MostTrusted),
            ("database", BackupSort::Database),
            ("-database", BackupSort::DatabaseBackwards),
        ] {
            let query = BackupsQuery { sort: word.to_owned(), ..BackupsQuery::default() };
            assert_eq!(
                query.request().sort,
                sort,
                "the rows must be in the order that the head shows: {word}"
            );
        }
    }
}
