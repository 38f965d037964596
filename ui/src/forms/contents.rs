//! What a backup holds, grouped, filtered and ordered; the filters as they stand in the address. Pure.

use super::list::{page_of, page_word};
use holdfast_types::{BackupContents, BackupObject};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// Rows on a page: enough to scroll through, few enough to draw at once.
pub const LIMIT: u32 = 100;

/// What is listed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Tables, foreign ones too.
    Tables,
    /// Views, materialized ones too.
    Views,
    /// What belongs to tables: indexes and constraints.
    Indexes,
    /// What is carried out: functions, procedures, triggers, rules.
    Functions,
    /// Sequences.
    Sequences,
    /// Everything else.
    Other,
}

impl Group {
    /// All groups, in the order of the page.
    pub const ALL: [Group; 6] =
        [Self::Tables, Self::Views, Self::Indexes, Self::Functions, Self::Sequences, Self::Other];

    /// The group of a kind of pg_dump's.
    pub fn of(kind: &str) -> Self {
        match kind {
            "TABLE" | "FOREIGN TABLE" => Self::Tables,
            "VIEW" | "MATERIALIZED VIEW" => Self::Views,
            "INDEX" | "CONSTRAINT" | "FK CONSTRAINT" | "CHECK CONSTRAINT" => Self::Indexes,
            "FUNCTION" | "PROCEDURE" | "AGGREGATE" | "TRIGGER" | "RULE" | "EVENT TRIGGER" => Self::Functions,
            "SEQUENCE" => Self::Sequences,
            _ => Self::Other,
        }
    }

    /// Its key in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Tables => "tables",
            Self::Views => "views",
            Self::Indexes => "indexes",
            Self::Functions => "functions",
            Self::Sequences => "sequences",
            Self::Other => "other",
        }
    }

    /// What is in it, for a tip.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Tables => "Tables, foreign ones too",
            Self::Views => "Views, materialized ones too",
            Self::Indexes => "Indexes, keys and other constraints",
            Self::Functions => "Functions, procedures, triggers and rules",
            Self::Sequences => "Sequences",
            Self::Other => "Schemas, types, permissions, comments and everything else",
        }
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Tables => "Tables",
            Self::Views => "Views",
            Self::Indexes => "Indexes and keys",
            Self::Functions => "Functions",
            Self::Sequences => "Sequences",
            Self::Other => "Other",
        }
    }

    fn of_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|group| group.key() == key).unwrap_or(Self::Tables)
    }
}

/// By what the list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Schema and name.
    Name,
    /// Most rows first.
    Rows,
    /// Most bytes first.
    Bytes,
}

/// The page's part of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContentsQuery {
    /// Text to find in names.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// A schema.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub schema: String,
    /// A group's key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The order's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// The page's number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// The schema of the table that is open.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// The table that is open.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub table: String,
}

impl ContentsQuery {
    /// The group.
    pub fn group(&self) -> Group {
        Group::of_key(&self.kind)
    }

    /// The order.
    pub fn by(&self) -> By {
        match self.sort.as_str() {
            "rows" => By::Rows,
            "bytes" => By::Bytes,
            _ => By::Name,
        }
    }

    /// The page, from 1.
    pub fn page(&self) -> u32 {
        page_of(&self.page)
    }

    /// The same filters on another page.
    pub fn on_page(&self, page: u32) -> Self {
        ContentsQuery { page: page_word(page), ..self.clone() }
    }

    /// The same list with a table opened.
    pub fn opened(&self, schema: &str, table: &str) -> Self {
        ContentsQuery { of: schema.to_owned(), table: table.to_owned(), ..self.clone() }
    }

    /// The same list with none opened.
    pub fn closed(&self) -> Self {
        self.opened("", "")
    }
}

/// An object with what is looked up for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The object.
    pub object: BackupObject,
    /// Its group.
    pub group: Group,
    /// Its indexes, those of its keys too.
    pub indexes: u64,
    /// In what the search looks.
    haystack: String,
}

/// What a backup holds, ready to be looked through.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalogue {
    lines: Vec<Line>,
    schemas: Vec<String>,
}

