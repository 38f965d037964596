//! `holdfast config`.

use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{or_dash, plain};
use crate::table::{cut, fields, table, text};
use clap::{Args, Subcommand};
use holdfast_types::{Config, ErrorCode, GetConfig, Setting, SettingSource, UpdateConfig};

/// What can be done with settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show all settings or one, each with where its value comes from
    Get(GetArgs),
    /// Change a setting
    Set(SetArgs),
}

/// Which setting to show.
#[derive(Debug, Args)]
pub struct GetArgs {
    /// Its key; all when absent
    key: Option<String>,
}

/// What to change.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Its key
    key: String,
    /// Its new value
    #[arg(allow_hyphen_values = true)]
    value: String,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: ConfigCommand) -> Result<Exit, Failure> {
    let engine = app.engine().await?;
    match command {
        ConfigCommand::Get(GetArgs { key: None }) => {
            let config = engine.get_config(GetConfig {}).await?;
            app.output.whole_list(&config, config.items.len(), listed)?;
        }
        ConfigCommand::Get(GetArgs { key: Some(key) }) => {
            app.output.answer(setting(&engine.get_config(GetConfig {}).await?, &key)?, shown)?;
        }
        ConfigCommand::Set(args) => {
            setting(&engine.get_config(GetConfig {}).await?, &args.key)?;
            let request = UpdateConfig { key: args.key.clone(), value: Some(args.value) };
            app.output.answer(setting(&engine.update_config(request).await?, &args.key)?, shown)?;
        }
    }
    Ok(Exit::Done)
}

fn setting<'a>(config: &'a Config, key: &str) -> Result<&'a Setting, Failure> {
    config.items.iter().find(|setting| setting.key == key).ok_or_else(|| {
        let message = format!("There is no setting {}.", plain(key));
        Failure::new(ErrorCode::NotFound, message, "`holdfast config get` lists all settings.")
    })
}

fn source_shown(setting: &Setting) -> String {
    let variable = setting.variable.as_deref().unwrap_or_default();
    match setting.source {
        SettingSource::Default => "default".to_owned(),
        SettingSource::Environment => format!("environment {variable}").trim_end().to_owned(),
        SettingSource::DotEnv => format!(".env {variable}").trim_end().to_owned(),
        SettingSource::Operator => "operator".to_owned(),
    }
}

fn listed(config: &Config) -> String {
    let rows: Vec<[String; 3]> = config
        .items
        .iter()
        .map(|setting| [setting.key.clone(), or_dash(plain(&setting.value)), source_shown(setting)])
        .collect();
    table([text("KEY"), cut("VALUE", 60), text("SOURCE")], &rows)
}

fn shown(setting: &Setting) -> String {
    fields(&[
        ("Setting", setting.key.clone()),
        ("Value", or_dash(plain(&setting.value))),
        ("Source", source_shown(setting)),
        ("Variable", setting.variable.clone().unwrap_or_default()),
        ("Meaning", setting.description.clone()),
    ])
}
