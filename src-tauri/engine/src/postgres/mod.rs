//! All that is said to a PostgreSQL server and its client programs: connect, inspect, hold a snapshot,
//! find pg_dump, run it, read what it says, and make throwaway clusters.
//!
//! It decides nothing about backups and writes no catalog; what fails is a [`PostgresError`].

pub mod error;

pub mod access;
pub mod blocking;
pub mod busy;
mod certificate;
mod classify;
pub mod cluster;
pub mod connection;
pub mod copy_facts;
pub mod copy_in;
pub mod copy_out;
pub mod databases;
mod dial;
pub mod dump;
mod failure;
pub mod globals;
pub mod inspect;
mod invocation;
mod lane;
pub mod ledger;
mod libpq;
mod lines;
mod passfile;
pub mod properties;
mod readable;
pub mod restore;
pub mod roles;
pub mod sample;
pub mod scratch_name;
pub mod sequences;
mod service;
pub mod session;
pub mod snapshot;
mod tap;
mod tls;
pub mod tools;
mod url;
pub mod verbose;

pub use connection::{ResolvedConnection, parse_url, resolve, to_url};
pub use error::PostgresError;
pub use session::{ServerVersion, Session, connect};
pub use snapshot::Snapshot;
pub use tools::Toolset;
