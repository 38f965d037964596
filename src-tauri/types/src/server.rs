//! Servers: where PostgreSQL answers, and what a test of the connection found.

use crate::{Problem, ServerId, Timestamp};
use serde::{Deserialize, Serialize};

/// A PostgreSQL server. The password is never part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Server {
    /// Its id.
    pub id: ServerId,
    /// Its unique name.
    pub name: String,
    /// How to reach it.
    pub connection: Connection,
    /// Whether a password is stored for it, and where.
    pub password: PasswordSource,
    /// The version it reported last, for example `15.18`.
    pub server_version: Option<String>,
    /// When it was last reached.
    pub last_seen_at: Option<Timestamp>,
    /// How many jobs use it.
    pub job_count: u64,
    /// When it was added.
    pub created_at: Timestamp,
}

/// How to reach a server: what a libpq connection URL says, less the password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Connection {
    /// Host name, address, or the absolute path of a Unix socket's directory; empty with a service.
    pub host: String,
    /// Port; 5432 when absent.
    pub port: Option<u16>,
    /// Role to connect as; as for psql when absent.
    pub user: Option<String>,
    /// Database for the first connection; `postgres` when absent.
    pub database: Option<String>,
    /// How the connection is protected.
    pub sslmode: SslMode,
    /// File with the certificates to trust.
    pub sslrootcert: Option<String>,
    /// Client certificate file.
    pub sslcert: Option<String>,
    /// Client key file.
    pub sslkey: Option<String>,
    /// A service of `pg_service.conf`, whose values fill what is absent here.
    pub service: Option<String>,
    /// A password file other than `~/.pgpass`.
    pub passfile: Option<String>,
}

/// How a connection is protected, with libpq's meanings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    /// Never encrypt.
    Disable,
    /// Encrypt if the server can.
    #[default]
    Prefer,
    /// Encrypt, but trust any certificate (unless a root certificate is given).
    Require,
    /// Encrypt and check the certificate's chain.
    VerifyCa,
    /// Encrypt, check the chain and the host name.
    VerifyFull,
}

impl SslMode {
    /// All modes, weakest first.
    pub const ALL: [SslMode; 5] =
        [Self::Disable, Self::Prefer, Self::Require, Self::VerifyCa, Self::VerifyFull];

    /// The word that libpq uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// Where a server's password comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordSource {
    /// None is stored: the password file, the service file or the server's own rules decide.
    None,
    /// The operating system's keyring.
    Keyring,
    /// A file in the data directory that only its owner can read, because no keyring answered.
    File,
}

/// A password on its way into the store. Write-only: it is never sent back, and prints as `<redacted>`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<redacted>")
    }
}

/// What to do with the stored password when a server is changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "action", content = "password")]
pub enum PasswordChange {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Store this one.
    Set(Password),
    /// Forget it.
    Clear,
}

/// Lists the servers by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListServers {}

/// Shows one server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GetServer {
    /// Which one.
    pub id: ServerId,
}

/// Adds a server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateServer {
    /// Its unique name.
    pub name: String,
    /// How to reach it.
    pub connection: Connection,
    /// Its password, if it is to be stored.
    #[serde(default)]
    pub password: Option<Password>,
}

/// Changes a server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpdateServer {
    /// Which one.
    pub id: ServerId,
    /// Its new name.
    pub name: String,
    /// How to reach it.
    pub connection: Connection,
    /// What to do with the stored password.
    #[serde(default)]
    pub password: PasswordChange,
}

/// Removes a server that no job uses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteServer {
    /// Which one.
    pub id: ServerId,
}

/// Connects to a stored server and tells what was found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestServer {
    /// Which one.
    pub id: ServerId,
}

/// Connects with values that are not saved yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestServerDraft {
    /// The server whose stored password is meant when none is given.
    #[serde(default)]
    pub id: Option<ServerId>,
    /// How to reach it.
    pub connection: Connection,
    /// The password to try.
    #[serde(default)]
    pub password: Option<Password>,
}

/// What a test of a server found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerTest {
    /// Whether a backup could be made: the connection stands and a client program fits.
    pub ok: bool,
    /// The server's version.
    pub server_version: Option<String>,
    /// The path of the pg_dump that would be used.
    pub client_tool: Option<String>,
    /// Its version.
    pub client_version: Option<String>,
    /// The role connected as.
    pub role: Option<String>,
    /// What that role may do, in words.
    #[serde(default)]
    pub rights: Option<String>,
    /// Whether the connection is encrypted.
    pub encrypted: Option<bool>,
    /// The server's databases that can be backed up, largest first.
    pub databases: Vec<ServerDatabase>,
    /// What stands in the way, or will.
    pub problems: Vec<Problem>,
}

/// One database of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerDatabase {
    /// Its name.
    pub name: String,
    /// Its size on the server in bytes; absent when the role may not connect to it.
    pub size_bytes: Option<u64>,
}
