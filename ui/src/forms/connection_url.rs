//! Connection URLs, taken apart.

use holdfast_types::{Connection, SslMode};

/// What a connection URL says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedUrl {
    /// How to reach the server.
    pub connection: Connection,
    /// The password, if the URL holds one.
    pub password: Option<String>,
}

/// The URL without its password, for a field that anybody can read.
pub fn without_password(url: &str) -> String {
    let (rest, query) = url.split_once('?').map_or((url, None), |(rest, query)| (rest, Some(query)));
    let (scheme, rest) = rest.split_once("://").unwrap_or(("", rest));
    let (authority, path) =
        rest.split_once('/').map_or((rest, None), |(authority, path)| (authority, Some(path)));
    let authority = match authority.rsplit_once('@') {
        Some((login, address)) => {
            format!("{}@{address}", login.split_once(':').map_or(login, |(user, _)| user))
        }
        None => authority.to_owned(),
    };
    let kept: Vec<&str> = query
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("password="))
        .collect();
    let path = path.map(|path| format!("/{path}")).unwrap_or_default();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    format!("{scheme}://{authority}{path}{query}")
}

/// Takes `postgresql://user:password@host:port/database?sslmode=…` apart; says what is wrong with any other text.
pub fn parse_url(text: &str) -> Result<ParsedUrl, String> {
    let text = text.trim();
    let rest = text
        .strip_prefix("postgresql://")
        .or_else(|| text.strip_prefix("postgres://"))
        .ok_or("A connection URL begins with postgresql:// or postgres://.")?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) =
        login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    if address.contains(',') {
        return Err("Several hosts in one URL are not supported: add a server for each.".to_owned());
    }
    let (host, port) = split_address(address)?;
    let mut parsed = ParsedUrl {
        connection: Connection {
            host: decode(host)?,
            port: port.map(parse_port).transpose()?,
            user: decoded(user)?,
            database: decoded(database)?,
            ..Connection::default()
        },
        password: password.map(decode).transpose()?,
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        apply(&mut parsed, key, decode(value)?)?;
    }
    Ok(parsed)
}

fn split_address(address: &str) -> Result<(&str, Option<&str>), String> {
    if let Some(rest) = address.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or("The address lacks its closing bracket.")?;
        return Ok((host, after.strip_prefix(':')));
    }
    Ok(address.rsplit_once(':').map_or((address, None), |(host, port)| (host, Some(port))))
}

fn parse_port(port: &str) -> Result<u16, String> {
    port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(|| format!("{port} is not a port."))
}

fn apply(parsed: &mut ParsedUrl, key: &str, value: String) -> Result<(), String> {
    let connection = &mut parsed.connection;
    match key {
        "host" => connection.host = value,
        "port" => connection.port = Some(parse_port(&value)?),
        "user" => connection.user = Some(value),
        "dbname" => connection.database = Some(value),
        "password" => parsed.password = Some(value),
        "sslmode" => {
            connection.sslmode = SslMode::ALL
                .into_iter()
                .find(|mode| mode.as_str() == value)
                .ok_or_else(|| format!("{value} is not an sslmode that Holdfast knows."))?;
        }
        "sslrootcert" => connection.sslrootcert = Some(value),
        "sslcert" => connection.sslcert = Some(value),
        "sslkey" => connection.sslkey = Some(value),
        "service" => connection.service = Some(value),
        "passfile" => connection.passfile = Some(value),
        // What else libpq knows does not concern a backup's connection.
        _ => {}
    }
    Ok(())
}

fn decoded(text: &str) -> Result<Option<String>, String> {
    decode(text).map(|text| Some(text).filter(|text| !text.is_empty()))
}

/// Undoes percent encoding.
fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let digits = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = digits.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(byte.ok_or("A % in the URL must be followed by two hexadecimal digits.")?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| "The URL does not decode to text.".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pasted_url_fills_every_field() {
        let parsed = parse_url(" postgresql://ana:p%40ss%3Aword@db.example.com:6432/bill%20ing?sslmode=verify-full&sslrootcert=/etc/ca.pem ").unwrap();
        assert_eq!(parsed.password.as_deref(), Some("p@ss:word"), "percent encoding is undone");
        let connection = parsed.connection;
        assert_eq!(connection.host, "db.example.com", "the host");
        assert_eq!(connection.port, Some(6432), "the port");
        assert_eq!(connection.user.as_deref(), Some("ana"), "the role");
        assert_eq!(connection.database.as_deref(), Some("bill ing"), "a database's name may hold spaces");
        assert_eq!(connection.sslmode, SslMode::VerifyFull, "the protection");
        assert_eq!(connection.sslrootcert.as_deref(), Some("/etc/ca.pem"), "the certificate");
    }

    #[test]
    fn a_password_does_not_stay_in_the_url() {
        for (url, kept) in [
            ("postgres://ana:p%40ss@h:5433/app?sslmode=require", "postgres://ana@h:5433/app?sslmode=require"),
            ("postgresql://h/app?password=secret&user=ana", "postgresql://h/app?user=ana"),
            ("postgresql://h?password=secret", "postgresql://h"),
            ("postgresql://ana@h", "postgresql://ana@h"),
        ] {
            assert_eq!(without_password(url), kept, "anybody can read over a shoulder");
            assert_eq!(parse_url(kept).unwrap().password, None, "the password is gone: {kept}");
        }
    }

    #[test]
    fn sockets_and_ipv6_addresses_are_read() {
        let socket = parse_url("postgres://%2Fvar%2Frun%2Fpostgresql/app").unwrap();
        assert_eq!(socket.connection.host, "/var/run/postgresql", "an encoded socket directory is a host");
        let six = parse_url("postgres://[::1]:5433/").unwrap();
        assert_eq!(
            (six.connection.host.as_str(), six.connection.port),
            ("::1", Some(5433)),
            "brackets keep colons apart"
        );
        let plain = parse_url("postgres://localhost").unwrap();
        assert_eq!(
            (plain.connection.port, plain.connection.database),
            (None, None),
            "what is absent stays absent"
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for text in [
            "mysql://x",
            "postgres://h:99999/",
            "postgres://a,b/",
            "postgres://h/%zz",
            "postgres://h/?sslmode=maybe",
        ] {
            assert!(parse_url(text).is_err(), "{text} must not be taken for a connection");
        }
    }
}
