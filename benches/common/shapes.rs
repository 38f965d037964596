//! The databases that are dumped and restored. Their text repeats itself about as much as that of orders and logs does.

/// A database.
pub struct Shape {
    pub name: &'static str,
    /// The statements that make it, of about so many MiB.
    pub make: fn(u64) -> Vec<String>,
}

/// Bytes of one row of `rows`, with its head, on a page.
const ROW: u64 = 140;

/// A table of so many MiB, with a key and an index.
fn rows(name: &str, mib: u64) -> Vec<String> {
    let count = mib * 1024 * 1024 / ROW;
    let table = format!(
        "CREATE TABLE {name} AS SELECT g AS id, timestamp '2026-01-01' + g * interval '1 second' AS placed, \
         (hashint4(g) & 65535) AS customer, ((hashint4(g + 1) & 1048575) / 100.0)::numeric(10, 2) AS amount, \
         'order ' || g || ' of ' || md5((g % 5000)::text) || ' in ' || (ARRAY['Aarhus', 'Bergen', 'Cork'])[1 + g % 3] AS note, \
         (ARRAY['open', 'paid', 'sent', 'returned'])[1 + (hashint4(g) & 3)] AS state FROM generate_series(1, {count}) g"
    );
    vec![
        table,
        format!("ALTER TABLE {name} ADD PRIMARY KEY (id)"),
        format!("CREATE INDEX {name}_customer ON {name} (customer, placed)"),
    ]
}

/// What is restored as well: no order of whole tables keeps two connections at work.
#[allow(dead_code)]
pub const ONE_TABLE: Shape = Shape { name: "one table that dominates", make: |mib| rows("orders", mib) };

/// What is compared.
pub const SHAPES: [Shape; 4] = [
    Shape {
        name: "two tables that dominate",
        make: |mib| [rows("orders", mib / 2), rows("lines", mib / 2)].concat(),
    },
    Shape {
        name: "twenty equal tables",
        make: |mib| (0..20).flat_map(|number| rows(&format!("part{number}"), mib / 20)).collect(),
    },
    Shape {
        name: "one table of wide values",
        make: |mib| {
            // Each value is a document of 64 KiB, which the server keeps beside the heap as it is.
            let count = mib * 1024 * 1024 / 65_536;
            vec![
                "CREATE TABLE wide (id int, body text)".to_owned(),
                "ALTER TABLE wide ALTER body SET STORAGE EXTERNAL".to_owned(),
                format!(
                    "INSERT INTO wide SELECT g, (SELECT string_agg('{{\"line\": ' || i || ', \"product\": \"' \
                     || md5((g * 1000 + i)::text) || '\", \"state\": \"' || (ARRAY['open', 'paid', 'sent'])[1 + (g * i) % 3] \
                     || '\"}}', ', ') FROM generate_series(1, 850) i) FROM generate_series(1, {count}) g"
                ),
            ]
        },
    },
    Shape {
        name: "ten thousand tiny tables",
        make: |_| {
            let table =
                |number: u32| format!("CREATE TABLE t{number} AS SELECT g FROM generate_series(1, 20) g");
            // A transaction of its own for each thousand: every table takes a lock.
            (0..10_000_u32)
                .collect::<Vec<_>>()
                .chunks(1000)
                .map(|part| part.iter().copied().map(table).collect::<Vec<_>>().join(";"))
                .collect()
        },
    },
];
