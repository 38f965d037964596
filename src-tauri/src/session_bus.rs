//! What the desktop session offers: a tray host, a notification daemon. Only asks; shows nothing.
//!
//! On Linux the answers come from the session bus. Elsewhere the system itself has both.

/// Whether a tray host shows the icon, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub enum TrayHost {
    /// It is there.
    Present,
    /// No library that could speak to one is installed.
    NoLibrary,
    /// There is no session bus on which one could be found.
    NoBus,
    /// None is on the session bus.
    Absent,
}

/// Whether something shows notifications, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub enum NotificationDaemon {
    /// It runs, or is started by the first notification.
    Present,
    /// There is no session bus on which one could be found.
    NoBus,
    /// None is on the session bus.
    Absent,
}

/// What became of a launch beside a running app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub enum HandOver {
    /// The running app took it.
    Taken,
    /// None is running.
    NobodyThere,
}

#[cfg(target_os = "linux")]
pub use linux::{hand_over, notification_daemon, watch_tray_host};

#[cfg(target_os = "linux")]
mod linux {
    use super::{HandOver, NotificationDaemon, TrayHost};
    use std::time::Duration;
    use zbus::blocking::connection::Builder;
    use zbus::blocking::fdo::DBusProxy;
    use zbus::blocking::{Connection, MessageIterator, Proxy};
    use zbus::names::BusName;
    use zbus::{MatchRule, message::Type};

    /// Where tray icons are announced: <https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/>.
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    const WATCHER_PATH: &str = "/StatusNotifierWatcher";
    /// Who shows notifications: <https://specifications.freedesktop.org/notification-spec/latest/>.
    const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
    /// How the single-instance plugin takes further launches.
    const INSTANCE: &str = "org.SingleInstance.DBus";
    /// A bus that does not answer within this time is as good as none.
    const PATIENCE: Duration = Duration::from_secs(2);
    /// The libraries that tauri's tray icon loads, in its order; it panics when all are missing.
    const LIBRARIES: [&str; 4] = [
        "libayatana-appindicator3.so.1",
        "libappindicator3.so.1",
        "libayatana-appindicator3.so",
        "libappindicator3.so",
    ];

    /// Hands this launch to the app of that instance name, if one runs.
    ///
    /// The plugin does the same, but only once the toolkit is set up, and ends the process from within it; under
    /// load that was seen to crash. It still decides when two launches come at the same moment.
    pub fn hand_over(instance: &str) -> HandOver {
        let name = format!("{instance}.SingleInstance");
        let path = format!("/{}", name.replace('.', "/").replace('-', "_"));
        let arguments: Vec<String> =
            std::env::args_os().map(|text| text.to_string_lossy().into_owned()).collect();
        let folder = std::env::current_dir().unwrap_or_default().to_string_lossy().into_owned();
        let taken = connect().ok().filter(|bus| owned(bus, &name)).and_then(|bus| {
            let request = (arguments, folder);
            bus.call_method(Some(name.as_str()), path.as_str(), Some(INSTANCE), "ExecuteCallback", &request)
                .ok()
        });
        if taken.is_some() { HandOver::Taken } else { HandOver::NobodyThere }
    }

    /// Tells whether there is a tray host, at once and whenever that changes.
    pub fn watch_tray_host(tell: impl Fn(TrayHost) + Send + 'static) {
        if !library_is_installed() {
            return tell(TrayHost::NoLibrary);
        }
        let watching = move || {
            let lost = follow(&tell).err();
            tracing::info!(reason = ?lost, "the session bus is not watched for a tray host");
            tell(TrayHost::NoBus);
        };
        if let Err(error) = std::thread::Builder::new().name("tray-host".to_owned()).spawn(watching) {
            tracing::error!(%error, "the session bus cannot be watched for a tray host");
        }
    }

    /// Follows the bus until it goes away.
    fn follow(tell: &impl Fn(TrayHost)) -> zbus::Result<()> {
        let bus = connect()?;
        let changes = MatchRule::builder()
            .msg_type(Type::Signal)
            .interface("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, WATCHER)?
            .build();
        let announcements = MatchRule::builder().msg_type(Type::Signal).interface(WATCHER)?.build();
        // Subscribed before the first look, so that a host that comes in between is not overlooked.
        let signals = MessageIterator::from(&bus);
        let dbus = DBusProxy::new(&bus)?;
        dbus.add_match_rule(changes)?;
        dbus.add_match_rule(announcements)?;
        let mut known = tray_host(&bus);
        tell(known);
        for message in signals {
            if message?.message_type() != Type::Signal {
                continue;
            }
            let now = tray_host(&bus);
            if now != known {
                known = now;
                tell(known);
            }
        }
        Ok(())
    }

    /// Whether a host has announced itself to the watcher. A watcher that does not say is taken for one.
    fn tray_host(bus: &Connection) -> TrayHost {
        let registered = owned(bus, WATCHER)
            && Proxy::new(bus, WATCHER, WATCHER_PATH, WATCHER)
                .and_then(|watcher| watcher.get_property("IsStatusNotifierHostRegistered"))
                .unwrap_or(true);
        if registered { TrayHost::Present } else { TrayHost::Absent }
    }

    /// Asks whether something shows notifications. Waits for the bus: not for the event loop's thread.
    pub fn notification_daemon() -> NotificationDaemon {
        let Ok(bus) = connect() else { return NotificationDaemon::NoBus };
        let startable = || {
            DBusProxy::new(&bus)
                .and_then(|dbus| dbus.list_activatable_names().map_err(Into::into))
                .is_ok_and(|names| names.iter().any(|name| name.as_str() == NOTIFICATIONS))
        };
        if owned(&bus, NOTIFICATIONS) || startable() {
            NotificationDaemon::Present
        } else {
            NotificationDaemon::Absent
        }
    }

    fn connect() -> zbus::Result<Connection> {
        Builder::session()?.method_timeout(PATIENCE).build()
    }

    fn owned(bus: &Connection, name: &str) -> bool {
        let Ok(name) = BusName::try_from(name) else { return false };
        DBusProxy::new(bus).is_ok_and(|dbus| dbus.name_has_owner(name).unwrap_or(false))
    }

    fn library_is_installed() -> bool {
        // SAFETY: these libraries run no initialisers of their own, and the handle is closed again unused.
        LIBRARIES.iter().any(|name| unsafe { libloading::Library::new(name) }.is_ok())
    }
}

/// Left to the plugin.
#[cfg(not(target_os = "linux"))]
pub fn hand_over(_instance: &str) -> HandOver {
    HandOver::NobodyThere
}

/// The system's own.
#[cfg(not(target_os = "linux"))]
pub fn watch_tray_host(tell: impl Fn(TrayHost) + Send + 'static) {
    tell(TrayHost::Present);
}

/// The system's own.
#[cfg(not(target_os = "linux"))]
pub fn notification_daemon() -> NotificationDaemon {
    NotificationDaemon::Present
}
