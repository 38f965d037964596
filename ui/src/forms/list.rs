//! How a list is looked at: what is searched, by which column it is ordered, and the page; as it stands in the
//! address. Pure.

use serde::{Deserialize, Serialize};

/// The way of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The smallest, oldest or first of the alphabet first.
    Up,
    /// The largest or newest first.
    Down,
}

impl Way {
    fn other(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// A column, and the way by which a list is ordered by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorting<'a> {
    /// The column's key.
    pub column: &'a str,
    /// Which way.
    pub way: Way,
}

impl<'a> Sorting<'a> {
    /// The order that a word of the address means: a column's key, behind a `-` where the largest come first. The
    /// usual order where there is no word.
    pub fn of(word: &'a str, usual: Sorting<'a>) -> Self {
        match (word, word.strip_prefix('-')) {
            ("", _) => usual,
            (_, Some(column)) => Sorting { column, way: Way::Down },
            (column, None) => Sorting { column, way: Way::Up },
        }
    }

    /// Its word in the address; none for the usual order.
    pub fn word(self, usual: Sorting<'_>) -> String {
        match (self == usual, self.way) {
            (true, _) => String::new(),
            (false, Way::Up) => self.column.to_owned(),
            (false, Way::Down) => format!("-{}", self.column),
        }
    }

    /// The order after a click on a column's head: by that column, and the other way where it is so already.
    pub fn clicked<'b>(self, column: &'b str, first: Way) -> Sorting<'b> {
        match self.column == column {
            true => Sorting { column, way: self.way.other() },
            false => Sorting { column, way: first },
        }
    }
}

/// The part of the address of a list that is searched and ordered in the window.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Text to find.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// The order's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// The page's number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
}

impl ListQuery {
    /// The page, from 1.
    pub fn page(&self) -> u32 {
        page_of(&self.page)
    }
}

/// The page that a word means, from 1.
pub fn page_of(word: &str) -> u32 {
    word.parse().ok().filter(|page| *page > 0).unwrap_or(1)
}

/// The word of a page; none for the first.
pub fn page_word(page: u32) -> String {
    if page > 1 { page.to_string() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Sorting<'static> = Sorting { column: "made", way: Way::Down };

    #[test]
    fn an_order_stands_in_the_address_only_where_it_is_not_the_usual_one() {
        assert_eq!(Sorting::of("", USUAL), USUAL, "no word is the usual order");
        let small = Sorting { column: "size", way: Way::Up };
        for (sorting, word) in [(USUAL, ""), (small, "size"), (Sorting { way: Way::Down, ..small }, "-size")]
        {
            assert_eq!(sorting.word(USUAL), word, "a link to the view is as short as it can be");
            assert_eq!(Sorting::of(word, USUAL), sorting, "and leads back to it");
        }
    }

    #[test]
    fn a_second_click_on_a_head_turns_the_order_round() {
        let by_size = USUAL.clicked("size", Way::Down);
        assert_eq!(by_size, Sorting { column: "size", way: Way::Down }, "what is big is looked for first");
        assert_eq!(by_size.clicked("size", Way::Down).way, Way::Up, "then what is small");
        assert_eq!(USUAL.clicked("made", Way::Down).way, Way::Up, "the usual order turns as well");
    }

    #[test]
    fn a_broken_page_is_the_first() {
        for word in ["", "0", "-3", "x"] {
            assert_eq!(page_of(word), 1, "{word} must not become an error");
        }
        assert_eq!((page_word(1).as_str(), page_word(3).as_str()), ("", "3"), "the first needs no word");
    }
}
