//! Why a backup is kept: a word for a badge, and a sentence for whoever asks.

use holdfast_types::KeepReason;

/// The reason in one word, and how strong it is: the strongest come first.
fn short(reason: KeepReason) -> (u8, &'static str) {
    match reason {
        KeepReason::Pinned => (0, "pinned"),
        KeepReason::Missing => (1, "missing"),
        KeepReason::NoNewerGood => (2, "no newer"),
        KeepReason::NewestGood => (3, "newest"),
        KeepReason::NewestVerified => (4, "verified"),
        KeepReason::NoPolicy => (5, "no rule"),
        KeepReason::FutureDated => (6, "future"),
        KeepReason::Last => (7, "last"),
        KeepReason::Days => (8, "days"),
        KeepReason::Daily => (9, "daily"),
        KeepReason::Weekly => (10, "weekly"),
        KeepReason::Monthly => (11, "monthly"),
    }
}

/// What a reason means.
pub fn sentence(reason: KeepReason) -> &'static str {
    match reason {
        KeepReason::Pinned => "You pinned it.",
        KeepReason::Missing => "Its files are not there; only you take it off the list.",
        KeepReason::NoNewerGood => "It is damaged, but its database has no newer good backup.",
        KeepReason::NewestGood => "It is the newest good backup of its database, which is never deleted.",
        KeepReason::NewestVerified => {
            "It is the newest verified backup of its database, which is never deleted."
        }
        KeepReason::NoPolicy => "The job has no rule for what expires, so everything stays.",
        KeepReason::FutureDated => "It is dated in the future, so its age says nothing.",
        KeepReason::Last => "It is among the newest that the job keeps by number.",
        KeepReason::Days => "It is younger than the days that the job keeps.",
        KeepReason::Daily => "It is the newest of its day.",
        KeepReason::Weekly => "It is the newest of its week.",
        KeepReason::Monthly => "It is the newest of its month.",
    }
}

/// The reasons, the strongest first.
pub fn ordered(reasons: &[KeepReason]) -> Vec<KeepReason> {
    let mut ordered = reasons.to_vec();
    ordered.sort_by_key(|reason| short(*reason).0);
    ordered
}

/// The words of so many badges, and how many more reasons there are.
pub fn badges(reasons: &[KeepReason], most: usize) -> (Vec<&'static str>, usize) {
    let ordered = ordered(reasons);
    let shown: Vec<&'static str> = ordered.iter().take(most).map(|reason| short(*reason).1).collect();
    let more = ordered.len() - shown.len();
    (shown, more)
}

/// All reasons in sentences, for a tip.
pub fn all(reasons: &[KeepReason]) -> String {
    if reasons.is_empty() {
        return "No rule keeps it: it goes with the next run.".to_owned();
    }
    ordered(reasons).into_iter().map(sentence).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_reasons_are_shown_and_the_rest_is_counted() {
        let reasons = [
            KeepReason::Days,
            KeepReason::Daily,
            KeepReason::NewestVerified,
            KeepReason::Pinned,
            KeepReason::Weekly,
        ];
        assert_eq!(
            badges(&reasons, 2),
            (vec!["pinned", "verified"], 3),
            "what no policy can undo comes first"
        );
        assert_eq!(all(&reasons).lines().count(), 5, "the tip holds all of them");
    }

    #[test]
    fn a_backup_that_nothing_keeps_says_when_it_goes() {
        assert_eq!(badges(&[], 2), (Vec::new(), 0), "there is no badge for nothing");
        assert!(all(&[]).contains("next run"), "its end is told");
    }
}
