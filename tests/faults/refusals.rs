//! Runs that cannot be made: each says in plain words why, and what to do.

use crate::repository::leftovers;
use crate::server::{Server, execute, number};
use crate::small_disk::SmallDisk;
use crate::support::{Failure, Home, Precious, json_of};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// A job on a small database, with one good backup made.
struct Sound {
    server: Arc<Server>,
    role: String,
    database: String,
    home: Home,
    earlier: Precious,
}

fn sound() -> Sound {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    let earlier = Precious::make(&home);
    Sound { server, role, database, home, earlier }
}

impl Sound {
    /// The next run fails; what was there stays.
    #[track_caller]
    fn fails(&self) -> Failure {
        let failure = self.home.fails();
        self.earlier.untouched(&self.home, &self.server);
        assert_eq!(self.home.backups().len(), 1, "a failed run leaves no backup");
        self.home.quiet(&self.server, &self.role);
        failure
    }

    fn use_repository(&self, path: &Path) {
        self.home.document(&["job", "update", "nightly", "--repository", path.to_str().unwrap()]);
    }

    fn use_url(&self, url: &str) {
        self.home.document(&["server", "update", "local", "--url", url]);
    }

    /// A role that is no superuser but may read the database's tables.
    fn reader(&self) -> String {
        let name = format!("reader_{}", number());
        self.server.sql("postgres", &format!("CREATE ROLE {name} LOGIN IN ROLE trusted, pg_read_all_data"));
        self.server.sql(&self.database, "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
        self.use_url(&self.server.url(&name));
        name
    }
}

#[test]
fn a_repository_below_a_file_is_refused() {
    let sound = sound();
    let file = sound.home.around().join("a-file");
    sound.use_repository(&file.join("backups"));
    std::fs::write(&file, "in the way").unwrap();
    let again = ["job", "update", "nightly", "--repository", file.to_str().unwrap()];
    assert_ne!(sound.home.json(&again).0, 0, "what can never work is refused when it is set");
    sound.fails().says("a file stands where a folder is needed", "another repository");
}

#[test]
fn a_read_only_repository_is_refused() {
    let sound = sound();
    let disk = SmallDisk::read_only();
    sound.use_repository(disk.path());
    let failure = sound.fails();
    assert!(failure.message.contains(disk.path().to_str().unwrap()), "the path is needed: {failure:?}");
}

/// The same command by a copy of its program in this folder.
fn of_program_in(folder: &Path, command: &Command) -> Command {
    let copy = folder.join("holdfast");
    std::fs::copy(command.get_program(), &copy).unwrap();
    let mut moved = Command::new(copy);
    moved.args(command.get_args()).current_dir(folder);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => moved.env(name, value),
            None => moved.env_remove(name),
        };
    }
    moved
}

#[test]
fn a_repository_without_permission_is_refused() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    let closed = home.around().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o500)).unwrap();
    home.document(&["job", "update", "nightly", "--repository", closed.to_str().unwrap()]);
    let mut command = home.command(&["--json", "run", "nightly"]);
    if nix::unistd::geteuid().is_root() {
        // Permissions do not bind root: the run is made by the cluster's user, who may enter its socket's folder.
        let user =
            nix::unistd::User::from_name("postgres").unwrap().expect("a user postgres: install postgresql");
        // The program comes along: the checkout may lie in a folder that only root passes.
        command = of_program_in(home.around(), &command);
        for path in crate::repository::below(home.around()).iter().chain([&home.around().to_owned()]) {
            if *path != closed {
                std::os::unix::fs::chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
            }
        }
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    let (status, run) = json_of(command);
    assert_eq!((status, &run["status"]), (1, &"failed".into()), "it cannot be written: {run}");
    Failure::of(&run).says("permission denied", "access");
    assert_eq!(std::fs::metadata(&closed).unwrap().permissions().mode() & 0o777, 0o500, "nobody opened it");
}

#[test]
fn a_wrong_password_is_told_and_no_password_too() {
    let sound = sound();
    let name = format!("ann_{}", number());
    sound.server.sql("postgres", &format!("CREATE ROLE {name} SUPERUSER LOGIN PASSWORD 'right'"));
    sound.use_url(&sound.server.url(&name));
    sound.fails().says("wants a password", "pgpass");
    let change = ["server", "update", "local", "--password-stdin"];
    assert_eq!(sound.home.run_with_input(&change, "wrong\n").status, 0, "it is stored unseen");
    sound.fails().says("rejected the password", "right password");
    assert_eq!(sound.home.run_with_input(&change, "right\n").status, 0, "it is stored unseen");
    sound.home.backed_up();
}

#[test]
fn a_host_that_nobody_knows_and_a_port_that_nobody_serves_are_told() {
    let sound = sound();
    sound.use_url("postgresql://ann@no-such-host.invalid/postgres");
    sound.fails().says("no-such-host.invalid is not known", "spelling");
    sound.use_url("postgresql://ann@127.0.0.1:1/postgres");
    sound.fails().says("127.0.0.1, port 1", "Start the server");
    let nowhere = sound.home.around().join("no-socket");
    sound.use_url(&format!("postgresql:///postgres?host={}&user=ann", nowhere.display()));
    sound.fails().says("No PostgreSQL server answers", "socket");
}

