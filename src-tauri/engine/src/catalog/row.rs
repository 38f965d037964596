//! Reads typed values out of rows.

use super::CatalogError;
use rusqlite::Row;
use serde::de::DeserializeOwned;

/// Turns a stored word into its value.
pub(super) fn word<T>(
    row: &Row<'_>,
    column: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, CatalogError> {
    let text: String = row.get(column)?;
    parse(&text).ok_or(CatalogError::Stored { column, detail: text })
}

/// Turns stored JSON into its value.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &'static str) -> Result<T, CatalogError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| CatalogError::Stored { column, detail: error.to_string() })
}

/// Turns stored JSON, if there is any, into its value.
pub(super) fn json_if_any<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &'static str,
) -> Result<Option<T>, CatalogError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| CatalogError::Stored { column, detail: error.to_string() })
}

/// Renders a value as JSON for a column.
pub(super) fn to_json<T: serde::Serialize>(column: &'static str, value: &T) -> Result<String, CatalogError> {
    serde_json::to_string(value).map_err(|error| CatalogError::Stored { column, detail: error.to_string() })
}

/// Collects rows through a fallible conversion.
pub(super) fn collect<T>(
    mut rows: rusqlite::Rows<'_>,
    convert: impl Fn(&Row<'_>) -> Result<T, CatalogError>,
) -> Result<Vec<T>, CatalogError> {
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(convert(row)?);
    }
    Ok(items)
}

/// The text of a stored time, if there is one.
pub(super) fn time(row: &Row<'_>, column: &str) -> Result<Option<String>, CatalogError> {
    Ok(row.get::<_, Option<i64>>(column)?.map(crate::time::text))
}

/// The text of a stored time that is always there.
pub(super) fn time_required(row: &Row<'_>, column: &str) -> Result<String, CatalogError> {
    Ok(crate::time::text(row.get(column)?))
}
