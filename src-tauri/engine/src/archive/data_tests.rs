//! Data files of each codec, whole, cut at every byte, damaged, and with something behind their end.

use super::*;
use proptest::prelude::*;
use std::io::Write;

const ROWS: usize = 3000;

fn copy_text() -> Vec<u8> {
    let mut text = Vec::new();
    for row in 0..ROWS {
        writeln!(text, "{row}\t{}\tvalue {}", row * 7919 % 1000, row * 31).expect("memory");
    }
    text.extend_from_slice(END_MARKER);
    text
}

fn gzip(raw: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(raw).expect("memory");
    encoder.finish().expect("memory")
}

fn zstd_frame(raw: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(raw, 3).expect("memory")
}

fn lz4(raw: &[u8]) -> Vec<u8> {
    let info = lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB);
    let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(raw).expect("memory");
    encoder.finish().expect("memory")
}

fn check_named(name: &str, bytes: &[u8], kind: DataKind) -> Result<DataCheck, ArchiveError> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let found = check_data_file(&path, kind, &CancellationToken::new());
    if let Err(error) = &found {
        assert_eq!(error.path(), path, "the operator must learn which file is damaged");
    }
    found
}

type Encode = fn(&[u8]) -> Vec<u8>;
const CODECS: [(&str, Encode); 4] =
    [("7.dat", <[u8]>::to_vec), ("7.dat.gz", gzip), ("7.dat.zst", zstd_frame), ("7.dat.lz4", lz4)];

#[test]
fn a_whole_file_of_each_codec_is_decoded_and_its_rows_are_counted() {
    let raw = copy_text();
    for (name, encode) in CODECS {
        let stored = encode(&raw);
        let found = check_named(name, &stored, DataKind::CopyText).expect(name);
        assert_eq!(found.rows, Some(ROWS as u64), "{name}: rows are the lines before the marker");
        assert_eq!(found.raw_bytes, raw.len() as u64, "{name}: everything must be decoded");
        assert_eq!(found.stored_bytes, stored.len() as u64, "{name}: every stored byte must be read");
        assert_eq!(
            found.sha256,
            format!("{:x}", Sha256::digest(&stored)),
            "{name}: sha256 is of stored bytes"
        );
    }
}

#[test]
fn a_file_cut_at_any_byte_is_refused() {
    let raw = copy_text();
    for (name, encode) in CODECS {
        let stored = encode(&raw);
        let step = if name == "7.dat" { 997 } else { 13 };
        let near_ends = (0..40).chain(stored.len() - 40..stored.len());
        for length in (0..stored.len()).step_by(step).chain(near_ends) {
            let found = check_named(name, &stored[..length], DataKind::CopyText);
            assert!(found.is_err(), "{name} cut to {length} of {} bytes must not pass", stored.len());
        }
    }
}

#[test]
fn a_cut_large_object_is_refused_by_its_compression_alone() {
    let raw = copy_text();
    for (name, encode) in CODECS.into_iter().skip(1) {
        let stored = encode(&raw);
        check_named(name, &stored, DataKind::LargeObject).expect("a whole one passes");
        // An empty .lz4 is what pg_dump writes for an empty large object.
        for length in (1..stored.len()).step_by(61).chain(stored.len() - 20..stored.len()) {
            let found = check_named(name, &stored[..length], DataKind::LargeObject);
            assert!(found.is_err(), "{name} cut to {length} of {} bytes must not pass", stored.len());
        }
    }
}

#[test]
fn several_members_or_frames_are_all_read_and_a_damaged_second_one_is_refused() {
    let raw = copy_text();
    let (first, second) = raw.split_at(raw.len() / 2);
    for (name, encode) in CODECS.into_iter().skip(1) {
        let one = encode(first);
        let both = [one.clone(), encode(second)].concat();
        let found = check_named(name, &both, DataKind::CopyText).expect(name);
        assert_eq!(found.rows, Some(ROWS as u64), "{name}: the second part holds rows too");
        for at in 0..4 {
            let mut damaged = both.clone();
            damaged[one.len() + at] ^= 0x55;
            let found = check_named(name, &damaged, DataKind::CopyText);
            assert!(found.is_err(), "{name}: a damaged second part must not be taken for the end");
        }
        assert!(
            check_named(name, &one, DataKind::CopyText).is_err(),
            "{name}: cut between parts, rows are lost"
        );
    }
}

#[test]
fn anything_behind_the_end_is_refused() {
    let raw = copy_text();
    for (name, encode) in CODECS {
        for garbage in [&b"\0"[..], b"xyz", b"garbage that is longer than any header"] {
            let stored = [encode(&raw), garbage.to_vec()].concat();
            let found = check_named(name, &stored, DataKind::CopyText);
            assert!(found.is_err(), "{name}: {} bytes behind the end were accepted", garbage.len());
        }
    }
}

