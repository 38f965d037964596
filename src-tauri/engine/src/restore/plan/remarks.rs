//! What is worth knowing before a restore. Pure.

use super::{Facts, first_few};
use holdfast_types::{
    BackupStatus, MissingRoles, Ownership, RestoreScope, RestoreSpec, RestoreTarget, SafetyBackup,
};

/// What is told beside the steps.
pub(super) fn remarks(spec: &RestoreSpec, facts: &Facts) -> Vec<String> {
    let mut remarks = Vec::new();
    if facts.status == Some(BackupStatus::Damaged) {
        remarks.push(
            "This backup did not pass its last verification. Its files are read again before anything is touched, and \
             only what needs none of the damaged ones is restored."
                .to_owned(),
        );
    }
    if !facts.keys_left_out.is_empty() {
        remarks.push(format!(
            "Foreign keys to tables that were not chosen are left out: {}.",
            first_few(&facts.keys_left_out)
        ));
    }
    if !facts.left_out.is_empty() {
        remarks.push(format!(
            "What needs tables or views that were not chosen is left out: {}.",
            first_few(&facts.left_out)
        ));
    }
    if spec.scope == RestoreScope::DataOnly && facts.materialized_views > 0 && spec.tables.is_empty() {
        remarks.push(format!(
            "{} not filled again with rows alone: REFRESH MATERIALIZED VIEW does it afterwards.",
            if facts.materialized_views == 1 { "The materialized view is" } else { "Materialized views are" }
        ));
    }
    if spec.target == RestoreTarget::New && facts.role_settings > 0 && facts.superuser.is_none() {
        remarks.push(
            "Settings of roles in the database are left out, as the role is no superuser: globals-only restores them."
                .to_owned(),
        );
    }
    if let (RestoreTarget::Swap, Some(source), Some(target)) =
        (spec.target, &facts.encoding, &facts.target_encoding)
        && source != target
    {
        remarks.push(format!(
            "\"{}\" is in the encoding {target}; the one that replaces it will be in the backup's, {source}.",
            spec.database
        ));
    }
    if spec.scope == RestoreScope::DataOnly && facts.superuser.is_none() {
        remarks.push(
            "Rows are loaded while foreign keys are checked, as the role is no superuser: where tables need each \
             other's rows, it may fail, and then nothing is changed."
                .to_owned(),
        );
    }
    if facts.server_major < facts.source_major {
        remarks.push(format!(
            "The backup is of PostgreSQL {}, the server is older ({}): what the older one does not know will be \
             listed as failed.",
            facts.source_major, facts.server_version
        ));
    }
    let fresh = spec.target != RestoreTarget::Existing;
    if fresh && spec.scope != RestoreScope::DataOnly && !facts.other_versions.is_empty() {
        let named: Vec<String> = facts
            .other_versions
            .iter()
            .map(|other| format!("{} {} instead of {}", other.extension, other.target, other.source))
            .collect();
        remarks.push(format!(
            "The server installs extensions in other versions than the backup's: {}. What the backup holds of them must fit.",
            first_few(&named)
        ));
    }
    if !facts.missing_tablespaces.is_empty() {
        remarks.push(format!(
            "The tablespaces {} do not exist there; everything goes into the database's own.",
            facts.missing_tablespaces.join(", ")
        ));
    }
    if let (RestoreTarget::Swap, Some(tablespace)) = (spec.target, &facts.tablespace) {
        remarks.push(format!(
            "\"{}\" lies in the tablespace {tablespace}; the restored one will lie in the server's default.",
            spec.database
        ));
    }
    if spec.target == RestoreTarget::New && !facts.jobs_of_all.is_empty() {
        remarks.push(format!(
            "From its next run on, {} backs \"{}\" up too: it is of all databases of \"{}\".",
            first_few(&facts.jobs_of_all),
            spec.database,
            facts.server
        ));
    }
    if spec.target == RestoreTarget::Existing && spec.safety_backup == SafetyBackup::Decline {
        remarks.push("No backup of the database as it is now is made.".to_owned());
    }
    if spec.roles == MissingRoles::Make && spec.ownership == Ownership::AsBackedUp {
        remarks.push(
            format!(
                "Roles that are missing are made first, without passwords unless the job dumps them: {}. Those that \
                 exist are left as they are.",
                if facts.missing_roles.is_empty() { "none".to_owned() } else { facts.missing_roles.join(", ") }
            ),
        );
    }
    if spec.ownership == Ownership::Mine {
        remarks.push("Owners and permissions of the backup are left out.".to_owned());
    }
    remarks
}
