//! Loads rows into a fresh database, over a connection of its own, and builds what stands over them.

use super::restore::TUNED;
use super::{PostgresError, ResolvedConnection, Session};
use bytes::Bytes;
use futures_util::SinkExt;
use std::pin::Pin;
use tokio_postgres::CopyInSink;

/// What pg_restore sets too (pg_backup_archiver.c: _doSetFixedOutputState, _selectTablespace).
const SETTINGS: &str = "SET standard_conforming_strings = on; SET search_path = ''; SET check_function_bodies = off; \
     SET xmloption = content; SET client_min_messages = warning; SET row_security = off; SET default_tablespace = ''";

/// A connection that loads. Its transactions are its own: who drops it within one has loaded nothing.
#[derive(Debug)]
pub struct Loading {
    session: Session,
}

impl Loading {
    /// Connects to the database that is filled.
    pub async fn join(connection: &ResolvedConnection, database: &str) -> Result<Self, PostgresError> {
        let session = super::connect(connection, Some(database)).await?;
        session.execute(SETTINGS).await?;
        for (name, value) in TUNED {
            session.execute(&format!("SET {name} = '{value}'")).await?;
        }
        Ok(Self { session })
    }

    /// Carries out statements that answer nothing.
    pub async fn execute(&self, statements: &str) -> Result<(), PostgresError> {
        self.session.execute(statements).await
    }

    /// Begins a `COPY … FROM stdin`.
    pub async fn copy(&self, statement: &str) -> Result<Rows<'_>, PostgresError> {
        let sink =
            self.session.client().copy_in(statement).await.map_err(|error| self.session.error(error))?;
        Ok(Rows { session: &self.session, sink: Box::pin(sink) })
    }
}

/// Rows on their way. Dropped before their end they are none.
pub struct Rows<'a> {
    session: &'a Session,
    sink: Pin<Box<CopyInSink<Bytes>>>,
}

impl Rows<'_> {
    /// Sends some text.
    pub async fn send(&mut self, text: Vec<u8>) -> Result<(), PostgresError> {
        self.sink.feed(Bytes::from(text)).await.map_err(|error| self.session.error(error))
    }

    /// Ends the rows, and answers how many the server took.
    pub async fn finish(mut self) -> Result<u64, PostgresError> {
        self.sink.as_mut().finish().await.map_err(|error| self.session.error(error))
    }
}
