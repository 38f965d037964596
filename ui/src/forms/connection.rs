//! A server's form: its fields, put together to a connection.

use holdfast_types::{Connection, Server, SslMode};

/// What the form of a server holds, as typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServerDraft {
    /// Its name.
    pub name: String,
    /// Host, address or socket directory.
    pub host: String,
    /// The port; empty for 5432.
    pub port: String,
    /// The role.
    pub user: String,
    /// The first database.
    pub database: String,
    /// How the connection is protected.
    pub sslmode: SslMode,
    /// Root certificate file.
    pub sslrootcert: String,
    /// Client certificate file.
    pub sslcert: String,
    /// Client key file.
    pub sslkey: String,
    /// A service of `pg_service.conf`.
    pub service: String,
    /// A password file.
    pub passfile: String,
}

/// A field that was refused, and why.
pub type Refusal = (&'static str, String);

impl ServerDraft {
    /// The form of a stored server.
    pub fn of(server: &Server) -> Self {
        ServerDraft { name: server.name.clone(), ..ServerDraft::default() }.with(&server.connection)
    }

    /// The form with that connection.
    pub fn with(self, connection: &Connection) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        ServerDraft {
            name: self.name,
            host: connection.host.clone(),
            port: connection.port.map(|port| port.to_string()).unwrap_or_default(),
            user: text(&connection.user),
            database: text(&connection.database),
            sslmode: connection.sslmode,
            sslrootcert: text(&connection.sslrootcert),
            sslcert: text(&connection.sslcert),
            sslkey: text(&connection.sslkey),
            service: text(&connection.service),
            passfile: text(&connection.passfile),
        }
    }

    /// What is wrong with the form, field by field, where other servers have these names.
    pub fn refused(&self, names: &[String]) -> Vec<Refusal> {
        let name = match self.name.trim() {
            "" => Some(("name", "A server needs a name.".to_owned())),
            name if names.iter().any(|other| other == name) => {
                Some(("name", "There is already a server with this name: choose another.".to_owned()))
            }
            _ => None,
        };
        name.into_iter().chain(self.connection().err().unwrap_or_default()).collect()
    }

    /// The connection that the form describes, or what is wrong with it.
    pub fn connection(&self) -> Result<Connection, Vec<Refusal>> {
        let mut refused = Vec::new();
        let text = |value: &str| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        let port = match self.port.trim() {
            "" => None,
            port => match port.parse::<u16>() {
                Ok(port) if port > 0 => Some(port),
                _ => {
                    refused.push(("port", "A port is a number from 1 to 65535.".to_owned()));
                    None
                }
            },
        };
        if self.host.trim().is_empty() && self.service.trim().is_empty() {
            refused.push(("host", "Name the host, or the folder of its Unix socket.".to_owned()));
        }
        if self.sslcert.trim().is_empty() != self.sslkey.trim().is_empty() {
            refused.push(("sslkey", "A client certificate and its key belong together.".to_owned()));
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        Ok(Connection {
            host: self.host.trim().to_owned(),
            port,
            user: text(&self.user),
            database: text(&self.database),
            sslmode: self.sslmode,
            sslrootcert: text(&self.sslrootcert),
            sslcert: text(&self.sslcert),
            sslkey: text(&self.sslkey),
            service: text(&self.service),
            passfile: text(&self.passfile),
        })
    }
}

/// The refusals that still hold when the form is what is wrong with `now`: what was put right is no longer told,
/// and what was not looked at before is not complained about while somebody types.
pub fn still_refused(before: &[Refusal], now: &[Refusal]) -> Vec<Refusal> {
    before.iter().filter_map(|(field, _)| now.iter().find(|(name, _)| name == field).cloned()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_put_right_is_no_longer_told() {
        let before = ServerDraft::default().refused(&[]);
        assert_eq!(before.iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["name", "host"], "both lack");
        let named = ServerDraft { name: "main".to_owned(), port: "x".to_owned(), ..ServerDraft::default() };
        let after = still_refused(&before, &named.refused(&[]));
        let fields: Vec<_> = after.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["host"], "the name is there now, and the port waits for the next attempt");
    }

    #[test]
    fn a_form_without_a_host_is_refused_unless_a_service_names_one() {
        let draft = ServerDraft::default();
        assert_eq!(draft.connection().unwrap_err()[0].0, "host", "the reader sees which field it is");
        let draft = ServerDraft { service: "prod".to_owned(), ..draft };
        assert!(draft.connection().is_ok(), "the service file names the host");
    }

    #[test]
    fn a_name_that_another_server_has_is_refused_at_its_field() {
        let taken = ["production".to_owned()];
        let draft =
            ServerDraft { host: "h".to_owned(), name: " production ".to_owned(), ..ServerDraft::default() };
        let fields: Vec<_> = draft.refused(&taken).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name"], "the reader is led to the field that is to be changed");
        assert!(draft.refused(&[]).is_empty(), "nobody else has it");
    }
}
