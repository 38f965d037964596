//! Reads an identifier of SQL as pg_dump and pg_dumpall write it. Pure.

/// The name at the beginning, bare or quoted, and what follows it.
pub fn identifier(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()));
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        return (!name.is_empty()).then(|| (name.to_owned(), rest));
    };
    let mut name = String::new();
    let mut letters = quoted.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match (letter, letters.peek()) {
            ('"', Some((_, '"'))) => {
                letters.next();
                name.push('"');
            }
            ('"', _) => return Some((name, &quoted[at + 1..])),
            (other, _) => name.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::identifier;

    #[test]
    fn a_name_ends_where_the_server_would_end_it() {
        assert_eq!(identifier("ann WITH"), Some(("ann".into(), " WITH")), "a bare name");
        assert_eq!(
            identifier("\"a\"\"b; c\";"),
            Some(("a\"b; c".into(), ";")),
            "a quoted one holds anything"
        );
        assert_eq!(identifier("\"open"), None, "one without an end is none");
        assert_eq!(identifier("; x"), None, "nothing is no name");
    }
}
