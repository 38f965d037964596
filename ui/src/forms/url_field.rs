//! The field of a connection URL, above the fields that it fills.

use super::connection::ServerDraft;
use super::connection_url::{parse_url, without_password};
use super::server_name::proposed;
use holdfast_types::Password;

/// What stands in it, and whether the fields below say the same.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UrlField {
    /// As typed; without its password once it was read.
    pub text: String,
    /// Why it was refused.
    pub refused: Option<String>,
    /// Whether what stands there filled the fields.
    read: bool,
    /// The name that came with the last URL that was read.
    proposed: String,
}

impl UrlField {
    /// The field while somebody types. Half a URL names another host: it is read when it is whole.
    pub fn typed(&self, text: String) -> Self {
        UrlField { text, refused: None, read: false, proposed: self.proposed.clone() }
    }

    /// Whether the fields below say all that this one says.
    pub fn settled(&self) -> bool {
        self.read || self.text.trim().is_empty()
    }

    /// The field with a whole URL, and what it fills: the form, whose name follows the host until somebody types
    /// one, and the password. Nothing is filled by what cannot be read.
    pub fn whole(
        &self,
        text: &str,
        draft: &ServerDraft,
        names: &[String],
    ) -> (Self, Option<(ServerDraft, Option<Password>)>) {
        if text.trim().is_empty() {
            return (self.typed(text.to_owned()), None);
        }
        match parse_url(text) {
            Ok(parsed) => {
                let proposed = proposed(&parsed.connection, names);
                let unnamed = draft.name.trim().is_empty() || draft.name == self.proposed;
                let name = if unnamed { proposed.clone() } else { draft.name.clone() };
                let next = ServerDraft { name, ..draft.clone().with(&parsed.connection) };
                let text = without_password(text.trim());
                (
                    UrlField { text, refused: None, read: true, proposed },
                    Some((next, parsed.password.map(Password))),
                )
            }
            Err(why) => (UrlField { refused: Some(why), ..self.typed(text.to_owned()) }, None),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_follows_the_host_until_somebody_types_one() {
        let empty = UrlField::default();
        let (first, filled) = empty.whole("postgres://ana@db.example.com/app", &ServerDraft::default(), &[]);
        let (draft, _) = filled.unwrap();
        assert_eq!(draft.name, "db", "the first part of the host");
        let (second, filled) = first.whole("postgres://ana@10.0.0.7/app", &draft, &["10.0.0.7".to_owned()]);
        let (draft, _) = filled.unwrap();
        assert_eq!(
            draft.name, "10.0.0.7:5432",
            "nobody typed the former one, and the address alone is taken"
        );
        let own = ServerDraft { name: "production".to_owned(), ..draft };
        let (third, filled) = second.whole("postgres://ana@db.example.com/app", &own, &[]);
        let (draft, _) = filled.unwrap();
        assert_eq!(draft.name, "production", "what was typed stays");
        let (_, filled) = third.whole("postgres://ana@10.0.0.8/app", &draft, &[]);
        assert_eq!(filled.unwrap().0.name, "production", "however many URLs come after it");
    }

    #[test]
    fn a_url_that_was_not_read_leaves_the_fields_behind() {
        let field = UrlField::default();
        assert!(field.settled(), "an empty one says nothing");
        let typed = field.typed("postgres://ana:secret@h".to_owned());
        assert!(!typed.settled(), "the fields still say something else");
        let (read, filled) = typed.whole(&typed.text, &ServerDraft::default(), &[]);
        assert!(
            read.settled() && filled.unwrap().1 == Some(Password("secret".to_owned())),
            "it was taken over"
        );
        assert_eq!(read.text, "postgres://ana@h", "nobody reads the password there");
        let (refused, filled) = read.typed("h:x".to_owned()).whole("h:x", &ServerDraft::default(), &[]);
        assert!(refused.refused.is_some() && !refused.settled(), "a test of the former values would mislead");
        assert_eq!(filled, None, "the fields stay as they are");
    }
}
