//! Cuts a stream of bytes into lines of bounded length.

/// The longest line that is kept, in bytes; the rest of a longer one is dropped. pg_dump prints whole queries.
const LONGEST: usize = 8 * 1024;

/// Collects bytes until lines are whole.
#[derive(Debug, Default)]
pub(super) struct LineCutter {
    begun: Vec<u8>,
}

impl LineCutter {
    /// Takes bytes and gives each line that they complete to `each`.
    pub(super) fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&str)) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, whole) = match part.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (part, false),
            };
            let room = LONGEST.saturating_sub(self.begun.len()).min(text.len());
            self.begun.extend_from_slice(&text[..room]);
            if whole {
                self.flush(&mut each);
            }
        }
    }

    /// Gives what stands after the last line break, if anything does.
    pub(super) fn finish(&mut self, mut each: impl FnMut(&str)) {
        if !self.begun.is_empty() {
            self.flush(&mut each);
        }
    }

    fn flush(&mut self, each: &mut impl FnMut(&str)) {
        each(String::from_utf8_lossy(&self.begun).trim_end_matches('\r'));
        self.begun.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[&[u8]]) -> Vec<String> {
        let (mut cutter, mut lines) = (LineCutter::default(), Vec::new());
        for piece in pieces {
            cutter.push(piece, |line| lines.push(line.to_owned()));
        }
        cutter.finish(|line| lines.push(line.to_owned()));
        lines
    }

    #[test]
    fn lines_are_whole_however_they_arrive() {
        assert_eq!(cut(&[b"on", b"e\ntw", b"o\r\nlast"]), ["one", "two", "last"], "pipes cut anywhere");
        assert_eq!(
            cut(&["é\n".as_bytes()[..1].as_ref(), &"é\n".as_bytes()[1..]]),
            ["é"],
            "inside a letter too"
        );
    }

    #[test]
    fn an_endless_line_does_not_fill_the_memory() {
        let long = vec![b'x'; 3 * LONGEST];
        let lines = cut(&[&long, &long, b"\nnext\n"]);
        assert_eq!(lines[0].len(), LONGEST, "what is kept is bounded");
        assert_eq!(lines[1], "next", "the following line is whole again");
    }
}
