//! sslmode against a server with certificates of every kind that libpq knows.

use super::support::{changed, run};
use super::tls_server::{HBA, TlsServer};
use holdfast_engine::postgres::error::TlsProblem;
use holdfast_engine::postgres::{PostgresError, connect};
use holdfast_types::SslMode;

const ON: &[&str] = &["ssl = on"];

#[tokio::test]
async fn sslmode_means_what_it_means_to_libpq() {
    let mut server = TlsServer::new().await;
    server.authority("other", "other");
    server.grant("server", "ca", Some("subjectAltName=DNS:localhost"));
    // The manual's own recipe: a certificate that signs itself and is its own authority.
    server.openssl(
        "req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.crt -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost",
    );

    server.restart("server", HBA, ON).await;
    let good = [
        (SslMode::Prefer, None, "localhost"),
        (SslMode::Require, None, "elsewhere"),
        (SslMode::VerifyCa, Some("ca.crt"), "elsewhere"),
        (SslMode::VerifyFull, Some("ca.crt"), "localhost"),
    ];
    for (mode, root, host) in good {
        server.admits(host, mode, root).await;
    }
    assert_eq!(
        server.problem("localhost", SslMode::VerifyCa, Some("other.crt")).await,
        TlsProblem::UnknownIssuer,
        "an impostor's certificate must not be accepted"
    );
    assert_eq!(
        server.problem("localhost", SslMode::Require, Some("other.crt")).await,
        TlsProblem::UnknownIssuer,
        "with a root certificate, require means verify-ca"
    );
    assert!(
        matches!(
            server.problem("elsewhere", SslMode::VerifyFull, Some("ca.crt")).await,
            TlsProblem::NameMismatch { .. }
        ),
        "verify-full checks the name"
    );
    assert_eq!(
        server.problem("localhost", SslMode::VerifyFull, None).await,
        TlsProblem::NoRootCertificate { path: "/nowhere/root.crt".into() },
        "without a root certificate nothing can be verified"
    );
    assert!(
        matches!(
            connect(&server.tcp("localhost", SslMode::Disable, None), None).await.unwrap_err(),
            PostgresError::PgHbaRejected { .. }
        ),
        "the server admits encrypted connections only"
    );

    server.restart("self", HBA, ON).await;
    let itself = server.tcp("localhost", SslMode::VerifyFull, Some("self.crt"));
    connect(&itself, None).await.expect("a certificate that is its own root is trusted, as by OpenSSL");

    server.restart("server", HBA, &["ssl = off"]).await;
    assert_eq!(
        connect(&server.tcp("localhost", SslMode::Require, None), None).await.unwrap_err(),
        PostgresError::TlsRefused { host: "localhost".into() },
        "a server without TLS must not be talked to in the clear"
    );
    server.place.end().await;
}

#[tokio::test]
async fn a_certificate_of_version_1_is_accepted_where_libpq_accepts_it() {
    let mut server = TlsServer::new().await;
    server.authority("other", "other");
    // One who calls itself like the authority.
    server.authority("impostor", "ca");
    server.grant("server", "ca", None);
    for protocol in ["ssl_max_protocol_version = 'TLSv1.3'", "ssl_max_protocol_version = 'TLSv1.2'"] {
        server.restart("server", HBA, &["ssl = on", protocol]).await;
        for (mode, root, host) in [
            (SslMode::Prefer, None, "localhost"),
            (SslMode::Require, None, "elsewhere"),
            (SslMode::Require, Some("ca.crt"), "elsewhere"),
            (SslMode::VerifyCa, Some("ca.crt"), "elsewhere"),
            (SslMode::VerifyFull, Some("ca.crt"), "localhost"),
        ] {
            server.admits(host, mode, root).await;
        }
    }
    assert_eq!(
        server.problem("localhost", SslMode::VerifyCa, Some("impostor.crt")).await,
        TlsProblem::UnknownIssuer,
        "the issuer's name is not enough, its signature counts"
    );
    assert_eq!(
        server.problem("localhost", SslMode::VerifyFull, Some("other.crt")).await,
        TlsProblem::OldCertificate,
        "nobody who is trusted issued it"
    );
    assert!(
        matches!(
            server.problem("elsewhere", SslMode::VerifyFull, Some("ca.crt")).await,
            TlsProblem::NameMismatch { .. }
        ),
        "verify-full checks the name here too"
    );
    server.place.end().await;
}

