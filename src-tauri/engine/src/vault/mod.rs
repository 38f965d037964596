//! Passwords of servers: in the operating system's keyring, else in private files of the data directory.
//!
//! A keyring that is locked can block for ever, so every call to it has a deadline and a thread of its own.

mod file;
mod keyring;

use crate::home::Home;
use crate::secret::Sensitive;
use holdfast_types::{Feature, PasswordSource, ServerId};
use std::path::PathBuf;

/// A failure of the password store.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The keyring did not answer in time.
    #[error("keyring silent for {seconds} s")]
    Locked {
        /// How long was waited.
        seconds: u64,
    },
    /// The keyring cannot be used.
    #[error("keyring: {0}")]
    Unavailable(String),
    /// The password is not where it was put.
    #[error("password gone")]
    Gone,
    /// A password file cannot be used.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Which store new passwords go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// The keyring if one answers, else a file.
    Auto,
    /// A file.
    File,
}

/// Keeps a server's password and tells where.
pub async fn store(
    home: &Home,
    server: ServerId,
    password: &Sensitive,
    preference: Preference,
) -> Result<PasswordSource, VaultError> {
    if preference == Preference::Auto {
        match keyring::store(home, server, password.clone()).await {
            Ok(()) => {
                file::forget(home, server)?;
                return Ok(PasswordSource::Keyring);
            }
            Err(error) => tracing::info!("no keyring, the password goes to a private file: {error}"),
        }
    }
    file::store(home, server, password)?;
    Ok(PasswordSource::File)
}

/// Fetches a server's password from where it was put.
pub async fn load(
    home: &Home,
    server: ServerId,
    source: PasswordSource,
) -> Result<Option<Sensitive>, VaultError> {
    match source {
        PasswordSource::None => Ok(None),
        PasswordSource::Keyring => keyring::load(home, server).await.map(Some),
        PasswordSource::File => file::load(home, server).map(Some),
    }
}

/// Forgets a server's password. One that is gone already is no failure.
pub async fn forget(home: &Home, server: ServerId, source: PasswordSource) -> Result<(), VaultError> {
    match source {
        PasswordSource::None => Ok(()),
        PasswordSource::Keyring => keyring::forget(home, server).await,
        PasswordSource::File => file::forget(home, server),
    }
}

/// Whether a keyring answers.
pub async fn keyring_feature(home: &Home) -> Feature {
    match keyring::probe(home).await {
        Ok(()) => Feature { available: true, detail: "Passwords are kept in the system's keyring.".into() },
        Err(error) => {
            // What the bus says in its own terms is for the log.
            tracing::info!("no keyring: {error}");
            let why = match error {
                VaultError::Locked { .. } => "The keyring does not answer; it is probably locked.",
                _ => "No keyring (Secret Service) runs in this session.",
            };
            let detail = format!(
                "{why} Passwords are kept in files that only you can read, in {}.",
                home.passwords().display()
            );
            Feature { available: false, detail }
        }
    }
}
