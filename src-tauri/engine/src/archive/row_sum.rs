//! A checksum of a table's rows as COPY writes them, whatever their order: the sum of the XXH3 of each.
//!
//! A row is hashed without its line break. Each hash has 64 bits and the sum 128, so that no number of rows overflows it.
//! It tells rows that were lost, doubled or changed; against somebody who means to deceive there is the manifest's SHA-256.

use std::hash::Hasher as _;
use twox_hash::XxHash3_64;

/// Adds rows up, block by block. Memory is the same whatever their length.
#[derive(Default)]
pub struct RowSum {
    sum: i128,
    rows: u64,
    /// The row that the last block did not end.
    open: Option<Box<XxHash3_64>>,
}

impl RowSum {
    /// Takes the next block, which may end anywhere.
    pub fn push(&mut self, block: &[u8]) {
        let mut rest = block;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let hash = match self.open.take() {
                None => XxHash3_64::oneshot(&rest[..end]),
                Some(mut open) => {
                    open.write(&rest[..end]);
                    open.finish()
                }
            };
            self.sum += i128::from(hash);
            self.rows += 1;
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            self.open.get_or_insert_with(|| Box::new(XxHash3_64::new())).write(rest);
        }
    }

    /// Adds another part of the same table.
    pub fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        self.rows += other.rows;
    }

    /// The sum without what is no row, such as the lines of pg_dump's end marker.
    pub fn without(mut self, lines: &Self) -> Self {
        self.sum -= lines.sum;
        self.rows = self.rows.saturating_sub(lines.rows);
        self
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The sum as a decimal number, as manifests record it.
    pub fn text(&self) -> String {
        self.sum.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(blocks: &[&[u8]]) -> (u64, String) {
        let mut sum = RowSum::default();
        blocks.iter().for_each(|block| sum.push(block));
        (sum.rows(), sum.text())
    }

    #[test]
    fn blocks_may_end_anywhere() {
        let long = [vec![b'x'; 5000], b"\n2\ttwo\n\n".to_vec()].concat();
        let whole = sum(&[&long]);
        assert_eq!(whole.0, 3, "an empty row is a row");
        for cut in [0, 1, 300, 4999, 5000, 5001, long.len() - 1] {
            assert_eq!(
                sum(&[&long[..cut], &long[cut..]]),
                whole,
                "the network decides where blocks end: {cut}"
            );
        }
    }

    #[test]
    fn order_does_not_matter_and_everything_else_does() {
        let usual = sum(&[b"1\ta\n2\tb\n"]);
        assert_eq!(sum(&[b"2\tb\n1\ta\n"]), usual, "a restored table may lie in another order");
        for other in [b"1\tb\n2\ta\n".as_slice(), b"1\ta\n", b"1\ta\n1\ta\n2\tb\n", b"1\ta\n2\tB\n"] {
            assert_ne!(sum(&[other]), usual, "{other:?} is another table");
        }
        assert_ne!(
            sum(&[b"1\ta\n1\ta\n"]),
            sum(&[b"2\tb\n2\tb\n"]),
            "rows that come twice do not cancel out"
        );
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let (mut first, mut second) = (RowSum::default(), RowSum::default());
        first.push(b"1\n2\n");
        second.push(b"3\n");
        first.add(&second);
        assert_eq!((first.rows(), first.text()), sum(&[b"1\n2\n3\n"]), "ranges of a table are summed apart");
    }

    #[test]
    fn the_sum_is_that_of_xxh3() {
        // XXH3_64bits of the empty text without a seed, from the reference implementation's test vectors.
        assert_eq!(
            sum(&[b"\n"]),
            (1, 0x2d06_8005_38d3_94c2_u64.to_string()),
            "older manifests must stay comparable"
        );
    }
}
