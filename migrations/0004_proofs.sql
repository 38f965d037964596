-- How backups were proven again, and how they were restored.

CREATE TABLE verifications (
    id                   INTEGER PRIMARY KEY,
    backup_id            INTEGER NOT NULL REFERENCES backups (id) ON DELETE CASCADE,
    requested            TEXT    NOT NULL CHECK (requested IN ('checksum', 'decode', 'restore')),
    level                INTEGER NOT NULL CHECK (level BETWEEN 0 AND 5),
    status               TEXT    NOT NULL CHECK (status IN ('processing', 'passed', 'failed', 'undecided')),
    checks               TEXT    NOT NULL, -- JSON of types::Check
    error_message        TEXT,
    error_hint           TEXT,
    started_at           INTEGER NOT NULL,
    completed_at         INTEGER,
    restore_ms           INTEGER,
    server_version       TEXT,
    triggered_by_user_id INTEGER NOT NULL DEFAULT 1 REFERENCES operators (id),
    process              TEXT    -- the process that carries it out; its lock file tells whether it lives
) STRICT;
CREATE INDEX verifications_backup ON verifications (backup_id, started_at);
CREATE INDEX verifications_active ON verifications (status) WHERE status = 'processing';

CREATE TABLE restores (
    id                   INTEGER PRIMARY KEY,
    backup_id            INTEGER NOT NULL REFERENCES backups (id) ON DELETE CASCADE,
    server_id            INTEGER REFERENCES servers (id) ON DELETE SET NULL,
    server_name          TEXT    NOT NULL,
    database             TEXT    NOT NULL,
    target               TEXT    NOT NULL CHECK (target IN ('new', 'swap', 'existing')),
    status               TEXT    NOT NULL CHECK (status IN ('processing', 'completed', 'partial', 'failed',
                                                            'cancelled', 'interrupted')),
    staged               TEXT,   -- the database that is filled before it takes its name; ours to drop
    kept_database        TEXT,   -- the name of the former database after a swap
    command              TEXT,
    failed_objects       TEXT    NOT NULL, -- JSON of types::FailedObject
    checks               TEXT    NOT NULL, -- JSON of types::Check
    error_message        TEXT,
    error_hint           TEXT,
    started_at           INTEGER NOT NULL,
    completed_at         INTEGER,
    triggered_by_user_id INTEGER NOT NULL REFERENCES operators (id),
    process              TEXT
) STRICT;
CREATE INDEX restores_newest ON restores (started_at, id);
CREATE INDEX restores_backup ON restores (backup_id, started_at);
CREATE INDEX restores_active ON restores (status) WHERE status = 'processing';
