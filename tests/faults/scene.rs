//! A backup of a database with the server that it came from, for tests that restore it.

use crate::proc::Running;
use crate::server::{Server, number};
use crate::support::Home;
use crate::wait::{PATIENCE, wait_until};
use serde_json::Value;
use std::sync::Arc;

/// A backup of a database, and the server that it came from.
pub struct Scene {
    pub server: Arc<Server>,
    pub role: String,
    pub home: Home,
    pub database: String,
    pub backup: String,
}

impl Scene {
    pub fn new(server: Arc<Server>, megabytes: u32) -> Self {
        let (role, database) = (server.superuser(), server.database(megabytes));
        let home = Home::with_job(&server, &role, &database);
        let backup = home.backed_up()["backup_id"].to_string();
        Self { server, role, home, database, backup }
    }

    pub fn shared() -> Self {
        Self::new(Server::shared(), 1)
    }

    /// With a backup whose server took a checksum of each table.
    pub fn with_checksums() -> Self {
        let mut scene = Self::shared();
        scene.home.document(&["job", "update", "nightly", "--ledger", "checksums"]);
        scene.backup = scene.home.backed_up()["backup_id"].to_string();
        scene
    }

    /// `holdfast restore` of the backup with these further arguments, with its status and document.
    #[track_caller]
    pub fn restore(&self, database: &str, more: &[&str]) -> (i32, Value) {
        let mut all = vec!["restore", &self.backup, "--server", "local", "--database", database];
        all.extend(more);
        self.home.json(&all)
    }

    pub fn has(&self, database: &str) -> usize {
        let question = format!("SELECT 1 FROM pg_database WHERE datname = '{database}'");
        self.server.values("postgres", &question).len()
    }

    /// Databases that restores of this role fill; others' do not count.
    pub fn staged(&self) -> Vec<String> {
        self.server.values(
            "postgres",
            &format!(
                "SELECT datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba \
                 WHERE datname LIKE 'holdfast_restoring_%' AND rolname = '{}'",
                self.role
            ),
        )
    }

    pub fn rows(&self, database: &str) -> Vec<String> {
        self.server.values(database, "SELECT count(*) FROM part1")
    }

    /// A restore into a new database that is loading rows.
    pub fn loading(&self, database: &str) -> Running {
        let process = self.home.start(&[
            "restore",
            &self.backup,
            "--server",
            "local",
            "--database",
            database,
            "--create",
        ]);
        wait_until("rows are being loaded", PATIENCE, || {
            let loads = format!(
                "SELECT 1 FROM pg_stat_activity WHERE usename = '{}' AND query LIKE 'COPY %' AND state = 'active'",
                self.role
            );
            !self.server.values("postgres", &loads).is_empty()
        });
        process
    }
}

/// A name that no database has.
pub fn fresh() -> String {
    format!("restored_{}", number())
}
