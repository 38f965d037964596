//! Whether a verification that passed disproves those that failed before. Pure.

use holdfast_types::{TrustLevel, Verification, VerificationStatus, VerifyLevel};

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
}
