//! Names that are not UTF-8. A database of the encoding SQL_ASCII takes any bytes for a name, and its server does not
//! convert them: it refuses to send what is not UTF-8 to a connection that speaks it.

/// SQL for a name as text: itself where it is UTF-8, else with `\ooo` for each byte beyond ASCII and `\\` for a
/// backslash. The expression for the second value tells which (the first argument is the column).
macro_rules! readable {
    ($column:literal) => {
        concat!(
            "CASE WHEN ",
            $crate::postgres::readable::is_readable!($column),
            " THEN ",
            $column,
            "::pg_catalog.text ELSE pg_catalog.encode(pg_catalog.convert_to(",
            $column,
            "::pg_catalog.text, 'SQL_ASCII'), 'escape') END"
        )
    };
}

/// SQL for whether a name is UTF-8 (the well-formed sequences of RFC 3629, byte by byte: in SQL_ASCII a letter is a
/// byte). Every other encoding is converted by the server.
macro_rules! is_readable {
    ($column:literal) => {
        concat!(
            "(pg_catalog.getdatabaseencoding() <> 'SQL_ASCII' OR ",
            $column,
            "::pg_catalog.text COLLATE \"C\" ~ '^([\\u0001-\\u007f]|[\\u00c2-\\u00df][\\u0080-\\u00bf]\
             |\\u00e0[\\u00a0-\\u00bf][\\u0080-\\u00bf]|[\\u00e1-\\u00ec\\u00ee\\u00ef][\\u0080-\\u00bf]{2}\
             |\\u00ed[\\u0080-\\u009f][\\u0080-\\u00bf]|\\u00f0[\\u0090-\\u00bf][\\u0080-\\u00bf]{2}\
             |[\\u00f1-\\u00f3][\\u0080-\\u00bf]{3}|\\u00f4[\\u0080-\\u008f][\\u0080-\\u00bf]{2})*$')"
        )
    };
}

pub(super) use {is_readable, readable};
