//! A backup in every compression: pg_dump's own, and those of newer programs by writing the data files again.

use crate::repository::below;
use crate::server::{Server, runtime};
use crate::support::Home;
use holdfast_engine::archive::manifest::ManifestFile;
use holdfast_engine::archive::{CancellationToken, Manifest};
use holdfast_engine::catalog::Catalog;
use holdfast_engine::catalog::backups::{self, NewBackup};
use holdfast_engine::time;
use holdfast_types::{Backup, BackupId, GetBackup, TrustLevel, Verification, VerifyBackup, VerifyLevel};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// A backup to be damaged, and the data directory that knows it.
pub struct Subject {
    pub home: Home,
    pub id: BackupId,
    pub folder: PathBuf,
}

/// What a small database with a bit of everything is backed up as.
pub fn backed_up(compression: &str) -> Subject {
    let server = Server::shared();
    let database = server.database(1);
    server.sql(&database, "CREATE TABLE empty (id int); SELECT lo_create(0)");
    let home = Home::with_job(&server, &server.superuser(), &database);
    home.document(&["job", "update", "nightly", "--compression", compression]);
    let run = home.backed_up();
    let folder = PathBuf::from(run["backup_filepath"].as_str().unwrap());
    let id = BackupId(run["backup_id"].as_i64().unwrap());
    Subject { home, id, folder }
}

/// The same as a newer pg_dump would have compressed it.
pub fn encoded(suffix: &str, encode: fn(&[u8]) -> Vec<u8>) -> Subject {
    let Subject { home, id, folder } = backed_up("gzip:1");
    let backup = runtime().block_on(home.observer().get_backup(GetBackup { id })).unwrap().backup;
    let target = folder.with_file_name(format!("2020-01-01T000000Z-{}", i64::MAX));
    std::fs::create_dir_all(target.join("archive")).unwrap();
    for path in below(&folder).iter().filter(|path| path.is_file()) {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(path).unwrap();
        match name.strip_suffix(".gz") {
            _ if name == "manifest.json" => continue,
            None => std::fs::write(target.join(&name), bytes).unwrap(),
            Some(base) => {
                let mut raw = Vec::new();
                flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut raw).unwrap();
                std::fs::write(target.join(format!("{base}{suffix}")), encode(&raw)).unwrap();
            }
        }
    }
    let sha256 = manifest_of(&folder, &target, suffix).write(&target).unwrap();
    home.forget_observer();
    let id = recorded(&home, &backup, &target, sha256);
    Subject { home, id, folder: target }
}

/// The manifest of the files that were written again.
fn manifest_of(folder: &Path, target: &Path, suffix: &str) -> Manifest {
    let mut manifest = Manifest::read(folder).unwrap();
    let renamed =
        |path: &str| path.strip_suffix(".gz").map_or(path.to_owned(), |base| format!("{base}{suffix}"));
    for file in &mut manifest.files {
        *file = ManifestFile::measure(target, &renamed(&file.path), &CancellationToken::new()).unwrap();
    }
    for table in &mut manifest.tables {
        table.archive_file = table.archive_file.as_deref().map(renamed);
    }
    manifest.totals.bytes = manifest.files.iter().map(|file| file.bytes).sum();
    manifest
}

fn recorded(home: &Home, backup: &Backup, folder: &Path, sha256: String) -> BackupId {
    let catalog = Catalog::open(&home.path().join("catalog.db")).unwrap();
    let new = NewBackup {
        job_id: backup.job_id,
        job_name: backup.job.clone(),
        run_id: None,
        server_name: backup.server.clone(),
        database: backup.database.clone(),
        created_at: time::parse(&backup.created_at).unwrap(),
        path: folder.to_string_lossy().into_owned(),
        size_bytes: backup.size_bytes,
        trust: TrustLevel::L2,
        server_version: backup.server_version.clone(),
        tool_version: backup.tool_version.clone(),
        table_count: backup.table_count,
        manifest_sha256: Some(sha256),
    };
    catalog.write(|tx| backups::insert(tx, &new)).unwrap()
}

pub fn zstd_frame(raw: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(raw, 3).unwrap()
}

pub fn lz4_frame(raw: &[u8]) -> Vec<u8> {
    // pg_dump leaves the file of an empty large object empty.
    if raw.is_empty() {
        return Vec::new();
    }
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(raw).unwrap();
    encoder.finish().unwrap()
}

impl Subject {
    /// Verifies it down to the decoded files.
    pub fn verify(&self) -> Verification {
        let request = VerifyBackup { id: self.id, level: VerifyLevel::Decode, server_id: None };
        runtime().block_on(self.home.observer().verify_backup(request)).unwrap()
    }

    /// How the catalog lists it.
    pub fn listed(&self) -> Backup {
        runtime().block_on(self.home.observer().get_backup(GetBackup { id: self.id })).unwrap().backup
    }
}
