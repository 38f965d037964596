//! How to reach a server: service file, libpq's environment and defaults fill what a connection leaves open.
//!
//! The result is what both our own sessions and pg_dump use, so that the two cannot differ.

use super::passfile::{self, Entry, Passfile};
use super::{PostgresError, libpq, service};
use crate::platform::{folders, user};
use crate::secret::Sensitive;
use holdfast_types::{Connection, SslMode};
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_postgres::config::ChannelBinding;

pub use super::url::{parse_url, to_url};

/// How long a connection may take to stand unless PGCONNECT_TIMEOUT says otherwise.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// PostgreSQL's port.
const DEFAULT_PORT: u16 = 5432;

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A host name or address.
    Tcp(String),
    /// The folder of a Unix socket.
    Socket(PathBuf),
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(name) => f.write_str(name),
            Self::Socket(folder) => folder.display().fmt(f),
        }
    }
}

/// Which certificates sign a trusted server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootCertificates {
    /// None was given or found.
    None {
        /// Where one would have been used by itself: libpq's `~/.postgresql/root.crt`.
        looked_for: PathBuf,
    },
    /// Those in this file.
    File(PathBuf),
    /// The operating system's (`sslrootcert=system`).
    System,
}

/// A connection with every value filled in.
#[derive(Debug, Clone)]
pub struct ResolvedConnection {
    /// Where the server listens.
    pub host: Host,
    /// The address to use instead of looking the host up.
    pub hostaddr: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// The role.
    pub user: String,
    /// The database for the first connection.
    pub database: String,
    /// How the connection is protected.
    pub sslmode: SslMode,
    /// Certificates to trust.
    pub sslrootcert: RootCertificates,
    /// Client certificate.
    pub sslcert: Option<PathBuf>,
    /// Client key.
    pub sslkey: Option<PathBuf>,
    /// How long a connection may take to stand.
    pub connect_timeout: Duration,
    /// Command-line options for the server's side, as in PGOPTIONS.
    pub options: Option<String>,
    /// Whether the password's exchange must be bound to the encrypted channel.
    pub(super) channel_binding: ChannelBinding,
    /// A password file that was not used because others can read it.
    pub ignored_passfile: Option<PathBuf>,
    pub(super) passwords: Passwords,
}

/// Where passwords come from.
#[derive(Debug, Clone)]
pub(super) enum Passwords {
    /// One for everything: stored, or from service file or environment.
    One(Sensitive),
    /// The lines of a password file, chosen by database.
    Listed(Vec<Entry>),
}

impl ResolvedConnection {
    /// The password for a database, if one is known.
    pub fn password(&self, database: &str) -> Option<&Sensitive> {
        match &self.passwords {
            Passwords::One(password) => Some(password),
            Passwords::Listed(entries) => {
                passfile::find(entries, &self.host, self.port, database, &self.user)
            }
        }
    }
}

/// What resolving reads apart from the connection: environment, folders, user.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// Environment variables.
    pub variables: HashMap<String, String>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The user's name.
    pub user: Option<String>,
    /// Where servers of this machine put their sockets.
    pub socket_folders: Vec<PathBuf>,
    /// Folders with the machine's `pg_service.conf`.
    pub system_configuration: Vec<PathBuf>,
}

impl Surroundings {
    fn of_this_process() -> Self {
        Self {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .filter(|(name, _)| name.starts_with("PG"))
                .collect(),
            home: folders::home(),
            user: user::current_user(),
            socket_folders: folders::socket_folders(),
            system_configuration: folders::system_configuration_folders(),
        }
    }

