//! The demo's database: a shop with customers, orders and what belongs to them, about 100 MB of it.
//!
//! Everything is computed from row numbers, so that two fillings are equal. Nothing here is read by a backup.

use super::cluster::Cluster;
use super::snapshot::quote;
use super::{PostgresError, Session};

/// The demo database's name.
pub const DATABASE: &str = "shop";

/// The name that the database has until it is whole, so that a filling cut short never passes for the demo.
const UNFINISHED: &str = "shop_being_made";

/// Makes the demo database unless it is there. `cluster` is the demo's own.
pub async fn make(cluster: &Cluster) -> Result<(), PostgresError> {
    let session = cluster.connect("postgres").await?;
    let present = super::inspect::databases(&session).await?;
    if present.iter().any(|database| database.name == DATABASE) {
        return Ok(());
    }
    let unfinished = quote(UNFINISHED);
    session.execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
    create_database(&session, UNFINISHED).await?;
    let shop = cluster.connect(UNFINISHED).await?;
    fill(&shop, |step| tracing::info!("demo: {step}")).await?;
    // The renaming waits up to five seconds for the session to be gone.
    drop(shop);
    session.execute(&format!("ALTER DATABASE {unfinished} RENAME TO {}", quote(DATABASE))).await
}

/// Makes the database; the session is connected to another one of the server.
pub async fn create_database(session: &Session, name: &str) -> Result<(), PostgresError> {
    session.execute(&format!("CREATE DATABASE {}", quote(name))).await
}

/// Fills the database that the session is connected to, in a few seconds. `progress` is told each step's table.
pub async fn fill(session: &Session, mut progress: impl FnMut(&str)) -> Result<(), PostgresError> {
    session.execute("SET synchronous_commit = off; SET maintenance_work_mem = '128MB'").await?;
    for (name, statements) in STEPS {
        progress(name);
        session.execute(statements).await?;
    }
    Ok(())
}

/// The steps in their order: what each fills, and how.
const STEPS: [(&str, &str); 9] = [
    ("tables", TABLES),
    (
        "customers",
        "INSERT INTO customers (id, name, email, city, joined_on, notes)
         SELECT g, (ARRAY['Ada','Boris','Chen','Dara','Elif','Femi','Greta','Hugo','Ines','Jun'])[1 + g % 10] || ' '
                || (ARRAY['Abara','Berg','Costa','Dubois','Eriksen','Fischer','Garcia','Haddad','Ito','Jansen','Kaya'])[1 + g % 11],
                'customer' || g || '@example.com',
                (ARRAY['Lisbon','Oslo','Osaka','Lagos','Leeds','Lima','Graz'])[1 + g % 7],
                date '2019-01-01' + g % 2400,
                CASE WHEN g % 5 = 0 THEN 'Prefers delivery on day ' || g % 7 || ', reference ' || md5(g::text) END
           FROM generate_series(1, 60000) g",
    ),
    (
        "products",
        "INSERT INTO products (id, sku, title, price_cents, description)
         SELECT g, 'SKU-' || lpad(g::text, 6, '0'),
                (ARRAY['Oak','Steel','Linen','Clay','Glass','Cork'])[1 + g % 6] || ' '
                || (ARRAY['chair','lamp','bowl','shelf','blanket'])[1 + g % 5] || ' No. ' || g,
                499 + (g * 7919) % 90000, repeat('Made to last, batch ' || md5(g::text) || '. ', 4)
           FROM generate_series(1, 5000) g",
    ),
    (
        "orders",
        "INSERT INTO orders (customer_id, placed_at, status)
         SELECT 1 + (g::bigint * 48271) % 60000, timestamptz '2023-01-01 00:00Z' + g * interval '7 minutes',
                (ARRAY['delivered','delivered','delivered','shipped','paid','returned'])[1 + g % 6]
           FROM generate_series(1, 180000) g",
    ),
    (
        "order_lines",
        "INSERT INTO order_lines (order_id, line, product_id, quantity, price_cents)
         SELECT o, l, 1 + (o::bigint * 31 + l * 17) % 5000, 1 + (o + l) % 4, 499 + ((o + l)::bigint * 7919) % 90000
           FROM generate_series(1, 180000) o, generate_series(1, 3) l",
    ),
    (
        "shipments",
        "INSERT INTO shipments (order_id, carrier, tracking, sent_at)
         SELECT g, (ARRAY['Northway','Kurier','Posta'])[1 + g % 3], upper(md5('t' || g)),
                timestamptz '2023-01-02 00:00Z' + g * interval '7 minutes'
           FROM generate_series(1, 150000) g",
    ),
    (
        "audit.events",
        "INSERT INTO audit.events (happened_at, actor, subject, change)
         SELECT timestamptz '2023-01-01 00:00Z' + g * interval '5 minutes', 'clerk' || g % 40, 'order ' || g % 180000,
                jsonb_build_object('status', (ARRAY['paid','shipped','delivered'])[1 + g % 3], 'by', 'clerk' || g % 40,
                                   'trace', md5(g::text))
           FROM generate_series(1, 150000) g",
    ),
    ("indexes", INDEXES),
    (
        "large objects",
        "SELECT lo_from_bytea(0, decode(repeat(md5(g::text), 2000), 'hex')) FROM generate_series(1, 5) g",
    ),
];

const TABLES: &str = "
    CREATE SCHEMA audit;
    CREATE SEQUENCE invoice_numbers START 100000;
    SELECT setval('invoice_numbers', 123456);
    CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, city text NOT NULL,
        joined_on date NOT NULL, notes text);
    CREATE TABLE products (id integer PRIMARY KEY, sku text NOT NULL UNIQUE, title text NOT NULL,
        price_cents bigint NOT NULL CHECK (price_cents > 0), description text NOT NULL);
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id integer NOT NULL,
        placed_at timestamptz NOT NULL, status text NOT NULL);
    CREATE TABLE order_lines (order_id bigint NOT NULL, line integer NOT NULL, product_id integer NOT NULL,
        quantity integer NOT NULL, price_cents bigint NOT NULL);
    CREATE TABLE shipments (order_id bigint NOT NULL, carrier text NOT NULL, tracking text NOT NULL,
        sent_at timestamptz NOT NULL);
    CREATE TABLE audit.events (id bigint GENERATED ALWAYS AS IDENTITY, happened_at timestamptz NOT NULL,
        actor text NOT NULL, subject text NOT NULL, change jsonb NOT NULL)";

const INDEXES: &str = "
    ALTER TABLE order_lines ADD PRIMARY KEY (order_id, line);
    ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
    ALTER TABLE order_lines ADD FOREIGN KEY (product_id) REFERENCES products;
    CREATE INDEX orders_by_customer ON orders (customer_id);
    CREATE INDEX orders_by_time ON orders (placed_at);
    CREATE VIEW open_orders AS SELECT * FROM orders WHERE status IN ('paid', 'shipped');
    CREATE MATERIALIZED VIEW sales_by_product AS
        SELECT product_id, sum(quantity) AS sold, sum(quantity * price_cents) AS revenue_cents
          FROM order_lines GROUP BY product_id;
    ANALYZE";
