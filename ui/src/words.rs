//! Trust, verifications and restores in plain words. Pure: nothing here draws or asks.

pub mod kept;
pub mod proofs;
mod restores;

pub use restores::restore_outcome;

use holdfast_types::{
    BackupStatus, DatabaseProof, LedgerDepth, RestoreScope, RestoreStatus, RestoreTarget, TrustLevel,
    Verification, VerificationStatus, VerifyLevel,
};

/// What a trust level means, in one sentence.
pub fn meaning(level: TrustLevel) -> &'static str {
    match level {
        TrustLevel::L0 => "pg_dump said that it succeeded. Nothing more is known.",
        TrustLevel::L1 => "Every file is byte for byte the one that the manifest names.",
        TrustLevel::L2 => {
            "Every data file was read to its end, and the contents are those that the server listed."
        }
        TrustLevel::L3 => "It was restored into an empty database without an error.",
        TrustLevel::L4 => {
            "It was restored, and its rows were compared with what the server held at the moment of the backup."
        }
        TrustLevel::L5 => "It was restored and compared, and the job's own assertions hold in it.",
    }
}

/// What a backup rests on, in one sentence: what it was proven for says nothing of one that broke since.
pub fn standing(status: BackupStatus, level: TrustLevel) -> &'static str {
    match status {
        BackupStatus::Good => meaning(level),
        BackupStatus::Damaged => "A verification found it damaged. Do not rely on it.",
        BackupStatus::Missing => "Its files are not where they were.",
    }
}

/// Whether a restore could still prove more of a backup.
pub fn is_unproven(status: BackupStatus, level: TrustLevel) -> bool {
    status == BackupStatus::Good && level < TrustLevel::L3
}

/// The level and the whole ladder, for a tooltip: the reader sees what was reached and what is above.
pub fn ladder(level: TrustLevel) -> String {
    let rungs = TrustLevel::ALL.into_iter().rev().map(|rung| {
        let mark = if rung == level { "●" } else { "○" };
        format!("{mark} L{} {}: {}", rung.rank(), rung.label(), meaning(rung))
    });
    let mut lines = vec![format!("L{} {}: {}", level.rank(), level.label(), meaning(level)), String::new()];
    lines.extend(rungs);
    lines.join("\n")
}

/// What a depth of verification is called.
pub fn verify_title(level: VerifyLevel) -> &'static str {
    match level {
        VerifyLevel::Checksum => "Checksum",
        VerifyLevel::Decode => "Decode",
        VerifyLevel::Restore => "Restore drill",
    }
}

/// What a depth of verification does.
pub fn verify_sentence(level: VerifyLevel) -> &'static str {
    match level {
        VerifyLevel::Checksum => {
            "Compares every file with the manifest: finds what was changed, cut short or lost on the disk."
        }
        VerifyLevel::Decode => {
            "Also unpacks every data file to its end and reconciles the contents with what the server listed."
        }
        VerifyLevel::Restore => {
            "Also restores it into a scratch database, compares the rows, and measures the time."
        }
    }
}

/// The level that a verification of this depth reaches. Assertions, which only some jobs have, go one further.
pub fn verify_reach(level: VerifyLevel) -> &'static str {
    let reached = match level {
        VerifyLevel::Checksum => TrustLevel::L1,
        VerifyLevel::Decode => TrustLevel::L2,
        VerifyLevel::Restore => TrustLevel::L4,
    };
    reached.label()
}

/// What the button says that starts it.
pub fn verify_action(level: VerifyLevel) -> &'static str {
    match level {
        VerifyLevel::Checksum => "Compare the checksums",
        VerifyLevel::Decode => "Decode the backup",
        VerifyLevel::Restore => "Run the restore drill",
    }
}

/// How a verification stands, in a word or two.
pub fn verification_status(status: VerificationStatus) -> &'static str {
    match status {
        VerificationStatus::Processing => "Processing",
        VerificationStatus::Passed => "Passed",
        VerificationStatus::Failed => "Failed",
        VerificationStatus::Undecided => "Undecided",
    }
}

