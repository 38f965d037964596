//! sslmode against a server with a certificate that openssl made.

use super::support::{changed, place, run};
use holdfast_engine::platform::user;
use holdfast_engine::postgres::cluster::{ClusterUser, Lifetime};
use holdfast_engine::postgres::connection::{Host, RootCertificates};
use holdfast_engine::postgres::error::TlsProblem;
use holdfast_engine::postgres::{PostgresError, ResolvedConnection, connect};
use holdfast_types::SslMode;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn openssl(folder: &Path, arguments: &str) {
    let made = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output();
    let made = made.expect("install openssl");
    assert!(made.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&made.stderr));
}

#[tokio::test]
async fn sslmode_means_what_it_means_to_libpq() {
    let mut place = place().await;
    let folder = place.folder.path().to_path_buf();
    openssl(&folder, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=ca");
    openssl(
        &folder,
        "req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.crt -days 2 -subj /CN=other",
    );
    openssl(&folder, "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost");
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost").unwrap();
    openssl(
        &folder,
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out server.crt -extfile names",
    );
    // The manual's own recipe: a certificate that signs itself and is its own authority.
    openssl(
        &folder,
        "req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.crt -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost",
    );

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let session = place.session("").await;
    for setting in ["listen_addresses = '127.0.0.1'".to_owned(), format!("port = {port}")] {
        session.execute(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
    }
    let hba = "local all all trust\nhostssl all holdfast 127.0.0.1/32 trust\n";
    let restart = async |place: &mut super::support::Place, certificate: &str, ssl: &str| {
        place.cluster.stop().await.unwrap();
        let data = place.cluster.data();
        std::fs::write(data.join("pg_hba.conf"), hba).unwrap();
        for kind in ["crt", "key"] {
            let target = data.join(format!("server.{kind}"));
            std::fs::copy(folder.join(format!("{certificate}.{kind}")), &target).unwrap();
            std::fs::set_permissions(&target, PermissionsExt::from_mode(0o600)).unwrap();
            if let ClusterUser::Account(account) = ClusterUser::suited() {
                user::give(&target, &account).unwrap();
            }
        }
        let auto = data.join("postgresql.auto.conf");
        let text = std::fs::read_to_string(&auto).unwrap();
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("ssl ")).collect();
        std::fs::write(&auto, format!("{}\nssl = {ssl}\n", kept.join("\n"))).unwrap();
        // The socket's name changes with the port, so start with pg_ctl, which needs no connection.
        place.cluster.start(Lifetime::UntilStopped).await.unwrap();
    };
    let own = changed(place.resolved(), |connection| connection.port = port);
    let tcp = |host: &str, mode: SslMode, root: Option<&str>| -> ResolvedConnection {
        changed(own.clone(), |connection| {
            connection.host = Host::Tcp(host.into());
            connection.hostaddr = Some("127.0.0.1".parse().unwrap());
            connection.sslmode = mode;
            connection.sslrootcert = match root {
                Some(file) => RootCertificates::File(folder.join(file)),
                None => RootCertificates::None { looked_for: "/nowhere/root.crt".into() },
            };
        })
    };
    let problem = |error: PostgresError| match error {
        PostgresError::TlsCertificate { problem, .. } => problem,
        other => panic!("a certificate's problem must be told as one, not as {other:?}"),
    };

    restart(&mut place, "server", "on").await;
    let good = [
        (SslMode::Prefer, None, "localhost"),
        (SslMode::Require, None, "elsewhere"),
        (SslMode::VerifyCa, Some("ca.crt"), "elsewhere"),
        (SslMode::VerifyFull, Some("ca.crt"), "localhost"),
    ];
    for (mode, root, host) in good {
        let session = connect(&tcp(host, mode, root), None)
            .await
            .unwrap_or_else(|e| panic!("{mode:?} {root:?}: {e:?}"));
        assert!(session.encrypted(), "{mode:?} must be encrypted");
    }
    let plan = place.plan(&tcp("localhost", SslMode::VerifyFull, Some("ca.crt")), "postgres", "tls", None);
    run(&plan, |_| {}).await.expect("pg_dump must be given the same certificates");
    let refused =
        |connection: ResolvedConnection| async move { connect(&connection, None).await.unwrap_err() };
    assert_eq!(
        problem(refused(tcp("localhost", SslMode::VerifyCa, Some("other.crt"))).await),
        TlsProblem::UnknownIssuer,
        "an impostor's certificate must not be accepted"
    );
    assert_eq!(
        problem(refused(tcp("localhost", SslMode::Require, Some("other.crt"))).await),
        TlsProblem::UnknownIssuer,
        "with a root certificate, require means verify-ca"
    );
    assert!(
        matches!(
            problem(refused(tcp("elsewhere", SslMode::VerifyFull, Some("ca.crt"))).await),
            TlsProblem::NameMismatch { .. }
        ),
        "verify-full checks the name"
    );
    assert_eq!(
        problem(refused(tcp("localhost", SslMode::VerifyFull, None)).await),
        TlsProblem::NoRootCertificate { path: "/nowhere/root.crt".into() },
        "without a root certificate nothing can be verified"
    );
    assert!(
        matches!(
            refused(tcp("localhost", SslMode::Disable, None)).await,
            PostgresError::PgHbaRejected { .. }
        ),
        "the server admits encrypted connections only"
    );

    restart(&mut place, "self", "on").await;
    let itself = tcp("localhost", SslMode::VerifyFull, Some("self.crt"));
    connect(&itself, None).await.expect("a certificate that is its own root is trusted, as by OpenSSL");

    restart(&mut place, "server", "off").await;
    assert_eq!(
        refused(tcp("localhost", SslMode::Require, None)).await,
        PostgresError::TlsRefused { host: "localhost".into() },
        "a server without TLS must not be talked to in the clear"
    );
    place.end().await;
}
