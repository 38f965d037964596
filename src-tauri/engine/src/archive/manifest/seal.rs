//! The seal: a manifest's last field, the sha256 of everything that stands before it. Pure.
//!
//! It makes an edit visible where no catalog knows the manifest. Whoever edits on purpose can make a new one; the
//! catalog, which keeps the digest of the whole file, notices that too. Manifests of early versions have none.

use sha2::{Digest, Sha256};

/// How a manifest without a seal ends, as serde_json writes it.
const END: &[u8] = b"\n}";

/// sha256 in lower-case hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// The manifest's text with its seal.
pub(super) fn sealed(mut text: Vec<u8>) -> Vec<u8> {
    if text.ends_with(END) {
        text.truncate(text.len() - END.len());
    }
    let seal = last_lines(&digest(&text));
    text.extend_from_slice(seal.as_bytes());
    text
}

/// Whether a text that names this seal is the one that was sealed, to the byte.
pub(super) fn is_intact(text: &[u8], seal: &str) -> bool {
    text.strip_suffix(last_lines(seal).as_bytes()).is_some_and(|before| digest(before) == seal)
}

fn last_lines(seal: &str) -> String {
    format!(",\n  \"seal\": \"{seal}\"\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_is_intact_until_one_byte_of_it_changes() {
        let text = sealed(b"{\n  \"job\": \"nightly\"\n}".to_vec());
        let written = String::from_utf8(text.clone()).expect("text");
        let seal = written.rsplit('"').nth(1).expect("the seal stands last").to_owned();
        assert!(is_intact(&text, &seal), "what was written is intact: {written}");
        assert!(serde_json::from_slice::<serde_json::Value>(&text).is_ok(), "it is still JSON: {written}");
        for at in 0..text.len() {
            let mut edited = text.clone();
            edited[at] ^= 1;
            assert!(!is_intact(&edited, &seal), "byte {at} is under the seal");
        }
    }
}