    /// A variable that is set to something.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Fills in what a connection leaves open, with libpq's precedence: the connection itself, its service, the
/// environment, defaults. `stored` is the password from the keyring; without it service file, environment
/// and password file are asked. [`SslMode::Prefer`] counts as left open. Reads small files, so it blocks briefly.
pub fn resolve(
    connection: &Connection,
    stored: Option<Sensitive>,
) -> Result<ResolvedConnection, PostgresError> {
    resolve_in(connection, stored, &Surroundings::of_this_process())
}

pub(super) fn resolve_in(
    connection: &Connection,
    stored: Option<Sensitive>,
    around: &Surroundings,
) -> Result<ResolvedConnection, PostgresError> {
    let service = match connection.service.as_deref().or_else(|| around.variable("PGSERVICE")) {
        Some(name) => service::read(name, around)?,
        None => HashMap::new(),
    };
    if let Some(error) = libpq::refused(&service, around) {
        return Err(error);
    }
    // The value of a parameter that the connection leaves open.
    let open = |key: &str, variable: &str| -> Option<String> {
        let served = service.get(key).filter(|value| !value.is_empty()).cloned();
        served.or_else(|| around.variable(variable).map(str::to_owned))
    };
    let pick = |own: &Option<String>, key: &str, variable: &str| {
        own.clone().filter(|value| !value.is_empty()).or_else(|| open(key, variable))
    };
    let port = match connection.port {
        Some(port) => port,
        None => open("port", "PGPORT").map_or(Ok(DEFAULT_PORT), |text| number("port", &text))?,
    };
    let host = pick(&Some(connection.host.clone()), "host", "PGHOST");
    let hostaddr = if connection.host.is_empty() { open("hostaddr", "PGHOSTADDR") } else { None };
    let hostaddr: Option<IpAddr> = hostaddr.map(|text| number("hostaddr", &text)).transpose()?;
    let host = match (host, hostaddr) {
        (Some(host), _) => host_of(host)?,
        (None, Some(address)) => Host::Tcp(address.to_string()),
        (None, None) => default_host(&around.socket_folders, port),
    };
    let in_home = |name: &str| {
        around.home.as_deref().map(|home| folders::libpq_folder(home).join(name)).unwrap_or_default()
    };
    let existing = |name: &str| Some(in_home(name)).filter(|path| path.is_file());
    let sslrootcert = match pick(&connection.sslrootcert, "sslrootcert", "PGSSLROOTCERT") {
        Some(word) if word == "system" => RootCertificates::System,
        Some(path) => RootCertificates::File(path.into()),
        None => match existing("root.crt") {
            Some(path) => RootCertificates::File(path),
            None => RootCertificates::None { looked_for: in_home("root.crt") },
        },
    };
    let sslmode = open("sslmode", "PGSSLMODE").or_else(|| libpq::sslmode_of_requiressl(around));
    let sslmode = protection(connection.sslmode, sslmode, &sslrootcert)?;
    let channel_binding = match open("channel_binding", "PGCHANNELBINDING") {
        Some(word) => libpq::channel_binding_of(&word)
            .ok_or_else(|| bad("channel_binding", &format!("{word:?} is not known")))?,
        None => ChannelBinding::Prefer,
    };
    let user = pick(&connection.user, "user", "PGUSER").or_else(|| around.user.clone());
    let connect_timeout = match open("connect_timeout", "PGCONNECT_TIMEOUT") {
        Some(text) => Some(number::<u64>("connect_timeout", &text)?).filter(|seconds| *seconds > 0),
        None => None,
    };
    let (passwords, ignored_passfile) =
        match stored.or_else(|| open("password", "PGPASSWORD").map(Sensitive::new)) {
            Some(password) => (Passwords::One(password), None),
            None => listed(pick(&connection.passfile, "passfile", "PGPASSFILE"), around)?,
        };
    let resolved = ResolvedConnection {
        host,
        hostaddr,
        port,
        user: user.ok_or_else(|| bad("user", "none is given, and this process's user has no name"))?,
        database: pick(&connection.database, "dbname", "PGDATABASE").unwrap_or_else(|| "postgres".into()),
        sslmode,
        sslrootcert,
        sslcert: pick(&connection.sslcert, "sslcert", "PGSSLCERT")
            .map(PathBuf::from)
            .or_else(|| existing("postgresql.crt")),
        sslkey: pick(&connection.sslkey, "sslkey", "PGSSLKEY")
            .map(PathBuf::from)
            .or_else(|| existing("postgresql.key")),
        connect_timeout: connect_timeout.map_or(CONNECT_TIMEOUT, Duration::from_secs),
        options: open("options", "PGOPTIONS"),
        channel_binding,
        ignored_passfile,
        passwords,
    };
    validate(&resolved)?;
    Ok(resolved)
}

/// The passwords of a file. One that was named must be usable; libpq's own default is passed over if it is not.
fn listed(
    named: Option<String>,
    around: &Surroundings,
) -> Result<(Passwords, Option<PathBuf>), PostgresError> {
    let path = match (&named, &around.home) {
        (Some(path), _) => PathBuf::from(path),
        (None, Some(home)) => folders::default_passfile(home),
        (None, None) => return Ok((Passwords::Listed(Vec::new()), None)),
    };
    match passfile::read(&path)? {
        Passfile::Entries(entries) => Ok((Passwords::Listed(entries), None)),
        Passfile::OpenToOthers { mode } if named.is_some() => Err(PostgresError::BadPassfile { path, mode }),
        Passfile::OpenToOthers { .. } => Ok((Passwords::Listed(Vec::new()), Some(path))),
    }
}

/// The mode that applies. `sslrootcert=system` trusts whole registries, so it demands the full check, as in libpq.
fn protection(
    own: SslMode,
    open: Option<String>,
    roots: &RootCertificates,
) -> Result<SslMode, PostgresError> {
    let asked = match (own, open) {
        (SslMode::Prefer, Some(word)) => {
            Some(sslmode_of(&word).ok_or_else(|| bad("sslmode", &format!("{word:?} is not known")))?)
        }
        (SslMode::Prefer, None) => None,
        (own, _) => Some(own),
    };
    match (asked, roots) {
        (None | Some(SslMode::VerifyFull), RootCertificates::System) => Ok(SslMode::VerifyFull),
        (Some(weak), RootCertificates::System) => {
            Err(bad("sslmode", &format!("{} is too weak for sslrootcert=system", weak.as_str())))
        }
        (asked, _) => Ok(asked.unwrap_or_default()),
    }
}

/// The mode that libpq's word means. `allow` encrypts only when the server insists; preferring to is no weaker.
pub(super) fn sslmode_of(word: &str) -> Option<SslMode> {
    if word == "allow" {
        return Some(SslMode::Prefer);
    }
    SslMode::ALL.into_iter().find(|mode| mode.as_str() == word)
}

fn host_of(text: String) -> Result<Host, PostgresError> {
    if text.contains(',') {
        return Err(bad("host", "several hosts are given, and which one is backed up must be certain"));
    }
    // libpq: an absolute path, or @ for Linux's abstract names.
    let socket = text.starts_with('@') || Path::new(&text).is_absolute();
    Ok(if socket { Host::Socket(text.into()) } else { Host::Tcp(text) })
}

/// The folder in which a server of this machine listens, else `localhost`.
fn default_host(sockets: &[PathBuf], port: u16) -> Host {
    let listening = |folder: &&PathBuf| folder.join(format!(".s.PGSQL.{port}")).exists();
    match sockets.iter().find(listening) {
        Some(folder) => Host::Socket(folder.clone()),
        None => Host::Tcp("localhost".into()),
    }
}

fn validate(resolved: &ResolvedConnection) -> Result<(), PostgresError> {
    if resolved.port == 0 {
        return Err(bad("port", "0 is no port"));
    }
    let path = |path: &Option<PathBuf>| {
        path.as_deref().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let values = [
        ("host", resolved.host.to_string()),
        ("user", resolved.user.clone()),
        ("options", resolved.options.clone().unwrap_or_default()),
        ("sslcert", path(&resolved.sslcert)),
        ("sslkey", path(&resolved.sslkey)),
    ];
    for (field, value) in values {
        if value.chars().any(char::is_control) {
            return Err(bad(field, "it holds a control character"));
        }
    }
    validate_database(&resolved.database)
}

/// PostgreSQL allows any character but NUL in a database's name; line breaks are refused by its own tools too.
pub(super) fn validate_database(name: &str) -> Result<(), PostgresError> {
    if name.is_empty() {
        return Err(bad("dbname", "it is empty"));
    }
    if name.contains(['\0', '\n', '\r']) {
        return Err(bad("dbname", "it holds a line break or NUL"));
    }
    Ok(())
}

fn number<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, PostgresError> {
    text.trim().parse().map_err(|_| bad(field, &format!("{text:?} cannot be read")))
}

fn bad(field: &str, reason: &str) -> PostgresError {
    PostgresError::BadValue { field: field.into(), reason: reason.into() }
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
