//! One connection of our own to one database.
//!
//! It carries queries of the other modules; it knows none but the one about itself.

use super::classify::{self, Target};
use super::connection::Host;
use super::dial::{Allowance, Bounded, dial};
use super::error::PostgresError;
use super::tap::{Piece, Tap, TapTls};
use super::{ResolvedConnection, tls};
use crate::platform::sockets::Socket;
use holdfast_types::SslMode;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio_postgres::config::SslMode as Encryption;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Connection, NoTls, SimpleQueryMessage, SimpleQueryRow};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The oldest major version that is supported.
pub const OLDEST_SERVER: u32 = 10;

/// What the server's activity views call us.
pub(super) const APPLICATION_NAME: &str = "holdfast";

/// A role or database may have limits of its own, which are meant for applications.
const NO_LIMITS: &str =
    "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";

/// The first major version that knows a limit of transactions, too.
const TRANSACTION_LIMIT_SINCE: u32 = 17;

/// How long a dropped session may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// A server's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVersion {
    /// The major version, for example 15.
    pub major: u32,
    /// As people write it, for example `15.18`.
    pub text: String,
    /// `server_version_num`, for example 150018.
    pub number: u32,
}

/// A live connection. Dropping it closes it.
#[derive(Debug)]
pub struct Session {
    client: Client,
    /// Why the connection ended, once it has.
    end: watch::Receiver<Option<String>>,
    version: ServerVersion,
    encrypted: bool,
    role: String,
    database: String,
}

/// Connects, to the resolved connection's own database when none is named.
pub async fn connect(
    connection: &ResolvedConnection,
    database: Option<&str>,
) -> Result<Session, PostgresError> {
    let database = database.unwrap_or(&connection.database);
    super::connection::validate_database(database)?;
    let target = Target { connection, database };
    match tokio::time::timeout(connection.connect_timeout, open(target)).await {
        Ok(session) => session,
        Err(_) => Err(classify::timeout(connection)),
    }
}

async fn open(target: Target<'_>) -> Result<Session, PostgresError> {
    let connection = target.connection;
    // Unix sockets are never encrypted, whatever the mode: libpq's rule.
    let mode = if matches!(connection.host, Host::Socket(_)) { SslMode::Disable } else { connection.sslmode };
    match mode {
        SslMode::Disable => plain(target).await,
        SslMode::Prefer => match encrypted(target, Encryption::Prefer).await {
            // As libpq: a server that admits only unencrypted connections, or whose TLS does not work out,
            // gets a second attempt without.
            Err(first @ (PostgresError::TlsCertificate { .. } | PostgresError::PgHbaRejected { .. })) => {
                plain(target).await.map_err(|second| match second {
                    PostgresError::PgHbaRejected { .. } => first,
                    other => other,
                })
            }
            other => other,
        },
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => {
            encrypted(target, Encryption::Require).await
        }
    }
}

async fn plain(target: Target<'_>) -> Result<Session, PostgresError> {
    let allowance = Allowance::before_ready();
    let stream = Bounded::new(dial(target.connection).await?, allowance.clone());
    log_in(target, Encryption::Disable, stream, NoTls, allowance).await
}

async fn encrypted(target: Target<'_>, encryption: Encryption) -> Result<Session, PostgresError> {
    let allowance = Allowance::before_ready();
    let stream = Bounded::new(dial(target.connection).await?, allowance.clone());
    log_in(target, encryption, stream, handshake(target)?, allowance).await
}

/// How a session is connected, for others that are to be connected alike.
#[derive(Debug, Clone)]
pub(super) struct Like {
    database: String,
    encrypted: bool,
}

