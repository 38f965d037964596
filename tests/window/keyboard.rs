//! Everything by the keyboard alone, with real keys: from an empty start to a backup that is proven.

use crate::app::{Driven, TITLE};
use crate::postgres::{DATABASE, Server};
use crate::stage::Stage;
use crate::tray_host::TrayHost;
use crate::wait::{wait_for, wait_until};
use holdfast_engine::postgres::to_url;

/// More presses of Tab than any page has places.
const PLACES: usize = 120;

/// Somebody without a mouse.
struct Typist<'a> {
    stage: &'a Stage,
    app: &'a Driven,
    window: String,
}

impl Typist<'_> {
    fn press(&self, key: &str) {
        self.stage.display.press(&self.window, key);
    }

    fn write(&self, text: &str) {
        self.stage.display.run("xdotool", &["type", "--delay", "4", text]);
    }

    /// Which element has the keyboard, and whether it shows that it has.
    fn focus(&self) -> (String, bool) {
        let told = self.app.page.script(
            "const at = document.activeElement;
             const marked = at.closest('[data-testid]');
             const shows = one => { const style = getComputedStyle(one); return style.outlineStyle !== 'none' && style.outlineWidth !== '0px'; };
             arguments[0]([at.dataset.testid || (marked && marked.dataset.testid) || '', shows(at) || (at.parentElement && shows(at.parentElement))]);",
            &[],
        );
        (told[0].as_str().unwrap_or_default().to_owned(), told[1] == true)
    }

    /// Presses Tab until an element whose `data-testid` begins so has the keyboard.
    #[track_caller]
    fn tab_to(&self, id: &str) {
        self.app.page.wait_for(&format!("[data-testid^=\"{id}\"]"));
        for _ in 0..PLACES {
            let (at, seen) = self.focus();
            if at.starts_with(id) {
                assert!(seen, "who comes to {id} by the keyboard must see that it is there");
                return;
            }
            self.press("Tab");
        }
        panic!("{id} cannot be reached by Tab; the keyboard is at {:?}", self.focus());
    }

    /// Presses a key in a group until that of its radio buttons is chosen.
    #[track_caller]
    fn choose(&self, group: &str, id: &str) {
        self.tab_to(group);
        wait_for(&format!("{id} is chosen"), || {
            let chosen = self.app.page.find(&format!("[data-testid=\"{id}\"]:checked")).is_some();
            if !chosen {
                self.press("Down");
            }
            chosen.then_some(())
        });
    }

    /// Presses the button of that `data-testid`.
    #[track_caller]
    fn push(&self, id: &str) {
        self.app.page.wait_for(&format!("[data-testid=\"{id}\"]:not([disabled])"));
        self.tab_to(id);
        self.press("Return");
    }

    #[track_caller]
    fn fill(&self, id: &str, text: &str) {
        self.tab_to(id);
        self.write(text);
        wait_until(&format!("{id} holds what was typed"), || self.app.page.value(id) == text);
    }
}

#[test]
fn a_server_a_job_a_backup_and_its_proof_by_the_keyboard_alone() {
    let server = Server::start();
    let stage = Stage::set();
    let _host = TrayHost::start(&stage.bus);
    let app = stage.drive();
    let window = stage.display.wait_for_window(TITLE);
    let page = &app.page;
    let hands = Typist { stage: &stage, app: &app, window };
    page.test_id("first-start");

    hands.press("question");
    page.test_id("keys");
    hands.press("Escape");
    page.gone("keys");

    hands.press("g");
    hands.press("s");
    page.test_id("add-server");
    hands.press("n");
    hands.fill("server-url", &to_url(&server.cluster.connection()));
    hands.push("server-test");
    page.wait_for("[data-testid=\"test-result\"][data-ok=\"true\"]");
    hands.push("server-save");
    hands.push("first-job");

    let ticked = || page.is_ticked(&format!("job-database-{DATABASE}"));
    wait_until("the only database is ticked", ticked);
    hands.tab_to(&format!("job-database-{DATABASE}"));
    hands.press("space");
    wait_until("the keyboard unticks it", || !ticked());
    hands.press("space");
    wait_until("and ticks it again", ticked);
    hands.push("job-save-run");
    // Which leads to the run's page, where the backup is restored for proof.
    page.shows("run-proof", "Proven equal");

    hands.press("g");
    hands.press("b");
    page.test_id("backup-row-1");
    hands.press("slash");
    hands.write(DATABASE);
    page.test_id("backup-row-1");
    hands.tab_to("backup-row-1");
    hands.press("Return");
    hands.push("verify");
    page.test_id("verify-level");
    hands.press("Escape");
    page.gone("verify-level");
    // The drawer itself is still there.
    hands.push("verify");
    hands.choose("verify-level", "verify-level-restore");
    hands.push("verify-start");
    page.shows("verify-result", "Passed");
    page.shows("backup-trust", "Proven equal");
    hands.press("Escape");
    page.gone("backup-drawer");
}
