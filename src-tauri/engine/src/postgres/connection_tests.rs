//! How connections are resolved, shown with made-up surroundings.
#![allow(clippy::unwrap_used)]

use super::*;

fn around(variables: &[(&str, &str)]) -> Surroundings {
    Surroundings {
        variables: variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        user: Some("ann".into()),
        ..Surroundings::default()
    }
}

fn private(path: &Path, text: &str) {
    use std::io::Write;
    crate::platform::modes::create_private_file(path).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn defaults_fill_an_empty_connection() {
    let found = resolve_in(&Connection::default(), None, &around(&[])).unwrap();
    assert_eq!(found.host, Host::Tcp("localhost".into()), "without a socket the server is on localhost");
    assert_eq!(
        (found.port, found.user.as_str(), found.database.as_str()),
        (5432, "ann", "postgres"),
        "as for psql"
    );
    assert_eq!(found.connect_timeout, CONNECT_TIMEOUT, "a silent server must not hold a run for ever");
    assert!(found.password("postgres").is_none(), "no password is known");
}

#[test]
fn the_connection_beats_the_service_and_the_service_beats_the_environment() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("services");
    std::fs::write(&file, "[prod]\nhost=from-service\nport=6000\nuser=from-service\nsslmode=require\n")
        .unwrap();
    let around = around(&[
        ("PGSERVICEFILE", file.to_str().unwrap()),
        ("PGHOST", "from-env"),
        ("PGPORT", "7000"),
        ("PGDATABASE", "from-env"),
        ("PGSSLMODE", "disable"),
    ]);
    let own = Connection { service: Some("prod".into()), port: Some(5000), ..Connection::default() };
    let found = resolve_in(&own, None, &around).unwrap();
    assert_eq!(found.port, 5000, "the connection's own value comes first");
    assert_eq!(found.host, Host::Tcp("from-service".into()), "then the service's");
    assert_eq!(found.database, "from-env", "then the environment's");
    assert_eq!(
        found.sslmode,
        SslMode::Require,
        "the service's protection must not be weakened by the environment"
    );
}

#[test]
fn a_missing_service_is_an_error_that_names_the_files() {
    let own = Connection { service: Some("prod".into()), ..Connection::default() };
    let error = resolve_in(&own, None, &around(&[("PGSERVICEFILE", "/nowhere/services")])).unwrap_err();
    assert_eq!(
        error,
        PostgresError::NoSuchService { name: "prod".into(), searched: vec!["/nowhere/services".into()] },
        "falling back to localhost would back up the wrong server"
    );
}

#[test]
fn the_stored_password_comes_before_the_environment_and_that_before_the_file() {
    let home = tempfile::tempdir().unwrap();
    let passfile = home.path().join("pgpass");
    private(&passfile, "*:*:shop:*:from-file\n");
    let own = Connection { passfile: Some(passfile.to_str().unwrap().into()), ..Connection::default() };
    let password = |stored: Option<&str>, variables: &[(&str, &str)]| {
        resolve_in(&own, stored.map(|s| Sensitive::new(s.into())), &around(variables))
            .unwrap()
            .password("shop")
            .map(|p| p.expose().to_owned())
    };
    let variable = [("PGPASSWORD", "from-env")];
    assert_eq!(
        password(Some("stored"), &variable).as_deref(),
        Some("stored"),
        "what the operator stored wins"
    );
    assert_eq!(password(None, &variable).as_deref(), Some("from-env"), "then PGPASSWORD, as in libpq");
    assert_eq!(password(None, &[]).as_deref(), Some("from-file"), "then the file");
    let resolved = resolve_in(&own, None, &around(&[])).unwrap();
    assert!(resolved.password("other").is_none(), "a line for one database is not for another");
    assert!(!format!("{resolved:?}").contains("from-file"), "Debug must not print a password");
}

