//! A few names in a sentence. Pure.

/// How many are named.
const NAMED: usize = 3;

/// `a, b and c`, with the word before the last; more are counted: `a, b and 3 others`.
pub(super) fn few(names: &[String], joint: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] if names.len() <= NAMED => format!("{} {joint} {last}", most.join(", ")),
        all => format!("{} {joint} {} others", all[..NAMED - 1].join(", "), all.len() + 1 - NAMED),
    }
}
