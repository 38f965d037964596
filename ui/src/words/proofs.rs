//! Which verification of a backup is read first. Pure.

use holdfast_types::{BackupStatus, TrustLevel, Verification, VerificationStatus};

/// The verification that shows why a backup stands as it does, and the others that ended; the list begins with the
/// newest. It is the one whose report is saved: the newest failure of a damaged backup, else the newest that reached its
/// level, else the newest.
pub fn in_order(
    (status, trust): (BackupStatus, TrustLevel),
    all: &[Verification],
) -> (Option<&Verification>, Vec<&Verification>) {
    let mut ended: Vec<&Verification> =
        all.iter().filter(|one| one.status != VerificationStatus::Processing).collect();
    let earned = |one: &&Verification| match status {
        BackupStatus::Damaged => one.status == VerificationStatus::Failed,
        _ => one.status == VerificationStatus::Passed && one.level >= trust,
    };
    if ended.is_empty() {
        return (None, ended);
    }
    let first = ended.iter().position(earned).unwrap_or(0);
    (Some(ended.remove(first)), ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{BackupId, OperatorId, VerificationId, VerifyLevel};

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

    #[test]
    fn what_the_trust_rests_on_is_read_first() {
        use VerificationStatus::{Failed, Passed, Processing, Undecided};
        let first =
            |status, trust, all: &[Verification]| in_order((status, trust), all).0.map(|one| one.id.0);
        let good = |all: &[Verification]| first(BackupStatus::Good, TrustLevel::L4, all);
        let drill = one(1, Passed, TrustLevel::L4);
        let decode = one(2, Passed, TrustLevel::L2);
        assert_eq!(good(&[]), None, "nothing was verified");
        assert_eq!(good(&[decode.clone(), drill.clone()]), Some(1), "a weaker check must not hide the proof");
        let again = one(3, Passed, TrustLevel::L4);
        assert_eq!(good(&[again, decode.clone(), drill.clone()]), Some(3), "of equals the newest counts");
        let undecided = one(4, Undecided, TrustLevel::L0);
        assert_eq!(good(&[undecided, drill.clone()]), Some(1), "what decided nothing takes nothing away");
        let failed = one(5, Failed, TrustLevel::L0);
        let all = [decode.clone(), failed, drill.clone()];
        let damaged = first(BackupStatus::Damaged, TrustLevel::L0, &all);
        assert_eq!(damaged, Some(5), "why it is damaged must be seen");
        let all = [one(6, Processing, TrustLevel::L0), decode, drill];
        let (_, others) = in_order((BackupStatus::Good, TrustLevel::L4), &all);
        assert_eq!(others.len(), 1, "what goes on is shown elsewhere");
    }
}