/// Connects as `like` is connected, encrypted or not, with the rows of COPY going to `out`.
pub(super) async fn connect_tapped(
    connection: &ResolvedConnection,
    like: &Like,
    out: mpsc::Sender<Piece>,
) -> Result<Session, PostgresError> {
    let target = Target { connection, database: &like.database };
    let opened = async {
        let allowance = Allowance::before_ready();
        let stream = Bounded::new(dial(connection).await?, allowance.clone());
        if like.encrypted {
            let tls = TapTls::new(handshake(target)?, out);
            log_in(target, Encryption::Require, stream, tls, allowance).await
        } else {
            log_in(target, Encryption::Disable, Tap::new(stream, out), NoTls, allowance).await
        }
    };
    match tokio::time::timeout(connection.connect_timeout, opened).await {
        Ok(session) => session,
        Err(_) => Err(classify::timeout(connection)),
    }
}

type Handshake = <MakeRustlsConnect as MakeTlsConnect<Bounded<Socket>>>::TlsConnect;

fn handshake(target: Target<'_>) -> Result<Handshake, PostgresError> {
    let mut maker = MakeRustlsConnect::new(tls::client_config(target.connection)?);
    let host = target.connection.host.to_string();
    Ok(MakeTlsConnect::<Bounded<Socket>>::make_tls_connect(&mut maker, &host)
        .unwrap_or_else(|never| match never {}))
}

async fn log_in<S, T>(
    target: Target<'_>,
    encryption: Encryption,
    stream: S,
    tls: T,
    allowance: Allowance,
) -> Result<Session, PostgresError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsConnect<S>,
    T::Stream: Send + 'static,
{
    let connected = config(target, encryption).connect_raw(stream, tls).await;
    let (client, connection) = connected.map_err(|error| classify::connecting(&error, target))?;
    Session::begin(client, connection, allowance).await
}

fn config(target: Target<'_>, encryption: Encryption) -> Config {
    let connection = target.connection;
    let mut config = Config::new();
    config
        .user(&connection.user)
        .dbname(target.database)
        .application_name(APPLICATION_NAME)
        .ssl_mode(encryption)
        .channel_binding(connection.channel_binding);
    if let Some(options) = &connection.options {
        config.options(options);
    }
    if let Some(password) = connection.password(target.database) {
        config.password(password.expose());
    }
    config
}

