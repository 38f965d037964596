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
    let mut letters = text.chars().peekable();
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
            Within::Code if letter == '-' && letters.peek() == Some(&'-') => {
                within = Within::Comment;
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
    fn what_has_no_end_is_no_statement() {
        assert_eq!(statements("CREATE ROLE a; CREATE ROLE b"), ["CREATE ROLE a"], "a file that was cut off");
        assert_eq!(
            statements("ALTER ROLE a SET b TO 'x;"),
            [] as [&str; 0],
            "nor what an open string swallows"
        );
    }
}
