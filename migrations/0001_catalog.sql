-- The catalog. Times are UTC milliseconds. Migrations are append-only: change the schema in a new file.

CREATE TABLE operators (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;
-- Id 1 is the system, which acts for every scheduled run.
INSERT INTO operators (id, name, created_at) VALUES (1, 'system', 0);

CREATE TABLE servers (
    id              INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
    connection      TEXT    NOT NULL, -- JSON of types::Connection: never a password
    password_source TEXT    NOT NULL CHECK (password_source IN ('none', 'keyring', 'file')),
    server_version  TEXT,
    last_seen_at    INTEGER,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
    id                INTEGER PRIMARY KEY,
    name              TEXT    NOT NULL UNIQUE,
    server_id         INTEGER NOT NULL REFERENCES servers (id),
    enabled           INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    spec              TEXT    NOT NULL, -- JSON of types::JobSpec
    last_evaluated_at INTEGER NOT NULL, -- slots up to here are in the ledger
    enabled_since     INTEGER NOT NULL, -- from when on it may be called overdue
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_server ON jobs (server_id);

-- The ledger of planned moments: a slot is run at most once, whatever the clock does.
CREATE TABLE slots (
    id            INTEGER PRIMARY KEY,
    job_id        INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    scheduled_for INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('planned', 'run', 'missed', 'skipped')),
    reason        TEXT,
    created_at    INTEGER NOT NULL,
    UNIQUE (job_id, scheduled_for)
) STRICT;

CREATE TABLE backup_runs (
    id                   INTEGER PRIMARY KEY,
    job_id               INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
    job_name             TEXT    NOT NULL,
    slot_id              INTEGER REFERENCES slots (id) ON DELETE SET NULL,
    backup_id            INTEGER, -- the first backup; kept when that backup is gone
    trigger_type         TEXT    NOT NULL CHECK (trigger_type IN ('scheduled', 'manual', 'catch_up', 'retry')),
    status               TEXT    NOT NULL CHECK (status IN ('queued', 'processing', 'completed', 'failed',
                                                            'cancelled', 'skipped', 'missed', 'interrupted')),
    scheduled_for        INTEGER,
    queued_at            INTEGER NOT NULL,
    not_before           INTEGER,
    started_at           INTEGER,
    completed_at         INTEGER,
    error_message        TEXT,
    error_hint           TEXT,
    backup_size_bytes    INTEGER,
    backup_filepath      TEXT,
    triggered_by_user_id INTEGER NOT NULL DEFAULT 1 REFERENCES operators (id),
    attempt              INTEGER NOT NULL DEFAULT 1,
    server_version       TEXT,
    tool_version         TEXT,
    process              TEXT,   -- the process that carries it out; its lock file tells whether it lives
    cancel_requested     INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1))
) STRICT;
-- Holds all that the calendar reads, so that it need not look at the rows.
CREATE INDEX runs_newest ON backup_runs (queued_at, id, job_id, status, trigger_type, scheduled_for);
CREATE INDEX runs_job ON backup_runs (job_id, queued_at, id);
CREATE INDEX runs_job_status ON backup_runs (job_id, status, queued_at, id);
CREATE INDEX runs_job_trigger ON backup_runs (job_id, trigger_type, queued_at, id);
CREATE INDEX runs_status ON backup_runs (status, queued_at, id);
CREATE INDEX runs_trigger ON backup_runs (trigger_type, queued_at, id);
CREATE INDEX runs_trigger_status ON backup_runs (trigger_type, status, queued_at, id);
CREATE INDEX runs_name ON backup_runs (job_name, queued_at, id);
CREATE INDEX runs_size ON backup_runs (backup_size_bytes, id);
CREATE INDEX runs_duration ON backup_runs ((completed_at - started_at), id);
CREATE INDEX runs_slot ON backup_runs (slot_id);
-- The text search reads only what failed.
CREATE INDEX runs_error ON backup_runs (queued_at, id, error_message) WHERE error_message IS NOT NULL;
CREATE INDEX runs_active ON backup_runs (status, not_before) WHERE status IN ('queued', 'processing');

-- Sums by UTC day, kept by the triggers below, so that statistics and totals do not read a million runs.
CREATE TABLE run_days (
    job_id       INTEGER NOT NULL, -- 0 for jobs that were removed
    job_name     TEXT    NOT NULL,
    day          INTEGER NOT NULL, -- days since 1970-01-01
    status       TEXT    NOT NULL,
    trigger_type TEXT    NOT NULL,
    runs         INTEGER NOT NULL,
    duration_ms  INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,
    PRIMARY KEY (job_id, job_name, day, status, trigger_type)
) STRICT, WITHOUT ROWID;
-- Holds the sums, so that a range of days is read in one go.
CREATE INDEX run_days_day ON run_days (day, runs, duration_ms, bytes);

