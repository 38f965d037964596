//! The lists of large objects: `blobs.toc` (PostgreSQL 15 and older) and `blobs_N.toc` (16 and newer).
//!
//! A line for each object: its oid, a space, the name of its data file without the suffix of a compression.

use super::ArchiveError;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The longest line that is read, in bytes; `4294967295 blob_4294967295.dat` has 31.
const MAX_LINE: u64 = 128;

/// A large object that a list names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBlob {
    /// The large object's oid.
    pub oid: u32,
    /// The name of its data file, without the suffix of its compression.
    pub file: String,
}

/// Whether a file within an archive is a list of large objects.
pub fn is_list(name: &str) -> bool {
    name == "blobs.toc"
        || name
            .strip_prefix("blobs_")
            .and_then(|rest| rest.strip_suffix(".toc"))
            .is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()))
}

/// Reads the list at `path`, which is never compressed.
///
/// # Errors
/// The file cannot be read, or a line of it is malformed or cut.
pub fn read_list(path: &Path) -> Result<Vec<ListedBlob>, ArchiveError> {
    let file = crate::platform::plain_file::open(path).map_err(ArchiveError::io(path))?;
    let mut reader = BufReader::new(file);
    let mut listed = Vec::new();
    let mut offset = 0;
    loop {
        let mut line = Vec::new();
        let read =
            reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).map_err(ArchiveError::io(path))?;
        if read == 0 {
            return Ok(listed);
        }
        if line.pop() != Some(b'\n') {
            let path = path.to_owned();
            return Err(ArchiveError::Truncated { path, what: "a line", offset: offset + read as u64 });
        }
        let Some(blob) = parse_line(&line) else {
            let what = "a line that names no large object";
            return Err(ArchiveError::Malformed { path: path.to_owned(), what, offset });
        };
        listed.push(blob);
        offset += read as u64;
    }
}

/// `16401 blob_16401.dat`: the name must be that of the oid, so that it cannot lead out of the archive.
fn parse_line(line: &[u8]) -> Option<ListedBlob> {
    let (oid, file) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    let oid: u32 = oid.parse().ok()?;
    let plain = format!("blob_{oid}.dat");
    let named =
        [file, file.trim_end_matches(".gz"), file.trim_end_matches(".lz4"), file.trim_end_matches(".zst")];
    named.contains(&plain.as_str()).then_some(ListedBlob { oid, file: plain })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Result<Vec<ListedBlob>, ArchiveError> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("blobs.toc");
        std::fs::write(&path, bytes).expect("a file");
        let found = read_list(&path);
        if let Err(error) = &found {
            assert_eq!(error.path(), path, "the operator must learn which file is damaged");
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_bytes_make_the_reader_panic_or_name_a_file_elsewhere(
            bytes in proptest::collection::vec(prop_oneof![
                Just(b'\n'), Just(b' '), Just(b'.'), Just(b'/'), b'0'..=b'9', any::<u8>()], 0..300)
        ) {
            for blob in read(&bytes).unwrap_or_default() {
                prop_assert_eq!(blob.file, format!("blob_{}.dat", blob.oid), "it could lead out of the archive");
            }
        }

        #[test]
        fn a_list_is_read_back_whole_and_cut_at_any_byte_never_longer(
            oids in proptest::collection::vec(any::<u32>(), 1..20)
        ) {
            let text: String = oids.iter().map(|oid| format!("{oid} blob_{oid}.dat\n")).collect();
            let found: Vec<u32> = read(text.as_bytes()).expect("whole").iter().map(|blob| blob.oid).collect();
            prop_assert_eq!(&found, &oids, "each object is in the list");
            for length in 0..text.len() {
                match read(&text.as_bytes()[..length]) {
                    Ok(cut) => prop_assert!(text[..length].is_empty() || text[..length].ends_with('\n'), "{:?}", cut),
                    Err(error) => {
                        let is_cut = matches!(error, ArchiveError::Truncated { .. });
                        prop_assert!(is_cut, "cut to {} bytes: {}", length, error);
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_without_an_end_is_not_read_into_memory() {
        let endless = vec![b'1'; 8 * 1024 * 1024];
        assert!(
            matches!(read(&endless), Err(ArchiveError::Truncated { offset: MAX_LINE, .. })),
            "a damaged list must not take all memory"
        );
    }

    #[test]
    fn a_line_names_an_oid_and_its_own_file_only() {
        let blob = ListedBlob { oid: 16401, file: "blob_16401.dat".to_owned() };
        assert_eq!(parse_line(b"16401 blob_16401.dat"), Some(blob.clone()), "as pg_dump 15 writes it");
        assert_eq!(parse_line(b"16401 blob_16401.dat.gz"), Some(blob), "with the suffix of a compression");
        for foreign in ["16401 blob_16402.dat", "16401 ../blob_16401.dat", "16401", "x blob_x.dat", ""] {
            assert_eq!(parse_line(foreign.as_bytes()), None, "{foreign:?} could point at another file");
        }
    }

    #[test]
    fn lists_are_told_from_data_by_their_name() {
        for name in ["blobs.toc", "blobs_12.toc"] {
            assert!(is_list(name), "{name} lists large objects");
        }
        for name in ["blobs_.toc", "blobs_a.toc", "blob_12.dat", "toc.dat"] {
            assert!(!is_list(name), "{name} does not");
        }
    }
}
