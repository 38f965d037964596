//! A notification daemon that records what it is asked to show, and clicks on it when told to.

use crate::bus::Bus;
use crate::wait::wait_for;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use zbus::blocking::Connection;
use zbus::zvariant::OwnedValue;

const PATH: &str = "/org/freedesktop/Notifications";
const NAME: &str = "org.freedesktop.Notifications";

/// A notification as it arrived.
#[derive(Debug, Clone)]
pub struct Shown {
    pub id: u32,
    pub summary: String,
    pub body: String,
    /// Keys and labels in turn, as the specification has them.
    pub actions: Vec<String>,
}

/// The daemon.
pub struct Notifications {
    shown: Arc<Mutex<Vec<Shown>>>,
    connection: Connection,
}

struct Recorder(Arc<Mutex<Vec<Shown>>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Recorder {
    #[allow(clippy::too_many_arguments, reason = "the specification's signature")]
    fn notify(
        &self,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let mut shown = self.0.lock().unwrap();
        let id = if replaces_id == 0 { shown.len() as u32 + 1 } else { replaces_id };
        shown.push(Shown { id, summary, body, actions });
        id
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "persistence"].map(str::to_owned).to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("recorder".to_owned(), "holdfast".to_owned(), "1".to_owned(), "1.2".to_owned())
    }
}

impl Notifications {
    /// Starts one on that bus.
    pub fn start(bus: &Bus) -> Self {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let connection = bus
            .connecting()
            .serve_at(PATH, Recorder(shown.clone()))
            .and_then(|builder| builder.name(NAME))
            .and_then(|builder| builder.build())
            .expect("the daemon's name is free");
        Notifications { shown, connection }
    }

    /// All that were shown.
    pub fn all(&self) -> Vec<Shown> {
        self.shown.lock().unwrap().clone()
    }

    /// Waits for one whose title holds that text.
    #[track_caller]
    pub fn wait_for(&self, title: &str) -> Shown {
        wait_for(&format!("a notification titled {title:?} arrives"), || {
            self.all().into_iter().find(|shown| shown.summary.contains(title))
        })
    }

    /// Clicks on one.
    pub fn click(&self, shown: &Shown) {
        let clicked = (shown.id, "default");
        self.connection
            .emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &clicked)
            .expect("the bus carries it");
    }
}
