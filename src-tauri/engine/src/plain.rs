//! Text from elsewhere (a server's words, names), made harmless: what could steer a terminal, forge a line or
//! turn the reading order around is written out. It judges no meaning.

/// Whether a character does something other than being seen: controls, line and paragraph separators, and the
/// marks that change the direction in which text is read.
pub fn is_misleading(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with every misleading character written out.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if is_misleading(c) { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_cannot_steer_what_shows_it() {
        assert_eq!(plain("a\u{1b}[2Jb"), "a\\u{1b}[2Jb", "escape sequences in a table's name are shown");
        assert_eq!(
            plain("gpj\u{202e}x\nerror: y"),
            "gpj\\u{202e}x\\nerror: y",
            "nor turn around or forge a line"
        );
        assert_eq!(
            plain("größe 日本 \u{1f600}"),
            "größe 日本 \u{1f600}",
            "names of any script stay readable"
        );
        assert_eq!(plain(&plain("a\tb")), "a\\tb", "what is written out once stays as it is");
    }
}
