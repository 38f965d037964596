//! A zoo: databases with one of everything that a dump, a restore or a comparison could trip over.

use crate::kinds::{self, Xml};
use crate::server::{Server, runtime};

/// How many small large objects live in it.
pub const SMALL_OBJECTS: u32 = 10_000;

/// The bytes of the big one.
const BIG_OBJECT: u32 = 512 * 1024 * 1024;

/// What the types and rows of `kinds` need.
const GROUND: &str = r#"
CREATE SCHEMA "sch.ema";
CREATE TYPE mood AS ENUM ('good', 'it''s, (bad)', 'so-so');
CREATE DOMAIN small AS int CHECK (VALUE BETWEEN 1 AND 9);
CREATE DOMAIN smalls AS int[] CHECK (cardinality(VALUE) < 5);
CREATE TYPE pair AS (number int, word text);
CREATE TYPE spans AS RANGE (subtype = float8, multirange_type_name = many_spans);
CREATE FUNCTION doubled(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN n * 2; END';
CREATE TABLE "Quo""te.d" (id int);
"#;

const ANIMALS: &str = r#"
CREATE TABLE animals (id int GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 7), name text NOT NULL,
  twice int GENERATED ALWAYS AS (doubled(legs)) STORED, legs int DEFAULT 4, mood mood DEFAULT 'good');
INSERT INTO animals (name, legs) SELECT 'animal ' || g, g % 9 FROM generate_series(1, 500) g;
COMMENT ON TABLE animals IS E'it''s a "comment"\nof two lines';
COMMENT ON COLUMN animals.name IS 'how it is called';
CREATE TABLE birds (wings int) INHERITS (animals);
INSERT INTO birds (id, name, legs, wings) VALUES (1, 'owl', 2, 2), (2, 'kiwi', 2, 0);

CREATE TABLE by_range (at date NOT NULL, v text) PARTITION BY RANGE (at);
CREATE TABLE by_range_old PARTITION OF by_range FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE by_range_new PARTITION OF by_range FOR VALUES FROM ('2020-01-01') TO (MAXVALUE) PARTITION BY LIST (v);
CREATE TABLE by_range_new_a PARTITION OF by_range_new FOR VALUES IN ('a');
CREATE TABLE by_range_new_rest PARTITION OF by_range_new DEFAULT;
"#;

const PARTS: &str = r#"
INSERT INTO by_range VALUES ('infinity', NULL), ('-infinity', 'x'), ('2021-05-05', 'a'), ('2022-05-05', 'b');
CREATE TABLE by_list (v text, n int) PARTITION BY LIST (v);
CREATE TABLE by_list_null PARTITION OF by_list FOR VALUES IN (NULL);
CREATE TABLE by_list_rest PARTITION OF by_list DEFAULT;
INSERT INTO by_list VALUES (NULL, 1), ('b', 2);
CREATE TABLE by_hash (k int) PARTITION BY HASH (k);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_hash SELECT generate_series(1, 300);
CREATE TABLE by_mood (m mood, n int) PARTITION BY HASH (m);
CREATE TABLE by_mood_0 PARTITION OF by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE by_mood_1 PARTITION OF by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE by_mood_2 PARTITION OF by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO by_mood SELECT (enum_range(NULL::mood))[1 + g % 3], g FROM generate_series(1, 30) g;

CREATE TABLE secrets (owner name, words text);
INSERT INTO secrets VALUES ('nobody', 'hidden'), (current_user, 'seen');
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON secrets USING (owner = current_user);

CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM animals;
CREATE VIEW between_them AS SELECT n + 1 AS n FROM counted;
CREATE MATERIALIZED VIEW above AS SELECT n FROM between_them;
CREATE MATERIALIZED VIEW hollow AS SELECT 1 AS one WITH NO DATA;
CREATE MATERIALIZED VIEW on_hollow AS SELECT one FROM hollow WITH NO DATA;

CREATE UNLOGGED TABLE fleeting (id int);
INSERT INTO fleeting SELECT generate_series(1, 40);
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE no_rows (id int);
CREATE TABLE held (held text, "held.*" int);
INSERT INTO held VALUES ('as the alias', 1), (NULL, NULL);
CREATE TABLE markers (t text);
INSERT INTO markers VALUES ('\.'), (E'\\.\n'), (''), (NULL), ('\N');
CREATE TABLE dropped (gone int, stays text, also_gone text);
INSERT INTO dropped VALUES (1, 'stays', 'gone');
ALTER TABLE dropped DROP COLUMN gone, DROP COLUMN also_gone;
ALTER TABLE dropped ADD COLUMN late int DEFAULT 7;
"#;

