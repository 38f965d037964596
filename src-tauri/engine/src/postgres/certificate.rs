//! X.509 certificates where webpki stops reading: version 1, and names in the subject's common name.
//!
//! `openssl x509 -req` without extensions makes version 1, and so does the recipe of PostgreSQL's manual; libpq
//! accepts both. Such a certificate is checked here against a trusted authority directly, never through others.

use super::error::TlsProblem;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{
    CertificateDer, ServerName, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer, TrustAnchor,
    UnixTime,
};
use rustls::{CertificateError, DigitallySignedStruct, OtherError, PeerMisbehaved};
use std::sync::Arc;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::asn1::{AnyRef, BitStringRef};
use x509_cert::der::oid::db::rfc4519::COMMON_NAME;
use x509_cert::der::{Decode, Encode, Reader, SliceReader, Tag, Tagged};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::{Certificate, Version};

/// A certificate of version 1 or 2, which has no extensions.
#[derive(Debug)]
pub(super) struct OldCertificate {
    parsed: Certificate,
    /// What its issuer signed, as it came.
    signed: Vec<u8>,
}

impl OldCertificate {
    /// The certificate, if it is an old one.
    pub(super) fn read(certificate: &CertificateDer<'_>) -> Option<Self> {
        let parsed = Certificate::from_der(certificate).ok()?;
        let body = &parsed.tbs_certificate;
        if body.version == Version::V3 || body.extensions.is_some() {
            return None;
        }
        let mut inside = SliceReader::new(AnyRef::from_der(certificate).ok()?.value()).ok()?;
        let signed = inside.tlv_bytes().ok()?.to_vec();
        Some(Self { parsed, signed })
    }

    /// Its public key.
    pub(super) fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'static>> {
        Some(self.parsed.tbs_certificate.subject_public_key_info.to_der().ok()?.into())
    }

    /// Checks its dates, and that one of these authorities signed it itself.
    pub(super) fn check_issuer(
        &self,
        authorities: &[TrustAnchor<'_>],
        algorithms: &[&dyn SignatureVerificationAlgorithm],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        self.check_dates(now)?;
        let issuer =
            self.parsed.tbs_certificate.issuer.to_der().map_err(|_| CertificateError::BadEncoding)?;
        let mut named =
            authorities.iter().filter(|authority| content(&issuer) == Some(authority.subject.as_ref()));
        match named.clone().next() {
            None => Err(too_old()),
            // One that may sign for some names only cannot be held to them here.
            Some(_)
                if named.any(|authority| {
                    authority.name_constraints.is_none() && self.is_signed_by(authority, algorithms)
                }) =>
            {
                Ok(())
            }
            Some(_) => Err(CertificateError::UnknownIssuer.into()),
        }
    }

    fn check_dates(&self, now: UnixTime) -> Result<(), CertificateError> {
        let validity = self.parsed.tbs_certificate.validity;
        let not_before = UnixTime::since_unix_epoch(validity.not_before.to_unix_duration());
        let not_after = UnixTime::since_unix_epoch(validity.not_after.to_unix_duration());
        if now < not_before {
            return Err(CertificateError::NotValidYetContext { time: now, not_before });
        }
        if now > not_after {
            return Err(CertificateError::ExpiredContext { time: now, not_after });
        }
        Ok(())
    }

    fn is_signed_by(
        &self,
        authority: &TrustAnchor<'_>,
        algorithms: &[&dyn SignatureVerificationAlgorithm],
    ) -> bool {
        let Certificate { tbs_certificate, signature_algorithm, signature } = &self.parsed;
        let (Ok(algorithm), Some(signature)) = (signature_algorithm.to_der(), signature.as_bytes()) else {
            return false;
        };
        // Both places must name one algorithm, the one inside being signed (RFC 5280, 4.1.1.2).
        let suited = algorithms.iter().copied().filter(|known| {
            tbs_certificate.signature == *signature_algorithm
                && content(&algorithm) == Some(known.signature_alg_id().as_ref())
        });
        verified(suited, &authority.subject_public_key_info, &self.signed, signature)
    }

    /// Checks that the key of this certificate signed a TLS 1.2 handshake.
    pub(super) fn verify_tls12_signature(
        &self,
        message: &[u8],
        signed: &DigitallySignedStruct,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let key = self.public_key().ok_or(CertificateError::BadEncoding)?;
        let offered = algorithms.mapping.iter().find(|(scheme, _)| *scheme == signed.scheme);
        let (_, suited) = offered.ok_or(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme)?;
        let key = content(&key).ok_or(CertificateError::BadEncoding)?;
        if verified(suited.iter().copied(), key, message, signed.signature()) {
            Ok(HandshakeSignatureValid::assertion())
        } else {
            Err(CertificateError::BadSignature.into())
        }
    }

    /// The same for TLS 1.3.
    pub(super) fn verify_tls13_signature(
        &self,
        message: &[u8],
        signed: &DigitallySignedStruct,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let key = self.public_key().ok_or(CertificateError::BadEncoding)?;
        verify_tls13_signature_with_raw_key(message, &key, signed, algorithms)
    }
}

