//! The first rows of a table, read out of an archive without restoring it. Memory is bounded, whatever the rows are.

use super::ArchiveError;
use super::codec::Codec;
use super::toc::{Entry, Text, Toc};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The longest value that is shown, in bytes.
const LONGEST_VALUE: usize = 1000;

/// The longest value that is read on demand, in bytes of the archive.
const LONGEST_WHOLE: usize = 1024 * 1024;

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
    let Some((mut reader, columns, path, codec)) = open(dir, toc, schema, name)? else { return Ok(None) };
    let undecodable = |error| undecodable(&path, codec, error);
    let mut rows = Vec::new();
    while rows.len() < limit {
        let Some(line) = line(&mut reader).map_err(undecodable)? else { break };
        if line == b"\\." {
            break;
        }
        rows.push(line.split(|byte| *byte == b'\t').map(|raw| value(raw, LONGEST_VALUE)).collect());
    }
    Ok(Some(Rows { columns, rows }))
}

/// One value of a row, whole unless it is too long for a window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Value {
    /// The value; absent for NULL.
    pub text: Option<String>,
    /// Its length as it stands in the archive.
    pub stored_bytes: u64,
    /// Whether the text is only its beginning.
    pub cut: bool,
}

/// Reads a value of the table's first rows, both counted from 0; none where there is none.
///
/// # Errors
/// The data file cannot be read or decoded.
pub fn value_at(
    dir: &Path,
    toc: &Toc,
    (schema, name): (&str, &str),
    (row, column): (usize, usize),
) -> Result<Option<Value>, ArchiveError> {
    let Some((mut reader, _, path, codec)) = open(dir, toc, schema, name)? else { return Ok(None) };
    nth_value(&mut reader, row, column).map_err(|error| undecodable(&path, codec, error))
}

/// Passes over what lies before, without keeping it.
fn nth_value(reader: &mut impl BufRead, row: usize, column: usize) -> io::Result<Option<Value>> {
    for _ in 0..row {
        let mut line = Kept::new(0);
        if line.take_until(reader, b"\n")?.is_none() {
            return Ok(None);
        }
    }
    for _ in 0..column {
        let mut field = Kept::new(2);
        if field.take_until(reader, b"\t\n")? != Some(b'\t') {
            return Ok(None);
        }
    }
    let mut field = Kept::new(LONGEST_WHOLE);
    if field.take_until(reader, b"\t\n")?.is_none() && field.length == 0 {
        return Ok(None);
    }
    // The end of the data is no row.
    if column == 0 && field.bytes == b"\\." {
        return Ok(None);
    }
    let cut = field.length > field.bytes.len() as u64;
    Ok(Some(Value { text: value(&field.bytes, usize::MAX), stored_bytes: field.length, cut }))
}

/// The beginning of what was read, and how long it was.
struct Kept {
    bytes: Vec<u8>,
    length: u64,
    most: usize,
}

impl Kept {
    fn new(most: usize) -> Self {
        Kept { bytes: Vec::new(), length: 0, most }
    }

    /// Reads up to one of these bytes and passes over it; answers which it was, or none at the end.
    fn take_until(&mut self, reader: &mut impl BufRead, ends: &[u8]) -> io::Result<Option<u8>> {
        loop {
            let block = reader.fill_buf()?;
            if block.is_empty() {
                return Ok(None);
            }
            let end = block.iter().position(|byte| ends.contains(byte));
            let length = end.unwrap_or(block.len());
            let room = self.most.saturating_sub(self.bytes.len()).min(length);
            self.bytes.extend_from_slice(&block[..room]);
            self.length += length as u64;
            let found = end.map(|end| block[end]);
            reader.consume(end.map_or(length, |end| end + 1));
            if found.is_some() {
                return Ok(found);
            }
        }
    }
}

/// A table's data, decoded, with its columns.
type Opened = (BufReader<Box<dyn Read>>, Vec<String>, PathBuf, Codec);

