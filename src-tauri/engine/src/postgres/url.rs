//! Connection URLs as libpq reads them: `postgresql://user@host:port/database?parameter=value`.
//!
//! It fills nothing in; that is `connection`'s part.

use super::error::{PostgresError, UrlProblem};
use crate::secret::Sensitive;
use holdfast_types::{Connection, SslMode};
use std::fmt::Write;

/// Reads a `postgresql://` URL; the password, if it holds one, comes apart. The form is libpq's, with one host
/// only. An error never repeats a part that could hold the password.
pub fn parse_url(url: &str) -> Result<(Connection, Option<Sensitive>), PostgresError> {
    parse(url.trim()).map_err(|reason| PostgresError::BadUrl { reason })
}

fn parse(url: &str) -> Result<(Connection, Option<Sensitive>), UrlProblem> {
    let rest = ["postgresql://", "postgres://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
        .ok_or(UrlProblem::Scheme)?;
    let (rest, query) = rest.split_once('?').map_or((rest, ""), |(rest, query)| (rest, query));
    let (authority, database) = rest.split_once('/').map_or((rest, ""), |(a, d)| (a, d));
    // An unescaped @ in a password is common: the last one separates.
    let (credentials, place) = authority.rsplit_once('@').map_or(("", authority), |(c, p)| (c, p));
    let (user, mut password) = match credentials.split_once(':') {
        Some((user, password)) => (user, non_empty(decode(password, "password")?).map(Sensitive::new)),
        None => (credentials, None),
    };
    let (host, port) = split_place(place)?;
    let mut connection = Connection {
        host: decode(host, "host")?,
        port: port.filter(|port| !port.is_empty()).map(parse_port).transpose()?,
        user: non_empty(decode(user, "user")?),
        database: non_empty(decode(database, "database")?),
        ..Connection::default()
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name, "parameter")?, decode(value, "parameter")?);
        match name.as_str() {
            "host" => connection.host = value,
            "port" => connection.port = Some(parse_port(&value)?),
            "user" => connection.user = non_empty(value),
            "password" => password = non_empty(value).map(Sensitive::new),
            "dbname" => connection.database = non_empty(value),
            "sslmode" => connection.sslmode = parse_sslmode(&value)?,
            // JDBC's spelling, which libpq accepts too.
            "ssl" if value == "true" => connection.sslmode = SslMode::Require,
            "sslrootcert" => connection.sslrootcert = non_empty(value),
            "sslcert" => connection.sslcert = non_empty(value),
            "sslkey" => connection.sslkey = non_empty(value),
            "service" => connection.service = non_empty(value),
            "passfile" => connection.passfile = non_empty(value),
            _ => return Err(UrlProblem::UnknownParameter { name }),
        }
    }
    if connection.host.contains(',') { Err(UrlProblem::SeveralHosts) } else { Ok((connection, password)) }
}

/// Host and port of `host:port`, `[::1]:port` or either alone.
fn split_place(place: &str) -> Result<(&str, Option<&str>), UrlProblem> {
    if place.contains(',') {
        return Err(UrlProblem::SeveralHosts);
    }
    let Some(inner) = place.strip_prefix('[') else {
        return match place.split_once(':') {
            Some((_, port)) if port.contains(':') => Err(UrlProblem::Ipv6),
            Some((host, port)) => Ok((host, Some(port))),
            None => Ok((place, None)),
        };
    };
    let (address, after) = inner.split_once(']').ok_or(UrlProblem::Ipv6)?;
    let plain = address.split('%').next().unwrap_or_default();
    if plain.parse::<std::net::Ipv6Addr>().is_err() {
        return Err(UrlProblem::Ipv6);
    }
    match after.strip_prefix(':') {
        Some(port) => Ok((address, Some(port))),
        None if after.is_empty() => Ok((address, None)),
        None => Err(UrlProblem::Ipv6),
    }
}

fn parse_port(text: &str) -> Result<u16, UrlProblem> {
    text.parse().ok().filter(|port| *port != 0).ok_or(UrlProblem::Port)
}

fn parse_sslmode(value: &str) -> Result<SslMode, UrlProblem> {
    super::connection::sslmode_of(value)
        .ok_or_else(|| UrlProblem::BadParameter { name: "sslmode".into(), value: value.into() })
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Decodes `%XX`; `+` stays `+`, as in libpq.
fn decode(text: &str, part: &str) -> Result<String, UrlProblem> {
    let problem = || UrlProblem::Encoding { part: part.into() };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16)).ok_or_else(problem);
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).map_err(|_| problem())?);
    }
    if bytes.contains(&0) {
        return Err(problem());
    }
    String::from_utf8(bytes).map_err(|_| problem())
}

