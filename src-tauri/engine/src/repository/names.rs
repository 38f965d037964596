//! Names of jobs and databases as names of folders that every system takes, and back. Pure.

use sha2::{Digest, Sha256};

/// The longest folder name in bytes; file systems take 255, and paths on Windows want to stay short.
const MAX_BYTES: usize = 100;
/// Bytes of a shortened name that are kept before its hash.
const KEPT_BYTES: usize = 80;
/// Marks a shortened name; no encoding has a `%` that two digits do not follow.
const SHORTENED: &str = "%~";
/// The name of nothing; no encoding is a lone `%`.
const EMPTY: &str = "%";
/// What Windows takes for devices, whatever follows a dot.
const RESERVED: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// The folder name of a job or a database: the name itself where it is safe, else percent-encoded; longer
/// than 100 bytes, its beginning and a hash. Different names give different folders.
pub fn encode_name(name: &str) -> String {
    if name.is_empty() {
        return EMPTY.to_owned();
    }
    let mut encoded = String::with_capacity(name.len());
    let last = name.chars().count() - 1;
    let reserved = is_reserved(name);
    for (at, c) in name.chars().enumerate() {
        let at_an_end =
            (at == 0 && (matches!(c, '.' | ' ' | '-') || reserved)) || (at == last && matches!(c, '.' | ' '));
        if at_an_end || c.is_control() || r#"/\:*?"<>|%"#.contains(c) {
            push_encoded(&mut encoded, c);
        } else {
            encoded.push(c);
        }
    }
    if encoded.len() <= MAX_BYTES { encoded } else { shorten(&encoded, name) }
}

/// The name that [`encode_name`] made this folder name of; none if it was shortened or is foreign.
pub fn decode_name(folder: &str) -> Option<String> {
    if folder == EMPTY {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(folder.len());
    let mut parts = folder.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    let name = String::from_utf8(bytes).ok()?;
    (encode_name(&name) == folder).then_some(name)
}

fn push_encoded(into: &mut String, c: char) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        into.push_str(&format!("%{byte:02X}"));
    }
}

/// The beginning of the encoding and 64 bits of the name's hash.
fn shorten(encoded: &str, name: &str) -> String {
    let mut end = KEPT_BYTES;
    // Neither within a character nor within a `%XX`.
    while !encoded.is_char_boundary(end) || encoded[..end].bytes().rev().take(2).any(|b| b == b'%') {
        end -= 1;
    }
    let hash = format!("{:x}", Sha256::digest(name.as_bytes()));
    format!("{}{SHORTENED}{}", &encoded[..end], &hash[..16])
}

/// Whether Windows would open a device: `nul`, `COM1.txt`.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ').to_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| {
            let mut digits = rest.chars();
            matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    RESERVED.contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["shop", "Shop 2026", "größe", "a.b", "a-b", "店", "~x", "com10", "console"] {
            assert_eq!(encode_name(name), name, "people look for their database by its name");
        }
    }

    #[test]
    fn unsafe_names_are_encoded() {
        let cases = [
            ("a/b", "a%2Fb"),
            ("..", "%2E%2E"),
            (".hidden", "%2Ehidden"),
            ("-rf", "%2Drf"),
            ("a:b*c?", "a%3Ab%2Ac%3F"),
            ("100%", "100%25"),
            ("end.", "end%2E"),
            ("end ", "end%20"),
            ("a\nb", "a%0Ab"),
            ("", "%"),
            ("NUL", "%4EUL"),
            ("com1.txt", "%63om1.txt"),
            ("\u{85}", "%C2%85"),
        ];
        for (name, folder) in cases {
            assert_eq!(encode_name(name), folder, "{name:?} is not safe as a folder");
        }
    }

    #[test]
    fn long_names_with_one_beginning_stay_apart() {
        for unit in ["x", "/", "é", "店"] {
            let first = encode_name(&format!("{}1", unit.repeat(120)));
            let second = encode_name(&format!("{}2", unit.repeat(120)));
            assert!(first.len() <= MAX_BYTES, "{} bytes is too long: {first}", first.len());
            assert_ne!(first, second, "two databases must not share a folder");
            assert_eq!(decode_name(&first), None, "a shortened name cannot be had back");
        }
    }

    #[test]
    fn foreign_folders_have_no_name() {
        for folder in ["a%2fb", "a%41", "%zz", "a%", "a%2", "..", "lost+found%", "%~0123"] {
            assert_eq!(decode_name(folder), None, "{folder:?} was not made by Holdfast");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_had_back_from_its_folder_and_the_folder_is_safe(
            name in prop_oneof![any::<String>(), "[-./ %a-zA-Z0-9]{0,30}", "(?i)(con|nul|com1)[. a]{0,3}"]
        ) {
            let folder = encode_name(&name);
            prop_assert!(folder.len() <= MAX_BYTES && !folder.is_empty());
            prop_assert!(!folder.starts_with(['.', '-', ' ']) && !folder.ends_with(['.', ' ']), "{:?}", folder);
            prop_assert!(!folder.contains(['/', '\\', ':', '\0', '\n']) && !is_reserved(&folder), "{:?}", folder);
            if !folder.contains(SHORTENED) {
                prop_assert_eq!(decode_name(&folder), Some(name), "two names must never share a folder");
            }
        }
    }
}
