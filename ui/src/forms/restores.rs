//! The page of restores as it stands in the address: which backups are offered, and which page of the earlier restores
//! is shown. Pure.

use super::list::{page_of, page_word};
use holdfast_types::{ListBackups, ListRestores, NameMatch};
use serde::{Deserialize, Serialize};

/// Rows on a page of either list.
pub const LIMIT: u32 = 10;

/// The page's part of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RestoresQuery {
    /// A part of a database's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub database: String,
    /// The page of backups.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// The page of earlier restores.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub earlier: String,
}

impl RestoresQuery {
    /// The backups of another database, from the first.
    pub fn of_database(&self, database: String) -> Self {
        Self { database, page: String::new(), ..self.clone() }
    }

    /// Another page of backups.
    pub fn on_page(&self, page: u32) -> Self {
        Self { page: page_word(page), ..self.clone() }
    }

    /// Another page of earlier restores.
    pub fn on_earlier(&self, page: u32) -> Self {
        Self { earlier: page_word(page), ..self.clone() }
    }

    /// The backups that are offered.
    pub fn backups(&self) -> ListBackups {
        ListBackups {
            database: Some(self.database.trim().to_owned()).filter(|name| !name.is_empty()),
            database_match: NameMatch::Part,
            page: Some(page_of(&self.page)),
            limit: Some(LIMIT),
            ..ListBackups::default()
        }
    }

    /// The restores that are listed.
    pub fn restores(&self) -> ListRestores {
        ListRestores { backup_id: None, page: Some(page_of(&self.earlier)), limit: Some(LIMIT) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_have_pages_of_their_own() {
        let query = RestoresQuery { database: " shop ".to_owned(), ..RestoresQuery::default() };
        let query = query.on_page(3).on_earlier(2);
        assert_eq!(query.backups().database.as_deref(), Some("shop"), "blanks around a search mean nothing");
        assert_eq!(
            (query.backups().page, query.restores().page),
            (Some(3), Some(2)),
            "neither moves the other"
        );
        let other = query.of_database("crm".to_owned());
        assert_eq!(
            (other.backups().page, other.restores().page),
            (Some(1), Some(2)),
            "another search begins anew"
        );
    }
}
