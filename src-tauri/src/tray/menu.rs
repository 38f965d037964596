//! The tray's menu: made once, then changed item by item, because on Linux a menu cannot be replaced.

use super::face::{Face, QuitOffer, Toggle};
use crate::{engine, notices, notifications, quit, window};
use holdfast_engine::Engine;
use holdfast_types::{JobId, QuitChoice, StartScheduler, StopScheduler, TriggerNow};
use tauri::AppHandle;
use tauri::Wry;
use tauri::menu::{MenuItem, PredefinedMenuItem, Submenu};

const OPEN: &str = "open";
const STATUS: &str = "status";
const PAUSE: &str = "pause";
const RESUME: &str = "resume";
const QUIT: &str = "quit";
const CANCEL_AND_QUIT: &str = "cancel-and-quit";
/// Followed by the job's id.
const RUN: &str = "run-";

/// The menu and the items that change.
pub struct Menu {
    root: tauri::menu::Menu<Wry>,
    status: MenuItem<Wry>,
    jobs: Submenu<Wry>,
    pause: MenuItem<Wry>,
    resume: MenuItem<Wry>,
    quit: MenuItem<Wry>,
    cancel_and_quit: MenuItem<Wry>,
}

/// What an item does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Open,
    Run(JobId),
    Pause,
    Resume,
    Quit(QuitChoice),
}

impl Menu {
    /// The menu for that face.
    pub fn new(app: &AppHandle, face: &Face) -> tauri::Result<Self> {
        let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
        let menu = Menu {
            root: tauri::menu::Menu::new(app)?,
            status: MenuItem::with_id(app, STATUS, "Starting", false, None::<&str>)?,
            jobs: Submenu::with_id(app, "run-now", "Run now", true)?,
            pause: item(PAUSE, "Pause scheduler")?,
            resume: item(RESUME, "Resume scheduler")?,
            quit: item(QUIT, quit_text(face.quit))?,
            cancel_and_quit: item(CANCEL_AND_QUIT, "Cancel the running backup and quit")?,
        };
        menu.root.append_items(&[
            &item(OPEN, "Open Holdfast")?,
            &menu.status,
            &PredefinedMenuItem::separator(app)?,
            &menu.jobs,
            &menu.pause,
            &PredefinedMenuItem::separator(app)?,
            &menu.quit,
        ])?;
        menu.fill_jobs(app, face)?;
        Ok(menu)
    }

    /// The menu that the icon shows.
    pub fn root(&self) -> &tauri::menu::Menu<Wry> {
        &self.root
    }

    /// Changes the items in which the two faces differ.
    pub fn change(&self, app: &AppHandle, before: &Face, now: &Face) -> tauri::Result<()> {
        if now.status != before.status {
            self.status.set_text(label(&now.status))?;
        }
        if now.jobs != before.jobs {
            self.fill_jobs(app, now)?;
        }
        if now.scheduler != before.scheduler {
            let (gone, shown) = match now.scheduler {
                Toggle::Pause => (&self.resume, &self.pause),
                Toggle::Resume => (&self.pause, &self.resume),
            };
            let place = self.place(gone)?;
            self.root.remove(gone)?;
            self.root.insert(shown, place)?;
        }
        if now.quit != before.quit {
            self.quit.set_text(quit_text(now.quit))?;
            self.quit.set_enabled(now.quit != QuitOffer::Waiting)?;
            match (before.quit, now.quit) {
                (QuitOffer::AtOnce, _) => self.root.append(&self.cancel_and_quit)?,
                (_, QuitOffer::AtOnce) => self.root.remove(&self.cancel_and_quit)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn fill_jobs(&self, app: &AppHandle, face: &Face) -> tauri::Result<()> {
        while self.jobs.remove_at(0)?.is_some() {}
        if face.jobs.is_empty() {
            let nothing = MenuItem::with_id(app, "no-jobs", "No jobs yet", false, None::<&str>)?;
            return self.jobs.append(&nothing);
        }
        for (id, name) in &face.jobs {
            self.jobs.append(&MenuItem::with_id(
                app,
                format!("{RUN}{id}"),
                label(name),
                true,
                None::<&str>,
            )?)?;
        }
        Ok(())
    }

    fn place(&self, item: &MenuItem<Wry>) -> tauri::Result<usize> {
        let items = self.root.items()?;
        Ok(items.iter().position(|other| other.id() == item.id()).unwrap_or(items.len()))
    }
}

/// A text in which `&` marks no keyboard shortcut.
fn label(text: &str) -> String {
    text.replace('&', "&&")
}

fn quit_text(offer: QuitOffer) -> &'static str {
    match offer {
        QuitOffer::AtOnce => "Quit Holdfast",
        QuitOffer::WaitOrCancel => "Quit after the running backup",
        QuitOffer::Waiting => "Quitting after the running backup",
    }
}

/// What the item of that id does; the status line does nothing.
fn choice(id: &str) -> Option<Choice> {
    match id {
        OPEN => Some(Choice::Open),
        PAUSE => Some(Choice::Pause),
        RESUME => Some(Choice::Resume),
        QUIT => Some(Choice::Quit(QuitChoice::Wait)),
        CANCEL_AND_QUIT => Some(Choice::Quit(QuitChoice::Cancel)),
        _ => id.strip_prefix(RUN)?.parse().ok().map(Choice::Run),
    }
}

/// An item was chosen.
pub fn on_event(app: &AppHandle, id: &str) {
    match choice(id) {
        Some(Choice::Open) => window::raise(app, None),
        Some(Choice::Quit(running)) => quit::quit(app, running),
        Some(work) => {
            let Some(engine) = engine(app) else { return };
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                if let Err(error) = carry_out(&engine, work).await {
                    tracing::error!(%error, ?work, "what the tray's menu asked for failed");
                    notifications::show(&app, &notices::refused(&error.to_api()));
                }
            });
        }
        None => {}
    }
}

async fn carry_out(engine: &Engine, work: Choice) -> Result<(), holdfast_engine::Error> {
    match work {
        Choice::Run(job_id) => engine.trigger_now(TriggerNow { job_id }).await.map(drop),
        Choice::Pause => engine.stop_scheduler(StopScheduler {}).await.map(drop),
        Choice::Resume => engine.start_scheduler(StartScheduler {}).await.map(drop),
        Choice::Open | Choice::Quit(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_items_id_says_what_it_does() {
        assert_eq!(
            choice("run-12"),
            Some(Choice::Run(JobId(12))),
            "the job is named by its id, not by its place"
        );
        assert_eq!(choice("run-now"), None, "the submenu's own id starts no job");
        assert_eq!(choice(STATUS), None, "the status line does nothing");
        assert_eq!(
            choice(CANCEL_AND_QUIT),
            Some(Choice::Quit(QuitChoice::Cancel)),
            "the operator chose to cancel"
        );
    }

    #[test]
    fn an_ampersand_in_a_name_is_shown() {
        assert_eq!(label("R&D"), "R&&D", "or the menu shows RD with an underlined D");
    }
}
