//! Decides which tables are copied whole and which in ranges. Pure.

/// A table above this size is always cut: how far it is, is known by its ranges.
const MOST_WHOLE: u64 = 512 * 1024 * 1024;

/// Connections may be busy with whole tables for so many hundredths of the time that all takes if it is shared evenly.
const UNEVEN: u128 = 110;

/// How many of the tables, given by their bytes and largest first, are cut into ranges, over so many connections.
///
/// A table that is asked for whole costs the server an eighth less than its ranges do: `COPY table` takes rows as the
/// scan finds them, a range is a query. So the fewest are cut that let all connections end together, the largest ones.
pub(super) fn cut(bytes: &[u64], connections: usize) -> usize {
    let connections = connections.max(1);
    let all: u128 = bytes.iter().map(|bytes| u128::from(*bytes)).sum();
    let large = bytes.iter().take_while(|bytes| **bytes > MOST_WHOLE).count();
    let even =
        |count: &usize| longest(&bytes[*count..], connections) * 100 * connections as u128 <= all * UNEVEN;
    (large..bytes.len()).find(even).unwrap_or(bytes.len())
}

/// Which of the tables that are not shared are this connection's, of so many: each has its own from the start, so that it
/// locks no others. They are alike in size, being small and sorted.
pub(super) fn own(
    tables: std::ops::Range<usize>,
    connection: usize,
    connections: usize,
) -> impl Iterator<Item = usize> {
    tables.skip(connection).step_by(connections.max(1))
}

/// How much the connection with the most has to do when each takes the next table as soon as it can.
fn longest(bytes: &[u64], connections: usize) -> u128 {
    let mut loads = vec![0_u128; connections];
    for bytes in bytes {
        if let Some(least) = loads.iter_mut().min() {
            *least += u128::from(*bytes);
        }
    }
    loads.into_iter().max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MIB: u64 = 1024 * 1024;

    fn of(mib: &[u64], connections: usize) -> usize {
        cut(&mib.iter().map(|mib| mib * MIB).collect::<Vec<_>>(), connections)
    }

    #[test]
    fn tables_that_keep_all_connections_busy_are_whole_and_one_that_dominates_is_cut() {
        assert_eq!(of(&[500, 500], 2), 0, "one each, which is the cheapest for the server");
        assert_eq!(of(&[50; 20], 2), 0, "ten each");
        assert_eq!(of(&[400], 2), 1, "the other connection would have nothing to do");
        assert_eq!(of(&[400], 1), 0, "there is no other connection");
        assert_eq!(of(&[450, 25, 25], 2), 1, "the small ones need not be cut as well");
        assert_eq!(of(&[400, 400, 400], 2), 1, "the third would be copied alone");
        assert_eq!(of(&[5000, 5000], 2), 2, "nobody would see for minutes how far they are");
        assert_eq!(of(&[], 2), 0, "nothing is nothing");
    }

    #[test]
    fn each_small_table_has_one_connection() {
        let mut all: Vec<usize> = (0..3).flat_map(|connection| own(5..12, connection, 3)).collect();
        assert_eq!(own(5..12, 1, 3).collect::<Vec<_>>(), [6, 9], "largest and smallest are spread");
        all.sort_unstable();
        assert_eq!(all, [5, 6, 7, 8, 9, 10, 11], "none is forgotten and none copied twice");
    }

    proptest! {
        #[test]
        fn whole_tables_never_keep_one_connection_busy_much_longer_than_an_even_share(
            mut bytes in prop::collection::vec(0..2 * MOST_WHOLE, 0..40),
            connections in 1_usize..9,
        ) {
            bytes.sort_unstable_by(|a, b| b.cmp(a));
            let found = cut(&bytes, connections);
            let all: u128 = bytes.iter().map(|bytes| u128::from(*bytes)).sum();
            let share = all as f64 / connections as f64;
            prop_assert!(longest(&bytes[found..], connections) as f64 <= 1.1 * share + 1.0, "the others would wait for it");
            prop_assert!(bytes[found..].iter().all(|bytes| *bytes <= MOST_WHOLE), "nobody would see how far it is");
        }
    }
}
