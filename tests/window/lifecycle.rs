//! The window's life: opened, raised, closed, brought back, and not opened at all.

use crate::app::TITLE;
use crate::picture;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::wait_until;
use nix::sys::signal::Signal;
use serde_json::json;

#[test]
fn the_app_opens_and_the_dashboard_appears() {
    let stage = Stage::set();
    let app = stage.drive();
    app.page.test_id("nav-overview");
    let window = stage.display.wait_for_window(TITLE);
    picture::take(&stage.display, &window, "first-start");
}

#[test]
fn a_second_launch_raises_the_first_and_ends_with_success() {
    let stage = Stage::set();
    let host = TrayHost::start(&stage.bus);
    let _app = stage.launch(&["--hidden"]);
    host.wait_for_icon();
    let mut second = stage.launch(&[]);
    let status = second.process.end("the second launch ends by itself");
    assert!(status.success(), "a second launch is no failure: {status}\n{}", stage.log());
    stage.display.wait_for_window(TITLE);
}

#[test]
fn a_second_start_at_login_does_not_raise_the_window() {
    let stage = Stage::set();
    let host = TrayHost::start(&stage.bus);
    let _app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    let status = stage.launch(&["--hidden"]).process.end("the second launch ends by itself");
    assert!(status.success(), "a second launch is no failure: {status}");
    // What came after it is carried out, so the window would be there by now.
    icon.choose("Pause scheduler");
    icon.wait_for("Resume scheduler");
    assert!(stage.display.managed(TITLE).is_empty(), "a start at login must not put a window in the way");
}

#[test]
fn closing_the_window_leaves_the_tray_and_open_brings_it_back_as_it_was() {
    let stage = Stage::set();
    let host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let icon = host.wait_for_icon();
    app.page.click("nav-settings");
    app.page.shows_in("h1", "Settings");
    // More than once, and without a pause: the window must never be asked for in vain, however soon.
    for _ in 0..5 {
        let window = stage.display.wait_for_window(TITLE);
        let place = stage.display.run("xdotool", &["getwindowgeometry", "--shell", &window]);
        stage.display.close(&window);
        wait_until("the window is gone", || stage.display.managed(TITLE).is_empty());
        icon.choose("Open Holdfast");
        let again = stage.display.wait_for_window(TITLE);
        wait_until("it stands where it stood", || {
            stage.display.run("xdotool", &["getwindowgeometry", "--shell", &again]) == place
        });
    }
    app.page.shows_in("h1", "Settings");
    assert!(app.page.address().ends_with("#/settings"), "who opens it again goes on where they were");
}

#[test]
fn a_hidden_start_opens_no_window_while_a_tray_host_is_there() {
    let stage = Stage::set();
    let host = TrayHost::start(&stage.bus);
    let app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    icon.wait_for("Idle. No jobs yet");
    assert!(stage.display.managed(TITLE).is_empty(), "the tray is all that is to be seen");
    assert_eq!(app.web_processes(), 0, "no webview is kept for a window that nobody opened");
}

#[test]
fn a_hidden_start_without_a_tray_host_leaves_a_minimised_window() {
    let stage = Stage::set();
    let _app = stage.launch(&["--hidden"]);
    wait_until("there is a window", || !stage.display.managed(TITLE).is_empty());
    wait_until("it is minimised", || stage.display.visible(TITLE).is_empty());
}

#[test]
fn without_a_tray_host_the_app_says_so_and_closing_minimises() {
    let stage = Stage::set();
    let app = stage.drive();
    let window = stage.display.wait_for_window(TITLE);
    let status = app.page.invoke("system_status", json!({}));
    let tray = &status["ok"]["tray"];
    assert_eq!(tray["available"], json!(false), "there is none: {status}");
    assert!(
        tray["detail"].as_str().unwrap_or_default().contains("AppIndicator"),
        "and what to do about it: {tray}"
    );
    stage.display.close(&window);
    wait_until("the window is minimised", || stage.display.visible(TITLE).is_empty());
    assert_eq!(stage.display.managed(TITLE), [window], "or there would be no way back to the app");
}

#[test]
fn a_tray_host_that_comes_late_is_noticed_and_one_that_goes_leaves_a_window() {
    let stage = Stage::set();
    let _app = stage.launch(&[]);
    let window = stage.display.wait_for_window(TITLE);
    let host = TrayHost::start(&stage.bus);
    host.wait_for_icon();
    stage.display.close(&window);
    wait_until("the window is gone", || stage.display.managed(TITLE).is_empty());
    drop(host);
    wait_until("a way back to the app appears", || !stage.display.managed(TITLE).is_empty());
}

#[test]
fn without_a_session_bus_the_app_works_all_the_same() {
    let stage = Stage::set();
    let mut command = stage.app(&[]);
    command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    let app = crate::processes::Kept::start(&mut command, "the app itself");
    stage.display.wait_for_window(TITLE);
    app.signal(Signal::SIGTERM);
    let mut app = app;
    let status = app.end("the app ends when it is asked to");
    assert_eq!(status.code(), Some(0), "an orderly end\n{}", stage.log());
}

#[test]
fn without_a_display_the_app_points_to_the_agent() {
    let stage = Stage::set();
    let output = stage.app(&[]).env_remove("DISPLAY").output().expect("the app starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "refused, not crashed: {said}");
    assert!(said.contains("holdfast agent"), "a server wants the agent: {said}");
    assert!(!said.contains("panicked"), "a missing display is no defect: {said}");
}

#[test]
fn closing_the_window_gives_its_memory_back() {
    let stage = Stage::set();
    let host = TrayHost::start(&stage.bus);
    let app = stage.launch(&["--hidden"]);
    let icon = host.wait_for_icon();
    let hidden = app.settled_memory();
    icon.choose("Open Holdfast");
    let window = stage.display.wait_for_window(TITLE);
    // A page that is half drawn is half its size.
    picture::take(&stage.display, &window, "with-tray");
    let open = app.settled_memory();
    stage.display.close(&window);
    // No page and no helper of one: `family` counts the app itself.
    wait_until("the webview and all its helpers are gone", || app.family().len() == 1);
    let closed = app.settled_memory();
    println!(
        "memory (Pss): hidden {} MiB, open {} MiB, closed {} MiB",
        hidden >> 10,
        open >> 10,
        closed >> 10
    );
    assert!(closed < open, "the webview's memory must come back: {closed} KiB after, {open} KiB before");
    icon.choose("Open Holdfast");
    let window = stage.display.wait_for_window(TITLE);
    // Fails unless the page is drawn: the window must find its helpers again, or it stays blank.
    picture::take(&stage.display, &window, "with-tray-again");
}
