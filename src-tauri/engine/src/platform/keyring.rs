//! The system's store of passwords: the Secret Service, the Keychain, the Credential Manager.

use keyring_core::Error;

/// Chooses the system's store, once for the process.
///
/// # Errors
/// There is none, or it does not answer.
pub fn open() -> Result<(), Error> {
    if keyring_core::get_default_store().is_none() {
        choose()?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn choose() -> Result<(), Error> {
    // Without a session bus the library would try to start one.
    if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
        return Err(Error::NoStorageAccess("there is no session bus".into()));
    }
    keyring_core::set_default_store(zbus_secret_service_keyring_store::Store::new()?);
    Ok(())
}

#[cfg(target_os = "macos")]
fn choose() -> Result<(), Error> {
    keyring_core::set_default_store(apple_native_keyring_store::keychain::Store::new()?);
    Ok(())
}

#[cfg(windows)]
fn choose() -> Result<(), Error> {
    keyring_core::set_default_store(windows_native_keyring_store::Store::new()?);
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn choose() -> Result<(), Error> {
    Err(Error::NoStorageAccess("there is no keyring for this system".into()))
}
