//! `holdfast restore --globals-only`.

use super::restore::RestoreArgs;
use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::plain;
use holdfast_engine::Engine;
use holdfast_types::counted;
use holdfast_types::{
    ErrorCode, GlobalsSpec, PlanGlobals, PlannedGlobals, PlannedRole, RestoreGlobals, RoleFate,
    SettingsChoice,
};

/// Carries it out, or shows what would be done.
pub async fn carry_out(app: &App, engine: &Engine, args: &RestoreArgs) -> Result<Exit, Failure> {
    let spec = spec(engine, args).await?;
    if args.dry_run {
        let plan = engine.plan_globals(PlanGlobals { spec }).await?;
        app.output.answer(&plan, |plan| shown(plan, Tense::Would))?;
        return Ok(if plan.obstacles.is_empty() { Exit::Done } else { Exit::Refused });
    }
    let done = engine.restore_globals(RestoreGlobals { spec }).await?;
    app.output.answer(&done, |done| shown(done, Tense::Was))?;
    Ok(Exit::Done)
}

async fn spec(engine: &Engine, args: &RestoreArgs) -> Result<GlobalsSpec, Failure> {
    let (Some(backup_id), Some(server)) = (args.backup, &args.server) else {
        return Err(Failure::new(ErrorCode::InvalidInput, "Backup and --server are needed.", ""));
    };
    Ok(GlobalsSpec {
        role_settings: if args.role_settings { SettingsChoice::Apply } else { SettingsChoice::Leave },
        database: args.database.clone(),
        confirmation: args.confirm.clone(),
        ..GlobalsSpec::new(backup_id, engine.server_by_name(server).await?.id)
    })
}

/// Whether it is still to be done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tense {
    Would,
    Was,
}

fn shown(plan: &PlannedGlobals, tense: Tense) -> String {
    let mut lines: Vec<String> = plan.roles.iter().map(role_shown).collect();
    lines.extend(plan.database_settings.iter().map(|statement| format!("set      {}", plain(statement))));
    if plan.is_empty() {
        lines.push(format!("No role of the backup is missing on \"{}\".", plain(&plan.server)));
    } else {
        let done = match tense {
            Tense::Would => "Would be done",
            Tense::Was => "Done",
        };
        let made = plan.count(RoleFate::Created);
        let changed = plan.count(RoleFate::SettingsChanged);
        lines.push(format!(
            "{done} on \"{}\" in one transaction: {} made, settings of {} changed.",
            plain(&plan.server),
            counted(made, "role"),
            counted(changed, "role")
        ));
    }
    lines.extend(plan.remarks.iter().map(|remark| format!("Note: {}", plain(remark))));
    for obstacle in &plan.obstacles {
        lines.push(format!("In the way: {} {}", plain(&obstacle.message), plain(&obstacle.hint)));
    }
    lines.join("\n")
}

fn role_shown(role: &PlannedRole) -> String {
    let name = plain(&role.name);
    let mut parts: Vec<String> = role.attributes.iter().map(|word| plain(word)).collect();
    if !role.member_of.is_empty() {
        let groups: Vec<String> = role.member_of.iter().map(|group| plain(group)).collect();
        parts.push(format!("member of {}", groups.join(", ")));
    }
    parts.extend(role.settings.iter().map(|clause| plain(clause)));
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    match role.fate {
        RoleFate::Created => format!("make     {name}{parts}"),
        RoleFate::SettingsChanged => format!("change   {name}{parts}"),
        RoleFate::Untouched => format!("as it is {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::BackupId;

    #[test]
    fn each_role_is_told_with_what_becomes_of_it() {
        let role = |name: &str, fate, attributes: &[&str]| PlannedRole {
            name: name.into(),
            fate,
            attributes: attributes.iter().map(|&word| word.to_owned()).collect(),
            member_of: Vec::new(),
            settings: Vec::new(),
        };
        let mut plan = PlannedGlobals {
            backup_id: BackupId(1),
            server: "prod".into(),
            roles: vec![
                role("ann", RoleFate::Untouched, &[]),
                role("b\u{1b}ob", RoleFate::Created, &["LOGIN"]),
            ],
            database: None,
            database_settings: Vec::new(),
            obstacles: Vec::new(),
            remarks: Vec::new(),
        };
        let text = shown(&plan, Tense::Would);
        assert!(text.contains("as it is ann"), "nobody must fear for ann: {text}");
        assert!(text.contains("ob: LOGIN") && text.contains("Would be done"), "a dry run says so: {text}");
        assert!(!text.contains('\u{1b}'), "a name must not drive the terminal: {text}");
        plan.roles.truncate(1);
        assert!(shown(&plan, Tense::Was).contains("No role of the backup is missing"), "nothing was done");
    }
}
