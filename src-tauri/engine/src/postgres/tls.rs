//! TLS with libpq's meanings of sslmode, by rustls: which certificates are checked, and how far.
//!
//! libpq and pg_dump use OpenSSL; where the two differ, what OpenSSL accepts is accepted here.

use super::certificate::{self, OldCertificate};
use super::connection::{ResolvedConnection, RootCertificates};
use super::error::{PostgresError, TlsProblem};
use holdfast_types::SslMode;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, TrustAnchor, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, InconsistentKeys, RootCertStore, SignatureScheme,
};
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
    let old_issuers = match &connection.sslrootcert {
        RootCertificates::File(_) => roots.roots.clone(),
        // No authority of the whole world's issues such certificates any more.
        RootCertificates::None { .. } | RootCertificates::System => Vec::new(),
    };
    let algorithms = provider.signature_verification_algorithms;
    let verifier = Verifier { depth, roots, old_issuers, trusted, algorithms };
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
            let own = own_certificate(&provider, chain, private)
                .map_err(|error| unusable(key, &error.to_string()))?;
            Ok(builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own))))
        }
        (Some(certificate), None) => Err(unusable(certificate, "its key (sslkey) is missing")),
        (None, _) => Ok(builder.with_no_client_auth()),
    }
}

/// A client certificate with its key. rustls compares the two itself, but reads no old certificates.
fn own_certificate(
    provider: &CryptoProvider,
    chain: Vec<CertificateDer<'static>>,
    private: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, rustls::Error> {
    let own = CertifiedKey::new(chain, provider.key_provider.load_private_key(private)?);
    let belongs = match OldCertificate::read(own.end_entity_cert()?) {
        Some(old) if own.key.public_key() == old.public_key() => Ok(()),
        Some(_) => Err(InconsistentKeys::KeyMismatch.into()),
        None => own.keys_match(),
    };
    match belongs {
        Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(own),
        Err(error) => Err(error),
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
            CertificateError::Other(other) if other.0.is::<TlsProblem>() => TlsProblem::OldCertificate,
            other => TlsProblem::Handshake { detail: other.to_string() },
        },
        other => TlsProblem::Handshake { detail: other.to_string() },
    }
}

#[derive(Debug)]
struct Verifier {
    depth: Depth,
    roots: RootCertStore,
    /// The authorities whose certificates of version 1 are taken.
    old_issuers: Vec<TrustAnchor<'static>>,
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
        if self.depth == Depth::None {
            return Ok(ServerCertVerified::assertion());
        }
        let named = match OldCertificate::read(certificate) {
            Some(old) => {
                old.check_issuer(&self.old_issuers, self.algorithms.all, now)?;
                Err(CertificateError::NotValidForName.into())
            }
            None => {
                let parsed = ParsedCertificate::try_from(certificate)?;
                self.check_chain(&parsed, certificate, intermediates, now)?;
                verify_server_name(&parsed, server_name)
            }
        };
        if self.depth == Depth::Full && !certificate::common_name_is(certificate, server_name) {
            named?;
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
        match OldCertificate::read(certificate) {
            Some(old) => old.verify_tls12_signature(message, signed, &self.algorithms),
            None => verify_tls12_signature(message, certificate, signed, &self.algorithms),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match OldCertificate::read(certificate) {
            Some(old) => old.verify_tls13_signature(message, signed, &self.algorithms),
            None => verify_tls13_signature(message, certificate, signed, &self.algorithms),
        }
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
