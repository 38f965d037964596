//! A tray host: announces itself, takes icons, and reads and clicks their menus over the session bus.
//!
//! Speaks <https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/> and `com.canonical.dbusmenu`.

use crate::bus::Bus;
use crate::wait::wait_for;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use zbus::blocking::{Connection, Proxy};
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

const NAME: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";

/// Where an icon's item is found: the bus name and the object.
type Place = (String, String);

/// The host.
pub struct TrayHost {
    items: Arc<Mutex<Vec<Place>>>,
    connection: Connection,
}

struct Watcher(Arc<Mutex<Vec<Place>>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        // An icon names either its object or its bus name.
        let place = if service.starts_with('/') {
            (sender, service)
        } else {
            (service, "/StatusNotifierItem".into())
        };
        self.0.lock().unwrap().push(place);
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(name, path)| format!("{name}{path}")).collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// An item of a menu.
#[derive(Debug, Clone)]
pub struct Item {
    id: i32,
    pub label: String,
    pub enabled: bool,
    pub visible: bool,
    pub children: Vec<Item>,
}

/// An icon in the tray.
pub struct Icon<'a> {
    connection: &'a Connection,
    place: Place,
    menu: OwnedObjectPath,
}

impl TrayHost {
    /// Starts one on that bus.
    pub fn start(bus: &Bus) -> Self {
        let items = Arc::new(Mutex::new(Vec::new()));
        let connection = bus
            .connecting()
            .serve_at(PATH, Watcher(items.clone()))
            .and_then(|builder| builder.name(NAME))
            .and_then(|builder| builder.build())
            .expect("the host's name is free");
        TrayHost { items, connection }
    }

    /// Waits for the app's icon.
    #[track_caller]
    pub fn wait_for_icon(&self) -> Icon<'_> {
        wait_for("the app's icon is in the tray with a menu", || {
            let place = self.items.lock().unwrap().last().cloned()?;
            let menu = item(&self.connection, &place).get_property::<OwnedObjectPath>("Menu").ok()?;
            Some(Icon { connection: &self.connection, place, menu })
        })
    }
}

fn item<'a>(connection: &'a Connection, place: &Place) -> Proxy<'a> {
    let (name, path) = place.clone();
    Proxy::new(connection, name, path, "org.kde.StatusNotifierItem").expect("a usable address")
}

impl Icon<'_> {
    /// The file name of the picture that it shows.
    pub fn picture(&self) -> String {
        item(self.connection, &self.place).get_property("IconName").expect("the icon has a picture")
    }

    /// What the desktop calls it.
    pub fn title(&self) -> String {
        item(self.connection, &self.place).get_property("Title").expect("the icon has a title")
    }

    fn menu(&self) -> Proxy<'_> {
        let (name, path) = (self.place.0.clone(), self.menu.clone());
        Proxy::new(self.connection, name, path, "com.canonical.dbusmenu").expect("a usable address")
    }

    /// The menu as it is now; empty while the app is redrawing it.
    pub fn items(&self) -> Vec<Item> {
        let everything: (i32, i32, Vec<String>) = (0, -1, Vec::new());
        let Ok(answer) = self.menu().call_method("GetLayout", &everything) else { return Vec::new() };
        let body = answer.body();
        let Ok((_revision, root)) = body.deserialize::<(u32, Layout)>() else { return Vec::new() };
        read(root).children
    }

    /// Waits until the menu holds an item with that label, at any depth.
    #[track_caller]
    pub fn wait_for(&self, label: &str) -> Item {
        wait_for(&format!("the tray's menu has an item {label:?}"), || find(&self.items(), label))
    }

    /// Waits for the item and chooses it.
    #[track_caller]
    pub fn choose(&self, label: &str) {
        let item = self.wait_for(label);
        let event = (item.id, "clicked", Value::from(0_i32), 0_u32);
        self.menu().call_method("Event", &event).expect("the menu takes the click");
    }

    /// All labels that are visible, at any depth.
    pub fn labels(&self) -> Vec<String> {
        fn collect(items: &[Item], labels: &mut Vec<String>) {
            for item in items.iter().filter(|item| item.visible) {
                labels.push(item.label.clone());
                collect(&item.children, labels);
            }
        }
        let mut labels = Vec::new();
        collect(&self.items(), &mut labels);
        labels
    }
}

/// `(ia{sv}av)`: an item, its properties, its children.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

fn read((id, properties, children): Layout) -> Item {
    let text = |name: &str| properties.get(name).and_then(|value| String::try_from(value.clone()).ok());
    let holds = |name: &str| {
        properties.get(name).and_then(|value| bool::try_from(value.clone()).ok()).unwrap_or(true)
    };
    Item {
        id,
        // An underscore marks a keyboard shortcut; two stand for one.
        label: text("label").unwrap_or_default().replace("__", "_"),
        enabled: holds("enabled"),
        visible: holds("visible"),
        children: children.into_iter().filter_map(layout).map(read).collect(),
    }
}

fn layout(child: OwnedValue) -> Option<Layout> {
    let structure = Structure::try_from(child).ok()?;
    Layout::try_from(structure).ok()
}

fn find(items: &[Item], label: &str) -> Option<Item> {
    let here = items.iter().find(|item| item.visible && item.label == label);
    here.cloned().or_else(|| items.iter().find_map(|item| find(&item.children, label)))
}