const STRANGE: &str = r#"
CREATE TABLE "sch.ema"."-leading ""quotes"" and.dots" (id int);
INSERT INTO "sch.ema"."-leading ""quotes"" and.dots" VALUES (1);
CREATE TABLE "new
line" ("col
umn" text);
INSERT INTO "new
line" VALUES ('x');
CREATE TABLE "a_name_of_sixty_three_bytes_is_the_longest_that_postgres_keeps_" ("größe ☃" int);
INSERT INTO "a_name_of_sixty_three_bytes_is_the_longest_that_postgres_keeps_" VALUES (63);
CREATE SEQUENCE "sch.ema"."seq, uence" AS smallint INCREMENT -3 MINVALUE -30000 START -5;
SELECT nextval('"sch.ema"."seq, uence"'), nextval('"sch.ema"."seq, uence"');
CREATE SEQUENCE untouched START 12;
CREATE TABLE hens (id int PRIMARY KEY, egg int);
CREATE TABLE eggs (id int PRIMARY KEY, hen int REFERENCES hens DEFERRABLE INITIALLY DEFERRED);
INSERT INTO hens VALUES (1, 1);
INSERT INTO eggs VALUES (1, 1);
ALTER TABLE hens ADD FOREIGN KEY (egg) REFERENCES eggs DEFERRABLE INITIALLY DEFERRED;
GRANT SELECT ON animals TO "zoo keeper" WITH GRANT OPTION;
GRANT SELECT (name) ON animals TO visitor;
GRANT USAGE ON SCHEMA "sch.ema" TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "zoo keeper" GRANT SELECT ON TABLES TO visitor;
ALTER TABLE markers OWNER TO "zoo keeper";
CREATE PUBLICATION news FOR TABLE animals WHERE (legs > 2);
CREATE FUNCTION noticed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE DEBUG ''%'', tg_tag; END';
CREATE EVENT TRIGGER notices ON ddl_command_end EXECUTE FUNCTION noticed();
CREATE FUNCTION counts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.legs := 99; RETURN NEW; END';
CREATE TRIGGER spoils BEFORE INSERT ON animals FOR EACH ROW EXECUTE FUNCTION counts();
CREATE RULE swallows AS ON INSERT TO held DO INSTEAD NOTHING;
CREATE INDEX ON animals (doubled(legs)) WHERE legs > 1;
CREATE STATISTICS related ON name, legs FROM animals;
CREATE COLLATION plain FROM "C";
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE far (id int) SERVER elsewhere;
"#;

/// The roles that own and are granted things.
pub fn make_roles(server: &Server) {
    server.sql("postgres", "CREATE ROLE \"zoo keeper\"; CREATE ROLE visitor");
}

/// Makes the table of kinds and what it needs.
pub fn make_kinds(server: &Server, name: &str) {
    server.sql("postgres", &format!("CREATE DATABASE {name}"));
    server.sql(name, GROUND);
    // Not every build can read XML.
    let xml = runtime().block_on(server.session(name).rows("SELECT '<a/>'::xml"));
    server.sql(name, &kinds::table(if xml.is_ok() { Xml::Read } else { Xml::Refused }));
}

/// Makes everything but large objects. The extension `zoo_extension` must be installable.
pub fn make_without_objects(server: &Server, name: &str) {
    make_kinds(server, name);
    for part in [ANIMALS, PARTS, STRANGE] {
        server.sql(name, part);
    }
    server.sql(
        name,
        "CREATE EXTENSION zoo_extension; INSERT INTO zoo_settings VALUES ('mine', 'own'); \
         INSERT INTO zoo_internal VALUES (7); SELECT setval('zoo_numbers', 55)",
    );
}

/// Makes everything, large objects too.
pub fn make(server: &Server, name: &str) {
    make_without_objects(server, name);
    server.sql(
        name,
        &format!(
            "SELECT count(lo_from_bytea(0, convert_to(repeat('o', g % 300), 'UTF8'))) \
             FROM generate_series(1, {SMALL_OBJECTS}) g"
        ),
    );
    server.sql(
        name,
        &format!(
            "DO $$ DECLARE big oid := lo_create(4711); BEGIN \
               FOR at IN 0..{BIG_OBJECT} / 1048576 - 1 LOOP \
                 PERFORM lo_put(big, at::bigint * 1048576, convert_to(repeat(md5(at::text), 32768), 'UTF8')); \
               END LOOP; \
               PERFORM lo_put(lo_create(4712), 5000000, 'after a hole'); \
             END $$; COMMENT ON LARGE OBJECT 4711 IS 'big'; GRANT SELECT ON LARGE OBJECT 4711 TO visitor"
        ),
    );
}

/// Databases in other encodings, with bytes that are no UTF-8.
pub fn make_encodings(server: &Server, latin: &str, ascii: &str) {
    server.sql("postgres", &format!("CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1'"));
    server.sql(
        latin,
        "CREATE TABLE \"größe\" (\"für\" text); INSERT INTO \"größe\" VALUES ('ÄÖÜß'), ('é'); \
         CREATE TABLE animals (name text); INSERT INTO animals VALUES ('Küken')",
    );
    server.sql("postgres", &format!("CREATE DATABASE {ascii} TEMPLATE template0 ENCODING 'SQL_ASCII'"));
    server.sql(
        ascii,
        r#"CREATE TABLE animals (name text, more text); INSERT INTO animals VALUES (E'K\374ken', E'\351'), ('plain', NULL);
          CREATE TABLE bytes AS SELECT chr(g) AS c FROM generate_series(1, 255) g;
          DO $$ BEGIN
            EXECUTE E'CREATE TABLE "caf\351" ("gr\366\337e" text, id serial)';
            EXECUTE E'INSERT INTO "caf\351" VALUES (''\351t\351''), (''plain'')';
            EXECUTE E'CREATE TABLE plainly_named ("gr\366\337e" text)';
            EXECUTE E'INSERT INTO plainly_named VALUES (''one'')';
            EXECUTE E'CREATE MATERIALIZED VIEW "na\357ve" AS SELECT * FROM "caf\351"';
          END $$"#,
    );
}