CREATE TRIGGER runs_inserted AFTER INSERT ON backup_runs BEGIN
    INSERT INTO run_days (job_id, job_name, day, status, trigger_type, runs, duration_ms, bytes)
    VALUES (coalesce(new.job_id, 0), new.job_name, new.queued_at / 86400000, new.status, new.trigger_type, 1,
            coalesce(new.completed_at - new.started_at, 0), coalesce(new.backup_size_bytes, 0))
    ON CONFLICT DO UPDATE SET runs = runs + 1, duration_ms = duration_ms + excluded.duration_ms,
                              bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER runs_deleted AFTER DELETE ON backup_runs BEGIN
    UPDATE run_days SET runs = runs - 1,
                        duration_ms = duration_ms - coalesce(old.completed_at - old.started_at, 0),
                        bytes = bytes - coalesce(old.backup_size_bytes, 0)
    WHERE job_id = coalesce(old.job_id, 0) AND job_name = old.job_name AND day = old.queued_at / 86400000
      AND status = old.status AND trigger_type = old.trigger_type;
    DELETE FROM run_days
    WHERE job_id = coalesce(old.job_id, 0) AND job_name = old.job_name AND day = old.queued_at / 86400000
      AND status = old.status AND trigger_type = old.trigger_type AND runs = 0;
END;
CREATE TRIGGER runs_updated AFTER UPDATE ON backup_runs
WHEN old.status IS NOT new.status OR old.job_id IS NOT new.job_id OR old.started_at IS NOT new.started_at
  OR old.completed_at IS NOT new.completed_at OR old.backup_size_bytes IS NOT new.backup_size_bytes
BEGIN
    UPDATE run_days SET runs = runs - 1,
                        duration_ms = duration_ms - coalesce(old.completed_at - old.started_at, 0),
                        bytes = bytes - coalesce(old.backup_size_bytes, 0)
    WHERE job_id = coalesce(old.job_id, 0) AND job_name = old.job_name AND day = old.queued_at / 86400000
      AND status = old.status AND trigger_type = old.trigger_type;
    DELETE FROM run_days
    WHERE job_id = coalesce(old.job_id, 0) AND job_name = old.job_name AND day = old.queued_at / 86400000
      AND status = old.status AND trigger_type = old.trigger_type AND runs = 0;
    INSERT INTO run_days (job_id, job_name, day, status, trigger_type, runs, duration_ms, bytes)
    VALUES (coalesce(new.job_id, 0), new.job_name, new.queued_at / 86400000, new.status, new.trigger_type, 1,
            coalesce(new.completed_at - new.started_at, 0), coalesce(new.backup_size_bytes, 0))
    ON CONFLICT DO UPDATE SET runs = runs + 1, duration_ms = duration_ms + excluded.duration_ms,
                              bytes = bytes + excluded.bytes;
END;

CREATE TABLE backups (
    id             INTEGER PRIMARY KEY,
    job_id         INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
    job_name       TEXT    NOT NULL,
    run_id         INTEGER REFERENCES backup_runs (id) ON DELETE SET NULL,
    server_name    TEXT    NOT NULL,
    database       TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    path           TEXT    NOT NULL UNIQUE,
    size_bytes     INTEGER NOT NULL,
    trust          INTEGER NOT NULL CHECK (trust BETWEEN 0 AND 5),
    pinned         INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
    status         TEXT    NOT NULL CHECK (status IN ('good', 'missing', 'damaged')),
    server_version TEXT    NOT NULL,
    tool_version   TEXT    NOT NULL,
    table_count    INTEGER NOT NULL,
    deleted_at     INTEGER -- set when retention or an operator removed its files
) STRICT;
CREATE INDEX backups_present ON backups (job_id, database, created_at) WHERE deleted_at IS NULL;
CREATE INDEX backups_newest ON backups (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX backups_run ON backups (run_id);

CREATE TABLE run_log (
    run_id  INTEGER NOT NULL REFERENCES backup_runs (id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    level   TEXT    NOT NULL CHECK (level IN ('info', 'warning', 'error', 'command', 'step')),
    message TEXT    NOT NULL,
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key        TEXT    PRIMARY KEY,
    value      TEXT    NOT NULL,
    source     TEXT    NOT NULL CHECK (source IN ('environment', 'dot_env', 'operator', 'internal')),
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    action      TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    detail      TEXT    NOT NULL
) STRICT;
