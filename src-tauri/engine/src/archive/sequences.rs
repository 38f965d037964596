//! The values that an archive sets its sequences to. Pure.

use super::manifest::LedgerSequence;
use super::reconcile::SEQUENCE_SET;
use super::toc::{Entry, Text, Toc};

/// The state of each sequence that a restore of the archive leaves.
pub fn sequence_values(toc: &Toc) -> Vec<LedgerSequence> {
    toc.entries.iter().filter(|entry| entry.desc() == SEQUENCE_SET).filter_map(value).collect()
}

/// `SELECT pg_catalog.setval('public.numbers', 5, true);`: what stands after the quoted name.
fn value(entry: &Entry) -> Option<LedgerSequence> {
    // One whose name is not UTF-8 cannot be told from another that looks alike.
    let plain = |text: &Option<Text>| text.as_ref().is_none_or(|text| std::str::from_utf8(&text.0).is_ok());
    if !plain(&entry.namespace) || !plain(&entry.tag) {
        return None;
    }
    let statement = entry.defn.as_ref().map(Text::lossy)?;
    let (before, is_called) = statement.trim_end().strip_suffix(");")?.rsplit_once(", ")?;
    let (_, last_value) = before.rsplit_once(", ")?;
    Some(LedgerSequence {
        schema: entry.namespace().into_owned(),
        name: entry.tag().into_owned(),
        last_value: last_value.trim().parse().ok()?,
        is_called: is_called == "true",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::toc::{Section, sample};

    fn entry(defn: &str) -> Entry {
        let named = sample::entry(1, SEQUENCE_SET, "public", "num, bers");
        Entry { section: Section::Data, defn: Some(defn.into()), ..named }
    }

    #[test]
    fn the_value_is_found_whatever_the_name_is() {
        let found = value(&entry("SELECT pg_catalog.setval('public.\"num, bers\"', -5, false);\n\n"));
        let expected = LedgerSequence {
            schema: "public".into(),
            name: "num, bers".into(),
            last_value: -5,
            is_called: false,
        };
        assert_eq!(found, Some(expected), "a restored sequence is compared with this");
        assert_eq!(value(&entry("SELECT 1;")), None, "what is no setval sets nothing");
    }
}
