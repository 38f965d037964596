//! Which verification of a backup is read first. Pure.

use holdfast_types::{Verification, VerificationStatus};

/// The verification on which the backup's trust rests, and the others that ended. A newest one that did not pass comes
/// first, whatever was proven before it. The list begins with the newest.
pub fn in_order(all: &[Verification]) -> (Option<&Verification>, Vec<&Verification>) {
    let mut ended: Vec<&Verification> =
        all.iter().filter(|one| one.status != VerificationStatus::Processing).collect();
    let first = match ended.first() {
        None => return (None, ended),
        Some(newest) if newest.status != VerificationStatus::Passed => 0,
        Some(_) => {
            let passed = ended.iter().enumerate().filter(|(_, one)| one.status == VerificationStatus::Passed);
            // Of equals the newest, which stands first.
            passed.rev().max_by_key(|(_, one)| one.level).map_or(0, |(i, _)| i)
        }
    };
    (Some(ended.remove(first)), ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{BackupId, OperatorId, TrustLevel, VerificationId, VerifyLevel};

    fn one(id: i64, status: VerificationStatus, level: TrustLevel) -> Verification {
        Verification {
            id: VerificationId(id),
            backup_id: BackupId(1),
            requested: VerifyLevel::Restore,
            level,
            ok: status == VerificationStatus::Passed,
            status,
            checks: Vec::new(),
            error_message: None,
            error_hint: None,
            started_at: "2026-11-23T02:00:00Z".to_owned(),
            completed_at: None,
            restore_ms: None,
            server_version: None,
            triggered_by_user_id: OperatorId(1),
        }
    }

    fn first(all: &[Verification]) -> Option<i64> {
        in_order(all).0.map(|one| one.id.0)
    }

    #[test]
    fn what_the_trust_rests_on_is_read_first_unless_something_failed_since() {
        use VerificationStatus::{Failed, Passed, Processing, Undecided};
        let drill = one(1, Passed, TrustLevel::L4);
        let decode = one(2, Passed, TrustLevel::L2);
        assert_eq!(first(&[]), None, "nothing was verified");
        assert_eq!(
            first(&[decode.clone(), drill.clone()]),
            Some(1),
            "a weaker check must not hide the proof"
        );
        let again = one(3, Passed, TrustLevel::L4);
        assert_eq!(first(&[again, decode.clone(), drill.clone()]), Some(3), "of equals the newest counts");
        for status in [Failed, Undecided] {
            let newest = one(4, status, TrustLevel::L0);
            assert_eq!(
                first(&[newest, drill.clone()]),
                Some(4),
                "{status:?}: what happened last must be seen"
            );
        }
        let going_on = one(5, Processing, TrustLevel::L0);
        let all = [going_on, decode, drill];
        let (_, others) = in_order(&all);
        assert_eq!(others.len(), 1, "what goes on is shown elsewhere");
    }
}
