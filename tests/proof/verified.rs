//! Verifying over the command line, and what it says.

use crate::support::{Home, json_of};
use holdfast_engine::postgres::Toolset;
use serde_json::Value;

/// What a verification said.
#[derive(Debug)]
pub struct Verified {
    pub exit: i32,
    pub answer: Value,
}

impl Verified {
    /// Runs a command where only these programs are to be found, if any are named, and reads its document.
    #[track_caller]
    pub fn by(home: &Home, tools: Option<&Toolset>, backup: &Value, level: &str) -> Self {
        let (exit, answer) = json(home, tools, &["verify", &backup["id"].to_string(), "--level", level]);
        Self { exit, answer }
    }

    /// It passed, with this level.
    #[track_caller]
    pub fn passed(&self, level: &str) {
        assert_eq!((self.exit, &self.answer["status"]), (0, &Value::from("passed")), "{:#}", self.answer);
        assert_eq!(self.answer["level"], level, "{:#}", self.answer);
    }

    /// It did not, and is called so.
    #[track_caller]
    pub fn ended_as(&self, status: &str) {
        assert_eq!((self.exit, &self.answer["status"]), (1, &Value::from(status)), "{:#}", self.answer);
    }

    /// What a check found.
    #[track_caller]
    pub fn detail(&self, check: &str) -> &str {
        let checks = self.answer["checks"].as_array().unwrap();
        let found = checks.iter().find(|found| found["name"] == check);
        found.unwrap_or_else(|| panic!("{check} was not looked at: {checks:#?}"))["detail"].as_str().unwrap()
    }

    /// Why it did not pass.
    pub fn message(&self) -> &str {
        self.answer["error_message"].as_str().unwrap_or_default()
    }
}

/// The document of a command that finds only these programs.
#[track_caller]
pub fn json(home: &Home, tools: Option<&Toolset>, arguments: &[&str]) -> (i32, Value) {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let mut command = home.command(&all);
    if let Some(tools) = tools {
        command.env("HOLDFAST_PG_BINDIRS", &tools.folder);
    }
    json_of(command)
}

/// The only backup of a database.
#[track_caller]
pub fn backup_of(home: &Home, database: &str) -> Value {
    let all = home.backups();
    let own = all.iter().find(|backup| backup["database"] == database);
    own.unwrap_or_else(|| panic!("{database} has no backup: {all:#?}")).clone()
}

/// How far a backup is trusted now, and whether it is good.
#[track_caller]
pub fn standing(home: &Home, database: &str) -> (String, String) {
    let backup = backup_of(home, database);
    let word = |field: &str| backup[field].as_str().unwrap().to_owned();
    (word("status"), word("trust"))
}
