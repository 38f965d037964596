//! The statements of a script. Pure.

/// Where the reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Code,
    Comment,
    /// A string; with backslashes that escape, or without.
    Text {
        escapes: Escapes,
    },
    Name,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    Backslash,
    Doubled,
}

/// The statements of a script, without their semicolons; comments and psql's own commands are left out. Strings and
/// quoted names hold anything, as for a server with `standard_conforming_strings`, which pg_dumpall sets.
pub fn statements(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut now = String::new();
    let mut within = Within::Code;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match within {
            Within::Comment => {
                if letter == '\n' {
                    within = Within::Code;
                }
                continue;
            }
            // psql's own commands (`\restrict`) stand where a statement would begin.
            Within::Code if letter == '\\' && now.trim().is_empty() => {
                within = Within::Comment;
                continue;
            }
            Within::Code if letter == '-' && letters.as_str().starts_with('-') => {
                within = Within::Comment;
                continue;
            }
            Within::Code if letter == '/' && letters.as_str().starts_with('*') => {
                letters = behind_comment(&letters.as_str()[1..]).chars();
                now.push(' ');
                continue;
            }
            // A `$` within a name begins nothing.
            Within::Code
                if letter == '$'
                    && !now.ends_with(|before: char| before.is_alphanumeric() || before == '_') =>
            {
                let quoted = in_dollars(letters.as_str()).unwrap_or_default();
                now.push(letter);
                now.push_str(quoted);
                letters = letters.as_str()[quoted.len()..].chars();
                continue;
            }
            Within::Code if letter == ';' => {
                all.push(std::mem::take(&mut now).trim().to_owned());
                continue;
            }
            Within::Code if letter == '\'' => {
                let escapes = if now.ends_with(['E', 'e']) { Escapes::Backslash } else { Escapes::Doubled };
                within = Within::Text { escapes };
            }
            Within::Code if letter == '"' => within = Within::Name,
            Within::Text { escapes: Escapes::Backslash } if letter == '\\' => {
                now.push(letter);
                now.extend(letters.next());
                continue;
            }
            Within::Text { .. } if letter == '\'' => within = Within::Code,
            Within::Name if letter == '"' => within = Within::Code,
            _ => {}
        }
        now.push(letter);
    }
    all.retain(|statement| !statement.is_empty());
    all
}

/// What stands behind a comment whose beginning was passed over; such comments nest.
fn behind_comment(text: &str) -> &str {
    let mut depth = 1;
    let mut rest = text;
    while depth > 0 {
        let Some(at) = rest.find(['*', '/']) else { return "" };
        rest = &rest[at..];
        let length = match rest.get(..2) {
            Some("*/") => {
                depth -= 1;
                2
            }
            Some("/*") => {
                depth += 1;
                2
            }
            _ => 1,
        };
        rest = &rest[length..];
    }
    rest
}

/// A string in dollars (`$$ … $$`, `$tag$ … $tag$`), whose first `$` was passed over, to the end of its closing tag; all
/// that is left when nothing closes it. None when no such string begins here.
fn in_dollars(rest: &str) -> Option<&str> {
    let (tag, body) = rest.split_once('$')?;
    let is_tag = tag.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && !tag.starts_with(|first: char| first.is_ascii_digit());
    let closing = format!("${tag}$");
    let end = body.find(&closing).map_or(rest.len(), |at| tag.len() + 1 + at + closing.len());
    is_tag.then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn words_in_strings_and_names_begin_no_statement() {
        let text = "\\restrict x\nALTER ROLE aa SET search_path TO E'a\\'; COPY t TO PROGRAM ''x', 'x\n-- y\n';\n\
                    ALTER ROLE ab SET search_path TO \"; COPY (SELECT 1) TO PROGRAM $$id$$; --\";\n\
                    -- Tablespaces; DROP TABLE t;\n\\! id\nGRANT aa TO ab;\n";
        let found = statements(text);
        let starts: Vec<&str> = found.iter().map(|statement| &statement[..8]).collect();
        assert_eq!(starts, ["ALTER RO", "ALTER RO", "GRANT aa"], "what stands in quotes is data: {found:#?}");
    }

    #[test]
    fn strings_in_dollars_hold_anything_and_comments_nothing() {
        let found =
            statements("DO $a$ x; $$ y; $a$; SELECT $1, a$b; /* ; /* ; */ ; */ SELECT 2; SELECT $$;$$;");
        assert_eq!(
            found,
            ["DO $a$ x; $$ y; $a$", "SELECT $1, a$b", "SELECT 2", "SELECT $$;$$"],
            "a semicolon in a body or a comment ends nothing"
        );
        assert_eq!(statements("SELECT $$ a; SELECT b;"), [] as [&str; 0], "what nothing closes has no end");
    }

    #[test]
    fn what_has_no_end_is_no_statement() {
        assert_eq!(statements("CREATE ROLE a; CREATE ROLE b"), ["CREATE ROLE a"], "a file that was cut off");
        assert_eq!(
            statements("ALTER ROLE a SET b TO 'x;"),
            [] as [&str; 0],
            "nor what an open string swallows"
        );
    }
}
