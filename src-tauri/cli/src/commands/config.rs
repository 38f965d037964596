//! `holdfast config`.

use crate::app::App;
use crate::exit::{Exit, Failure};
use crate::format::{or_dash, plain};
use crate::output::{Output, tell_note};
use crate::table::{cut, fields, table, text};
use clap::{Args, Subcommand};
use holdfast_engine::Engine;
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
            if app.output == Output::People {
                engine.settings_not_taken().await?.iter().for_each(|told| tell_note(told, None));
            }
        }
        ConfigCommand::Get(GetArgs { key: Some(key) }) => {
            app.output.answer(setting(&engine.get_config(GetConfig {}).await?, &key)?, shown)?;
        }
        ConfigCommand::Set(args) => {
            setting(&engine.get_config(GetConfig {}).await?, &args.key)?;
            let request = UpdateConfig { key: args.key.clone(), value: Some(args.value) };
            app.output.answer(setting(&engine.update_config(request).await?, &args.key)?, shown)?;
            if args.key == "storage_path" {
                tell_doubt(app, &engine, None).await?;
            }
        }
    }
    Ok(Exit::Done)
}

/// Tells when backups cannot be written to a repository as it is now. It may be that of a disk which is mounted
/// later, so that this is no failure.
pub(super) async fn tell_doubt(
    app: &App,
    engine: &Engine,
    repository: Option<String>,
) -> Result<(), Failure> {
    if app.output == Output::People
        && let Some(doubt) = engine.doubt_about_repository(repository).await?
    {
        tell_note(&format!("{} No backup can be written there now.", doubt.message), Some(&doubt.hint));
    }
    Ok(())
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
