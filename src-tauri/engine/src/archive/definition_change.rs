//! How a definition changed, line by line. Pure.

use holdfast_types::{DefinitionLine, DefinitionSide};
use similar::{ChangeTag, TextDiff};

/// The lines of both texts, in an order in which either can be read.
pub fn lines(before: &str, after: &str) -> Vec<DefinitionLine> {
    let diff = TextDiff::from_lines(before, after);
    let line = |change: similar::Change<&str>| DefinitionLine {
        side: match change.tag() {
            ChangeTag::Equal => DefinitionSide::Both,
            ChangeTag::Delete => DefinitionSide::Before,
            ChangeTag::Insert => DefinitionSide::After,
        },
        text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
    };
    diff.iter_all_changes().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(lines: &[DefinitionLine], not: DefinitionSide) -> Vec<String> {
        lines.iter().filter(|line| line.side != not).map(|line| line.text.clone()).collect()
    }

    #[test]
    fn a_column_that_came_is_the_one_line_that_is_new() {
        let before = "CREATE TABLE public.orders (\n    id integer\n);";
        let after = "CREATE TABLE public.orders (\n    id integer,\n    note text\n);";
        let found = lines(before, after);
        let moved: Vec<&str> = found
            .iter()
            .filter(|line| line.side != DefinitionSide::Both)
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(
            moved,
            ["    id integer", "    id integer,", "    note text"],
            "what stayed needs no second look"
        );
    }

    proptest! {
        #[test]
        fn both_definitions_can_be_read_whole_from_the_lines(
            before in prop::collection::vec("[ab,]{0,3}", 1..8),
            after in prop::collection::vec("[ab,]{0,3}", 1..8),
        ) {
            let found = lines(&before.join("\n"), &after.join("\n"));
            let whole = |lines: &[String]| lines.join("\n").trim_end().to_owned();
            prop_assert_eq!(whole(&of(&found, DefinitionSide::After)), whole(&before), "a line of the old one is lost");
            prop_assert_eq!(whole(&of(&found, DefinitionSide::Before)), whole(&after), "a line of the new one is lost");
        }
    }
}
