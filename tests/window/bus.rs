//! A session bus of its own, on which nothing starts by itself: what a test wants there it puts there.

use crate::processes::Kept;
use std::path::Path;
use std::process::{Command, Stdio};
use zbus::blocking::connection::Builder;

/// A session bus.
pub struct Bus {
    _daemon: Kept,
    address: String,
}

/// As the session's own, less the services that it would start.
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

impl Bus {
    /// Starts one whose socket lies in that folder.
    pub fn start(folder: &Path) -> Self {
        let configuration = folder.join("bus.conf");
        let text = CONFIGURATION.replace("FOLDER", &folder.to_string_lossy());
        std::fs::write(&configuration, text).expect("the bus can be configured");
        let mut daemon = Kept::start(
            Command::new("dbus-daemon")
                .arg("--config-file")
                .arg(&configuration)
                .args(["--print-address", "--nofork"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
            "dbus",
        );
        let address = daemon.first_line();
        Bus { _daemon: daemon, address }
    }

    /// Its address, as in `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A new connection under construction.
    pub fn connecting(&self) -> Builder<'_> {
        Builder::address(self.address.as_str()).expect("the bus has an address")
    }
}
