//! Reads a table's name as people write it: `schema.name`, and either in SQL quotes where it holds a dot. Pure.

use super::identifier;

/// All that the text can mean, as schema and name; no schema where none is written. SQL quotes leave one meaning;
/// without them every dot may be the one between schema and name.
pub fn readings(text: &str) -> Vec<(Option<String>, String)> {
    if let Some(exact) = in_quotes(text) {
        return vec![exact];
    }
    if !text.contains('.') {
        return vec![(None, text.to_owned())];
    }
    text.match_indices('.')
        .map(|(at, _)| (Some(text[..at].to_owned()), text[at + 1..].to_owned()))
        .filter(|(schema, name)| schema.as_deref() != Some("") && !name.is_empty())
        .collect()
}

/// The one meaning of a name with a part in quotes.
fn in_quotes(text: &str) -> Option<(Option<String>, String)> {
    let (first, rest) = identifier(text)?;
    if rest.is_empty() {
        return text.starts_with('"').then_some((None, first));
    }
    let second = rest.strip_prefix('.')?;
    if !text.starts_with('"') && !second.starts_with('"') {
        return None;
    }
    let (name, rest) = identifier(second)?;
    (rest.is_empty() && !first.is_empty() && !name.is_empty()).then_some((Some(first), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(schema: &str, name: &str) -> Vec<(Option<String>, String)> {
        vec![(Some(schema.to_owned()), name.to_owned())]
    }

    #[test]
    fn quotes_say_where_the_schema_ends() {
        assert_eq!(readings("\"a.b\".c"), exact("a.b", "c"), "a schema with a dot");
        assert_eq!(readings("a.\"b.c\""), exact("a", "b.c"), "a table with a dot");
        assert_eq!(readings("\"a\"\"b\".\"c d\""), exact("a\"b", "c d"), "whatever else stands in them");
        assert_eq!(readings("\"a.b\""), vec![(None, "a.b".to_owned())], "a name alone");
    }

    #[test]
    fn without_quotes_every_dot_may_be_the_one() {
        assert_eq!(readings("public.orders"), exact("public", "orders"), "one dot leaves one meaning");
        assert_eq!(
            readings("public.odd \"name"),
            exact("public", "odd \"name"),
            "a quote within is a letter"
        );
        let two = [exact("a", "b.c"), exact("a.b", "c")].concat();
        assert_eq!(readings("a.b.c"), two, "which one is meant is not for us to guess");
        assert_eq!(readings("orders"), vec![(None, "orders".to_owned())], "no schema is written");
        assert_eq!(readings("public."), vec![], "no name is none");
        assert_eq!(readings(".orders"), vec![], "nor is no schema one");
    }
}
