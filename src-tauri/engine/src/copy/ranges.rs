//! Cuts a table into ranges of pages. Pure.

/// Bytes that a range should hold, as the server stores them: enough that asking costs nothing, few enough that the
/// ranges of one table keep several connections busy.
pub const RANGE_BYTES: u64 = 32 * 1024 * 1024;

/// Pages from `from` up to before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pages {
    /// The first page.
    pub(super) from: u64,
    /// The page after the last; none takes all that follow, as a table may grow while it is read.
    pub(super) to: Option<u64>,
}

impl Pages {
    /// All of them.
    pub(super) const ALL: Self = Self { from: 0, to: None };

    /// The condition that SQL knows them by; always one, so that the server reads by place and in its order, and takes
    /// no index. A row's place is `(page, number)`, and no number is 0.
    pub(super) fn condition(self) -> String {
        match (self.from, self.to) {
            (from, None) => format!(" WHERE ctid >= '({from},0)'::pg_catalog.tid"),
            (from, Some(to)) => {
                format!(" WHERE ctid >= '({from},0)'::pg_catalog.tid AND ctid < '({to},0)'::pg_catalog.tid")
            }
        }
    }

    /// How many of a table's pages these are.
    pub(super) fn count(self, pages: u64) -> u64 {
        self.to.unwrap_or(pages).min(pages).saturating_sub(self.from)
    }
}

/// The ranges of a table of so many pages; `bytes` counts values beside the heap too, so that a table of few pages
/// and large values is cut as well; a range holds `range_bytes` or less, or one page. Each page is in one range, and the last range is open.
pub(super) fn ranges(pages: u64, bytes: u64, range_bytes: u64) -> Vec<Pages> {
    let count = bytes.div_ceil(range_bytes.max(1)).clamp(1, pages.max(1));
    // In 128 bits: pages times ranges may be more than 64 hold.
    let border = |index: u64| {
        let exact = u128::from(pages) * u128::from(index) / u128::from(count);
        u64::try_from(exact).unwrap_or(u64::MAX)
    };
    (0..count)
        .map(|index| Pages { from: border(index), to: (index + 1 < count).then(|| border(index + 1)) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_page_is_in_exactly_one_range_and_the_last_is_open(
            pages in prop_oneof![0_u64..5_000, 0_u64..=u64::from(u32::MAX)],
            bytes in prop_oneof![0_u64..1 << 32, 0_u64..1 << 45],
        ) {
            let bytes = bytes.min(RANGE_BYTES * 20_000);
            let found = ranges(pages, bytes, RANGE_BYTES);
            prop_assert_eq!(found[0].from, 0, "rows before the first range would be lost");
            for pair in found.windows(2) {
                prop_assert_eq!(pair[0].to, Some(pair[1].from), "a gap loses rows, an overlap doubles them");
                prop_assert!(pair[0].from < pair[1].from, "a range without pages is asked for nothing");
            }
            let last = found[found.len() - 1];
            prop_assert_eq!(last.to, None, "a table that grew has pages behind its end");
            let counted: u64 = found.iter().map(|range| range.count(pages)).sum();
            prop_assert_eq!(counted, pages, "progress counts each page once");
        }
    }

    #[test]
    fn a_small_table_is_asked_for_whole_and_large_values_cut_a_table_of_few_pages() {
        assert_eq!(ranges(100, 800_000, RANGE_BYTES), [Pages { from: 0, to: None }], "one question");
        let condition = ranges(100, 800_000, RANGE_BYTES)[0].condition();
        assert_eq!(condition, " WHERE ctid >= '(0,0)'::pg_catalog.tid", "an index would give another order");
        let wide = ranges(10, 320 * 1024 * 1024, RANGE_BYTES);
        assert_eq!(wide.len(), 10, "each page stands for 32 MiB of values beside it");
        assert_eq!(
            wide[1].condition(),
            " WHERE ctid >= '(1,0)'::pg_catalog.tid AND ctid < '(2,0)'::pg_catalog.tid",
            "half-open, so that borders belong to one range"
        );
    }
}
