//! Servers that mean no good, and names that mislead.

use crate::support::Home;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

/// A server whose every login ends with what `answer` writes. Returns its port.
fn server(answer: impl Fn(&mut TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut startup = [0; 4];
            if stream.read_exact(&mut startup).is_ok() {
                let mut rest = vec![0; u32::from_be_bytes(startup) as usize - 4];
                stream.read_exact(&mut rest).unwrap();
                answer(&mut stream);
            }
        }
    });
    port
}

/// An error as a server sends it.
fn error_response(message: &str) -> Vec<u8> {
    let fields = format!("SFATAL\0VFATAL\0CXX000\0M{message}\0\0");
    let mut bytes = vec![b'E'];
    bytes.extend((fields.len() as u32 + 4).to_be_bytes());
    bytes.extend(fields.as_bytes());
    bytes
}

#[test]
fn the_words_of_a_server_do_not_steer_the_terminal() {
    let words = "no\u{1b}]0;pwned\u{7}\nerror: all is lost\u{202e}";
    let port = server(move |stream| drop(stream.write_all(&error_response(words))));
    let home = Home::new();
    let url = format!("postgresql://ann@127.0.0.1:{port}/app?sslmode=disable");
    home.done(&["server", "add", "odd", "--url", &url]);
    home.done(&["job", "add", "nightly", "--server", "odd", "--database", "app", "--cron", "0 2 * * *"]);
    for arguments in [&["server", "test", "odd"][..], &["run", "nightly"]] {
        let told = home.run(arguments);
        assert_eq!(told.status, 1, "the login failed: {told:?}");
        assert!(told.stderr.contains("all is lost"), "what the server said is told: {told:?}");
        let raw = ['\u{1b}', '\u{7}', '\u{202e}'];
        assert!(
            !told.stderr.contains(raw),
            "it could retitle the window or rewrite what was shown: {told:?}"
        );
        assert!(!told.stderr.contains("\nerror: all"), "a line of its own would pass for ours: {told:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_that_never_ends_its_first_message_does_not_fill_the_memory() {
    let port = server(|stream| {
        // An authentication message of 2 GB, sent for as long as somebody reads.
        let block = [b'x'; 1 << 16];
        let begun = stream.write_all(b"R\x7f\xff\xff\xff\0\0\0\x0a");
        let _ = begun.and_then(|()| (0..4096).try_for_each(|_| stream.write_all(&block)));
    });
    let home = Home::new();
    let url = format!("postgresql://ann@127.0.0.1:{port}/app?sslmode=disable");
    home.done(&["server", "add", "odd", "--url", &url]);
    let told = home.run(&["server", "test", "odd"]);
    assert_eq!(told.status, 1, "no server sends that much before a login: {told:?}");
    assert!(told.stderr.contains("before the login"), "and it is told, not waited out: {told:?}");
}

#[test]
fn a_name_that_turns_the_reading_order_is_refused() {
    let home = Home::new();
    let told = home.run(&["server", "add", "prod\u{202e}gnp", "--url", "postgresql://ann@127.0.0.1:1/app"]);
    assert_eq!(told.status, 2, "in a list it would read as another name: {told:?}");
    assert!(!told.stderr.contains('\u{202e}'), "and the refusal must not carry it on: {told:?}");
}
