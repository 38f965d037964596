-- The databases that a server was last seen to have, so that those are told that no job backs up.
CREATE TABLE server_databases (
    server_id INTEGER NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    database  TEXT    NOT NULL,
    PRIMARY KEY (server_id, database)
) STRICT, WITHOUT ROWID;
