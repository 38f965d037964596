//! The first rows of a table, read out of an archive without restoring it. Memory is bounded, whatever the rows are.

use super::ArchiveError;
use super::codec::Codec;
use super::toc::{Entry, Text, Toc};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The longest value that is shown, in bytes.
const LONGEST_VALUE: usize = 1000;

/// The longest row that is read, in bytes; the rest of it is passed over.
const LONGEST_ROW: usize = 256 * 1024;

/// Columns and first rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// The columns.
    pub columns: Vec<String>,
    /// The rows; an absent value is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Reads at most `limit` rows of a table of the archive in `dir`; none when it has no rows there.
///
/// # Errors
/// The data file cannot be read or decoded.
pub fn first_rows(
    dir: &Path,
    toc: &Toc,
    schema: &str,
    name: &str,
    limit: usize,
) -> Result<Option<Rows>, ArchiveError> {
    let is_it = |entry: &&Entry| {
        entry.desc() == super::reconcile::TABLE_DATA && entry.namespace() == schema && entry.tag() == name
    };
    let Some(entry) = toc.entries.iter().find(is_it) else { return Ok(None) };
    let Some(columns) = entry.copy_stmt.as_ref().and_then(columns) else { return Ok(None) };
    let Some((path, codec)) = entry.data_file().and_then(|base| present(dir, &base)) else { return Ok(None) };
    let file = File::open(&path).map_err(ArchiveError::io(&path))?;
    let undecodable = |error: io::Error| ArchiveError::Undecodable {
        path: path.clone(),
        codec: codec.name(),
        detail: error.to_string(),
    };
    let mut reader = BufReader::new(decoder(codec, BufReader::new(file)).map_err(undecodable)?);
    let mut rows = Vec::new();
    while rows.len() < limit {
        let Some(line) = line(&mut reader).map_err(undecodable)? else { break };
        if line == b"\\." {
            break;
        }
        rows.push(line.split(|byte| *byte == b'\t').map(value).collect());
    }
    Ok(Some(Rows { columns, rows }))
}

fn present(dir: &Path, base: &str) -> Option<(PathBuf, Codec)> {
    // A name that leads elsewhere is never followed.
    if base.contains(['/', '\\']) {
        return None;
    }
    Codec::ALL
        .into_iter()
        .map(|codec| (dir.join(format!("{base}{}", codec.suffix())), codec))
        .find(|(path, _)| path.is_file())
}

fn decoder(codec: Codec, stored: BufReader<File>) -> io::Result<Box<dyn Read>> {
    Ok(match codec {
        Codec::Plain => Box::new(stored),
        Codec::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(stored)),
        Codec::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(stored)?),
        Codec::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(stored)),
    })
}

/// One line without its end; what is too long is cut.
fn line(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    loop {
        let block = reader.fill_buf()?;
        if block.is_empty() {
            return Ok((!line.is_empty()).then_some(line));
        }
        let end = block.iter().position(|byte| *byte == b'\n');
        let length = end.unwrap_or(block.len());
        let room = LONGEST_ROW.saturating_sub(line.len()).min(length);
        line.extend_from_slice(&block[..room]);
        reader.consume(end.map_or(length, |end| end + 1));
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

/// `COPY public.orders (id, "of", name) FROM stdin;`: what stands in the last parentheses.
fn columns(statement: &Text) -> Option<Vec<String>> {
    let text = statement.lossy();
    let (before, _) = text.rsplit_once(") FROM stdin")?;
    let mut columns = Vec::new();
    let mut name = String::new();
    let mut quoted = false;
    // From the opening parenthesis after the table's name, which may itself hold one in quotes.
    let start = opening(before)?;
    for letter in before[start + 1..].chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => columns.push(std::mem::take(&mut name)),
            ' ' if !quoted && name.is_empty() => {}
            _ => name.push(letter),
        }
    }
    columns.push(name);
    Some(columns)
}

/// Where the list of columns opens: the first parenthesis outside of quotes.
fn opening(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, letter)| {
        if letter == '"' {
            quoted = !quoted;
        }
        (letter == '(' && !quoted).then_some(at)
    })
}

/// A value of COPY text (PostgreSQL's manual, COPY, "Text Format"): `\N` is NULL, a backslash escapes.
fn value(raw: &[u8]) -> Option<String> {
    if raw == b"\\N" {
        return None;
    }
    let mut text = Vec::with_capacity(raw.len().min(LONGEST_VALUE));
    let mut bytes = raw.iter();
    while let Some(byte) = bytes.next() {
        if text.len() >= LONGEST_VALUE {
            text.extend_from_slice("…".as_bytes());
            break;
        }
        text.push(match byte {
            b'\\' => match bytes.next() {
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'r') => b'\r',
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'v') => 11,
                Some(other) => *other,
                None => b'\\',
            },
            other => *other,
        });
    }
    Some(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_apart_whatever_they_are_called() {
        let of = |statement: &str| columns(&Text::from(statement)).unwrap_or_default();
        assert_eq!(of("COPY public.orders (id, name) FROM stdin;\n"), ["id", "name"], "the usual");
        assert_eq!(
            of("COPY public.\"a (b\" (\"x, y\", z) FROM stdin;\n"),
            ["x, y", "z"],
            "quotes hold anything"
        );
    }

    #[test]
    fn values_are_read_as_the_server_would() {
        assert_eq!(value(b"\\N"), None, "NULL is not a text");
        assert_eq!(value(b"a\\tb\\\\N").as_deref(), Some("a\tb\\N"), "escapes are undone");
        let long = vec![b'x'; 5000];
        assert!(value(&long).is_some_and(|text| text.len() < 1100), "a huge value does not fill the window");
    }

    #[test]
    fn a_row_without_an_end_does_not_fill_the_memory() {
        let endless = vec![b'x'; 3 * LONGEST_ROW];
        let read = line(&mut BufReader::new(endless.as_slice())).expect("readable").unwrap_or_default();
        assert_eq!(read.len(), LONGEST_ROW, "what is kept is bounded");
    }
}