#[cfg(unix)]
#[test]
fn an_open_password_file_is_an_error_when_named_and_remembered_when_it_is_the_default() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".pgpass");
    std::fs::write(&file, "*:*:*:*:x\n").unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let named = Connection { passfile: Some(file.to_str().unwrap().into()), ..Connection::default() };
    assert_eq!(
        resolve_in(&named, None, &around(&[])).unwrap_err(),
        PostgresError::BadPassfile { path: file.clone(), mode: 0o644 },
        "the operator chose this file and must hear why it does not work"
    );
    let around = Surroundings { home: Some(home.path().into()), ..around(&[]) };
    let found = resolve_in(&Connection::default(), None, &around).unwrap();
    assert_eq!(found.ignored_passfile, Some(file), "a later demand for a password must be explicable");
}

#[test]
fn a_listening_socket_is_preferred_to_localhost() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".s.PGSQL.6543"), "").unwrap();
    let around = Surroundings { socket_folders: vec![folder.path().into()], ..around(&[("PGPORT", "6543")]) };
    let found = resolve_in(&Connection::default(), None, &around).unwrap();
    assert_eq!(found.host, Host::Socket(folder.path().into()), "as psql does on the same machine");
}

#[test]
fn values_that_would_confuse_a_server_are_refused() {
    let refused = |connection: Connection| match resolve_in(&connection, None, &around(&[])).unwrap_err() {
        PostgresError::BadValue { field, .. } => field,
        other => panic!("expected a refused value, not {other:?}"),
    };
    assert_eq!(refused(Connection { host: "a\nb".into(), ..Connection::default() }), "host", "line breaks");
    assert_eq!(refused(Connection { host: "a,b".into(), ..Connection::default() }), "host", "several hosts");
    assert_eq!(refused(Connection { user: Some("a\0".into()), ..Connection::default() }), "user", "NUL");
    assert_eq!(
        refused(Connection { database: Some("a\nb".into()), ..Connection::default() }),
        "dbname",
        "line break"
    );
    let weak =
        Connection { sslrootcert: Some("system".into()), sslmode: SslMode::Require, ..Connection::default() };
    assert_eq!(
        refused(weak),
        "sslmode",
        "trusting every authority without checking the name protects nobody"
    );
}

#[test]
fn the_systems_certificates_demand_the_full_check() {
    let own = Connection { sslrootcert: Some("system".into()), host: "h".into(), ..Connection::default() };
    let found = resolve_in(&own, None, &around(&[])).unwrap();
    assert_eq!(found.sslmode, SslMode::VerifyFull, "libpq's rule");
    assert_eq!(found.sslrootcert, RootCertificates::System, "the word is no file's name");
}

#[test]
fn options_and_channel_binding_come_from_the_service_or_the_environment() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("services");
    std::fs::write(&file, "[prod]\noptions=-c role=backup\nchannel_binding=require\n").unwrap();
    let variables = [
        ("PGSERVICEFILE", file.to_str().unwrap()),
        ("PGOPTIONS", "-c role=other"),
        ("PGCHANNELBINDING", "disable"),
        ("PGREQUIRESSL", "1"),
    ];
    let found = resolve_in(&Connection::default(), None, &around(&variables)).unwrap();
    assert_eq!(found.options.as_deref(), Some("-c role=other"), "as for psql");
    assert_eq!(found.channel_binding, ChannelBinding::Disable, "as for psql");
    assert_eq!(found.sslmode, SslMode::Require, "the oldest way to demand encryption still does in libpq");
    let own = Connection { service: Some("prod".into()), ..Connection::default() };
    let found = resolve_in(&own, None, &around(&variables)).unwrap();
    assert_eq!(found.options.as_deref(), Some("-c role=backup"), "the service comes first");
    assert_eq!(
        found.channel_binding,
        ChannelBinding::Require,
        "here too, or the service's would be weakened"
    );
    let wrong = resolve_in(&Connection::default(), None, &around(&[("PGCHANNELBINDING", "always")]));
    assert!(matches!(wrong, Err(PostgresError::BadValue { .. })), "an unknown word must not mean prefer");
}

#[test]
fn a_setting_that_would_be_broken_stops_the_connection() {
    let error = resolve_in(&Connection::default(), None, &around(&[("PGSSLCRL", "/etc/x.crl")])).unwrap_err();
    assert_eq!(
        error,
        PostgresError::UnsupportedSetting { name: "PGSSLCRL".into(), value: "/etc/x.crl".into(), met: None },
        "a revoked certificate would be trusted"
    );
}
