//! The ways in which a server or a client program fails, as values. How they read is in `error/postgres.rs`.

use std::path::PathBuf;

/// A failure at a PostgreSQL server or one of its client programs. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// A connection URL that cannot be understood.
    #[error("bad connection URL: {reason}")]
    BadUrl {
        /// What is wrong with it.
        reason: UrlProblem,
    },
    /// A value of a connection that cannot be used, with the field's libpq name.
    #[error("bad value of {field}: {reason}")]
    BadValue {
        /// libpq's name of the parameter.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A setting of libpq's, from the environment or a service file, that cannot be honoured.
    #[error("unsupported setting {name}={value}")]
    UnsupportedSetting {
        /// The variable, or the word in the service file.
        name: String,
        /// What it is set to.
        value: String,
        /// A value that would be no obstacle, if there is one.
        met: Option<String>,
    },
    /// A service that no service file defines.
    #[error("service {name:?} not found in {searched:?}")]
    NoSuchService {
        /// The service's name.
        name: String,
        /// The files that were read.
        searched: Vec<PathBuf>,
    },
    /// A file named by the connection cannot be used.
    #[error("{path}: {reason}")]
    BadFile {
        /// What the file is for: libpq's parameter name, for example `sslcert`.
        field: String,
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A password file that other users can read.
    #[error("password file {path} is readable by others (mode {mode:o})")]
    BadPassfile {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The host name does not resolve.
    #[error("unknown host {host}")]
    UnknownHost {
        /// The name.
        host: String,
    },
    /// Nothing listens there.
    #[error("{host}:{port} refused")]
    Refused {
        /// The host, or the socket's folder.
        host: String,
        /// The port.
        port: u16,
        /// The system's words.
        detail: String,
    },
    /// No answer in time.
    #[error("{host}:{port} timed out after {seconds} s")]
    Timeout {
        /// The host.
        host: String,
        /// The port.
        port: u16,
        /// How long was waited, in seconds.
        seconds: u64,
    },
    /// The server rejected the password.
    #[error("wrong password for {user}")]
    WrongPassword {
        /// The role.
        user: String,
    },
    /// The server wants a password and there is none.
    #[error("no password for {user}")]
    NoPassword {
        /// The role.
        user: String,
        /// A password file that was not used because others can read it.
        ignored_passfile: Option<PathBuf>,
    },
    /// The database does not exist.
    #[error("no database {database}")]
    NoSuchDatabase {
        /// Its name.
        database: String,
    },
    /// The role does not exist or may not log in.
    #[error("no role {user}: {message}")]
    NoSuchRole {
        /// Its name.
        user: String,
        /// The server's words.
        message: String,
    },
    /// All the server's connection slots are taken.
    #[error("too many connections: {message}")]
    TooManyConnections {
        /// The server's words.
        message: String,
    },
    /// The role may not do it.
    #[error("not permitted: {message}")]
    NotPermitted {
        /// The server's words.
        message: String,
        /// The relation or other object it concerns, when the words name one.
        object: Option<String>,
    },
    /// Encryption is demanded, and the server offers none.
    #[error("{host} offers no TLS")]
    TlsRefused {
        /// The host.
        host: String,
    },
    /// The server's certificate is not trusted, or a file for TLS is unusable.
    #[error("TLS with {host}: {problem}")]
    TlsCertificate {
        /// The host.
        host: String,
        /// What is wrong.
        problem: TlsProblem,
    },
    /// The login was not bound to an encrypted channel, which `channel_binding=require` demands.
    #[error("{host} did not use channel binding")]
    Unbound {
        /// The host.
        host: String,
    },
    /// No line of the server's pg_hba.conf admits the connection.
    #[error("pg_hba.conf: {message}")]
    PgHbaRejected {
        /// The server's words.
        message: String,
    },
    /// The server starts up, shuts down or recovers.
    #[error("server not ready: {message}")]
    ServerNotReady {
        /// The server's words.
        message: String,
    },
    /// The connection ended before its time.
    #[error("connection lost: {detail}")]
    LostConnection {
        /// What is known of it.
        detail: String,
    },
    /// A query failed.
    #[error("query failed ({sqlstate}): {message}")]
    Query {
        /// The five characters.
        sqlstate: String,
        /// The server's words.
        message: String,
    },
    /// The server speaks otherwise than expected.
    #[error("protocol: {detail}")]
    Protocol {
        /// What happened.
        detail: String,
    },
    /// The server is older than what is supported.
    #[error("server {version} is too old")]
    ServerTooOld {
        /// Its version.
        version: String,
    },
    /// No client program is new enough for the server.
    #[error("no pg_dump of major {server_major} or newer")]
    NoClientTool {
        /// The server's major version.
        server_major: u32,
        /// The versions found, newest first.
        found: Vec<String>,
    },
    /// A program is missing from an installation, for example `pg_restore`.
    #[error("{program} is missing in {folder}")]
    MissingProgram {
        /// The program.
        program: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The client program cannot compress that way.
    #[error("pg_dump {version} cannot compress with {wanted}")]
    CompressionUnsupported {
        /// What was asked for.
        wanted: String,
        /// The program's version.
        version: String,
        /// The first major version that can.
        since_major: u32,
    },
    /// A client program could not be started or watched.
    #[error("{program}: {detail}")]
    ToolUnusable {
        /// The program.
        program: String,
        /// Why.
        detail: String,
    },
    /// A client program failed in a way that is not told apart further.
    #[error("{program} ended with {status}: {message}")]
    ToolFailed {
        /// The program.
        program: String,
        /// Its exit status in words.
        status: String,
        /// Its first error line.
        message: String,
        /// Its last error lines, oldest first, 50 at most.
        lines: Vec<String>,
    },
    /// A client program was killed by a signal.
    #[error("{program} was killed: {status}")]
    ToolKilled {
        /// The program.
        program: String,
        /// The signal in words.
        status: String,
    },
    /// A lock could not be had in time.
    #[error("lock timeout on {relation:?}")]
    LockTimeout {
        /// The relation, when the words name one.
        relation: Option<String>,
        /// The process id of the server's session that holds it, when it could be asked for.
        holder: Option<u32>,
    },
    /// Recovery on a standby cancelled the dump.
    #[error("conflict with recovery: {message}")]
    RecoveryConflict {
        /// The server's words.
        message: String,
    },
    /// Row security would hide rows from the dump.
    #[error("row security on {relation:?}")]
    RowSecurity {
        /// The table, when the words name one.
        relation: Option<String>,
    },
    /// The client program is older than the server.
    #[error("server {server} is newer than pg_dump {tool}")]
    VersionMismatch {
        /// The server's version.
        server: String,
        /// The program's version.
        tool: String,
    },
    /// The disk that is written to is full.
    #[error("disk full: {message}")]
    DiskFull {
        /// The program's words.
        message: String,
    },
    /// A path cannot be written.
    #[error("cannot write: {message}")]
    CannotWrite {
        /// The words of program or system.
        message: String,
    },
    /// Memory ran out, in the server or the client program.
    #[error("out of memory: {message}")]
    OutOfMemory {
        /// The words.
        message: String,
    },
    /// The server's table of locks is full (SQLSTATE 53200, "out of shared memory").
    #[error("lock table full: {message}")]
    LockTableFull {
        /// The server's words.
        message: String,
    },
    /// The snapshot that the dump was to use is gone.
    #[error("snapshot lost: {message}")]
    SnapshotLost {
        /// The server's words.
        message: String,
    },
    /// Data that the server itself cannot read.
    #[error("server data is damaged: {message}")]
    ServerDataDamaged {
        /// The server's words.
        message: String,
    },
    /// A throwaway cluster could not be made or started.
    #[error("cluster in {folder}: {detail}")]
    Cluster {
        /// Its folder.
        folder: PathBuf,
        /// What happened, with the last lines of its log.
        detail: String,
    },
    /// The operator cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// What is wrong with a connection URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlProblem {
    /// It does not begin with `postgresql://` or `postgres://`.
    #[error("scheme")]
    Scheme,
    /// A `%` is not followed by two hexadecimal digits, or the bytes are no UTF-8.
    #[error("percent encoding in {part}")]
    Encoding {
        /// The part of the URL.
        part: String,
    },
    /// The port is no number from 1 to 65535. What stands there is not told: it may be a password.
    #[error("port")]
    Port,
    /// `[` without `]`, or no IPv6 address between them.
    #[error("IPv6 address")]
    Ipv6,
    /// Several hosts, which libpq tries in turn and a backup must not.
    #[error("several hosts")]
    SeveralHosts,
    /// A parameter that is not known.
    #[error("parameter {name}")]
    UnknownParameter {
        /// Its name.
        name: String,
    },
    /// A parameter's value that is not known.
    #[error("parameter {name}={value}")]
    BadParameter {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
}

/// What is wrong with a TLS connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsProblem {
    /// No root certificate to check against.
    #[error("no root certificate at {path}")]
    NoRootCertificate {
        /// Where one was looked for.
        path: PathBuf,
    },
    /// A file is missing or holds no certificate or key.
    #[error("{path}: {reason}")]
    UnusableFile {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The certificate was issued by nobody who is trusted.
    #[error("unknown issuer")]
    UnknownIssuer,
    /// The certificate is for another name.
    #[error("name mismatch: {detail}")]
    NameMismatch {
        /// The names it is for, when they are known.
        detail: String,
    },
    /// The certificate expired or is not valid yet.
    #[error("not valid now: {detail}")]
    NotValidNow {
        /// The verifier's words.
        detail: String,
    },
    /// The certificate is of X.509 version 1, and no trusted authority issued it directly.
    #[error("certificate of version 1 without a trusted issuer")]
    OldCertificate,
    /// Anything else in the handshake.
    #[error("{detail}")]
    Handshake {
        /// The words of the TLS library.
        detail: String,
    },
}