impl Session {
    async fn begin<S, T>(
        client: Client,
        connection: Connection<S, T>,
        allowance: Allowance,
    ) -> Result<Self, PostgresError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (ended, end) = watch::channel(None);
        tokio::spawn(async move {
            let reason = tokio::select! {
                over = connection => match over {
                    Ok(()) => "the connection was closed".to_owned(),
                    Err(error) => classify::chain(&error),
                },
                () = abandoned(&ended) => "the session was given up".to_owned(),
            };
            ended.send_replace(Some(reason));
        });
        let version = ServerVersion { major: 0, text: String::new(), number: 0 };
        let mut session =
            Self { client, end, version, encrypted: false, role: String::new(), database: String::new() };
        session.execute(NO_LIMITS).await?;
        let about = session
            .row(
                "SELECT current_setting('server_version_num'), current_setting('server_version'), current_user, \
                 current_database(), \
                 coalesce((SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()), false)",
            )
            .await?;
        let value = |index| about.get(index).unwrap_or_default().to_owned();
        session.version = version_of(&value(0), &value(1))?;
        if session.version.major >= TRANSACTION_LIMIT_SINCE {
            session.execute("SET transaction_timeout = 0").await?;
        }
        session.role = value(2);
        session.database = value(3);
        session.encrypted = value(4) == "t";
        allowance.lift();
        Ok(session)
    }

    /// How it is connected.
    pub(super) fn like(&self) -> Like {
        Like { database: self.database.clone(), encrypted: self.encrypted }
    }

    /// Why it ended, once it has.
    pub(super) fn end(&self) -> watch::Receiver<Option<String>> {
        self.end.clone()
    }

    /// The client, for queries.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The server's version.
    pub fn version(&self) -> &ServerVersion {
        &self.version
    }

    /// Whether TLS protects the connection.
    pub fn encrypted(&self) -> bool {
        self.encrypted
    }

    /// The role connected as.
    pub fn role(&self) -> &str {
        &self.role
    }

    /// The database connected to.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Waits until the connection ends, and tells why. For watching a session that only holds something open.
    pub async fn ended(&self) -> PostgresError {
        let mut end = self.end.clone();
        let reason = match end.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_default(),
            Err(_) => "the runtime ended".into(),
        };
        PostgresError::LostConnection { detail: reason }
    }

    /// Runs statements without parameters.
    pub async fn execute(&self, statements: &str) -> Result<(), PostgresError> {
        self.client.batch_execute(statements).await.map_err(|error| self.error(error))
    }

    /// The rows of a statement without parameters, as text: works through connection poolers too.
    pub async fn rows(&self, statement: &str) -> Result<Vec<SimpleQueryRow>, PostgresError> {
        let messages = self.client.simple_query(statement).await.map_err(|error| self.error(error))?;
        let row = |message| if let SimpleQueryMessage::Row(row) = message { Some(row) } else { None };
        Ok(messages.into_iter().filter_map(row).collect())
    }

    /// How many rows a statement without parameters says that it affected.
    pub(super) async fn affected(&self, statement: &str) -> Result<u64, PostgresError> {
        let messages = self.client.simple_query(statement).await.map_err(|error| self.error(error))?;
        let count =
            |message| if let SimpleQueryMessage::CommandComplete(rows) = message { Some(rows) } else { None };
        let missing =
            || PostgresError::Protocol { detail: "a statement was answered without a count".into() };
        messages.into_iter().rev().find_map(count).ok_or_else(missing)
    }

    /// The only row of a statement without parameters.
    pub async fn row(&self, statement: &str) -> Result<SimpleQueryRow, PostgresError> {
        let missing =
            || PostgresError::Protocol { detail: "a query that answers one row answered none".into() };
        self.rows(statement).await?.into_iter().next().ok_or_else(missing)
    }

    /// Turns an error of the client into ours, with the connection's own end as the reason when it ended.
    pub fn error(&self, error: tokio_postgres::Error) -> PostgresError {
        match classify::querying(&error) {
            PostgresError::LostConnection { detail } => {
                PostgresError::LostConnection { detail: self.end.borrow().clone().unwrap_or(detail) }
            }
            other => other,
        }
    }
}

/// Returns when the session was dropped and its connection did not end by itself: it waits for the answer to a
/// query that nobody wants any more.
async fn abandoned(ended: &watch::Sender<Option<String>>) {
    ended.closed().await;
    tokio::time::sleep(GOODBYE).await;
}

/// `150018` and `15.18 (Debian 15.18-0+deb12u1)` as a version.
fn version_of(number: &str, words: &str) -> Result<ServerVersion, PostgresError> {
    let text = words.split_whitespace().next().unwrap_or_default().to_owned();
    let unreadable = || PostgresError::Protocol { detail: format!("server_version_num is {number:?}") };
    let number: u32 = number.parse().map_err(|_| unreadable())?;
    let major = number / 10_000;
    if major < OLDEST_SERVER {
        return Err(PostgresError::ServerTooOld { version: text });
    }
    Ok(ServerVersion { major, text, number })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn versions_are_read_as_people_write_them() {
        let found = version_of("150018", "15.18 (Debian 15.18-0+deb12u1)").unwrap();
        assert_eq!(
            (found.major, found.text.as_str()),
            (15, "15.18"),
            "the distribution's part is no version"
        );
        assert_eq!(version_of("190000", "19beta1").unwrap().major, 19, "a beta has a major version too");
        assert_eq!(
            version_of("90624", "9.6.24").unwrap_err(),
            PostgresError::ServerTooOld { version: "9.6.24".into() },
            "an unsupported server must be refused, not half backed up"
        );
    }
}
