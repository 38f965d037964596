//! What a database has beside its contents: owner, permissions, settings, limit of connections, comment. Read as
//! plain data, turned into statements by a pure function, so that one database can be given what another has.

use super::databases::literal;
use super::inspect::text;
use super::snapshot::quote;
use super::{PostgresError, Session};
use crate::sql::Setting;
use std::collections::BTreeMap;

/// What a database has beside its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    /// Its owner.
    pub owner: String,
    /// Who may do what; none while nobody granted or revoked anything.
    pub permissions: Option<Vec<Permission>>,
    /// Its settings.
    pub settings: Vec<Setting>,
    /// The settings of roles in it.
    pub role_settings: Vec<(String, Setting)>,
    /// How many connections it allows; -1 for any number.
    pub connection_limit: i64,
    /// Its comment.
    pub comment: Option<String>,
    /// Whether others may be made from it.
    pub kind: Kind,
    /// Its tablespace.
    pub tablespace: String,
}

/// Whether a database is one to make others from (`IS_TEMPLATE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// It is not.
    #[default]
    Ordinary,
    /// It is.
    Template,
}

/// One thing that somebody may do with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Who; none for everybody.
    pub grantee: Option<String>,
    /// For example `CONNECT`.
    pub privilege: String,
    /// Whether it can be passed on.
    pub passing: Passing,
}

/// Whether a permission can be passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passing {
    /// It cannot.
    No,
    /// `WITH GRANT OPTION`.
    Yes,
}

/// Whose the other database becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The same role's.
    Same,
    /// It stays that of the role that made it.
    Maker,
}

/// Reads the properties of a database.
pub async fn read(session: &Session, database: &str) -> Result<Properties, PostgresError> {
    let named = format!("d.datname = {}", literal(database));
    let row = session
        .row(&format!(
            "SELECT r.rolname, d.datacl IS NOT NULL, d.datconnlimit, \
             pg_catalog.shobj_description(d.oid, 'pg_database'), t.spcname, d.datistemplate FROM pg_catalog.pg_database d \
             JOIN pg_catalog.pg_roles r ON r.oid = d.datdba \
             JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE {named}"
        ))
        .await?;
    let mut settings = Vec::new();
    let mut role_settings = Vec::new();
    let kept = format!(
        "SELECT coalesce(r.rolname, ''), one.setting FROM pg_catalog.pg_db_role_setting s \
         JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase \
         LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole \
         CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) WITH ORDINALITY AS one (setting, number) \
         WHERE {named} ORDER BY 1, one.number"
    );
    for row in session.rows(&kept).await? {
        let Some(setting) = Setting::of_catalog(&text(&row, 1)?) else { continue };
        match text(&row, 0)?.as_str() {
            "" => settings.push(setting),
            role => role_settings.push((role.to_owned(), setting)),
        }
    }
    let permissions = if text(&row, 1)? == "t" { Some(permissions(session, &named).await?) } else { None };
    Ok(Properties {
        owner: text(&row, 0)?,
        permissions,
        settings,
        role_settings,
        connection_limit: text(&row, 2)?.parse().unwrap_or(-1),
        comment: row.get(3).map(str::to_owned),
        tablespace: text(&row, 4)?,
        kind: if text(&row, 5)? == "t" { Kind::Template } else { Kind::Ordinary },
    })
}

async fn permissions(session: &Session, named: &str) -> Result<Vec<Permission>, PostgresError> {
    let rows = session
        .rows(&format!(
            "SELECT CASE WHEN a.grantee = 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(a.grantee) END, \
             a.privilege_type, a.is_grantable FROM pg_catalog.pg_database d \
             CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a WHERE {named}"
        ))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Permission {
                grantee: row.get(0).map(str::to_owned),
                privilege: text(row, 1)?,
                passing: if text(row, 2)? == "t" { Passing::Yes } else { Passing::No },
            })
        })
        .collect()
}

/// The roles whose settings in a database somebody who is no superuser cannot give to another one: all but his own.
pub fn foreign_roles(properties: &Properties, own: &str) -> Vec<String> {
    let mut roles: Vec<String> =
        properties.role_settings.iter().map(|(role, _)| role.clone()).filter(|role| role != own).collect();
    roles.dedup();
    roles
}

