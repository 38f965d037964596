//! Reads what pg_dump, pg_dumpall and pg_restore say on their standard error.

/// One line of a client program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolLine {
    /// A worker began to copy a table's rows.
    DumpingTable {
        /// `schema.table`, unquoted, as [`super::inspect::Relation::qualified`] writes it.
        qualified: String,
    },
    /// A worker was given an item of the archive.
    StartedItem {
        /// Its number in the archive, which names its file.
        dump_id: u32,
        /// What it is, for example `TABLE DATA`.
        desc: String,
        /// Its name.
        tag: String,
    },
    /// A worker finished an item of the archive.
    FinishedItem {
        /// Its number in the archive, which names its file.
        dump_id: u32,
        /// What it is, for example `TABLE DATA`.
        desc: String,
        /// Its name.
        tag: String,
    },
    /// The definitions are being read; the words say which.
    Reading {
        /// For example `reading schemas`.
        what: String,
    },
    /// A warning.
    Warning(String),
    /// An error.
    Error(String),
    /// A line that explains the one before: detail, hint, the query or its context.
    Explanation(String),
    /// Anything else.
    Other(String),
}

/// Reads one line of `program`, which prefixes its lines with its own name.
pub fn parse(program: &str, line: &str) -> ToolLine {
    let line = line.trim_end();
    let Some(said) = line.strip_prefix(program).and_then(|rest| rest.strip_prefix(": ")) else {
        return ToolLine::Explanation(line.to_owned());
    };
    // Before version 12 a module stood in brackets before the words.
    let said = said.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(said, |(_, words)| words);
    let after = |prefix: &str| said.strip_prefix(prefix);
    if let Some(words) = after("error: ").or_else(|| after("fatal: ")) {
        return ToolLine::Error(words.into());
    }
    if let Some(words) = after("warning: ").or_else(|| after("WARNING: ")) {
        return ToolLine::Warning(words.trim_start().into());
    }
    if let Some(words) = after("detail: ").or_else(|| after("hint: ")) {
        return ToolLine::Explanation(words.into());
    }
    if let Some(qualified) = after("dumping contents of table \"").and_then(|rest| rest.strip_suffix('"')) {
        return ToolLine::DumpingTable { qualified: qualified.into() };
    }
    if let Some((dump_id, desc, tag)) = after("finished item ").and_then(item) {
        return ToolLine::FinishedItem { dump_id, desc, tag };
    }
    let started = after("processing item ").or_else(|| after("launching item "));
    if let Some((dump_id, desc, tag)) = started.and_then(item) {
        return ToolLine::StartedItem { dump_id, desc, tag };
    }
    if said.starts_with("reading ") {
        return ToolLine::Reading { what: said.into() };
    }
    ToolLine::Other(said.into())
}

/// `3359 TABLE DATA orders`: the description is in capitals, the tag is all that follows it.
fn item(words: &str) -> Option<(u32, String, String)> {
    let (number, rest) = words.split_once(' ')?;
    let dump_id = number.parse().ok()?;
    // Descriptions of several words that a data item can have (pg_backup_archiver.c, PostgreSQL 10 to 18).
    const LONG: [&str; 6] = [
        "TABLE DATA",
        "SEQUENCE SET",
        "MATERIALIZED VIEW DATA",
        "BLOB DATA",
        "STATISTICS DATA",
        "BLOB METADATA",
    ];
    let long = LONG.iter().find_map(|desc| Some((*desc, rest.strip_prefix(desc)?.strip_prefix(' ')?)));
    let (desc, tag) = long.or_else(|| rest.split_once(' '))?;
    Some((dump_id, desc.into(), tag.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_pg_dump_15_are_understood() {
        let read = |line| parse("pg_dump", line);
        assert_eq!(
            read(r#"pg_dump: dumping contents of table "public.we"ird T""#),
            ToolLine::DumpingTable { qualified: r#"public.we"ird T"#.into() },
            "a quote in a name must not cut it short"
        );
        assert_eq!(
            read(r#"pg_dump: finished item 3360 TABLE DATA we"ird T"#),
            ToolLine::FinishedItem { dump_id: 3360, desc: "TABLE DATA".into(), tag: r#"we"ird T"#.into() },
            "the number names the data file"
        );
        assert_eq!(
            read("pg_dump: finished item 3365 BLOBS BLOBS"),
            ToolLine::FinishedItem { dump_id: 3365, desc: "BLOBS".into(), tag: "BLOBS".into() },
            "large objects are an item of their own"
        );
        assert_eq!(
            read("pg_dump: reading column info for interesting tables"),
            ToolLine::Reading { what: "reading column info for interesting tables".into() },
            "the long first phase must show where it is"
        );
        assert_eq!(
            read("pg_dump: saving search_path = "),
            ToolLine::Other("saving search_path =".into()),
            "what is not known is passed on"
        );
    }

    #[test]
    fn errors_and_what_explains_them_are_told_apart() {
        let read = |line| parse("pg_dump", line);
        assert_eq!(
            read("pg_dump: error: query failed: ERROR:  permission denied for table orders"),
            ToolLine::Error("query failed: ERROR:  permission denied for table orders".into()),
            "the error line decides what is told to the operator"
        );
        assert_eq!(
            read("pg_dump: detail: Query was: LOCK TABLE public.orders IN ACCESS SHARE MODE"),
            ToolLine::Explanation("Query was: LOCK TABLE public.orders IN ACCESS SHARE MODE".into()),
            "the query names the table"
        );
        assert_eq!(
            read("pg_dump: [archiver (db)] query failed: ERROR:  x"),
            ToolLine::Other("query failed: ERROR:  x".into()),
            "old versions say error differently; the words survive"
        );
        assert_eq!(
            read("pg_dump: warning: there are circular foreign-key constraints on this table:"),
            ToolLine::Warning("there are circular foreign-key constraints on this table:".into()),
            "warnings are kept for the run's log"
        );
    }

    #[test]
    fn the_items_of_newer_versions_are_understood() {
        assert_eq!(
            parse("pg_dump", "pg_dump: finished item 4012 BLOBS 16385..16400"),
            ToolLine::FinishedItem { dump_id: 4012, desc: "BLOBS".into(), tag: "16385..16400".into() },
            "from 17 on large objects come in groups"
        );
        assert_eq!(
            parse("pg_restore", "pg_restore: processing item 12 TABLE DATA a b"),
            ToolLine::StartedItem { dump_id: 12, desc: "TABLE DATA".into(), tag: "a b".into() },
            "pg_restore speaks the same language"
        );
    }
}