/// The problem of an old certificate that no trusted authority issued directly.
pub(super) fn too_old() -> rustls::Error {
    CertificateError::Other(OtherError(Arc::new(TlsProblem::OldCertificate))).into()
}

/// Whether one of the algorithms that suit a key (a SubjectPublicKeyInfo's content) accepts the signature.
fn verified<'a>(
    algorithms: impl Iterator<Item = &'a dyn SignatureVerificationAlgorithm>,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let parts = || -> x509_cert::der::Result<(&[u8], &[u8])> {
        let mut reader = SliceReader::new(key)?;
        let algorithm = AnyRef::decode(&mut reader)?.value();
        let bits = BitStringRef::decode(&mut reader)?.raw_bytes();
        reader.finish((algorithm, bits))
    };
    let Ok((algorithm, bits)) = parts() else { return false };
    algorithms
        .filter(|known| known.public_key_alg_id().as_ref() == algorithm)
        .any(|known| known.verify_signature(bits, message, signature).is_ok())
}

/// A DER value without its tag and length.
fn content(der: &[u8]) -> Option<&[u8]> {
    AnyRef::from_der(der).ok().map(AnyRef::value)
}

/// Whether a certificate that names no host or address elsewhere is for this server by its common name.
pub(super) fn common_name_is(certificate: &CertificateDer<'_>, server: &ServerName<'_>) -> bool {
    let Ok(parsed) = Certificate::from_der(certificate) else { return false };
    if names_hosts(&parsed) {
        return false;
    }
    let subject = parsed.tbs_certificate.subject;
    // The first, as OpenSSL gives it to libpq.
    let mut attributes = subject.0.iter().flat_map(|part| part.0.iter());
    let name = attributes.find(|attribute| attribute.oid == COMMON_NAME).and_then(text);
    match (name, server) {
        (Some(name), ServerName::DnsName(host)) => matches(&name, host.as_ref()),
        (Some(name), _) => name.eq_ignore_ascii_case(&server.to_str()),
        (None, _) => false,
    }
}

/// Whether it has subject alternative names of hosts or addresses, or some that cannot be read.
fn names_hosts(certificate: &Certificate) -> bool {
    let mut found = certificate.tbs_certificate.filter::<SubjectAltName>();
    found.any(|names| {
        names.map_or(true, |(_, names)| {
            names.0.iter().any(|name| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_)))
        })
    })
}

fn text(attribute: &AttributeTypeAndValue) -> Option<String> {
    let plain = [Tag::Utf8String, Tag::PrintableString, Tag::Ia5String, Tag::TeletexString];
    let bytes = plain.contains(&attribute.value.tag()).then(|| attribute.value.value())?;
    String::from_utf8(bytes.to_vec()).ok()
}

/// libpq's comparison: whatever the case, and `*.` at the beginning stands for one label.
fn matches(name: &str, host: &str) -> bool {
    let wildcard = name.strip_prefix("*.").filter(|rest| !rest.is_empty());
    match (wildcard, host.split_once('.')) {
        (Some(rest), Some((_, domain))) => rest.eq_ignore_ascii_case(domain),
        _ => name.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
