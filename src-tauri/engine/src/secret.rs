//! Secrets in memory: [`Sensitive`] neither prints nor serialises what it holds, and wipes it when dropped.

use zeroize::Zeroize;

/// A secret text. `Debug` prints `<redacted>`; there is no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive(String);

impl Sensitive {
    /// Takes a secret into custody.
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The secret itself; for the connection and the child's private files only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<redacted>")
    }
}

impl Drop for Sensitive {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