impl Catalogue {
    /// Orders what the engine answered.
    pub fn of(contents: &BackupContents) -> Self {
        let mut indexes: HashMap<(&str, &str), u64> = HashMap::new();
        let owned =
            contents.objects.iter().filter(|object| matches!(object.kind.as_str(), "INDEX" | "CONSTRAINT"));
        for (object, table) in owned.filter_map(|object| Some((object, object.table.as_deref()?))) {
            *indexes.entry((&object.schema, table)).or_default() += 1;
        }
        let schemas: BTreeSet<&str> = contents
            .objects
            .iter()
            .map(|object| object.schema.as_str())
            .filter(|name| !name.is_empty())
            .collect();
        let lines = contents.objects.iter().map(|object| Line {
            group: Group::of(&object.kind),
            indexes: indexes
                .get(&(object.schema.as_str(), object.name.as_str()))
                .copied()
                .unwrap_or_default(),
            haystack: format!("{}.{}", object.schema, object.name).to_lowercase(),
            object: object.clone(),
        });
        let mut lines: Vec<Line> = lines.collect();
        lines.sort_by(|a, b| (&a.object.schema, &a.object.name).cmp(&(&b.object.schema, &b.object.name)));
        Catalogue { lines, schemas: schemas.into_iter().map(str::to_owned).collect() }
    }

    /// The schemas that hold something.
    pub fn schemas(&self) -> &[String] {
        &self.schemas
    }

    /// How many objects of each group the search finds, in the order of the groups.
    pub fn counts(&self, query: &ContentsQuery) -> [(Group, u64); 6] {
        let mut counts = Group::ALL.map(|group| (group, 0));
        for line in self.lines.iter().filter(|line| line.fits(query)) {
            if let Some((_, count)) = counts.iter_mut().find(|(group, _)| *group == line.group) {
                *count += 1;
            }
        }
        counts
    }

    /// Every line of the group that the search finds, in the order that is asked for.
    pub fn found(&self, query: &ContentsQuery) -> Vec<&Line> {
        let group = query.group();
        let mut found: Vec<&Line> =
            self.lines.iter().filter(|line| line.group == group && line.fits(query)).collect();
        match query.by() {
            By::Name => {}
            By::Rows => found.sort_by_key(|line| Reverse(line.object.rows)),
            By::Bytes => found.sort_by_key(|line| Reverse(line.object.bytes)),
        }
        found
    }

    /// The line of a table.
    pub fn table(&self, schema: &str, name: &str) -> Option<&Line> {
        let is_it = |line: &&Line| {
            line.object.kind == "TABLE" && line.object.schema == schema && line.object.name == name
        };
        self.lines.iter().find(is_it)
    }
}

impl Line {
    fn fits(&self, query: &ContentsQuery) -> bool {
        let search = query.search.trim().to_lowercase();
        (query.schema.is_empty() || query.schema == self.object.schema)
            && (search.is_empty() || self.haystack.contains(&search))
    }
}

/// The part of a long list that a page shows.
pub fn on_page<T>(all: &[T], page: u32) -> &[T] {
    let from = (page as usize - 1).saturating_mul(LIMIT as usize).min(all.len());
    &all[from..(from + LIMIT as usize).min(all.len())]
}

/// A kind of pg_dump's, as a word within a sentence.
pub fn kind_words(kind: &str) -> String {
    match kind {
        "FK CONSTRAINT" => "foreign key".to_owned(),
        "CONSTRAINT" => "key".to_owned(),
        "ACL" => "permissions".to_owned(),
        "DEFAULT ACL" => "default permissions".to_owned(),
        other => other.to_lowercase(),
    }
}

/// The name of an object alone: pg_dump puts the table's before that of a constraint or a trigger.
pub fn own_name(object: &BackupObject) -> &str {
    let of_table =
        object.table.as_deref().and_then(|table| object.name.strip_prefix(table)?.strip_prefix(' '));
    of_table.unwrap_or(&object.name)
}

/// The full name of an object.
pub fn qualified(schema: &str, name: &str) -> String {
    if schema.is_empty() { name.to_owned() } else { format!("{schema}.{name}") }
}

#[cfg(test)]
#[path = "contents_tests.rs"]
mod tests;
