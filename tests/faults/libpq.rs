//! libpq's own ways to a server: the service file, its variables, and a role that may enter one database only.

use crate::server::{Server, number};
use crate::support::{Failure, Home, json_of};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// A command that finds its server through this service file.
fn with_services(home: &Home, arguments: &[&str], file: &str) -> Command {
    let mut command = home.command(arguments);
    command.env("PGSERVICEFILE", home.around().join(file));
    command
}

#[test]
fn a_service_with_options_leads_to_a_backup() {
    let server = Server::shared();
    let database = server.database(1);
    let (login, owner) = (server.superuser(), format!("owner_{}", number()));
    server.sql("postgres", &format!("CREATE ROLE {owner} SUPERUSER; CREATE ROLE {login}_in LOGIN"));
    server.sql("postgres", &format!("GRANT {owner}, trusted TO {login}_in"));
    let home = Home::new();
    let service = format!(
        "[shop]\nhost={}\nport=5432\nuser={login}_in\ndbname={database}\noptions=-c role={owner}\n",
        server.socket()
    );
    std::fs::write(home.around().join("services"), service).unwrap();
    home.add_server("postgresql://?service=shop");
    home.add_job(&["--database", &database]);

    // Without the option's role the login may read nothing: session, pg_dump and pg_dumpall all need it.
    let (status, run) = json_of(with_services(&home, &["--json", "run", "nightly"], "services"));
    assert_eq!((status, &run["status"]), (0, &Value::from("completed")), "{run}");
    let folder = PathBuf::from(run["backup_filepath"].as_str().unwrap());
    assert!(folder.join("manifest.json").is_file(), "the service is as good as a written connection");

    let failure = home.fails();
    failure.says("No service file defines the service shop", "[shop]");
}

#[test]
fn a_setting_that_would_be_broken_fails_the_run_by_its_name() {
    let server = Server::shared();
    let role = server.superuser();
    let database = server.database(1);
    let home = Home::with_job(&server, &role, &database);
    let mut command = home.command(&["--json", "run", "nightly"]);
    command.env("PGREQUIREAUTH", "scram-sha-256");
    let (status, run) = json_of(command);
    assert_eq!((status, &run["status"]), (1, &Value::from("failed")), "it must not be ignored: {run}");
    Failure::of(&run).says("PGREQUIREAUTH", "Unset PGREQUIREAUTH");
    home.backed_up();
}

#[test]
fn channel_binding_that_is_demanded_is_not_given_up() {
    let server = Server::shared();
    let home = Home::with_job(&server, &server.superuser(), &server.database(1));
    let mut command = home.command(&["--json", "run", "nightly"]);
    // A Unix socket has no encrypted channel, and this role gives no password.
    command.env("PGCHANNELBINDING", "require");
    let (status, run) = json_of(command);
    assert_eq!((status, &run["status"]), (1, &Value::from("failed")), "psql would refuse it too: {run}");
    Failure::of(&run).says("did not bind the login", "channel_binding");
}

#[test]
fn a_role_that_may_enter_its_own_database_only_is_backed_up_through_it() {
    let server = Server::own();
    let database = server.database(1);
    let role = "confined";
    server.sql("postgres", &format!("CREATE ROLE {role} LOGIN IN ROLE trusted, pg_read_all_data"));
    server.sql("postgres", &format!("GRANT CONNECT ON DATABASE {database} TO {role}"));
    server.sql(&database, "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
    for closed in ["postgres", "template1"] {
        server.sql("postgres", &format!("REVOKE CONNECT ON DATABASE {closed} FROM PUBLIC"));
    }
    let url = server.url(role);
    assert!(url.contains("/postgres?"), "the test replaces the database in {url}");
    // Named by the server, or only by the job.
    for named in [database.as_str(), ""] {
        let home = Home::new();
        home.add_server(&url.replace("/postgres?", &format!("/{named}?")));
        home.add_job(&["--database", &database]);
        let run = home.backed_up();
        let folder = PathBuf::from(run["backup_filepath"].as_str().unwrap());
        let globals = std::fs::read_to_string(folder.join("globals.sql")).unwrap();
        assert!(globals.contains("CREATE ROLE confined"), "roles come through the one open database");
    }
}
