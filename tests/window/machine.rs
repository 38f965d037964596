//! What the window says of the machine around it, and what is switched there.

use crate::seed::hopeless_job;
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use holdfast_types::ListAudit;

#[test]
fn the_hint_about_a_missing_tray_goes_when_a_host_comes_and_returns_when_it_leaves() {
    let stage = Stage::set();
    let app = stage.drive();
    // Who has just begun is not met by a warning: nothing can be missed yet.
    app.page.test_id("first-start");
    assert!(app.page.find("[data-testid=\"tray-hint\"]").is_none(), "the first window is a welcome");
    stage.seed(async |engine| hopeless_job(engine, "nightly").await);
    let hint = app.page.shows("tray-hint", "AppIndicator");
    assert!(hint.contains("minimises"), "what closing does meanwhile belongs to it: {hint}");
    let host = TrayHost::start(&stage.bus);
    host.wait_for_icon();
    app.page.gone("tray-hint");
    drop(host);
    app.page.shows("tray-hint", "AppIndicator");
}

#[test]
fn starting_at_login_is_switched_in_the_settings_and_leaves_a_trace() {
    let stage = Stage::set();
    let entries = stage.user().join(".config/autostart");
    let count = || std::fs::read_dir(&entries).map_or(0, Iterator::count);
    let app = stage.drive();
    app.page.click("nav-settings");
    app.page.click("autostart");
    app.page.shows("audit-table", "autostart.enable");
    assert_eq!(count(), 1, "the session finds what to start in {}", entries.display());
    app.page.wait_for("[data-testid=\"autostart\"]:checked:not([disabled])");
    app.page.click("autostart");
    app.page.shows("audit-table", "autostart.disable");
    assert_eq!(count(), 0, "the session must start nothing any more");
    drop(app);
    let trail = stage.seed(async |engine| engine.list_audit(ListAudit::default()).await.expect("the trail"));
    assert_eq!(trail.total, 2, "one change, one row: {trail:?}");
}