/// Writes a connection as a URL without its password.
pub fn to_url(connection: &Connection) -> String {
    let mut url = String::from("postgresql://");
    if let Some(user) = &connection.user {
        encode_into(&mut url, user);
        url.push('@');
    }
    let host = connection.host.as_str();
    let in_query = host.starts_with('/') || host.starts_with('@');
    if host.contains(':') && !in_query {
        let _ = write!(url, "[{host}]");
    } else if !in_query {
        encode_into(&mut url, host);
    }
    if let Some(port) = connection.port {
        let _ = write!(url, ":{port}");
    }
    if let Some(database) = &connection.database {
        url.push('/');
        encode_into(&mut url, database);
    }
    let sslmode = (connection.sslmode != SslMode::default()).then(|| connection.sslmode.as_str());
    let parameters = [
        ("host", in_query.then_some(host)),
        ("sslmode", sslmode),
        ("sslrootcert", connection.sslrootcert.as_deref()),
        ("sslcert", connection.sslcert.as_deref()),
        ("sslkey", connection.sslkey.as_deref()),
        ("service", connection.service.as_deref()),
        ("passfile", connection.passfile.as_deref()),
    ];
    let mut separator = '?';
    for (name, value) in parameters {
        if let Some(value) = value {
            let _ = write!(url, "{separator}{name}=");
            encode_into(&mut url, value);
            separator = '&';
        }
    }
    url
}

/// Escapes all but RFC 3986's unreserved characters; `/` stays for reading's sake only where it cannot separate.
fn encode_into(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn connection(url: &str) -> Connection {
        parse_url(url).unwrap().0
    }

    fn problem(url: &str) -> UrlProblem {
        match parse_url(url).unwrap_err() {
            PostgresError::BadUrl { reason } => reason,
            other => panic!("a bad URL must be called one, not {other:?}"),
        }
    }

    #[test]
    fn a_full_url_gives_every_part() {
        let (found, password) = parse_url(
            "postgresql://back%40up:p%3Ass@db.example.com:6432/my%20shop?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        )
        .unwrap();
        assert_eq!(found.user.as_deref(), Some("back@up"), "escapes in the user must be decoded");
        assert_eq!(found.host, "db.example.com", "the host stands between @ and :");
        assert_eq!(found.port, Some(6432), "the port stands after the host");
        assert_eq!(found.database.as_deref(), Some("my shop"), "escapes in the database must be decoded");
        assert_eq!(found.sslmode, SslMode::VerifyFull, "the mode decides whether a server is trusted");
        assert_eq!(
            found.sslrootcert.as_deref(),
            Some("/etc/ca.pem"),
            "the root certificate must not get lost"
        );
        assert_eq!(password.unwrap().expose(), "p:ss", "the password must come apart, decoded");
    }

    #[test]
    fn sockets_and_ipv6_are_understood() {
        assert_eq!(connection("postgres://[::1]:5433/x").host, "::1", "brackets hold an IPv6 address");
        assert_eq!(
            connection("postgres:///x?host=/run/pg").host,
            "/run/pg",
            "a folder may stand in the query"
        );
        assert_eq!(connection("postgres://%2Frun%2Fpg/x").host, "/run/pg", "or escaped in the host's place");
        assert_eq!(connection("postgres://").host, "", "everything may be absent");
        assert_eq!(problem("postgres://::1/x"), UrlProblem::Ipv6, "without brackets the port is unclear");
        assert_eq!(problem("postgres://[fe80/x"), UrlProblem::Ipv6, "a bracket must be closed");
    }

    #[test]
    fn what_is_wrong_is_named_and_no_password_is_repeated() {
        assert_eq!(problem("mysql://x"), UrlProblem::Scheme, "other databases are not PostgreSQL");
        assert_eq!(
            problem("postgres://u:secret"),
            UrlProblem::Port,
            "a forgotten host must not print the password"
        );
        assert_eq!(
            problem("postgres://h/d?pool=5"),
            UrlProblem::UnknownParameter { name: "pool".into() },
            "a parameter that would be ignored must be refused by name"
        );
        assert_eq!(
            problem("postgres://a,b/d"),
            UrlProblem::SeveralHosts,
            "which host is backed up must be certain"
        );
        assert_eq!(
            problem("postgres://h/d?sslmode=maybe"),
            UrlProblem::BadParameter { name: "sslmode".into(), value: "maybe".into() },
            "an unknown mode must not fall back to a weaker one"
        );
        assert_eq!(
            problem("postgres://u:%zz@h/d"),
            UrlProblem::Encoding { part: "password".into() },
            "a broken escape must name its part only"
        );
        assert_eq!(
            problem("postgres://h/a%00b"),
            UrlProblem::Encoding { part: "database".into() },
            "NUL ends a C string"
        );
    }

    #[test]
    fn an_unescaped_at_sign_in_the_password_is_understood() {
        let (found, password) = parse_url("postgres://u:p@ss@h/d").unwrap();
        assert_eq!((found.host.as_str(), password.unwrap().expose()), ("h", "p@ss"), "the last @ separates");
    }

    fn text() -> impl Strategy<Value = Option<String>> {
        proptest::option::of("[^\\x00]{1,12}")
    }

    proptest! {
        #[test]
        fn every_connection_survives_being_written_and_read(
            host in prop_oneof![Just(String::new()), Just("::1".to_owned()), Just("/run/a b".to_owned()), "[a-zé.-]{1,10}"],
            port in proptest::option::of(1u16..),
            user in text(), database in text(), rootcert in text(), service in text(), passfile in text(),
            mode in 0usize..5,
        ) {
            let written = Connection {
                host, port, user, database, sslmode: SslMode::ALL[mode], sslrootcert: rootcert,
                sslcert: None, sslkey: None, service, passfile,
            };
            let (read, password) = parse_url(&to_url(&written)).unwrap();
            prop_assert_eq!(&read, &written, "a server that is edited must not change by itself");
            prop_assert!(password.is_none(), "no password was given");
        }
    }
}
