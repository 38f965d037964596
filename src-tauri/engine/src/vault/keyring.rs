//! Passwords in the operating system's keyring.

use super::VaultError;
use crate::home::Home;
use crate::platform;
use crate::secret::Sensitive;
use holdfast_types::ServerId;
use keyring_core::{Entry, Error as KeyringError};
use std::time::Duration;

/// How long the keyring may take: an unlocked one answers in milliseconds, a locked one never.
const DEADLINE: Duration = Duration::from_secs(5);
/// The name under which entries stand.
const SERVICE: &str = "holdfast";

/// Data directories have passwords of their own.
fn entry_name(home: &Home, server: ServerId) -> String {
    format!("server-{server}@{}", home.root().display())
}

/// Whether a keyring answers at all.
pub(super) async fn probe(home: &Home) -> Result<(), VaultError> {
    let name = entry_name(home, ServerId(0));
    call(move || match Entry::new(SERVICE, &name)?.get_password() {
        Ok(_) | Err(KeyringError::NoEntry) => Ok(()),
        Err(error) => Err(error),
    })
    .await
}

/// Keeps a password and reads it back, because some keyrings accept and forget.
pub(super) async fn store(home: &Home, server: ServerId, password: Sensitive) -> Result<(), VaultError> {
    let name = entry_name(home, server);
    call(move || {
        let entry = Entry::new(SERVICE, &name)?;
        entry.set_password(password.expose())?;
        let kept = Sensitive::new(entry.get_password()?);
        if kept == password { Ok(()) } else { Err(KeyringError::NoEntry) }
    })
    .await
}

/// Reads a password.
pub(super) async fn load(home: &Home, server: ServerId) -> Result<Sensitive, VaultError> {
    let name = entry_name(home, server);
    call(move || Ok(Sensitive::new(Entry::new(SERVICE, &name)?.get_password()?))).await
}

/// Removes a password.
pub(super) async fn forget(home: &Home, server: ServerId) -> Result<(), VaultError> {
    let name = entry_name(home, server);
    call(move || match Entry::new(SERVICE, &name)?.delete_credential() {
        Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
        Err(error) => Err(error),
    })
    .await
}

/// Runs `work` on a thread of its own with a deadline. A thread that never comes back is left behind: the
/// keyring gives no way to stop it.
async fn call<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, VaultError> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("keyring".into())
        .spawn(move || {
            let result = platform::keyring::open().and_then(|()| work());
            let _ = answer.send(result);
        })
        .map_err(|error| VaultError::Unavailable(error.to_string()))?;
    match tokio::time::timeout(DEADLINE, answered).await {
        Err(_) => Err(VaultError::Locked { seconds: DEADLINE.as_secs() }),
        Ok(Err(_)) => Err(VaultError::Unavailable("the keyring's thread ended".into())),
        Ok(Ok(Err(KeyringError::NoEntry))) => Err(VaultError::Gone),
        Ok(Ok(Err(error))) => Err(VaultError::Unavailable(error.to_string())),
        Ok(Ok(Ok(value))) => Ok(value),
    }
}
