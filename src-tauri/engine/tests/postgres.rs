//! The `postgres` module against a real PostgreSQL: clusters of its own, in temporary folders.
//! Without the server's programs these tests fail and say what to install.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "postgres/access.rs"]
mod access;
#[path = "postgres/connect.rs"]
mod connect;
#[path = "postgres/copying.rs"]
mod copying;
#[path = "postgres/dump.rs"]
mod dump;
#[path = "postgres/loading.rs"]
mod loading;
#[path = "postgres/relations.rs"]
mod relations;
#[path = "postgres/support.rs"]
mod support;
#[path = "postgres/tls.rs"]
mod tls;
#[path = "postgres/tls_server.rs"]
mod tls_server;
