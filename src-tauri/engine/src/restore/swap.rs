//! Exchanges a database for another: the former stays under a dated name, so that it can be put back.

use super::survey::beside;
use crate::error::{Error, Refusal};
use crate::postgres::{ResolvedConnection, Session, databases};
use std::time::{Duration, Instant};

/// The longest name of a database, in bytes.
const LONGEST_NAME: usize = 63;

/// How long sessions on a database may take to end.
const PATIENCE: Duration = Duration::from_secs(15);

/// Gives `fresh` the name `database`; the database that had it gets a dated name, which is answered. If the second
/// step fails the first is taken back.
///
/// # Errors
/// Sessions did not end, or the role may not rename. The server is as it was.
pub(super) async fn swap(session: &Session, database: &str, fresh: &str) -> Result<String, Error> {
    let kept = free_name(session, database).await?;
    databases::close_to_sessions(session, database).await?;
    if let Err(error) = rename_when_free(session, database, &kept).await {
        databases::open_to_sessions(session, database).await?;
        return Err(error);
    }
    if let Err(error) = rename_when_free(session, fresh, database).await {
        databases::rename(session, &kept, database).await?;
        databases::open_to_sessions(session, database).await?;
        return Err(error);
    }
    databases::open_to_sessions(session, &kept).await?;
    Ok(kept)
}

/// Puts a former database back; the present one stays under a dated name, which is answered.
///
/// # Errors
/// One of the databases is gone, sessions did not end, or the role may not rename. The server is as it was.
pub(crate) async fn undo(
    connection: &ResolvedConnection,
    database: &str,
    former: &str,
) -> Result<String, Error> {
    let session = beside(connection, database).await?;
    for name in [database, former] {
        if !databases::exists(&session, name).await? {
            return Err(Error::Refused(Refusal::NothingToUndo));
        }
    }
    swap(&session, database, former).await
}

/// Renames a database once its sessions have ended; they are asked to.
pub(super) async fn rename_when_free(session: &Session, from: &str, to: &str) -> Result<(), Error> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        databases::disconnect(session, from).await?;
        match databases::rename(session, from, to).await {
            Ok(()) => return Ok(()),
            // 55006: object_in_use. A session that is asked to end takes a moment.
            Err(crate::postgres::PostgresError::Query { sqlstate, .. })
                if sqlstate == "55006" && Instant::now() < deadline =>
            {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            // 42P04: duplicate_database.
            Err(crate::postgres::PostgresError::Query { sqlstate, .. }) if sqlstate == "42P04" => {
                return Err(Error::Refused(Refusal::NameTaken(to.to_owned())));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A dated name that no database has: two swaps can come in one second.
async fn free_name(session: &Session, database: &str) -> Result<String, Error> {
    let date = chrono::Utc::now().format("%Y%m%d_%H%M%S").to_string();
    let mut name = dated(database, &date);
    let mut number = 2;
    while databases::exists(session, &name).await? {
        name = dated(database, &format!("{date}_{number}"));
        number += 1;
    }
    Ok(name)
}

/// A name with a date, cut so that it is not too long for the server.
fn dated(database: &str, date: &str) -> String {
    let room = LONGEST_NAME.saturating_sub(date.len() + 1);
    let end = (0..=database.len().min(room)).rev().find(|at| database.is_char_boundary(*at)).unwrap_or(0);
    format!("{}_{date}", &database[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dated_name_fits_whatever_the_name_was() {
        assert_eq!(
            dated("shop", "20261125_160000"),
            "shop_20261125_160000",
            "people find it beside the other"
        );
        let long = "ä".repeat(31);
        let found = dated(&long, "20261125_160000");
        assert!(found.len() <= LONGEST_NAME, "the server would cut the date off: {found}");
        assert!(found.ends_with("_20261125_160000"), "the date tells it from others: {found}");
    }
}
