//! TLS with libpq's meanings of sslmode, by rustls: which certificates are checked, and how far.
//!
//! libpq and pg_dump use OpenSSL; where the two differ, what OpenSSL accepts is accepted here.

use super::connection::{ResolvedConnection, RootCertificates};
use super::error::{PostgresError, TlsProblem};
use holdfast_types::SslMode;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::Path;
use std::sync::Arc;

/// How far a server's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Not at all.
    None,
    /// Its chain, whatever its name.
    Chain,
    /// Its chain and its name.
    Full,
}

/// libpq's table: `require` (and `prefer`) check the chain when a root certificate is there.
fn depth(mode: SslMode, roots: &RootCertificates) -> Depth {
    let given = !matches!(roots, RootCertificates::None { .. });
    match mode {
        SslMode::VerifyFull => Depth::Full,
        SslMode::VerifyCa => Depth::Chain,
        SslMode::Disable | SslMode::Prefer | SslMode::Require if given => Depth::Chain,
        SslMode::Disable | SslMode::Prefer | SslMode::Require => Depth::None,
    }
}

/// The TLS configuration of a connection. Reads certificate files.
pub(super) fn client_config(connection: &ResolvedConnection) -> Result<ClientConfig, PostgresError> {
    build(connection)
        .map_err(|problem| PostgresError::TlsCertificate { host: connection.host.to_string(), problem })
}

fn build(connection: &ResolvedConnection) -> Result<ClientConfig, TlsProblem> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let depth = depth(connection.sslmode, &connection.sslrootcert);
    let trusted = match &connection.sslrootcert {
        RootCertificates::None { looked_for } if depth != Depth::None => {
            return Err(TlsProblem::NoRootCertificate { path: looked_for.clone() });
        }
        RootCertificates::None { .. } => Vec::new(),
        RootCertificates::File(path) => certificates(path)?,
        RootCertificates::System => rustls_native_certs::load_native_certs().certs,
    };
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(trusted.iter().cloned());
    if let (RootCertificates::File(path), 0) = (&connection.sslrootcert, usable) {
        return Err(unusable(path, "it holds no usable certificate"));
    }
    let verifier = Verifier { depth, roots, trusted, algorithms: provider.signature_verification_algorithms };
    let builder = ClientConfig::builder_with_provider(Arc::<CryptoProvider>::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(handshake)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    match (&connection.sslcert, &connection.sslkey) {
        (Some(certificate), Some(key)) => {
            let chain = certificates(certificate)?;
            let private =
                PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &error.to_string()))?;
            builder.with_client_auth_cert(chain, private).map_err(|error| unusable(key, &error.to_string()))
        }
        (Some(certificate), None) => Err(unusable(certificate, "its key (sslkey) is missing")),
        (None, _) => Ok(builder.with_no_client_auth()),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsProblem> {
    let found = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(path, &error.to_string()))?;
    if found.is_empty() { Err(unusable(path, "it holds no certificate")) } else { Ok(found) }
}

fn unusable(path: &Path, reason: &str) -> TlsProblem {
    TlsProblem::UnusableFile { path: path.to_path_buf(), reason: reason.into() }
}

fn handshake(error: rustls::Error) -> TlsProblem {
    TlsProblem::Handshake { detail: error.to_string() }
}

/// What an error of rustls means to the operator.
pub(super) fn problem(error: &rustls::Error) -> TlsProblem {
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::UnknownIssuer => TlsProblem::UnknownIssuer,
            CertificateError::NotValidForName => TlsProblem::NameMismatch { detail: String::new() },
            CertificateError::NotValidForNameContext { presented, .. } => {
                TlsProblem::NameMismatch { detail: presented.join(", ") }
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                TlsProblem::NotValidNow { detail: reason.to_string() }
            }
            other => TlsProblem::Handshake { detail: other.to_string() },
        },
        other => TlsProblem::Handshake { detail: other.to_string() },
    }
}

#[derive(Debug)]
struct Verifier {
    depth: Depth,
    roots: RootCertStore,
    trusted: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn check_chain(
        &self,
        parsed: &ParsedCertificate<'_>,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        let checked = verify_server_cert_signed_by_trust_anchor(
            parsed,
            &self.roots,
            intermediates,
            now,
            self.algorithms.all,
        );
        match checked {
            // A self-signed certificate that is its own root, as PostgreSQL's manual makes one. webpki looks at
            // the dates before it complains about the CA flag, so that they hold is known here.
            Err(error) if is_ca_as_server(&error) && self.trusted.contains(certificate) => Ok(()),
            other => other,
        }
    }
}

fn is_ca_as_server(error: &rustls::Error) -> bool {
    matches!(error, rustls::Error::InvalidCertificate(reason) if format!("{reason:?}").contains("CaUsedAsEndEntity"))
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.depth != Depth::None {
            let parsed = ParsedCertificate::try_from(certificate)?;
            self.check_chain(&parsed, certificate, intermediates, now)?;
            if self.depth == Depth::Full {
                verify_server_name(&parsed, server_name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    // Even an unchecked certificate must belong to the key that signs the handshake.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_depth_of_the_check_is_libpqs() {
        let none = RootCertificates::None { looked_for: "/home/ann/.postgresql/root.crt".into() };
        let file = RootCertificates::File("/etc/root.crt".into());
        assert_eq!(depth(SslMode::Require, &none), Depth::None, "require alone encrypts and trusts anybody");
        assert_eq!(
            depth(SslMode::Require, &file),
            Depth::Chain,
            "with a root certificate it means verify-ca"
        );
        assert_eq!(depth(SslMode::VerifyCa, &none), Depth::Chain, "verify-ca never trusts anybody");
        assert_eq!(depth(SslMode::VerifyFull, &file), Depth::Full, "verify-full checks the name too");
    }
}
