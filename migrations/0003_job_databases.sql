-- The databases that a job's last run found, so that one that appeared is missed when it has no backup, and one
-- that was dropped is not.
CREATE TABLE job_databases (
    job_id     INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    database   TEXT    NOT NULL,
    seen_since INTEGER NOT NULL, -- the first of the runs without a break that found it
    PRIMARY KEY (job_id, database)
) STRICT, WITHOUT ROWID;
