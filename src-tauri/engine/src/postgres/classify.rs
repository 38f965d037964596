//! Which of our errors an error of the connection is: by SQLSTATE, by the kind of I/O failure, by TLS.

use super::connection::ResolvedConnection;
use super::error::PostgresError;
use super::tls;
use std::error::Error as StdError;
use std::io;

/// What the server says when no more locks fit into its shared memory, of which nothing else runs out (lock.c).
pub(super) const SHARED: &str = "out of shared memory";

/// What a failed connection was aimed at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub connection: &'a ResolvedConnection,
    pub database: &'a str,
}

/// The meaning of an error while connecting.
pub(super) fn connecting(error: &tokio_postgres::Error, target: Target<'_>) -> PostgresError {
    let ResolvedConnection { host, user, .. } = target.connection;
    let no_password = || PostgresError::NoPassword {
        user: user.clone(),
        ignored_passfile: target.connection.ignored_passfile.clone(),
    };
    if let Some(db) = error.as_db_error() {
        let message = db.message().to_owned();
        return match db.code().code() {
            "28P01" if target.connection.password(target.database).is_none() => no_password(),
            "28P01" => PostgresError::WrongPassword { user: user.clone() },
            "28000" if message.starts_with("role ") => {
                PostgresError::NoSuchRole { user: user.clone(), message }
            }
            "28000" => PostgresError::PgHbaRejected { message },
            "3D000" => PostgresError::NoSuchDatabase { database: target.database.into() },
            code => sqlstate(code, message),
        };
    }
    if let Some(error) = find::<rustls::Error>(error) {
        return PostgresError::TlsCertificate { host: host.to_string(), problem: tls::problem(error) };
    }
    let words = chain(error);
    if words.contains("does not support TLS") {
        return PostgresError::TlsRefused { host: host.to_string() };
    }
    if words.contains("did not use channel binding") {
        return PostgresError::Unbound { host: host.to_string() };
    }
    if words.contains("password missing") {
        return no_password();
    }
    if let Some(error) = find::<io::Error>(error) {
        return io_failure(error, target.connection);
    }
    if error.is_closed() {
        PostgresError::LostConnection { detail: words }
    } else {
        PostgresError::Protocol { detail: words }
    }
}

pub(super) fn io_failure(error: &io::Error, connection: &ResolvedConnection) -> PostgresError {
    let detail = error.to_string();
    match error.kind() {
        io::ErrorKind::TimedOut => timeout(connection),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => PostgresError::LostConnection { detail },
        _ => PostgresError::Refused { host: connection.host.to_string(), port: connection.port, detail },
    }
}

/// No answer in the time that the connection allows.
pub(super) fn timeout(connection: &ResolvedConnection) -> PostgresError {
    PostgresError::Timeout {
        host: connection.host.to_string(),
        port: connection.port,
        seconds: connection.connect_timeout.as_secs(),
    }
}

/// The meaning of an error of a query.
pub(super) fn querying(error: &tokio_postgres::Error) -> PostgresError {
    if let Some(db) = error.as_db_error() {
        return sqlstate(db.code().code(), db.message().to_owned());
    }
    let detail = chain(error);
    if error.is_closed() || find::<io::Error>(error).is_some() {
        PostgresError::LostConnection { detail }
    } else {
        PostgresError::Protocol { detail }
    }
}

/// The meaning of a server's error code (appendix A of PostgreSQL's manual).
pub(super) fn sqlstate(code: &str, message: String) -> PostgresError {
    match code {
        "42501" => PostgresError::NotPermitted { object: object_in(&message), message },
        "53300" => PostgresError::TooManyConnections { message },
        "53200" if message.contains(SHARED) => PostgresError::LockTableFull { message },
        "53200" => PostgresError::OutOfMemory { message },
        "57P03" => PostgresError::ServerNotReady { message },
        "57P01" | "57P02" | "57P05" | "25P03" => PostgresError::LostConnection { detail: message },
        "55P03" => PostgresError::LockTimeout { relation: object_in(&message), holder: None },
        "40001" if message.contains("conflict with recovery") => PostgresError::RecoveryConflict { message },
        "XX001" | "XX002" => PostgresError::ServerDataDamaged { message },
        _ if code.starts_with("08") => PostgresError::LostConnection { detail: message },
        _ => PostgresError::Query { sqlstate: code.into(), message },
    }
}

/// The last word of a message like `permission denied for table orders`.
pub(super) fn object_in(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("permission denied for ")?;
    let name = rest.split_once(' ').map_or(rest, |(_, name)| name).trim().trim_matches('"');
    (!name.is_empty()).then(|| name.to_owned())
}

/// An error with everything beneath it, in one line.
pub(super) fn chain(error: &dyn StdError) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let more = error.to_string();
        if !words.ends_with(&more) {
            words.push_str(": ");
            words.push_str(&more);
        }
        next = error.source();
    }
    words
}

/// The first error of that type in a chain; an `io::Error` hides the one it wraps from `source`.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_server_become_errors_that_can_be_acted_on() {
        assert_eq!(
            sqlstate("42501", "permission denied for table orders".into()),
            PostgresError::NotPermitted {
                message: "permission denied for table orders".into(),
                object: Some("orders".into())
            },
            "the table has to be named for a GRANT"
        );
        assert!(
            matches!(
                sqlstate("57P01", "terminating connection".into()),
                PostgresError::LostConnection { .. }
            ),
            "a shutdown ends the connection"
        );
        assert!(
            matches!(sqlstate("53300", "sorry".into()), PostgresError::TooManyConnections { .. }),
            "a full server is told from a broken one"
        );
        assert!(
            matches!(sqlstate("53200", "out of shared memory".into()), PostgresError::LockTableFull { .. }),
            "more memory would not help a full table of locks"
        );
        assert!(
            matches!(sqlstate("53200", "out of memory".into()), PostgresError::OutOfMemory { .. }),
            "and a setting of locks would not help without memory"
        );
        assert!(
            matches!(sqlstate("40001", "could not serialize access".into()), PostgresError::Query { .. }),
            "only a recovery conflict has to do with a standby"
        );
    }

    #[test]
    fn an_error_wrapped_in_io_is_found() {
        let inner = rustls::Error::General("x".into());
        let outer = io::Error::new(io::ErrorKind::InvalidData, inner);
        assert!(find::<rustls::Error>(&outer).is_some(), "certificate problems arrive wrapped");
    }
}
