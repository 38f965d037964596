//! The tables that a restore is to bring, by the names that somebody wrote. Pure.

use crate::archive::named::{self, Meant};
use crate::archive::selection::TableName;
use crate::archive::toc::Toc;
use crate::error::{Error, Refusal};

/// The tables that were asked for, as the archive has them.
#[derive(Default)]
pub(super) struct Chosen {
    /// By schema and name.
    pub(super) tables: Vec<TableName>,
    /// Names that nothing in the archive has.
    pub(super) lacking: Vec<String>,
    /// Names of something else, with what it is.
    pub(super) not_tables: Vec<(String, &'static str)>,
}

impl Chosen {
    /// Refuses a name that fits several tables.
    pub(super) fn of(toc: &Toc, asked: &[String]) -> Result<Self, Error> {
        let mut chosen = Self::default();
        for text in asked {
            match named::meant(toc, text) {
                Meant::Table(table) => chosen.tables.push(table),
                Meant::Nothing => chosen.lacking.push(text.clone()),
                Meant::NoTable(kind) => chosen.not_tables.push((text.clone(), kind)),
                Meant::Several(tables) => {
                    return Err(Error::Refused(Refusal::several_tables(text, &tables)));
                }
            }
        }
        Ok(chosen)
    }
}
