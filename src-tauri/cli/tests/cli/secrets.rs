//! A planted password is found in the private store and nowhere else.

use crate::support::{Home, files_below};

const PLANTED: &str = "pl4nted-Geheimnis-7319";

#[test]
fn a_password_lies_in_the_private_store_only() {
    let home = Home::new();
    let url = "postgresql://app@127.0.0.1:1/shop";
    let added = home.run_with_input(
        &["server", "add", "prod", "--url", url, "--password-stdin"],
        &format!("{PLANTED}\n"),
    );
    assert_eq!(added.status, 0, "the password is accepted: {added:?}");
    assert_eq!(
        home.document(&["server", "show", "prod"])["password"],
        "file",
        "no keyring, so a private file"
    );
    home.done(&["job", "add", "j", "--server", "prod", "--database", "shop", "--cron", "@daily"]);
    let mut said = added.stdout + &added.stderr;
    for command in
        [&["server", "show", "prod"][..], &["server", "test", "prod"], &["run", "j"], &["runs", "show", "1"]]
    {
        let ended = home.run(command);
        said += &(ended.stdout + &ended.stderr);
    }
    assert!(!said.contains(PLANTED), "no command may print it: {said}");

    let holding: Vec<_> = files_below(home.work())
        .into_iter()
        .filter(|file| {
            let bytes = std::fs::read(file).unwrap();
            bytes.windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes())
        })
        .collect();
    assert_eq!(holding.len(), 1, "the password is kept once: {holding:?}");
    assert!(holding[0].starts_with(home.path().join("passwords")), "in the store: {holding:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&holding[0]), 0o600, "only its owner may read it");
        assert_eq!(mode(&home.path()), 0o700, "only its owner may look into the data directory");
    }

    home.done(&["server", "update", "prod", "--forget-password"]);
    assert!(!holding[0].exists(), "a forgotten password is gone");
}

#[test]
fn a_password_in_a_url_is_refused_because_everybody_can_read_it_there() {
    let home = Home::new();
    let (status, document) =
        home.json(&["server", "add", "prod", "--url", &format!("postgresql://u:{PLANTED}@h/db")]);
    assert_eq!(status, 2, "arguments are public on the machine: {document}");
    assert!(document["error"]["hint"].as_str().unwrap().contains("--password-stdin"), "{document}");
    let broken =
        home.run(&["server", "add", "prod", "--url", &format!("postgresql://u:{PLANTED}@h:port/db")]);
    assert_eq!(broken.status, 2, "a URL that cannot be read is wrong usage: {broken:?}");
    assert!(!(broken.stdout + &broken.stderr).contains(PLANTED), "an error must not repeat it");
    assert_eq!(home.document(&["server", "list"])["total"], 0, "nothing was added");
}

#[test]
fn no_password_on_standard_input_is_wrong_usage() {
    let home = Home::new();
    let add = ["server", "add", "prod", "--url", "postgresql://u@h/db", "--password-stdin"];
    let ended = home.run_with_input(&add, "\n");
    assert_eq!(ended.status, 2, "an empty password is a mistake: {ended:?}");
}

#[cfg(unix)]
#[test]
fn a_data_directory_that_others_may_change_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    std::fs::create_dir(home.path()).unwrap();
    let open = |mode| std::fs::set_permissions(home.path(), PermissionsExt::from_mode(mode)).unwrap();
    open(0o777);
    let told = home.done(&["job", "list"]);
    assert!(told.stderr.contains("chmod 700"), "others could put a catalog of theirs in place: {told:?}");
    open(0o700);
    assert_eq!(home.done(&["job", "list"]).stderr, "", "a private one is nothing to tell");
}
