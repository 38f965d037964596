//! What the engine knows of the machine around it.

use super::Engine;
use super::schedule::machine_zone;
use crate::error::Error;
use crate::vault;
use holdfast_types::{CatalogScope, Feature, SystemStatus, ToolInstallation};

/// Whether the app starts at login from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Autostart {
    /// It does.
    Enabled,
    /// It does no longer.
    Disabled,
}

impl Engine {
    /// Writes down that the operator switched the start at login, which only the shell can do.
    pub async fn autostart_changed(&self, now: Autostart) -> Result<(), Error> {
        let action = match now {
            Autostart::Enabled => "autostart.enable",
            Autostart::Disabled => "autostart.disable",
        };
        let who = self.context.operator_name.clone();
        self.change(CatalogScope::Settings, action, move |_| Ok(((), who, String::new()))).await
    }

    /// What was found on this machine. Log, tray, notifications, autostart and the app's end belong to the shell, which fills
    /// them in.
    pub async fn machine(&self) -> SystemStatus {
        let shell_only = || Feature { available: false, detail: "Only the desktop app has it.".to_owned() };
        let tools = self.context.tools().await;
        SystemStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            home: self.context.home.root().to_string_lossy().into_owned(),
            logs: None,
            tray: shell_only(),
            keyring: vault::keyring_feature(&self.context.home).await,
            notifications: shell_only(),
            autostart: shell_only(),
            tools: tools
                .iter()
                .map(|tool| ToolInstallation {
                    folder: tool.folder.to_string_lossy().into_owned(),
                    version: tool.version.clone(),
                    server_programs: tool.initdb.is_some()
                        && tool.pg_ctl.is_some()
                        && tool.postgres.is_some(),
                })
                .collect(),
            timezone: machine_zone(),
            operator: self.context.operator_name.clone(),
            quitting: false,
        }
    }
}
