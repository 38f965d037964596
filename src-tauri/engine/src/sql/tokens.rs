//! The words, names and strings of one statement. Pure.

use super::identifier;

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A word or number as it is written.
    Word(String),
    /// What stood in double quotes.
    Name(String),
    /// What stood in single quotes.
    Text(String),
    /// Any other character.
    Sign(char),
}

impl Token {
    /// The name that it is, bare or quoted.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it is this word. A name in quotes never is.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own.eq_ignore_ascii_case(word))
    }
}

/// The parts of a statement; none when something in it is not understood.
pub fn tokens(statement: &str) -> Option<Vec<Token>> {
    let mut all = Vec::new();
    let mut rest = statement.trim_start();
    while let Some(first) = rest.chars().next() {
        let escaped = rest.strip_prefix("E'").or_else(|| rest.strip_prefix("e'"));
        let (token, after) = if let Some(inner) = escaped {
            text(inner, Backslashes::Escape)?
        } else if let Some(inner) = rest.strip_prefix('\'') {
            text(inner, Backslashes::Plain)?
        } else if first == '"' {
            let (name, after) = identifier(rest)?;
            (Token::Name(name), after)
        } else if is_word(first) {
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            (Token::Word(rest[..end].to_owned()), &rest[end..])
        } else {
            (Token::Sign(first), &rest[first.len_utf8()..])
        };
        all.push(token);
        rest = after.trim_start();
    }
    Some(all)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || "_$.-+".contains(letter)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Backslashes {
    Escape,
    Plain,
}

/// A string from behind its opening quote.
fn text(inner: &str, backslashes: Backslashes) -> Option<(Token, &str)> {
    let mut value = String::new();
    let mut letters = inner.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match (letter, letters.peek()) {
            ('\'', Some((_, '\''))) => {
                letters.next();
                value.push('\'');
            }
            ('\'', _) => return Some((Token::Text(value), &inner[at + 1..])),
            // PostgreSQL's programs escape nothing but backslashes and quotes.
            ('\\', Some((_, next @ ('\\' | '\'')))) if backslashes == Backslashes::Escape => {
                value.push(*next);
                letters.next();
            }
            ('\\', _) if backslashes == Backslashes::Escape => return None,
            (other, _) => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Token {
        Token::Word(text.into())
    }

    #[test]
    fn each_part_is_what_the_server_would_read() {
        assert_eq!(
            tokens(r#"ALTER ROLE "a ""b" SET search_path TO 'x''y', E'c\\d\'e'"#),
            Some(vec![
                word("ALTER"),
                word("ROLE"),
                Token::Name("a \"b".into()),
                word("SET"),
                word("search_path"),
                word("TO"),
                Token::Text("x'y".into()),
                Token::Sign(','),
                Token::Text(r"c\d'e".into()),
            ]),
            "a value that is read wrongly would be set wrongly"
        );
        assert_eq!(
            tokens(r"'a\'"),
            Some(vec![Token::Text(r"a\".into())]),
            "a backslash alone escapes nothing"
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert_eq!(tokens("'open"), None, "a string without an end");
        assert_eq!(tokens(r"E'a\x41'"), None, "an escape that no program of PostgreSQL writes");
        assert!(!Token::Name("role".into()).is("ROLE"), "a quoted name is no word of the language");
    }
}
