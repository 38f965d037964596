//! What is said of a restore. Pure.

use holdfast_types::{RestoreScope, RestoreStatus, RestoreTarget};

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

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{BackupId, Check, OperatorId, Restore, RestoreId, RestoreSpec, ServerId};

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
    fn an_end_without_a_restore_says_what_became_of_the_target() {
        for status in [RestoreStatus::Failed, RestoreStatus::Cancelled] {
            let hint = restore_outcome(&ended(status, Vec::new())).1;
            assert!(hint.contains("as it was"), "{status:?}: nobody must fear for the target: {hint}");
        }
    }
}
