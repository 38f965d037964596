//! SQL as text: names and values written so that a server reads them as such, and scripts read statement by statement.
//!
//! Pure, and no parser of SQL: it knows what pg_dump and pg_dumpall write, and refuses what it does not know.

mod identifier;
mod setting;
mod statements;
mod table_name;
mod tokens;

pub use identifier::identifier;
pub use setting::Setting;
pub use statements::statements;
pub use table_name::readings;
pub use tokens::{Token, tokens};

/// A name in double quotes.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name as SQL has it: in quotes when it needs them.
pub fn bare_or_quoted(name: &str) -> String {
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_$".contains(letter);
    let begins = name.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '_');
    if begins && name.chars().all(plain) { name.to_owned() } else { quoted(name) }
}

/// A string in single quotes. A backslash makes it an escape string, which every setting reads alike.
pub fn literal(value: &str) -> String {
    let doubled = value.replace('\'', "''");
    if doubled.contains('\\') {
        format!("E'{}'", doubled.replace('\\', "\\\\"))
    } else {
        format!("'{doubled}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_string_whatever_it_holds() {
        assert_eq!(literal("o'brien"), "'o''brien'", "a quote must not end it");
        assert_eq!(literal(r"a\b"), r"E'a\\b'", "a backslash is a backslash whatever the server's settings");
        assert_eq!(quoted("a\"; b"), "\"a\"\"; b\"", "nor a double quote a name");
    }
}
