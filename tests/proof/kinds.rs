//! One column of each built-in type, with values at its edges.

/// A type, and three values of it that differ from each other.
pub type Kind = (&'static str, [&'static str; 3]);

/// The types. The values are SQL expressions.
pub const KINDS: &[Kind] = &[
    ("bool", ["true", "false", "NULL"]),
    ("int2", ["-32768", "32767", "0"]),
    ("int4", ["-2147483648", "2147483647", "0"]),
    ("int8", ["-9223372036854775808", "9223372036854775807", "0"]),
    ("float4", ["'Infinity'", "'1.17549435e-38'", "'NaN'"]),
    ("float8", ["'-Infinity'", "'4.9e-324'", "'0.1'::float8 + '0.2'::float8"]),
    ("numeric", ["repeat('9', 5000)::numeric", "('0.' || repeat('1', 2000))::numeric", "'Infinity'"]),
    ("numeric(20, 5)", ["1.1", "'-99999.00001'", "'NaN'"]),
    ("money", ["'-92233720368547758.08'", "'92233720368547758.07'", "'0.01'"]),
    ("text", [r"E'tab\t line\n feed\r back\\slash \\. \\N \x01'", "''", r"'größe 店 ☃ \N'"]),
    ("varchar(7)", ["'a,b'", "'(x)'", "'\"q\"'"]),
    ("char(9)", ["'pads'", "''", "'ends'"]),
    ("\"char\"", ["'a'", "''", r"E'\\'"]),
    ("name", ["'a name'", "repeat('n', 63)", "''"]),
    ("bytea", [r"'\x00ff0a0d5c'", r"'\x'", "decode(repeat('0123456789abcdef', 4096), 'hex')"]),
    ("timestamp", ["'infinity'", "'4713-01-01 BC'", "'2000-02-29 23:59:59.999999'"]),
    (
        "timestamptz",
        ["'-infinity'", "'294276-12-31 23:59:59.999999+00'", "'2026-11-01 01:30 America/New_York'"],
    ),
    ("date", ["'infinity'", "'4713-01-01 BC'", "'5874897-12-31'"]),
    ("time", ["'24:00'", "'00:00'", "'12:34:56.789012'"]),
    ("timetz", ["'24:00+15:59'", "'00:00-15:59'", "'12:34:56.789012+00'"]),
    ("interval", ["'1 day'", "'24 hours'", "'-178000000 years 11 mons -30 days +00:00:00.000001'"]),
    ("bit(5)", ["B'10101'", "B'00000'", "B'11111'"]),
    ("varbit", ["B''", "B'1'", "repeat('10', 5000)::varbit"]),
    ("inet", ["'10.0.0.1/8'", "'::ffff:1.2.3.4/96'", "'0.0.0.0'"]),
    ("cidr", ["'10.0.0.0/8'", "'2001:db8::/32'", "'0.0.0.0/0'"]),
    ("macaddr", ["'08:00:2b:01:02:03'", "'ff:ff:ff:ff:ff:ff'", "'00:00:00:00:00:00'"]),
    ("macaddr8", ["'08:00:2b:01:02:03:04:05'", "'ff:ff:ff:ff:ff:ff:ff:ff'", "'00:00:00:00:00:00:00:00'"]),
    ("uuid", ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", "NULL"]),
    ("json", [r#"'{"a":1,"a":2}'"#, r#"'{"a":1, "a":2}'"#, r#"'"\u0000"'"#]),
    ("jsonb", [r#"'{"a":1,"a":2}'"#, "'1.10'", "'null'"]),
    ("jsonpath", ["'$.a[*] ? (@ > 1)'", "'strict $'", "'$.\"quo\\\"te\"'"]),
    ("xml", ["'<a>&amp;</a>'", "'<a> &amp;</a>'", "'plain'"]),
    ("point", ["'(1e308,-1e-308)'", "'(NaN,Infinity)'", "'(0,0)'"]),
    ("line", ["'{1,2,3}'", "'{0,-1,0.1}'", "'{-1,0,1e100}'"]),
    ("lseg", ["'[(0,0),(1,1)]'", "'[(1,1),(0,0)]'", "'[(0,0),(0,0.1)]'"]),
    ("box", ["'(1,1),(0,0)'", "'(2,2),(0,0)'", "'(0.1,0.1),(0,0)'"]),
    ("path", ["'[(0,0),(1,1)]'", "'((0,0),(1,1))'", "'[(0,0)]'"]),
    ("polygon", ["'((0,0),(1,1),(1,0))'", "'((0,0),(1,0),(1,1))'", "'((0,0))'"]),
    ("circle", ["'<(0,0),1>'", "'<(0,0),0>'", "'<(1e100,0),0.1>'"]),
    ("tsvector", ["'a:1A b:2,3'", "'a b'", "''"]),
    ("tsquery", ["'a & !b'", "'a <2> b:*C'", "'''quo''''te'''"]),
    ("int4range", ["'[1,5)'", "'empty'", "'(,)'"]),
    ("int8range", ["'[1,5)'", "'empty'", "'(,)'"]),
    ("numrange", ["'[1.0,5)'", "'[1.00,5)'", "'(,1]'"]),
    ("tsrange", ["'[2000-01-01,2001-01-01)'", "'empty'", "'[,infinity]'"]),
    ("tstzrange", ["'[2000-01-01 00:00+00,2001-01-01 00:00+00)'", "'empty'", "'[,infinity]'"]),
    ("daterange", ["'[2000-01-01,2001-01-01)'", "'empty'", "'(,)'"]),
    ("int4multirange", ["'{[1,2),[5,6)}'", "'{}'", "'{(,)}'"]),
    ("int8multirange", ["'{[1,2),[5,6)}'", "'{}'", "'{(,)}'"]),
    ("nummultirange", ["'{[1.0,2)}'", "'{[1.00,2)}'", "'{}'"]),
    ("tsmultirange", ["'{[2000-01-01,2001-01-01)}'", "'{}'", "'{(,)}'"]),
    ("tstzmultirange", ["'{[2000-01-01 00:00+00,2001-01-01 00:00+00)}'", "'{}'", "'{(,)}'"]),
    ("datemultirange", ["'{[2000-01-01,2001-01-01)}'", "'{}'", "'{(,)}'"]),
    ("oid", ["0", "4294967295", "1"]),
    ("xid", ["'3'", "'4294967295'", "'4'"]),
    ("xid8", ["'3'", "'18446744073709551615'", "'4'"]),
    ("cid", ["'0'", "'4294967295'", "'1'"]),
    ("tid", ["'(0,1)'", "'(4294967295,65535)'", "'(1,1)'"]),
    ("pg_lsn", ["'0/0'", "'FFFFFFFF/FFFFFFFF'", "'1/A'"]),
    ("txid_snapshot", ["'10:20:10,14,15'", "'10:10:'", "'1:2:1'"]),
    ("pg_snapshot", ["'10:20:10,14,15'", "'10:10:'", "'1:2:1'"]),
    ("refcursor", ["'a'", "''", "'b'"]),
    ("aclitem", ["'holdfast=r/holdfast'", "'=w/holdfast'", "'holdfast=rw/holdfast'"]),
    ("int2vector", ["'1 2'", "''", "'3'"]),
    ("oidvector", ["'1 2'", "''", "'3'"]),
    ("regclass", ["'\"Quo\"\"te.d\"'", "'pg_catalog.pg_class'", "0::oid::regclass"]),
    ("regtype", ["'mood'", "'int4'", "'text[]'"]),
    ("regproc", ["'doubled'", "'pg_catalog.now'", "0::oid::regproc"]),
    ("regprocedure", ["'doubled(int)'", "'pg_catalog.now()'", "0::oid::regprocedure"]),
    ("regoper", ["'pg_catalog.||/'", "0::oid::regoper", "NULL"]),
    ("regoperator", ["'+(int,int)'", "'-(none,int)'", "NULL"]),
    ("regrole", ["'holdfast'", "'\"zoo keeper\"'", "NULL"]),
    ("regnamespace", ["'public'", "'\"sch.ema\"'", "NULL"]),
    ("regcollation", ["'\"C\"'", "'\"POSIX\"'", "NULL"]),
    ("regconfig", ["'english'", "'simple'", "NULL"]),
    ("regdictionary", ["'simple'", "'english_stem'", "NULL"]),
    ("int4[]", ["'{1,NULL,3}'", "'{}'", "'[0:1]={1,2}'"]),
    ("text[]", [r#"'{"a,b","NULL",NULL}'"#, r#"'{"{}","\\"}'"#, "'{{a,b},{c,d}}'"]),
    ("numeric[]", ["'{1.0}'", "'{1.00}'", "'{NaN}'"]),
    ("jsonb[]", [r#"array['{"a":1}'::jsonb]"#, "array['[]'::jsonb]", "NULL"]),
    ("tstzrange[]", ["array['empty'::tstzrange]", "'{}'", "NULL"]),
    ("mood", ["'good'", "'it''s, (bad)'", "NULL"]),
    ("mood[]", ["'{good}'", "'{}'", "NULL"]),
    ("small", ["1", "9", "NULL"]),
    ("smalls", ["'{1,2}'", "'{}'", "NULL"]),
    ("pair", ["ROW(1, 'a,b')::pair", "ROW(NULL, '')::pair", "ROW(NULL, NULL)::pair"]),
    ("pair[]", ["array[ROW(1, '\"')::pair]", "'{}'", "NULL"]),
    ("spans", ["'[1,2)'", "'empty'", "NULL"]),
];

/// Types of the catalogs that no table of a user holds.
pub const INTERNAL: &[&str] = &[
    "pg_node_tree",
    "pg_ndistinct",
    "pg_dependencies",
    "pg_mcv_list",
    "pg_brin_bloom_summary",
    "pg_brin_minmax_multi_summary",
    "gtsvector",
];

/// The name of the column of a kind.
pub fn column(at: usize) -> String {
    format!("k{at}")
}

/// Whether a server was built with what reads XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Xml {
    Read,
    Refused,
}

/// The table `kinds`: its columns, and a row for each of the three values, one without any, one with a default.
pub fn table(xml: Xml) -> String {
    let columns: Vec<String> =
        KINDS.iter().enumerate().map(|(at, (kind, _))| format!("{} {kind}", column(at))).collect();
    let row = |of: usize| {
        let value = |(kind, values): &Kind| match xml {
            Xml::Refused if *kind == "xml" => "NULL",
            _ => values[of],
        };
        let values: Vec<&str> = KINDS.iter().map(value).collect();
        format!("INSERT INTO kinds VALUES ({of}, {});", values.join(", "))
    };
    format!(
        "CREATE TABLE kinds (id int PRIMARY KEY, {}); {} {} {} INSERT INTO kinds (id) VALUES (3);",
        columns.join(", "),
        row(0),
        row(1),
        row(2)
    )
}
