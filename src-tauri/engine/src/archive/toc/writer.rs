//! Writes the primitives of a table of contents as pg_dump does.

use super::Text;

/// The number as a sign byte and four bytes of magnitude, lowest first.
pub(super) fn int(out: &mut Vec<u8>, value: i32) {
    out.push(u8::from(value < 0));
    out.extend_from_slice(&value.unsigned_abs().to_le_bytes());
}

/// The text's length and bytes; −1 for none.
pub(super) fn text(out: &mut Vec<u8>, value: Option<&Text>) {
    match value {
        None => int(out, -1),
        Some(Text(bytes)) => {
            // A text longer than this cannot come from a file that was read (see MAX_TOC_BYTES).
            let length = i32::try_from(bytes.len()).expect("invariant: a text is shorter than 2 GiB");
            int(out, length);
            out.extend_from_slice(bytes);
        }
    }
}