#[test]
fn the_end_marker_must_stand_on_a_line_of_its_own() {
    let empty = check_named("7.dat", END_MARKER, DataKind::CopyText).expect("an empty table");
    assert_eq!(empty.rows, Some(0), "an empty table is the marker alone");
    for raw in [&b""[..], b"1\n", b"1\n\\.\n\n", b"1\\.\n\n\n", b"1\n\\.\n\n\n\n"] {
        let found = check_named("7.dat", raw, DataKind::CopyText);
        assert!(
            matches!(found, Err(ArchiveError::NoEndMarker { .. })),
            "{raw:?} does not end as pg_dump ends"
        );
    }
    check_named("blob_7.dat", b"", DataKind::LargeObject).expect("a large object may be empty");
}

#[test]
fn an_unreadable_file_and_a_cancel_are_told_from_damage() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("7.dat.gz");
    let missing = check_data_file(&path, DataKind::CopyText, &CancellationToken::new());
    assert!(matches!(missing, Err(ArchiveError::Io { .. })), "a missing file is not damage: {missing:?}");
    std::fs::write(&path, gzip(&copy_text())).expect("a file");
    let cancel = CancellationToken::new();
    cancel.cancel();
    let cancelled = check_data_file(&path, DataKind::CopyText, &cancel);
    assert!(
        matches!(cancelled, Err(ArchiveError::Cancelled { .. })),
        "a cancel is not damage: {cancelled:?}"
    );
}

proptest! {
    #[test]
    fn newlines_are_counted_as_a_byte_by_byte_loop_would(bytes in proptest::collection::vec(
        prop_oneof![Just(b'\n'), Just(0x0bu8), Just(0x8au8), Just(0u8), any::<u8>()], 0..200)) {
        let slow = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        prop_assert_eq!(count_newlines(&bytes), slow, "a row must neither be lost nor made up");
    }

    #[test]
    fn the_tail_is_the_same_however_the_text_is_split(cuts in proptest::collection::vec(0usize..20, 0..30)) {
        let text = b"1\n2\n\\.\n\n\n";
        let mut tail = Tail::default();
        let mut rest = &text[..];
        for cut in cuts {
            let (block, after) = rest.split_at(cut.min(rest.len()));
            tail.push(block);
            rest = after;
        }
        tail.push(rest);
        prop_assert!(tail.is_end_marker(), "the marker may be split over blocks");
        prop_assert_eq!(tail.rows(), 2, "rows may be split over blocks");
    }
}

/// What a codec's own reader would begin to believe.
fn header_of(name: &str) -> Vec<u8> {
    let (_, encode) = CODECS.into_iter().find(|(codec, _)| *codec == name).expect("a codec");
    encode(b"1\n2\n").into_iter().take(6).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_bytes_make_a_decoder_panic_or_run_away(
        bytes in proptest::collection::vec(any::<u8>(), 0..2000), headed in any::<bool>()
    ) {
        for (name, _) in CODECS {
            let mut stored = if headed { header_of(name) } else { Vec::new() };
            stored.extend_from_slice(&bytes);
            if let Ok(found) = check_named(name, &stored, DataKind::CopyText) {
                prop_assert!(found.raw_bytes >= END_MARKER.len() as u64, "{}: chance ended as pg_dump does", name);
            }
        }
    }

    // pg_dump's zstd and lz4 frames carry no checksum: there only the manifest tells.
    #[test]
    fn a_damaged_byte_of_gzip_changes_no_row_unnoticed(
        at in any::<proptest::sample::Index>(), flip in 1..=255u8
    ) {
        let raw = copy_text();
        let mut stored = gzip(&raw);
        let at = at.index(stored.len());
        stored[at] ^= flip;
        if let Ok(found) = check_named("7.dat.gz", &stored, DataKind::CopyText) {
            // Time, system and flags in the header say nothing about the rows.
            prop_assert!(at < 10, "byte {}", at);
            prop_assert_eq!((found.rows, found.raw_bytes), (Some(ROWS as u64), raw.len() as u64), "byte {}", at);
        }
    }
}

#[test]
fn a_file_that_unpacks_to_a_thousand_times_its_size_is_read_in_blocks() {
    // 64 MiB of nothing, in some KiB: read as a stream it needs no memory, and it is no table.
    let bomb = zstd::stream::encode_all(std::io::repeat(b'\n').take(64 << 20), 1).expect("memory");
    assert!(bomb.len() < 100 * 1024, "it is small: {} bytes", bomb.len());
    let found = check_named("7.dat.zst", &bomb, DataKind::CopyText);
    assert!(matches!(found, Err(ArchiveError::NoEndMarker { .. })), "it was read to its end: {found:?}");
    let blob =
        check_named("blob_7.dat.zst", &bomb, DataKind::LargeObject).expect("a large object may be that");
    assert_eq!(blob.raw_bytes, 64 << 20, "every byte was seen");
}

#[test]
fn a_frame_that_asks_for_more_memory_than_pg_dump_would_is_refused() {
    // A window of 2 GiB and more, as `zstd --ultra --long=31` may write.
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).expect("an encoder");
    encoder.window_log(31).expect("a window");
    encoder.write_all(&copy_text()).expect("memory");
    let stored = encoder.finish().expect("memory");
    let found = check_named("7.dat.zst", &stored, DataKind::CopyText);
    assert!(matches!(found, Err(ArchiveError::Undecodable { .. })), "it would be allocated: {found:?}");
}
