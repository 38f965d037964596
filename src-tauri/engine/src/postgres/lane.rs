//! A thread of its own for a connection that carries rows.
//!
//! What reads the rows there also hashes and compresses them, while they are still in the processor's cache, and
//! nothing is handed from thread to thread: on two cores a dump takes a tenth less time (benches/dump). Such work would
//! hold up whatever shares a runtime with it, so that it has one of its own.

use super::{PostgresError, Session};
use crate::platform::batch;
use std::future::Future;
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// How long a connection that is no longer wanted may take to say goodbye to its server.
const GOODBYE: Duration = Duration::from_secs(2);

/// The thread. It ends once this is dropped and the connection has ended.
#[derive(Debug)]
pub(super) struct Lane {
    handle: Handle,
    /// Never sent anything: its end tells the thread that it is not wanted any more.
    _wanted: oneshot::Sender<()>,
}

impl Lane {
    /// Starts the thread and connects on it.
    pub(super) async fn open(
        connecting: impl Future<Output = Result<Session, PostgresError>> + Send + 'static,
    ) -> Result<(Self, Session), PostgresError> {
        let failed = |error: std::io::Error| PostgresError::LostConnection { detail: error.to_string() };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (wanted, unwanted) = oneshot::channel::<()>();
        let (told, connected) = oneshot::channel();
        let carry = async move {
            let session = connecting.await;
            let end = session.as_ref().ok().map(Session::end);
            let _ = told.send(session);
            let _ = unwanted.await;
            if let Some(mut end) = end {
                let _ = tokio::time::timeout(GOODBYE, end.wait_for(Option::is_some)).await;
            }
        };
        let thread = std::thread::Builder::new().name("holdfast-rows".into());
        let work = move || {
            batch::this_thread();
            runtime.block_on(carry);
        };
        thread.spawn(work).map_err(failed)?;
        let gone =
            |_| PostgresError::LostConnection { detail: "the thread that connects has ended".to_owned() };
        let session = connected.await.map_err(gone)??;
        Ok((Self { handle, _wanted: wanted }, session))
    }

    /// For work on the thread. It must hold what this belongs to until it ends.
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}