/// A verification in a few words: `Restore drill, proven equal`. Only a drill can reach more than one level.
pub fn verification_words(verification: &Verification) -> String {
    let title = verify_title(verification.requested);
    match verification.status {
        VerificationStatus::Passed if verification.requested == VerifyLevel::Restore => {
            format!("{title}, {}", verification.level.label().to_lowercase())
        }
        _ => title.to_owned(),
    }
}

/// How long a drill's restore took: `restores in 2.5 s`. Not where: it may have been a server of the reader's.
pub fn recovery(milliseconds: u64) -> String {
    format!("restores in {}", crate::format::measured(milliseconds))
}

/// How long the databases of a job take to come back, as it was measured: the slowest in short, each of them in full.
/// Nothing before the first drill.
pub fn proven(proofs: &[DatabaseProof]) -> Option<(String, String)> {
    let slowest = proofs.iter().filter_map(|proof| proof.restore_ms).max()?;
    let line = |proof: &DatabaseProof| {
        let took = proof.restore_ms.map(crate::format::measured).unwrap_or_default();
        format!("{}: restored in {took} and compared; the backup is of {}", proof.database, proof.created_at)
    };
    let all: Vec<String> = proofs.iter().map(line).collect();
    Some((format!("restores in {}", crate::format::measured(slowest)), all.join("\n")))
}

/// How a restore stands.
pub fn restore_status(status: RestoreStatus) -> &'static str {
    match status {
        RestoreStatus::Processing => "Processing",
        RestoreStatus::Completed => "Completed",
        RestoreStatus::Partial => "Partial",
        RestoreStatus::Failed => "Failed",
        RestoreStatus::Cancelled => "Cancelled",
        RestoreStatus::Interrupted => "Interrupted",
    }
}

/// What became of the target.
pub fn target_words(target: RestoreTarget) -> &'static str {
    match target {
        RestoreTarget::New => "as a new database",
        RestoreTarget::Swap => "by a swap",
        RestoreTarget::Existing => "into the present one",
    }
}

/// Two sentences after one another; the first may lack its end.
pub fn joined(first: &str, second: &str) -> String {
    let end = if first.is_empty() || first.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{first}{end} {second}").trim().to_owned()
}

/// What is restored.
pub fn scope_title(scope: RestoreScope) -> (&'static str, &'static str) {
    match scope {
        RestoreScope::Whole => ("Definitions and rows", "Everything that the backup holds."),
        RestoreScope::SchemaOnly => {
            ("Definitions only", "Tables, indexes, views and functions, without any rows.")
        }
        RestoreScope::DataOnly => ("Rows only", "Into tables that exist already, with the same columns."),
    }
}

/// What is counted during a dump.
pub fn ledger_words(depth: LedgerDepth) -> (&'static str, &'static str) {
    match depth {
        LedgerDepth::None => {
            ("Nothing", "A drill can then prove that it restores, but not that it is equal.")
        }
        LedgerDepth::Counts => {
            ("Rows", "The exact rows of every table, in the dump's own snapshot. Costs little.")
        }
        LedgerDepth::Checksums => (
            "Rows and contents",
            "Also a checksum of every table's contents. Large tables are summed as they are copied; the server reads the others once more.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tooltip_of_a_badge_says_what_its_level_means_and_what_is_above() {
        let words = ladder(TrustLevel::L2);
        assert!(words.starts_with("L2 Decoded: Every data file"), "its own level comes first: {words}");
        assert_eq!(words.matches('●').count(), 1, "one rung is reached: {words}");
        for level in TrustLevel::ALL {
            assert!(words.contains(meaning(level)), "L{} must be explained: {words}", level.rank());
        }
    }

    #[test]
    fn every_depth_of_verification_says_what_it_does() {
        for level in VerifyLevel::ALL {
            assert!(verify_sentence(level).ends_with('.'), "{level:?} needs a sentence");
            assert_ne!(verify_title(level), verify_action(level), "{level:?}: a button says what it does");
        }
    }

    #[test]
    fn sentences_are_joined_with_one_end_each() {
        assert_eq!(joined("schema exists", "Drop it."), "schema exists. Drop it.", "the end that lacks");
        assert_eq!(joined("It exists.", "Drop it."), "It exists. Drop it.", "no second end");
        assert_eq!(joined("It exists.", ""), "It exists.", "no trailing space");
    }
}
