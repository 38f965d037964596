//! An old certificate held to its issuer, its dates and its names.
#![allow(clippy::unwrap_used)]

use super::*;
use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use std::time::Duration;

/// An authority called `ca`.
const AUTHORITY: &str = "-----BEGIN CERTIFICATE-----
MIIBcjCCARegAwIBAgIUZfIn+eYaJEeNrDv4Qlvb/IYQlZgwCgYIKoZIzj0EAwIw
DTELMAkGA1UEAwwCY2EwIBcNMjYxMTI1MTU1NDM1WhgPMjEyNjExMDExNTU0MzVa
MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAElcoknf4r
5AN4WlnYWYUcFaolZfpP4ugY0+Il+2EAzW0lY9HjopN6F54eaBGiQCxWVg5/H2Ya
zNoNraw2o+SkqaNTMFEwHQYDVR0OBBYEFGmcLqbUabhiqwqviJxs53pV6ZijMB8G
A1UdIwQYMBaAFGmcLqbUabhiqwqviJxs53pV6ZijMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSQAwRgIhANQ3DfoPeWBSTMPDT/JFlk+t7ASrvCYjMpCTZSKZ
pGYpAiEAl5B2p+VcE+QqT97uR/si4lXT9qrn9Tm5vT9aGv456cY=
-----END CERTIFICATE-----";

/// Of version 1, for localhost, by that authority; good from November 2026 to November 2126.
const OLD: &str = "-----BEGIN CERTIFICATE-----
MIIBHTCBxAIULmLvkkxpxNdFd7Qj8MGNG7IzGwYwCgYIKoZIzj0EAwIwDTELMAkG
A1UEAwwCY2EwIBcNMjYxMTI1MTU1NDM1WhgPMjEyNjExMDExNTU0MzVaMBQxEjAQ
BgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCYqci2G
DrPbsio1DlQ3wFvX7poybbOjHl0I60eG3HMW/ZbhnaOv7n1zoLaBhDTJJkZW8lmX
M8z1SssvrcaViQkwCgYIKoZIzj0EAwIDSAAwRQIgNSu0SdSU35iWgUInLJM+1s2W
1rOtSwbA7sYyE+lSmqACIQCcMP00iYi3PDyOX3Mx6fAV+uKw5s64D7R9MQSgdM1+
rw==
-----END CERTIFICATE-----";

const NOW: Duration = Duration::from_secs(1_800_000_000);

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

fn authority() -> TrustAnchor<'static> {
    let mut store = RootCertStore::empty();
    store.add(der(AUTHORITY)).unwrap();
    store.roots.remove(0)
}

fn checked(certificate: &[u8], authority: TrustAnchor<'_>, now: Duration) -> Result<(), rustls::Error> {
    let old = OldCertificate::read(&certificate.to_vec().into()).expect("it is of version 1");
    let algorithms = default_provider().signature_verification_algorithms;
    old.check_issuer(&[authority], algorithms.all, UnixTime::since_unix_epoch(now))
}

#[test]
fn an_old_certificate_is_held_to_its_issuer_and_its_dates() {
    let good = der(OLD);
    checked(&good, authority(), NOW).expect("the authority signed it");
    assert!(OldCertificate::read(&der(AUTHORITY)).is_none(), "one of version 3 is for webpki");

    let mut forged = good.to_vec();
    let name = forged.windows(9).position(|bytes| bytes == b"localhost").unwrap();
    forged[name..name + 9].copy_from_slice(b"elsewhere");
    let unknown = Err(CertificateError::UnknownIssuer.into());
    assert_eq!(checked(&forged, authority(), NOW), unknown, "a name that was changed after the signature");

    let bound = TrustAnchor { name_constraints: Some(Vec::from(*b"x").into()), ..authority() };
    assert_eq!(checked(&good, bound, NOW), unknown, "bounds that cannot be checked must not be passed over");

    let late = checked(&good, authority(), NOW * 10).unwrap_err();
    assert!(format!("{late}").contains("expired"), "an old key may be in anybody's hands: {late}");
    let early = checked(&good, authority(), NOW / 2).unwrap_err();
    assert!(format!("{early}").contains("not valid yet"), "nor is it good before its time: {early}");
}

#[test]
fn the_common_name_of_an_old_certificate_is_its_name() {
    let server = |name: &'static str| ServerName::try_from(name).unwrap();
    assert!(common_name_is(&der(OLD), &server("localhost")), "there is no other place for it");
    assert!(!common_name_is(&der(OLD), &server("127.0.0.1")), "an address is not that name");
    assert!(!common_name_is(&Vec::from(*b"x").into(), &server("localhost")), "nor is what cannot be read");
}

#[test]
fn a_common_name_matches_as_in_libpq() {
    assert!(matches("DB.example.com", "db.Example.com"), "names of hosts have no case");
    assert!(matches("*.example.com", "db.example.com"), "a star is for one label");
    for (name, host) in [
        ("*.example.com", "a.b.example.com"),
        ("*.example.com", "example.com"),
        ("d*.example.com", "db.example.com"),
        ("*", "localhost"),
        ("*.", "db.example.com"),
        ("example.com", "db.example.com"),
        ("db.example.com\0.evil.org", "db.example.com"),
    ] {
        assert!(!matches(name, host), "{name:?} is not for {host}");
    }
}
