//! `holdfast backups contents | table | compare | find`: what backups hold, without restoring them.

use crate::app::App;
use crate::exit::Failure;
use crate::format::{bytes, count, or_dash, plain, time};
use crate::table::{cut, number, table, text};
use clap::{Args, Subcommand};
use holdfast_types::{
    BackupComparison, BackupContents, BackupId, BackupObject, BrowseBackup, CompareBackups, ContentsCompared,
    Page, PreviewTable, TableInBackup, TablePreview, table_name,
};

/// What can be asked about contents.
#[derive(Debug, Subcommand)]
pub enum ContentsCommand {
    /// List the objects of a backup
    Contents(ContentsArgs),
    /// Show how a table of a backup is made, and its first rows
    Table(TableArgs),
    /// Compare two backups: objects, rows, bytes, and contents where both have checksums
    Compare(CompareArgs),
    /// Find the backups that hold a table
    Find(FindArgs),
}

/// A backup.
#[derive(Debug, Args)]
pub struct ContentsArgs {
    /// The backup's id
    id: BackupId,
}

/// A table of a backup.
#[derive(Debug, Args)]
pub struct TableArgs {
    /// The backup's id
    id: BackupId,
    /// The table, as schema.name; with SQL quotes where either holds a dot: '"a.b".c'
    table: String,
    /// How many rows, 200 at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=200))]
    rows: u32,
}

/// Two backups.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The older backup's id
    from: BackupId,
    /// The newer backup's id
    to: BackupId,
}

/// A table.
#[derive(Debug, Args)]
pub struct FindArgs {
    /// The table's name, or schema.name
    table: String,
}

/// Carries one of them out.
pub async fn carry_out(app: &App, command: ContentsCommand) -> Result<(), Failure> {
    let engine = app.engine().await?;
    match command {
        ContentsCommand::Contents(args) => {
            app.output.answer(&engine.browse_backup(BrowseBackup { id: args.id }).await?, contents_shown)
        }
        ContentsCommand::Table(args) => {
            let (schema, name) = engine.table_named(args.id, &args.table).await?;
            let request = PreviewTable { id: args.id, schema, name, rows: Some(args.rows) };
            app.output.answer(&engine.preview_table(request).await?, preview_shown)
        }
        ContentsCommand::Compare(args) => {
            let request = CompareBackups { from: args.from, to: args.to };
            app.output.answer(&engine.compare_backups(request).await?, comparison_shown)
        }
        ContentsCommand::Find(args) => {
            let found = engine.find_table_named(&args.table).await?;
            app.output.answer(&found, found_shown)
        }
    }
}

fn contents_shown(contents: &BackupContents) -> String {
    objects_shown(&contents.objects)
}

fn objects_shown(objects: &[BackupObject]) -> String {
    let figure = |value: Option<u64>, word: fn(u64) -> String| or_dash(value.map(word).unwrap_or_default());
    let rows: Vec<[String; 5]> = objects
        .iter()
        .map(|object| {
            [
                object.kind.clone(),
                plain(&shown_name(object)),
                or_dash(plain(&object.owner)),
                figure(object.rows, |rows| rows.to_string()),
                figure(object.bytes, bytes),
            ]
        })
        .collect();
    table([text("KIND"), cut("NAME", 50), cut("OWNER", 16), number("ROWS"), number("AS TEXT")], &rows)
}

/// A table as `--table` takes it; other names as the archive has them.
fn shown_name(object: &BackupObject) -> String {
    let BackupObject { kind, schema, name, .. } = object;
    match (kind.as_str(), schema.is_empty()) {
        ("TABLE" | "FOREIGN TABLE", _) => table_name(schema, name),
        // Named by what they belong to, with its kind before it: "TABLE orders".
        ("COMMENT" | "ACL" | "SECURITY LABEL", false) => format!("{name} in {schema}"),
        (_, true) => name.clone(),
        (_, false) => format!("{schema}.{name}"),
    }
}

fn preview_shown(preview: &TablePreview) -> String {
    let mut shown = format!("{}\n", preview.definition);
    if let Some(rows) = preview.row_count {
        shown.push_str(&format!("\n{}\n", count(rows, "row")));
    }
    if !preview.rows.is_empty() {
        shown.push_str(&format!("\n{}\n", preview.columns.join("\t")));
    }
    for row in &preview.rows {
        let values: Vec<String> =
            row.iter().map(|value| value.as_deref().map_or_else(|| "NULL".to_owned(), plain)).collect();
        shown.push_str(&format!("{}\n", values.join("\t")));
    }
    shown
}

fn comparison_shown(comparison: &BackupComparison) -> String {
    let mut shown = String::new();
    for (title, objects) in
        [("Added", &comparison.added), ("Removed", &comparison.removed), ("Changed", &comparison.changed)]
    {
        if !objects.is_empty() {
            shown.push_str(&format!("{title}\n{}\n", objects_shown(objects)));
        }
    }
    if !comparison.tables.is_empty() {
        let figures = |before: Option<u64>, after: Option<u64>, word: fn(u64) -> String| {
            let shown = |value: Option<u64>| value.map_or_else(|| "?".to_owned(), word);
            format!("{} -> {}", shown(before), shown(after))
        };
        let rows: Vec<[String; 4]> = comparison
            .tables
            .iter()
            .map(|table| {
                [
                    plain(&table_name(&table.schema, &table.name)),
                    figures(table.rows_before, table.rows_after, |rows| rows.to_string()),
                    figures(table.bytes_before, table.bytes_after, bytes),
                    contents_word(table.contents).to_owned(),
                ]
            })
            .collect();
        shown
            .push_str(&table([cut("TABLE", 50), number("ROWS"), number("AS TEXT"), text("CONTENTS")], &rows));
    }
    if shown.is_empty() {
        shown.push_str("The two backups hold the same objects and as many rows and bytes.\n");
    }
    shown.push_str(&contents_sentence(comparison));
    shown
}

fn contents_word(contents: ContentsCompared) -> &'static str {
    match contents {
        ContentsCompared::Differ => "differ",
        ContentsCompared::Equal => "equal",
        ContentsCompared::Unknown => "not compared",
    }
}

/// What was compared beyond counts: as many rows and bytes are not yet the same ones.
fn contents_sentence(comparison: &BackupComparison) -> String {
    const WITHOUT: &str = "no checksums of the same kind (a job takes them with --ledger checksums)";
    let (compared, unknown) = (comparison.contents_compared, comparison.contents_unknown);
    let tables = |number| count(number, "table");
    match (compared, unknown) {
        (0, 0) => String::new(),
        (0, _) => format!("Their contents were not compared: the backups have {WITHOUT}."),
        (_, 0) => format!("The contents of {} were compared.", tables(compared)),
        _ => format!(
            "The contents of {} were compared; of {} they were not, as the backups have {WITHOUT} of them.",
            tables(compared),
            tables(unknown)
        ),
    }
}

fn found_shown(found: &Page<TableInBackup>) -> String {
    if found.total == 0 {
        return "No backup holds this table.".to_owned();
    }
    let rows: Vec<[String; 5]> = found
        .items
        .iter()
        .map(|item| {
            [
                item.backup.id.to_string(),
                plain(&item.backup.database),
                plain(&item.schema),
                time(&item.backup.created_at),
                or_dash(item.rows.map(|rows| rows.to_string()).unwrap_or_default()),
            ]
        })
        .collect();
    table([number("BACKUP"), cut("DATABASE", 20), cut("SCHEMA", 20), text("CREATED"), number("ROWS")], &rows)
}
