//! Hands the statements of a plan to a server.

use super::Globals;
use super::write::{self, Statement};
use crate::error::{Error, Refusal};
use crate::postgres::Session;

/// Carries the statements out in one transaction: all or nothing. Each goes by itself, through the extended protocol,
/// which takes one statement and no more.
///
/// # Errors
/// The server refused one of them; nothing was changed.
pub(crate) async fn carry_out(session: &Session, statements: &[Statement]) -> Result<(), Error> {
    session.execute("BEGIN").await?;
    for statement in statements {
        if let Err(error) = session.client().execute(statement.text(), &[]).await {
            let said = Error::from(session.error(error)).to_api().message;
            session.execute("ROLLBACK").await?;
            return Err(Error::Refused(Refusal::GlobalsRefused(statement.shown.clone(), said)));
        }
    }
    Ok(session.execute("COMMIT").await?)
}

/// Makes the roles with all that the globals hold of them, one by one, and answers what the server refused beside roles
/// that exist already.
pub(crate) async fn make(session: &Session, globals: &Globals) -> Vec<String> {
    let Globals { roles, memberships, .. } = globals;
    let mut statements: Vec<Statement> = roles.iter().flat_map(write::create).collect();
    let settings = roles.iter().flat_map(|role| role.settings.iter().map(|one| write::set(&role.name, one)));
    statements.extend(settings);
    statements.extend(memberships.iter().map(|one| write::grant(one, session.version().major)));
    let mut refused = Vec::new();
    for statement in &statements {
        // 42710: duplicate_object.
        match session.client().execute(statement.text(), &[]).await {
            Ok(_) => {}
            Err(error) if error.code().is_some_and(|code| code.code() == "42710") => {}
            Err(error) => refused.push(Error::from(session.error(error)).to_api().message),
        }
    }
    refused
}
