//! A cluster that speaks TLS on localhost with certificates that openssl made.

use super::support::{Place, changed, place};
use holdfast_engine::platform::user;
use holdfast_engine::postgres::cluster::{ClusterUser, Lifetime};
use holdfast_engine::postgres::connection::{Host, RootCertificates};
use holdfast_engine::postgres::error::TlsProblem;
use holdfast_engine::postgres::{PostgresError, ResolvedConnection, connect};
use holdfast_types::SslMode;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who is let in over TLS without more ado.
pub const HBA: &str = "local all all trust\nhostssl all holdfast 127.0.0.1/32 trust\n";

/// The cluster, its port, and the folder of the certificates.
pub struct TlsServer {
    pub place: Place,
    pub folder: PathBuf,
    port: u16,
}

impl TlsServer {
    /// A cluster with a port, an authority (`ca`) and a certificate request for localhost (`server`).
    pub async fn new() -> Self {
        let place = place().await;
        let folder = place.folder.path().to_path_buf();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let session = place.session("").await;
        for setting in ["listen_addresses = '127.0.0.1'".to_owned(), format!("port = {port}")] {
            session.execute(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
        }
        let server = Self { place, folder, port };
        server.authority("ca", "ca");
        server.request("server", "/CN=localhost");
        server
    }

    /// An authority's own certificate.
    pub fn authority(&self, file: &str, name: &str) {
        self.openssl(&format!(
            "req -x509 -newkey rsa:2048 -nodes -keyout {file}.key -out {file}.crt -days 2 -subj /CN={name}"
        ));
    }

    /// A key with a request for its certificate.
    pub fn request(&self, file: &str, subject: &str) {
        self.openssl(&format!(
            "req -newkey rsa:2048 -nodes -keyout {file}.key -out {file}.csr -subj {subject}"
        ));
    }

    /// Grants a request. Without extensions the certificate is of version 1.
    pub fn grant(&self, file: &str, authority: &str, extensions: Option<&str>) {
        let mut line = format!(
            "x509 -req -in {file}.csr -CA {authority}.crt -CAkey {authority}.key -CAcreateserial -days 2 -out {file}.crt"
        );
        if let Some(extensions) = extensions {
            std::fs::write(self.folder.join("extensions"), extensions).unwrap();
            line.push_str(" -extfile extensions");
        }
        self.openssl(&line);
        let shown = self.openssl(&format!("x509 -in {file}.crt -noout -text"));
        let version = if extensions.is_some() { "Version: 3" } else { "Version: 1" };
        assert!(shown.contains(version), "openssl must make a certificate of {version}: {shown}");
    }

    /// Runs openssl in the certificates' folder.
    pub fn openssl(&self, arguments: &str) -> String {
        let made = Command::new("openssl").current_dir(&self.folder).args(arguments.split(' ')).output();
        let made = made.expect("install openssl");
        assert!(made.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8_lossy(&made.stdout).into_owned()
    }

    /// Restarts the server with a certificate and its own lines of postgresql.conf, which begin with `ssl`.
    pub async fn restart(&mut self, certificate: &str, hba: &str, settings: &[&str]) {
        self.place.cluster.stop().await.unwrap();
        let data = self.place.cluster.data();
        std::fs::write(data.join("pg_hba.conf"), hba).unwrap();
        for kind in ["crt", "key"] {
            self.give(&format!("{certificate}.{kind}"), &data.join(format!("server.{kind}")));
        }
        self.give("ca.crt", &data.join("ca.crt"));
        let auto = data.join("postgresql.auto.conf");
        let text = std::fs::read_to_string(&auto).unwrap();
        let kept = text.lines().filter(|line| !line.starts_with("ssl"));
        let lines: Vec<&str> = kept.chain(settings.iter().copied()).collect();
        std::fs::write(&auto, lines.join("\n") + "\n").unwrap();
        // The socket's name changes with the port, so start with pg_ctl, which needs no connection.
        self.place.cluster.start(Lifetime::UntilStopped).await.unwrap();
    }

    fn give(&self, file: &str, target: &Path) {
        std::fs::copy(self.folder.join(file), target).unwrap();
        std::fs::set_permissions(target, PermissionsExt::from_mode(0o600)).unwrap();
        if let ClusterUser::Account(account) = ClusterUser::suited() {
            user::give(target, &account).unwrap();
        }
    }

    /// The connection over TCP; without a root certificate none is found anywhere.
    pub fn tcp(&self, host: &str, mode: SslMode, root: Option<&str>) -> ResolvedConnection {
        changed(self.place.resolved(), |connection| {
            connection.port = self.port;
            connection.host = Host::Tcp(host.into());
            connection.hostaddr = Some("127.0.0.1".parse().unwrap());
            connection.sslmode = mode;
            connection.sslrootcert = match root {
                Some(file) => RootCertificates::File(self.folder.join(file)),
                None => RootCertificates::None { looked_for: "/nowhere/root.crt".into() },
            };
        })
    }

    /// Sessions of ours and pg_dump must both be let in, encrypted.
    pub async fn admits(&self, host: &str, mode: SslMode, root: Option<&str>) {
        let connection = self.tcp(host, mode, root);
        let session =
            connect(&connection, None).await.unwrap_or_else(|e| panic!("{mode:?} {root:?} {host}: {e:?}"));
        assert!(session.encrypted(), "{mode:?} must be encrypted");
        let archive = format!("{mode:?} {root:?} {host}").replace('"', "");
        let _ = std::fs::remove_dir_all(self.place.archive(&archive));
        let plan = self.place.plan(&connection, "postgres", &archive, None);
        super::support::run(&plan, |_| {})
            .await
            .expect("libpq, by which pg_dump connects, must accept it too");
    }

    /// What is wrong with the server's certificate.
    pub async fn problem(&self, host: &str, mode: SslMode, root: Option<&str>) -> TlsProblem {
        match connect(&self.tcp(host, mode, root), None).await.map(|_| ()) {
            Err(PostgresError::TlsCertificate { problem, .. }) => problem,
            other => panic!("a certificate's problem must be told as one, not as {other:?}"),
        }
    }
}