/// The statements that give another database the same, in an order in which each can be carried out. Pure.
pub fn statements(properties: &Properties, database: &str, owner: Owner) -> Vec<String> {
    let name = quote(database);
    let mut all = Vec::new();
    // First, so that what is granted is granted by the owner, as it was.
    if owner == Owner::Same {
        all.push(format!("ALTER DATABASE {name} OWNER TO {}", quote(&properties.owner)));
    }
    if let Some(permissions) = &properties.permissions {
        all.push(format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"));
        if owner == Owner::Same {
            all.push(format!("REVOKE ALL ON DATABASE {name} FROM {}", quote(&properties.owner)));
        }
        all.extend(grants(permissions, &name, |grantee| {
            owner == Owner::Same || grantee != Some(properties.owner.as_str())
        }));
    }
    all.extend(
        properties.settings.iter().map(|setting| format!("ALTER DATABASE {name} {}", setting.clause())),
    );
    all.extend(properties.role_settings.iter().map(|(role, setting)| {
        format!("ALTER ROLE {} IN DATABASE {name} {}", quote(role), setting.clause())
    }));
    if properties.connection_limit >= 0 {
        all.push(format!("ALTER DATABASE {name} CONNECTION LIMIT {}", properties.connection_limit));
    }
    if let Some(comment) = &properties.comment {
        all.push(format!("COMMENT ON DATABASE {name} IS {}", literal(comment)));
    }
    if properties.kind == Kind::Template {
        all.push(format!("ALTER DATABASE {name} IS_TEMPLATE true"));
    }
    all
}

/// One statement for each grantee, and one more for what can be passed on.
fn grants(permissions: &[Permission], database: &str, meant: impl Fn(Option<&str>) -> bool) -> Vec<String> {
    let mut by_grantee: BTreeMap<(Option<&str>, Passing), Vec<&str>> = BTreeMap::new();
    for permission in permissions.iter().filter(|permission| meant(permission.grantee.as_deref())) {
        let granted = by_grantee.entry((permission.grantee.as_deref(), permission.passing)).or_default();
        // Two may have granted the same.
        if !granted.contains(&permission.privilege.as_str()) {
            granted.push(&permission.privilege);
        }
    }
    by_grantee
        .into_iter()
        .map(|((grantee, passing), privileges)| {
            let grantee = grantee.map_or_else(|| "PUBLIC".to_owned(), quote);
            let option = if passing == Passing::Yes { " WITH GRANT OPTION" } else { "" };
            format!("GRANT {} ON DATABASE {database} TO {grantee}{option}", privileges.join(", "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permission(grantee: Option<&str>, privilege: &str, passing: Passing) -> Permission {
        Permission { grantee: grantee.map(str::to_owned), privilege: privilege.into(), passing }
    }

    fn properties() -> Properties {
        Properties {
            owner: "ann".into(),
            permissions: Some(vec![
                permission(Some("ann"), "CREATE", Passing::No),
                permission(Some("ann"), "CONNECT", Passing::No),
                permission(Some("bo\"b"), "CONNECT", Passing::Yes),
                permission(None, "TEMPORARY", Passing::No),
            ]),
            settings: Setting::of_catalog("search_path=app, public").into_iter().collect(),
            role_settings: Setting::of_catalog("work_mem=1MB")
                .map(|it| ("bob".to_owned(), it))
                .into_iter()
                .collect(),
            connection_limit: 7,
            comment: Some("it's ours".into()),
            tablespace: "pg_default".into(),
            kind: Kind::Template,
        }
    }

    #[test]
    fn another_database_is_given_all_that_this_one_has() {
        assert_eq!(
            statements(&properties(), "new", Owner::Same),
            [
                "ALTER DATABASE \"new\" OWNER TO \"ann\"",
                "REVOKE ALL ON DATABASE \"new\" FROM PUBLIC",
                "REVOKE ALL ON DATABASE \"new\" FROM \"ann\"",
                "GRANT TEMPORARY ON DATABASE \"new\" TO PUBLIC",
                "GRANT CREATE, CONNECT ON DATABASE \"new\" TO \"ann\"",
                "GRANT CONNECT ON DATABASE \"new\" TO \"bo\"\"b\" WITH GRANT OPTION",
                "ALTER DATABASE \"new\" SET \"search_path\" TO 'app', 'public'",
                "ALTER ROLE \"bob\" IN DATABASE \"new\" SET \"work_mem\" TO '1MB'",
                "ALTER DATABASE \"new\" CONNECTION LIMIT 7",
                "COMMENT ON DATABASE \"new\" IS 'it''s ours'",
                "ALTER DATABASE \"new\" IS_TEMPLATE true",
            ],
            "an application must find the database that replaces the other as it knows it"
        );
    }

    #[test]
    fn what_nobody_set_is_not_set() {
        let plain = Properties {
            permissions: None,
            settings: Vec::new(),
            role_settings: Vec::new(),
            connection_limit: -1,
            comment: None,
            kind: Kind::Ordinary,
            ..properties()
        };
        assert_eq!(statements(&plain, "new", Owner::Maker), [] as [&str; 0], "the defaults need no words");
    }

    #[test]
    fn a_database_that_stays_its_makers_keeps_the_makers_permissions() {
        let mine = statements(&properties(), "new", Owner::Maker);
        assert!(
            mine.iter().all(|statement| !statement.contains("\"ann\"")),
            "ann may not be there: {mine:?}"
        );
        assert!(mine.iter().any(|statement| statement.contains("FROM PUBLIC")), "others stay out: {mine:?}");
    }
}