#[tokio::test]
async fn the_common_name_counts_only_without_alternative_names() {
    let mut server = TlsServer::new().await;
    server.grant("server", "ca", Some("basicConstraints=CA:FALSE"));
    server.restart("server", HBA, ON).await;
    server.admits("localhost", SslMode::VerifyFull, Some("ca.crt")).await;
    assert!(
        matches!(
            server.problem("elsewhere", SslMode::VerifyFull, Some("ca.crt")).await,
            TlsProblem::NameMismatch { .. }
        ),
        "another name is another server"
    );

    server.request("star", "/CN=*.example.com");
    server.grant("star", "ca", Some("basicConstraints=CA:FALSE"));
    server.restart("star", HBA, ON).await;
    server.admits("db.example.com", SslMode::VerifyFull, Some("ca.crt")).await;
    assert!(
        matches!(
            server.problem("a.db.example.com", SslMode::VerifyFull, Some("ca.crt")).await,
            TlsProblem::NameMismatch { .. }
        ),
        "a star stands for one label"
    );

    server.grant("server", "ca", Some("subjectAltName=DNS:db.example.com"));
    server.restart("server", HBA, ON).await;
    assert!(
        matches!(
            server.problem("localhost", SslMode::VerifyFull, Some("ca.crt")).await,
            TlsProblem::NameMismatch { .. }
        ),
        "who names hosts as alternative names is not for the common name, as in libpq"
    );
    server.place.end().await;
}

#[tokio::test]
async fn a_client_certificate_opens_the_server_for_sessions_and_for_pg_dump() {
    let mut server = TlsServer::new().await;
    server.place.session("CREATE ROLE ann LOGIN SUPERUSER").await;
    server.grant("server", "ca", Some("subjectAltName=DNS:localhost"));
    for (file, extensions) in [("ann", Some("extendedKeyUsage=clientAuth")), ("old", None)] {
        server.request(file, "/CN=ann");
        server.grant(file, "ca", extensions);
    }
    let hba = "local all all trust\nhostssl all ann 127.0.0.1/32 cert\n";
    server.restart("server", hba, &["ssl = on", "ssl_ca_file = 'ca.crt'"]).await;
    let as_ann = |certificate: Option<&str>, key: Option<&str>| {
        changed(server.tcp("localhost", SslMode::VerifyFull, Some("ca.crt")), |connection| {
            connection.user = "ann".into();
            connection.sslcert = certificate.map(|file| server.folder.join(file));
            connection.sslkey = key.map(|file| server.folder.join(file));
        })
    };
    for (certificate, key) in [("ann.crt", "ann.key"), ("old.crt", "old.key")] {
        let connection = as_ann(Some(certificate), Some(key));
        let session = connect(&connection, None).await.expect("the certificate is the role's");
        assert_eq!((session.role(), session.encrypted()), ("ann", true), "{certificate} is enough");
        let plan = server.place.plan(&connection, "postgres", &format!("by {certificate}"), None);
        run(&plan, |_| {}).await.expect("pg_dump must be given the same certificate");
    }
    assert!(
        matches!(connect(&as_ann(None, None), None).await.unwrap_err(), PostgresError::PgHbaRejected { .. }),
        "without its certificate the role stays out"
    );
    for certificate in ["ann.crt", "old.crt"] {
        let mixed = connect(&as_ann(Some(certificate), Some("ca.key")), None).await.unwrap_err();
        assert!(
            matches!(
                &mixed,
                PostgresError::TlsCertificate { problem: TlsProblem::UnusableFile { path, .. }, .. }
                    if path.ends_with("ca.key")
            ),
            "a key of another certificate is named before anything is sent: {mixed:?}"
        );
    }
    server.place.end().await;
}
