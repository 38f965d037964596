//! What is said under the field of a password.

use crate::pages::servers::password_words;
use holdfast_types::{PasswordChange, PasswordSource};

/// Where a new password goes: into the keyring, or into a file without one or where the settings ask for it. None
/// while that is not known.
pub fn place(keyring: Option<bool>, preferred: Option<&str>) -> Option<PasswordSource> {
    match (keyring, preferred) {
        (_, Some("file")) | (Some(false), _) => Some(PasswordSource::File),
        (Some(true), Some(_)) => Some(PasswordSource::Keyring),
        (Some(true), None) | (None, _) => None,
    }
}

/// What becomes of the password, stored so now, when the form is saved.
pub fn hint(change: &PasswordChange, stored: PasswordSource, place: Option<PasswordSource>) -> String {
    match (change, stored) {
        (PasswordChange::Clear, _) => "The stored password will be forgotten when you save.".to_owned(),
        (PasswordChange::Set(_), _) => {
            let kept = match place {
                Some(PasswordSource::Keyring) => "Kept in the system's keyring.",
                Some(PasswordSource::File) => "Kept in a file that only you can read.",
                Some(PasswordSource::None) | None => {
                    "Kept in the system's keyring, or in a file that only you can read."
                }
            };
            format!("{kept} Never in a log or on a command line.")
        }
        (PasswordChange::Keep, PasswordSource::None) => {
            "Empty: one from ~/.pgpass or the files named below is used, or none.".to_owned()
        }
        (PasswordChange::Keep, stored) => {
            format!("Stored {}. Leave it empty to keep it.", password_words(stored))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::Password;

    #[test]
    fn a_typed_password_is_told_where_it_goes() {
        let typed = PasswordChange::Set(Password("secret".to_owned()));
        let said = |keyring, preferred| hint(&typed, PasswordSource::None, place(keyring, preferred));
        assert!(said(Some(true), Some("auto")).starts_with("Kept in the system's keyring. "), "there is one");
        for (keyring, preferred) in
            [(Some(false), Some("auto")), (Some(false), None), (Some(true), Some("file"))]
        {
            assert!(
                said(keyring, preferred).starts_with("Kept in a file"),
                "{keyring:?} {preferred:?}: no keyring gets it"
            );
        }
        assert!(said(None, Some("auto")).contains(", or in a file"), "nothing is promised that is not known");
    }

    #[test]
    fn an_empty_field_of_a_new_server_says_what_is_used_instead() {
        let said = hint(&PasswordChange::Keep, PasswordSource::None, None);
        assert!(
            said.contains("~/.pgpass") && !said.contains("tored"),
            "nobody stored one, nor is it lost: {said}"
        );
        let kept = hint(&PasswordChange::Keep, PasswordSource::Keyring, None);
        assert!(kept.contains("Leave it empty to keep it"), "an empty field loses nothing: {kept}");
    }
}
