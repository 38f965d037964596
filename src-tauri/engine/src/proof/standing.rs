//! What a backup stands on, and whether a verification that passed disproves those that failed before. Pure.

use holdfast_types::{BackupStatus, TrustLevel, Verification, VerificationStatus, VerifyLevel};

/// The verification that shows why a backup stands as it does, of those newest first: the newest failure of a damaged one,
/// else the newest that reached its level. A restore reads a backup as well, and must not hide the drill before it.
pub(crate) fn of(
    (status, trust): (BackupStatus, TrustLevel),
    all: Vec<Verification>,
) -> Option<Verification> {
    let earned = |verification: &Verification| match status {
        BackupStatus::Damaged => verification.status == VerificationStatus::Failed,
        _ => verification.status == VerificationStatus::Passed && verification.level >= trust,
    };
    let at = all.iter().position(earned).unwrap_or(0);
    all.into_iter().nth(at)
}

/// Whether a failure among the earlier verifications, newest first, still stands after one passed: what failed in a
/// drill is not made good by equal checksums.
pub(super) fn failure_stands(passed: (VerifyLevel, TrustLevel), earlier: &[Verification]) -> bool {
    let mut proven = reach(passed);
    for verification in earlier {
        match verification.status {
            VerificationStatus::Passed => {
                proven = proven.max(reach((verification.requested, verification.level)));
            }
            // It failed on its way from the level that it reached to the next.
            VerificationStatus::Failed if proven <= verification.level => return true,
            _ => {}
        }
    }
    false
}

/// A drill that passed went through everything there is to look at, however far it could compare.
fn reach((requested, level): (VerifyLevel, TrustLevel)) -> TrustLevel {
    if requested == VerifyLevel::Restore { TrustLevel::L5 } else { level }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{BackupId, OperatorId, VerificationId};

    fn was(status: VerificationStatus, requested: VerifyLevel, level: TrustLevel) -> Verification {
        Verification {
            id: VerificationId(1),
            backup_id: BackupId(1),
            requested,
            level,
            ok: status == VerificationStatus::Passed,
            status,
            checks: Vec::new(),
            error_message: None,
            error_hint: None,
            started_at: String::new(),
            completed_at: None,
            restore_ms: None,
            server_version: None,
            triggered_by_user_id: OperatorId::SYSTEM,
        }
    }

    #[test]
    fn only_what_looked_as_deep_disproves_a_failure() {
        use TrustLevel::{L0, L1, L2, L4};
        use VerificationStatus::{Failed, Passed, Undecided};
        use VerifyLevel::{Checksum, Decode, Restore};
        let drill_failed = was(Failed, Restore, L2);
        let stands = |requested, level, earlier: &[Verification]| failure_stands((requested, level), earlier);
        assert!(stands(Checksum, L1, std::slice::from_ref(&drill_failed)), "equal bytes restore no better");
        assert!(stands(Decode, L2, std::slice::from_ref(&drill_failed)), "nor do readable ones");
        assert!(!stands(Restore, L4, std::slice::from_ref(&drill_failed)), "a drill that passes does");
        assert!(!stands(Checksum, L1, &[was(Failed, Decode, L0)]), "a file that was put back is equal again");
        assert!(stands(Checksum, L1, &[was(Failed, Decode, L1)]), "but whether it can be read is not known");
        let assertion_failed = was(Failed, Restore, L4);
        assert!(!stands(Restore, L4, &[assertion_failed]), "its owner asserts it no more");
        let history = [was(Failed, Decode, L0), was(Undecided, Restore, L0), drill_failed.clone()];
        assert!(stands(Checksum, L1, &history), "a later failure does not hide an earlier, deeper one");
        let cleared = [was(Failed, Decode, L0), was(Passed, Restore, L4), drill_failed];
        assert!(!stands(Checksum, L1, &cleared), "it was disproved meanwhile");
    }

    #[test]
    fn a_later_look_that_was_shallower_does_not_hide_what_a_backup_stands_on() {
        use TrustLevel::{L2, L4};
        use VerificationStatus::{Failed, Passed};
        let all = || vec![was(Passed, VerifyLevel::Decode, L2), was(Passed, VerifyLevel::Restore, L4)];
        let level = |found: Option<Verification>| found.map(|found| found.level);
        assert_eq!(level(of((BackupStatus::Good, L4), all())), Some(L4), "the drill is the proof");
        let failed = vec![was(Passed, VerifyLevel::Decode, L2), was(Failed, VerifyLevel::Restore, L4)];
        assert_eq!(
            level(of((BackupStatus::Damaged, L4), failed)),
            Some(L4),
            "the failure is why it is damaged"
        );
        assert_eq!(of((BackupStatus::Good, L2), Vec::new()), None, "it was never verified");
    }
}
