//! Whether a restored database defines the same objects as the backup: its definitions are dumped again and compared.

use crate::archive::contents;
use crate::archive::toc::Toc;
use crate::archive::{CancellationToken, Manifest, TOC_FILE};
use crate::context::off_runtime;
use crate::error::Error;
use crate::postgres::dump::{self, SchemaRequest};
use crate::postgres::{ResolvedConnection, ServerVersion, Toolset};
use holdfast_types::counted;
use holdfast_types::{BackupObject, Check};
use std::path::Path;

/// How many objects are named.
const NAMED: usize = 5;

/// Where and with what the definitions are dumped again.
pub(crate) struct Again<'a> {
    pub(crate) tools: &'a Toolset,
    pub(crate) connection: &'a ResolvedConnection,
    pub(crate) database: &'a str,
    pub(crate) private: &'a Path,
    pub(crate) version: &'a ServerVersion,
}

/// Compares the definitions; none where another major version words them differently.
///
/// # Errors
/// They could not be dumped.
pub(crate) async fn compare(
    again: Again<'_>,
    manifest: &Manifest,
    backed_up: &Toc,
    cancel: &CancellationToken,
) -> Result<Option<Check>, Error> {
    let major = |text: &str| text.split(['.', ' ']).next().and_then(|text| text.parse::<u32>().ok());
    let same = major(&manifest.server_version) == Some(again.version.major)
        && major(&manifest.tool_version) == Some(again.tools.major);
    if !same {
        return Ok(None);
    }
    let folder = again.private.join("definitions");
    dump::schema(
        SchemaRequest {
            tools: again.tools,
            connection: again.connection,
            database: again.database,
            archive: &folder,
            private: again.private,
        },
        cancel.clone(),
    )
    .await?;
    let restored = off_runtime(move || Ok(Toc::read(&folder.join(TOC_FILE))?)).await?;
    Ok(Some(judge(backed_up, &restored)))
}

fn judge(backed_up: &Toc, restored: &Toc) -> Check {
    let found = contents::compare_definitions(backed_up, restored);
    let (missing, more) = (named("missing", &found.removed), named("not in the backup", &found.added));
    if found.removed.is_empty() && found.added.is_empty() {
        let mut detail = format!("{} there", counted((found.equal + found.changed.len()) as u64, "object"));
        if !found.changed.is_empty() {
            // pg_dump itself words some things differently the second time, for example the order of inherited columns.
            detail.push_str(&format!("; {}", named("worded differently", &found.changed)));
        }
        return Check { name: "definitions".into(), ok: true, detail };
    }
    let detail = [missing, more].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("; ");
    Check { name: "definitions".into(), ok: false, detail }
}

fn named(what: &str, objects: &[BackupObject]) -> String {
    if objects.is_empty() {
        return String::new();
    }
    let name = |object: &BackupObject| {
        let dot = if object.schema.is_empty() { "" } else { "." };
        format!("{} {}{dot}{}", object.kind, object.schema, object.name)
    };
    let mut names: Vec<String> = objects.iter().take(NAMED).map(name).collect();
    if objects.len() > NAMED {
        names.push(format!("and {} more", objects.len() - NAMED));
    }
    format!("{what}: {}", names.join(", "))
}