#[test]
fn a_server_newer_than_every_client_program_is_refused_before_the_dump() {
    let sound = sound();
    let old = sound.home.around().join("old");
    std::fs::create_dir(&old).unwrap();
    for program in ["pg_dump", "pg_dumpall", "pg_restore"] {
        let path = old.join(program);
        std::fs::write(&path, format!("#!/bin/sh\necho '{program} (PostgreSQL) 14.0'\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let run = |folder: &Path| {
        let mut command = sound.home.command(&["--json", "run", "nightly"]);
        command.env("HOLDFAST_PG_BINDIRS", folder);
        json_of(command)
    };
    let (status, refused) = run(&old);
    assert_eq!(
        (status, &refused["status"]),
        (1, &"failed".into()),
        "pg_dump 14 must not be tried: {refused}"
    );
    let major = sound.server.tools.major.to_string();
    Failure::of(&refused).says("14.0", &format!("version {major} or newer"));
    sound.earlier.untouched(&sound.home, &sound.server);
    let (_, refused) = run(&sound.home.around().join("empty"));
    Failure::of(&refused).says("no pg_dump was found", "Install");
    let (status, made) = run(&sound.server.tools.folder);
    assert_eq!(status, 0, "the folder that the variable names is looked in: {made}");
}

#[test]
fn what_the_role_may_not_read_is_named_before_the_dump() {
    let sound = sound();
    let name = format!("reader_{}", number());
    sound.server.sql("postgres", &format!("CREATE ROLE {name} LOGIN IN ROLE trusted"));
    sound.use_url(&sound.server.url(&name));
    sound.server.sql(&sound.database, "GRANT SELECT ON part1, part3, part4 TO PUBLIC");
    let failure = sound.fails();
    failure.says("public.part2", "GRANT");
    assert!(!failure.message.contains("part1"), "what it may read is no problem: {failure:?}");
}

#[test]
fn rows_that_row_security_would_hide_are_not_left_out_silently() {
    let sound = sound();
    let name = sound.reader();
    sound.server.sql(
        &sound.database,
        "CREATE POLICY own ON part3 USING (id < 5); ALTER TABLE part3 ENABLE ROW LEVEL SECURITY",
    );
    sound.fails().says("public.part3", "BYPASSRLS");
    sound.server.sql(&sound.database, &format!("ALTER ROLE {name} BYPASSRLS"));
    sound.home.backed_up();
}

#[test]
fn a_table_that_stays_locked_is_named_with_its_holder() {
    let sound = sound();
    sound.home.document(&["job", "update", "nightly", "--lock-wait", "1"]);
    let holder = sound.server.session(&sound.database);
    execute(&holder, "BEGIN; LOCK TABLE part3 IN ACCESS EXCLUSIVE MODE");
    let began = std::time::Instant::now();
    let failure = sound.fails();
    failure.says("public.part3", "migration");
    let pid = sound.server.values(
        "postgres",
        &format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND query LIKE 'BEGIN; LOCK%'",
            sound.database
        ),
    );
    assert!(failure.message.contains(&format!("process {}", pid[0])), "who to ask: {failure:?}, {pid:?}");
    assert!(began.elapsed().as_secs() < 60, "the job's own bound counts, not a longer one");
    execute(&holder, "ROLLBACK");
    sound.home.backed_up();
}

#[test]
fn a_run_that_grows_past_its_bound_is_stopped() {
    let sound = sound();
    let bigger = sound.server.database(16);
    sound.home.document(&["job", "update", "nightly", "--database", &bigger, "--max-size-mb", "2"]);
    sound.fails().says("2 MiB", "");
    sound.home.document(&["job", "update", "nightly", "--max-size-mb", "0"]);
    sound.home.backed_up();
}

#[test]
fn the_bound_of_the_environment_counts_where_the_job_names_none() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(16);
    let home = Home::new();
    // The first start on the data directory is the one that looks.
    let mut command = home.command(&["--json", "config", "get", "max_size_mb"]);
    command.env("BACKUP_MAX_SIZE_MB", "1");
    assert_eq!(json_of(command).1["value"], "1", "the environment gives the first default");
    home.add_server(&server.url(&role));
    home.add_job(&["--database", &database, "--compression", "gzip:9"]);
    let (status, run) = home.json(&["run", "nightly"]);
    assert_eq!((status, &run["status"]), (1, &"failed".into()), "it grew past the bound: {run}");
    Failure::of(&run).says("1 MiB", "");
    assert_eq!(leftovers(&home.repository()), [] as [PathBuf; 0], "the partial must be removed");
}

#[test]
fn limits_that_a_role_has_do_not_end_a_long_dump() {
    let sound = sound();
    let bigger = sound.server.database(16);
    sound.home.document(&["job", "update", "nightly", "--database", &bigger]);
    for limit in ["statement_timeout = 5", "idle_in_transaction_session_timeout = 5", "lock_timeout = 1"] {
        sound.server.sql("postgres", &format!("ALTER ROLE {} SET {limit}", sound.role));
    }
    sound.home.backed_up();
}
