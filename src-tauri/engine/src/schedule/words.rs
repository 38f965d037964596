//! Lists, ordinals and names in English, as descriptions of schedules use them.

/// Names of weekdays, Sunday first.
pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// Names of months, January first.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}

/// Ascending numbers as a list in which three or more that follow each other are `first to last`.
pub(super) fn list_runs(numbers: &[u32], word: impl Fn(u32) -> String) -> String {
    let mut items = Vec::new();
    for run in numbers.chunk_by(|left, right| left + 1 == *right) {
        match run {
            [first, _, .., last] => items.push(format!("{} to {}", word(*first), word(*last))),
            few => items.extend(few.iter().map(|number| word(*number))),
        }
    }
    list(&items)
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`.
pub(super) fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::{list_runs, ordinal};

    #[test]
    fn lists_read_as_english() {
        let cases: [(&[u32], &str); 4] =
            [(&[5], "5"), (&[5, 6], "5 and 6"), (&[1, 2, 3, 7], "1 to 3 and 7"), (&[1, 3, 5], "1, 3 and 5")];
        for (numbers, expected) in cases {
            assert_eq!(list_runs(numbers, |number| number.to_string()), expected, "a list people read");
        }
        let ordinals: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 22].into_iter().map(ordinal).collect();
        assert_eq!(ordinals.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd", "English ordinals");
    }
}
