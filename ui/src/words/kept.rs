//! Why a backup is kept: a word for a badge, and a sentence for whoever asks.

use holdfast_types::{Backup, KeepReason};

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
        KeepReason::Missing => "Nothing: its files are not there. It stays on the list until you delete it.",
        KeepReason::NoNewerGood => "It is damaged, but its database has no newer good backup.",
        KeepReason::NewestGood => "It is the newest good backup of its database, which is never deleted.",
        KeepReason::NewestVerified => {
            "It is the newest verified backup of its database, which retention never deletes."
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

/// When a backup goes that no age decides on: `expires_at` is known only for those that their age alone keeps.
pub fn expiry(reasons: &[KeepReason]) -> &'static str {
    let kept = |reason| reasons.contains(&reason);
    if reasons.is_empty() {
        "with the next run"
    } else if kept(KeepReason::Pinned) {
        "not while it is pinned"
    } else if kept(KeepReason::Missing) {
        "not by itself"
    } else if kept(KeepReason::NoPolicy) {
        "never: the job has no rule"
    } else {
        "not while a reason below keeps it"
    }
}

/// What somebody who deletes a backup by hand must know first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caution {
    /// Nothing more than that it is gone.
    None,
    /// What is lost with it.
    Last(String),
    /// It is refused: why, and what to do first.
    Barred(String, &'static str),
}

/// What stands against deleting a backup by hand. The engine refuses what is barred here.
pub fn caution(backup: &Backup) -> Caution {
    let (database, kept) = (&backup.database, |reason| backup.keep_reasons.contains(&reason));
    if backup.pinned {
        return Caution::Barred("It is pinned.".to_owned(), "Unpin it first.");
    }
    if kept(KeepReason::NewestGood) {
        return Caution::Barred(
            format!("It is the newest good backup of {database}, which is never deleted."),
            "Make a newer backup first.",
        );
    }
    if kept(KeepReason::NewestVerified) {
        return Caution::Last(format!(
            "It is the newest backup of {database} that a restore has proven. Better prove a newer one first."
        ));
    }
    if kept(KeepReason::NoNewerGood) {
        return Caution::Last(format!("It is damaged, but {database} has no newer good backup."));
    }
    Caution::None
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
    use holdfast_types::{BackupId, BackupStatus, TrustLevel};

    fn kept_for(reasons: &[KeepReason]) -> Backup {
        Backup {
            id: BackupId(1),
            job: "nightly".to_owned(),
            job_id: None,
            run_id: None,
            server: "demo".to_owned(),
            database: "shop".to_owned(),
            created_at: String::new(),
            path: String::new(),
            size_bytes: 0,
            trust: TrustLevel::L2,
            pinned: false,
            status: BackupStatus::Good,
            keep_reasons: reasons.to_vec(),
            expires_at: None,
            server_version: String::new(),
            tool_version: String::new(),
            table_count: 0,
        }
    }

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
    fn a_backup_whose_age_does_not_decide_still_says_when_it_goes() {
        let ruled = expiry(&[KeepReason::Days, KeepReason::NewestGood]);
        assert!(ruled.contains("reason below"), "a rule of days is not all that keeps it: {ruled}");
        assert!(expiry(&[KeepReason::NoPolicy]).contains("never"), "without a rule nothing goes");
        let pinned = expiry(&[KeepReason::NoPolicy, KeepReason::Pinned]);
        assert!(pinned.contains("pinned"), "what the reader did comes before what the job says: {pinned}");
        assert_eq!(expiry(&[]), "with the next run", "nothing keeps it");
    }

    #[test]
    fn the_newest_good_backup_is_not_offered_for_deletion() {
        let newest = caution(&kept_for(&[KeepReason::NewestVerified, KeepReason::NewestGood]));
        let Caution::Barred(why, then) = &newest else { panic!("the engine refuses it: {newest:?}") };
        assert!(why.contains("newest good backup of shop"), "nobody types a name to be refused: {why}");
        assert!(then.contains("newer backup"), "and what to do is told: {then}");
        let pinned = caution(&Backup { pinned: true, ..kept_for(&[KeepReason::Pinned]) });
        assert!(matches!(pinned, Caution::Barred(..)), "a pin holds against its owner too");
    }

    #[test]
    fn what_is_lost_with_a_backup_is_told_before_it_is_deleted() {
        let proven = caution(&kept_for(&[KeepReason::Days, KeepReason::NewestVerified]));
        let Caution::Last(words) = &proven else { panic!("it may be deleted by hand: {proven:?}") };
        assert!(words.contains("proven"), "no newer one is known to restore: {words}");
        assert_eq!(caution(&kept_for(&[KeepReason::Daily])), Caution::None, "others are as good as it");
    }

    #[test]
    fn a_backup_that_nothing_keeps_says_when_it_goes() {
        assert_eq!(badges(&[], 2), (Vec::new(), 0), "there is no badge for nothing");
        assert!(all(&[]).contains("next run"), "its end is told");
    }
}
