//! Every damage to an archive is refused, and the file is named.

use crate::sample::sample;
use crate::whole::{lz4_frame, reencoded, zstd_frame};
use crate::{Files, check_files};
use holdfast_engine::archive::{ArchiveError, Difference};

/// The name of the data file of the largest table.
fn orders_file(files: &Files) -> String {
    let data = files.iter().filter(|(name, _)| name.contains(".dat") && *name != "toc.dat");
    data.max_by_key(|(_, bytes)| bytes.len()).expect("data").0.clone()
}

/// The error names this file, by its path or in its differences.
fn assert_names(files: &Files, file: &str, what: &str) {
    match check_files(files) {
        Ok(_) => panic!("{file} {what}, and the archive was accepted"),
        Err(ArchiveError::Differs { differences, .. }) => {
            let words: Vec<String> = differences.iter().map(ToString::to_string).collect();
            assert!(
                words.iter().any(|text| text.contains(file)),
                "{file} {what}, but is not named in {words:?}"
            );
        }
        Err(error) => {
            assert!(error.path().ends_with(file), "{file} {what}, but the error names another: {error}");
        }
    }
}

#[test]
fn a_data_file_cut_anywhere_is_refused_in_every_compression() {
    let archives = [
        ("gzip", sample().gzip.clone()),
        ("plain", sample().plain.clone()),
        ("zstd", reencoded(".zst", zstd_frame)),
        ("lz4", reencoded(".lz4", lz4_frame)),
    ];
    for (codec, mut files) in archives {
        let name = orders_file(&files);
        let whole = files[&name].clone();
        let last = whole.len() - 1;
        for length in [0, 1, 9, 10, whole.len() / 3, whole.len() / 2, last - 20, last - 7, last - 3, last] {
            files.insert(name.clone(), whole[..length].to_vec());
            assert_names(&files, &name, &format!("({codec}) is cut to {length} of {} bytes", whole.len()));
        }
    }
}

#[test]
fn a_flipped_bit_in_compressed_data_is_refused() {
    let mut files = sample().gzip.clone();
    let name = orders_file(&files);
    let whole = files[&name].clone();
    // Bytes 4 to 9 of a gzip header are time, flags of the compressor and system: they change no data.
    let positions =
        (0..3).chain((10..whole.len()).step_by(whole.len() / 60)).chain(whole.len() - 8..whole.len());
    for at in positions {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        files.insert(name.clone(), damaged);
        assert_names(&files, &name, &format!("has a flipped bit at {at}"));
    }
}

#[test]
fn every_file_is_needed_and_none_may_be_emptied() {
    let whole = &sample().gzip;
    for name in whole.keys() {
        let mut removed = whole.clone();
        removed.remove(name);
        let named = name.trim_end_matches(".gz");
        assert_names(&removed, named, "is gone");
        let mut emptied = whole.clone();
        emptied.insert(name.clone(), Vec::new());
        if name == "blobs.toc" {
            // The list is valid, but the files of the objects are in no list, and the count is wrong.
            let error = check_files(&emptied).expect_err("large objects are lost");
            let lost = Difference::LargeObjectCount { expected: 3, found: 0 };
            let ArchiveError::Differs { differences, .. } = error else { panic!("{error}") };
            assert!(differences.contains(&lost), "the large objects are lost: {differences:?}");
        } else {
            assert_names(&emptied, name, "is empty");
        }
    }
}

#[test]
fn files_that_do_not_belong_are_refused() {
    for extra in ["9999.dat", "9999.dat.gz", "notes.txt", "blob_1.dat.gz", ".hidden", "toc.dat.gz"] {
        let mut files = sample().gzip.clone();
        files.insert(extra.to_owned(), b"x".to_vec());
        assert_names(&files, extra, "belongs to nothing");
    }
}

#[test]
fn a_stale_bare_file_that_pg_restore_would_prefer_is_refused() {
    let mut files = sample().gzip.clone();
    let name = orders_file(&files);
    let bare = name.trim_end_matches(".gz").to_owned();
    files.insert(bare.clone(), b"\\.\n\n\n".to_vec());
    assert_names(&files, &bare, "hides the compressed rows");
}

#[test]
fn a_cut_or_meddled_list_of_large_objects_is_refused() {
    let mut files = sample().gzip.clone();
    let list = files["blobs.toc"].clone();
    files.insert("blobs.toc".to_owned(), list[..list.len() - 1].to_vec());
    assert_names(&files, "blobs.toc", "is cut");
    files.insert("blobs.toc".to_owned(), b"16400 ../../etc/passwd\n".to_vec());
    assert_names(&files, "blobs.toc", "points out of the archive");
}

#[test]
fn a_damaged_table_of_contents_is_refused_or_what_it_hides_is_named() {
    let whole = sample().gzip["toc.dat"].clone();
    for length in [0, 4, 5, 11, whole.len() / 2, whole.len() - 1] {
        let mut files = sample().gzip.clone();
        files.insert("toc.dat".to_owned(), whole[..length].to_vec());
        assert_names(&files, "toc.dat", &format!("is cut to {length} bytes"));
    }
}

#[cfg(unix)]
#[test]
fn a_link_or_a_folder_does_not_stand_in_for_a_data_file() {
    let files = &sample().gzip;
    let name = orders_file(files);
    let elsewhere = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(elsewhere.path(), &files[&name]).expect("written");
    type Replace<'a> = &'a dyn Fn(&std::path::Path);
    let link: Replace<'_> = &|path| std::os::unix::fs::symlink(elsewhere.path(), path).expect("linked");
    let folder: Replace<'_> = &|path| std::fs::create_dir(path).expect("made");
    for replace in [link, folder] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        crate::write_files(dir.path(), files);
        let path = dir.path().join(&name);
        std::fs::remove_file(&path).expect("removed");
        replace(&path);
        let error = crate::check(dir.path(), &sample().inventory).expect_err("the rows are elsewhere");
        assert!(matches!(error, ArchiveError::Differs { .. }), "the file is missing: {error}");
    }
}
