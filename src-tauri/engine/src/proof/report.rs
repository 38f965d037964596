//! The report of a verification, for whoever asks for a proof: as JSON, or as a page that stands by itself. Pure.

use crate::archive::Manifest;
use holdfast_types::{Backup, Check, Verification, VerificationStatus};
use serde::Serialize;

/// Everything that a report says.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    /// The version of Holdfast that made it.
    holdfast_version: &'static str,
    backup: &'a Backup,
    verification: &'a Verification,
    server_version: &'a str,
    tool_version: &'a str,
    tables: u64,
    rows: Option<u64>,
    files: u64,
}

impl<'a> Report<'a> {
    pub(crate) fn of(backup: &'a Backup, verification: &'a Verification, manifest: &Manifest) -> Self {
        let counted = manifest.tables.iter().filter(|table| table.archive_file.is_some());
        Self {
            holdfast_version: env!("CARGO_PKG_VERSION"),
            backup,
            verification,
            server_version: &backup.server_version,
            tool_version: &backup.tool_version,
            tables: manifest.tables.len() as u64,
            rows: counted.map(|table| table.rows).sum(),
            files: manifest.files.len() as u64,
        }
    }

    /// As one JSON document.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// As a page that needs nothing else.
    pub(crate) fn html(&self) -> String {
        let Self { backup, verification, .. } = self;
        let verdict = match verification.status {
            VerificationStatus::Passed => "Passed",
            VerificationStatus::Failed => "Failed",
            VerificationStatus::Undecided => "Could not be told",
            VerificationStatus::Processing => "Processing",
        };
        let restored = match (verification.restore_ms, &verification.server_version) {
            (Some(millis), Some(version)) => {
                format!("into PostgreSQL {version} in {:.1} s", millis as f64 / 1000.0)
            }
            _ => "not restored".to_owned(),
        };
        let facts = [
            ("Database", backup.database.clone()),
            ("Server", format!("{}, PostgreSQL {}", backup.server, self.server_version)),
            ("Job", backup.job.clone()),
            ("Backup", format!("{} of {}", backup.id, backup.created_at)),
            ("Folder", backup.path.clone()),
            ("Size", format!("{} in {} files", crate::error::bytes(backup.size_bytes), self.files)),
            ("Tables", self.tables.to_string()),
            ("Rows", self.rows.map_or_else(|| "not counted".to_owned(), |rows| rows.to_string())),
            ("pg_dump", self.tool_version.to_owned()),
            ("Began", verification.started_at.clone()),
            ("Ended", verification.completed_at.clone().unwrap_or_default()),
            (
                "Level reached",
                format!("{:?}, {}", verification.level, verification.level.label().to_lowercase()),
            ),
            ("Restored", restored),
            ("Holdfast", self.holdfast_version.to_owned()),
        ];
        let facts: String = facts
            .iter()
            .map(|(name, value)| format!("<tr><th>{name}</th><td>{}</td></tr>\n", escaped(value)))
            .collect();
        let checks: String = verification.checks.iter().map(check).collect();
        let error = verification
            .error_message
            .as_ref()
            .map_or_else(String::new, |message| format!("<p><strong>{}</strong></p>\n", escaped(message)));
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <title>Verification of {database}: {verdict}</title>\n<style>{STYLE}</style>\n\
             <h1>{database}: {verdict}</h1>\n{error}<table>\n{facts}</table>\n\
             <h2>What was looked at</h2>\n<table>\n{checks}</table>\n</html>\n",
            database = escaped(&backup.database)
        )
    }
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;\
    color:#1f2328;background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
    table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .8rem;\
    border-bottom:1px solid #d1d9e0}th{font-weight:500;white-space:nowrap;color:#59636e}\
    @media(prefers-color-scheme:dark){body{color:#f0f6fc;background:#0d1117}th{color:#9198a1}th,td{border-color:#3d444d}}";

fn check(check: &Check) -> String {
    let word = if check.ok { "ok" } else { "failed" };
    format!("<tr><th>{}</th><td>{word}</td><td>{}</td></tr>\n", escaped(&check.name), escaped(&check.detail))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_name_is_text_and_no_markup() {
        assert_eq!(
            escaped("<img src=\"x\">&"),
            "&lt;img src=&quot;x&quot;&gt;&amp;",
            "anybody may name a table, and the report is opened in a browser"
        );
    }
}
