//! The engine streams: what it needs does not depend on how much it backs up.

use crate::proc::peak_kib;
use crate::server::Server;
use crate::support::Home;
use crate::wait::PATIENCE;
use std::time::Duration;

/// How much the peak may differ, in KiB: allocators and threads vary, whole files or tables would show at once.
const ALLOWED_KIB: u64 = 15 * 1024;

#[test]
fn the_peak_of_memory_does_not_grow_with_the_database() {
    // Of its own, so that a gigabyte goes when the test does.
    let server = Server::own();
    let role = server.superuser();
    let small = peak(&server, &role, 100);
    let big = peak(&server, &role, 1000);
    println!("peak resident size: {small} KiB for 100 MB, {big} KiB for 1 GB");
    assert!(big <= small + ALLOWED_KIB, "{small} KiB for 100 MB, but {big} KiB for 1 GB");
}

/// The peak of `holdfast run`, in KiB, for a database of this size.
fn peak(server: &Server, role: &str, megabytes: u32) -> u64 {
    let name = format!("wide_{megabytes}");
    server.sql("postgres", &format!("CREATE DATABASE {name}"));
    // Rows of a KiB that compress well: it is the amount that counts here. Unlogged, as it need not last.
    for part in 0..4 {
        let rows = megabytes * 1000 / 4;
        server.sql(
            &name,
            &format!(
                "CREATE UNLOGGED TABLE part{part} AS SELECT g AS id, repeat(md5(g::text), 30) AS body \
                 FROM generate_series(1, {rows}) g"
            ),
        );
    }
    let home = Home::new();
    home.add_server(&server.url(role));
    home.add_job(&["--database", &name, "--compression", "gzip:1"]);
    let mut run = home.start(&["run", "nightly"]);
    let mut highest = 0;
    let status = crate::wait::wait_for("the run ends", PATIENCE + Duration::from_secs(60), || {
        highest = highest.max(peak_kib(run.id()).unwrap_or(0));
        run.ended()
    });
    assert_eq!(status.code(), Some(0), "the run completes");
    assert!(highest > 1024, "the process must have been looked at");
    server.sql("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"));
    highest
}