fn open(dir: &Path, toc: &Toc, schema: &str, name: &str) -> Result<Option<Opened>, ArchiveError> {
    let is_it = |entry: &&Entry| {
        entry.desc() == super::reconcile::TABLE_DATA && entry.namespace() == schema && entry.tag() == name
    };
    let Some(entry) = toc.entries.iter().find(is_it) else { return Ok(None) };
    let Some(columns) = entry.copy_stmt.as_ref().and_then(columns) else { return Ok(None) };
    let Some((path, codec)) = entry.data_file().and_then(|base| present(dir, &base)) else { return Ok(None) };
    let file = crate::platform::plain_file::open(&path).map_err(ArchiveError::io(&path))?;
    let decoded = decoder(codec, BufReader::new(file)).map_err(|error| undecodable(&path, codec, error))?;
    Ok(Some((BufReader::new(decoded), columns, path, codec)))
}

fn undecodable(path: &Path, codec: Codec, error: io::Error) -> ArchiveError {
    ArchiveError::Undecodable { path: path.to_owned(), codec: codec.name(), detail: error.to_string() }
}

/// The file of an entry, in whatever codec: `base` is what the table of contents calls it.
pub(crate) fn present(dir: &Path, base: &str) -> Option<(PathBuf, Codec)> {
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

/// A value of COPY text (PostgreSQL's manual, COPY, "Text Format"): `\N` is NULL, a backslash escapes. What is longer
/// than `longest` is cut.
fn value(raw: &[u8], longest: usize) -> Option<String> {
    if raw == b"\\N" {
        return None;
    }
    let mut text = Vec::with_capacity(raw.len().min(longest));
    let mut bytes = raw.iter();
    while let Some(byte) = bytes.next() {
        if text.len() >= longest {
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
        assert_eq!(value(b"\\N", 10), None, "NULL is not a text");
        assert_eq!(value(b"a\\tb\\\\N", 10).as_deref(), Some("a\tb\\N"), "escapes are undone");
        let long = vec![b'x'; 5000];
        assert!(
            value(&long, LONGEST_VALUE).is_some_and(|text| text.len() < 1100),
            "a huge value does not fill the window"
        );
    }

    #[test]
    fn a_value_is_read_whole_from_among_the_others() {
        let data = b"1\tann\t\n2\t\\N\ta\\tb\n\\.\n";
        let at =
            |row, column| nth_value(&mut BufReader::new(data.as_slice()), row, column).expect("readable");
        let text = |row, column| at(row, column).and_then(|found| found.text);
        assert_eq!(text(0, 1).as_deref(), Some("ann"), "in the middle");
        assert_eq!(text(0, 2).as_deref(), Some(""), "empty is a value");
        assert_eq!(at(1, 1), Some(Value { text: None, stored_bytes: 2, cut: false }), "NULL is none");
        assert_eq!(text(1, 2).as_deref(), Some("a\tb"), "escapes are undone");
        for (row, column) in [(0, 3), (2, 0), (3, 0)] {
            assert_eq!(at(row, column), None, "there is nothing at {row}, {column}");
        }
    }

    #[test]
    fn a_huge_value_is_cut_and_its_length_told() {
        let data = vec![b'x'; LONGEST_WHOLE + 7];
        let found =
            nth_value(&mut BufReader::new(data.as_slice()), 0, 0).expect("readable").expect("a value");
        assert!(found.cut, "the reader must know that there is more");
        assert_eq!(found.stored_bytes, data.len() as u64, "and how much");
        assert_eq!(found.text.map(|text| text.len()), Some(LONGEST_WHOLE), "what is kept is bounded");
    }

    #[test]
    fn a_row_without_an_end_does_not_fill_the_memory() {
        let endless = vec![b'x'; 3 * LONGEST_ROW];
        let read = line(&mut BufReader::new(endless.as_slice())).expect("readable").unwrap_or_default();
        assert_eq!(read.len(), LONGEST_ROW, "what is kept is bounded");
    }
}
