//! Trust, verifications and restores in plain words. Pure: nothing here draws or asks.

pub mod kept;
pub mod proofs;

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

/// The end of a restore: what is there now, and what to make of it.
pub fn restore_outcome(restore: &holdfast_types::Restore) -> (String, &'static str) {
    let server = &restore.server;
    // A part must not pass for the whole.
    let database = &match restore.spec.as_ref().map(|spec| (spec.tables.as_slice(), spec.scope)) {
        None | Some(([], RestoreScope::Whole)) => restore.database.clone(),
        Some(([], RestoreScope::SchemaOnly)) => format!("{} without rows", restore.database),
        Some(([], RestoreScope::DataOnly)) => format!("{}, its rows alone,", restore.database),
        Some(([one], _)) => format!("{}, of it the table {one} alone,", restore.database),
        Some((tables, _)) => format!("{}, of it {} tables alone,", restore.database, tables.len()),
    };
    let differs = restore.checks.iter().any(|check| !check.ok);
    match restore.status {
        RestoreStatus::Processing => (format!("{database} is being restored on {server}."), ""),
        // A swap keeps the former database until it is put back.
        RestoreStatus::Completed | RestoreStatus::Partial
            if restore.target == RestoreTarget::Swap && restore.kept_database.is_none() =>
        {
            (
                format!("The restore of {database} on {server} was undone."),
                match restore.undone_as {
                    Some(_) => {
                        "The former database has its name again; the restored one stays under the name below."
                    }
                    None => {
                        "The former database has its name again; the restored one stays under a dated name."
                    }
                },
            )
        }
        RestoreStatus::Completed | RestoreStatus::Partial if differs && restore.failed_objects.is_empty() => {
            (
                format!("{database} is restored on {server}, but it differs from what was backed up."),
                "The comparison below says where. Something may have changed it since, or the restore left something out.",
            )
        }
        // Where rows were not counted or could not be, a remark may stand in their place.
        RestoreStatus::Completed if !restore.checks.iter().any(|check| check.name == "rows") => {
            (format!("{database} is restored on {server}."), "It was not compared with anything.")
        }
        RestoreStatus::Completed if !restore.checks.iter().any(|check| check.name == "contents") => (
            format!("{database} is restored on {server}."),
            "It has as many rows as the server had at the moment of the backup. Their contents were not compared: a drill does that.",
        ),
        RestoreStatus::Completed => (
            format!("{database} is restored on {server}."),
            "It was compared with what the server held at the moment of the backup, and it is equal.",
        ),
        RestoreStatus::Partial => (
            format!("{database} is on {server}, but not everything could be restored."),
            "The objects below are missing. Make what they need and restore them, or restore anew.",
        ),
        RestoreStatus::Failed => {
            (format!("{database} was not restored on {server}."), "The target is as it was before.")
        }
        RestoreStatus::Cancelled => {
            (format!("The restore of {database} was cancelled."), "The target is as it was before.")
        }
        RestoreStatus::Interrupted => (
            format!("The restore of {database} was cut off: the program that carried it out is gone."),
            match restore.target {
                // One transaction leaves nothing behind; the reason says how far it came.
                RestoreTarget::Existing => "",
                _ => {
                    "What it left behind under a temporary name is removed. Begin it again when you are ready."
                }
            },
        ),
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
    use holdfast_types::{BackupId, Check, OperatorId, Restore, RestoreId, RestoreSpec, ServerId};

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

    fn ended(status: RestoreStatus, checks: Vec<Check>) -> Restore {
        Restore {
            id: RestoreId(1),
            backup_id: BackupId(1),
            server: "demo".to_owned(),
            database: "shop".to_owned(),
            target: RestoreTarget::New,
            status,
            started_at: String::new(),
            completed_at: None,
            error_message: None,
            error_hint: None,
            failed_objects: Vec::new(),
            checks,
            kept_database: None,
            undone_as: None,
            can_undo: false,
            safety_backup_id: None,
            command: None,
            triggered_by_user_id: OperatorId(1),
            spec: None,
        }
    }

    fn check(ok: bool) -> Check {
        Check { name: "rows".to_owned(), ok, detail: String::new() }
    }

    #[test]
    fn a_restore_that_differs_is_never_called_equal() {
        let contents = Check { name: "contents".to_owned(), ..check(true) };
        let equal = restore_outcome(&ended(RestoreStatus::Completed, vec![check(true), contents])).1;
        assert!(equal.contains("equal"), "the good end is told as that: {equal}");
        let counted = restore_outcome(&ended(RestoreStatus::Completed, vec![check(true)])).1;
        assert!(!counted.contains("equal"), "as many rows are not yet the same ones: {counted}");
        let (differs, _) = restore_outcome(&ended(RestoreStatus::Completed, vec![check(true), check(false)]));
        assert!(differs.contains("differs"), "one check that fails is enough: {differs}");
        let unknown = restore_outcome(&ended(RestoreStatus::Completed, Vec::new())).1;
        assert!(!unknown.contains("equal"), "what was not compared is not proven: {unknown}");
        let remark =
            Check { name: "comparison".to_owned(), ok: true, detail: "could not be made".to_owned() };
        let prevented = restore_outcome(&ended(RestoreStatus::Completed, vec![remark])).1;
        assert!(!prevented.contains("equal"), "a comparison that was prevented proves nothing: {prevented}");
        let (partial, _) = restore_outcome(&ended(RestoreStatus::Partial, vec![check(false)]));
        assert!(partial.contains("differs"), "no object is missing, so none may be looked for: {partial}");
    }

    #[test]
    fn a_part_does_not_pass_for_the_whole() {
        let mut restore = ended(RestoreStatus::Completed, vec![check(true)]);
        let mut spec = RestoreSpec::new(BackupId(1), ServerId(1), "shop".to_owned());
        restore.spec = Some(spec.clone());
        assert_eq!(restore_outcome(&restore).0, "shop is restored on demo.", "all of it");
        spec.tables = vec!["public.orders".to_owned()];
        restore.spec = Some(spec.clone());
        let one = restore_outcome(&restore).0;
        assert!(
            one.contains("public.orders alone"),
            "who reads it must not look for the other tables: {one}"
        );
        spec.tables.push("public.items".to_owned());
        restore.spec = Some(spec);
        assert!(restore_outcome(&restore).0.contains("2 tables alone"), "nor for the rest of them");
    }

    #[test]
    fn a_swap_that_was_undone_is_told_as_that() {
        let mut swap =
            Restore { target: RestoreTarget::Swap, ..ended(RestoreStatus::Completed, vec![check(true)]) };
        assert!(restore_outcome(&swap).0.contains("undone"), "nothing is kept any more");
        swap.kept_database = Some("shop_20261125_164242".to_owned());
        assert!(!restore_outcome(&swap).0.contains("undone"), "the way back is still open");
    }

    #[test]
    fn sentences_are_joined_with_one_end_each() {
        assert_eq!(joined("schema exists", "Drop it."), "schema exists. Drop it.", "the end that lacks");
        assert_eq!(joined("It exists.", "Drop it."), "It exists. Drop it.", "no second end");
        assert_eq!(joined("It exists.", ""), "It exists.", "no trailing space");
    }

    #[test]
    fn an_end_without_a_restore_says_what_became_of_the_target() {
        for status in [RestoreStatus::Failed, RestoreStatus::Cancelled] {
            let hint = restore_outcome(&ended(status, Vec::new())).1;
            assert!(hint.contains("as it was"), "{status:?}: nobody must fear for the target: {hint}");
        }
    }
}
