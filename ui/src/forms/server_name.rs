//! The name that is proposed for a server.

use holdfast_types::Connection;

/// How a server there may be called: the first part of its host, and as much more as tells it from servers that have
/// these names.
pub fn proposed(connection: &Connection, names: &[String]) -> String {
    let host = &connection.host;
    let address = host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('/');
    let first = if address { host.as_str() } else { host.split('.').next().unwrap_or_default() };
    let first = first.trim_start_matches('/');
    if first.is_empty() {
        return String::new();
    }
    let bracketed = if first.contains(':') { format!("[{first}]") } else { first.to_owned() };
    let port = format!("{bracketed}:{}", connection.port.unwrap_or(5432));
    let database = connection.database.as_ref().map(|database| format!("{port}/{database}"));
    let numbered = (2..).map(|number| format!("{port} {number}"));
    let all = [first.to_owned(), port.clone()].into_iter().chain(database).chain(numbered);
    all.into_iter().find(|name| !names.contains(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(host: &str, port: Option<u16>, database: Option<&str>) -> Connection {
        Connection {
            host: host.to_owned(),
            port,
            database: database.map(str::to_owned),
            ..Connection::default()
        }
    }

    #[test]
    fn a_name_is_that_of_the_host() {
        assert_eq!(proposed(&at("db.example.com", None, None), &[]), "db", "the first part of the host");
        assert_eq!(proposed(&at("10.0.0.7", None, None), &[]), "10.0.0.7", "half an address is no name");
        assert_eq!(
            proposed(&at("/var/run/postgresql", None, None), &[]),
            "var/run/postgresql",
            "a socket's folder"
        );
        assert_eq!(proposed(&at("", None, None), &[]), "", "a service says nothing of the host");
    }

    #[test]
    fn a_name_that_is_taken_is_not_proposed() {
        let connection = at("localhost", Some(5433), Some("app"));
        let mut taken = Vec::new();
        for expected in
            ["localhost", "localhost:5433", "localhost:5433/app", "localhost:5433 2", "localhost:5433 3"]
        {
            let name = proposed(&connection, &taken);
            assert_eq!(name, expected, "who saves it as it is must not be refused: {taken:?}");
            taken.push(name);
        }
        let six = proposed(&at("::1", None, None), &["::1".to_owned()]);
        assert_eq!(six, "[::1]:5432", "brackets keep colons apart");
    }
}
