-- Ninety days of a busy house, for pictures: on top of the catalog that `holdfast demo` leaves, so that what is
-- looked into (contents, comparisons, a table's rows) is real. The backups of the made-up jobs lie on a disk that is
-- not mounted, which makes none of them missing. The same numbers come out every time, except for the present.
BEGIN;
CREATE TEMP TABLE made_up (
    name TEXT, server INTEGER, database TEXT, cron TEXT, hour INTEGER, minute INTEGER, mib REAL, seconds REAL,
    fails INTEGER, trust INTEGER
);
INSERT INTO made_up VALUES
    ('orders nightly',                       2, 'orders',            '0 2 * * *',   2,  0, 1850.0,  252.0,  0, 4),
    ('billing nightly',                      2, 'billing',           '15 2 * * *',  2, 15,  640.0,   98.0,  0, 4),
    ('identity nightly',                     2, 'identity',          '30 2 * * *',  2, 30,  212.0,   41.0,  0, 5),
    ('catalogue and search of all regions, with media', 2, 'catalogue_and_search_of_all_regions', '0 3 * * *', 3, 0, 4200.0, 610.0, 1, 2),
    ('warehouse nightly',                    3, 'warehouse',         '30 3 * * *',  3, 30, 9300.0, 1930.0,  4, 2),
    ('events nightly',                       3, 'events',            '0 4 * * *',   4,  0, 5100.0,  840.0,  2, 3),
    ('reports nightly',                      3, 'reports',           '30 4 * * *',  4, 30,  330.0,   61.0,  0, 2),
    ('tickets nightly',                      2, 'tickets',           '0 5 * * *',   5,  0,  118.0,   22.0,  0, 2),
    ('wiki nightly',                         2, 'wiki',              '15 5 * * *',  5, 15,   74.0,   14.0,  0, 4),
    ('staging nightly',                      4, 'staging',           '0 6 * * *',   6,  0,   96.0,   19.0, 12, 1),
    ('metrics nightly',                      3, 'metrics',           '30 6 * * *',  6, 30, 1400.0,  205.0,  0, 2);

INSERT INTO servers (id, name, connection, password_source, server_version, last_seen_at, created_at)
SELECT n, alias, json_set(connection, '$.host', host), 'none', version, last_seen_at, created_at - 90 * 86400000
FROM servers, (SELECT 2 AS n, 'production' AS alias, 'db.example.com' AS host, '16.14' AS version
               UNION SELECT 3, 'analytics', 'warehouse.example.com', '18.4'
               UNION SELECT 4, 'staging', 'staging.example.com', '15.18')
WHERE servers.id = 1;

INSERT INTO jobs (id, name, server_id, enabled, spec, last_evaluated_at, enabled_since, created_at, updated_at)
SELECT made_up.rowid + 1, made_up.name, made_up.server, 1,
       json_set(spec, '$.name', made_up.name, '$.server_id', made_up.server, '$.schedule.expression', made_up.cron,
                '$.schedule.timezone', 'Europe/London', '$.databases.names', json_array(made_up.database),
                '$.repository', '/srv/backups', '$.retention.keep_last', 2, '$.retention.keep_daily', 14,
                '$.retention.keep_weekly', 8, '$.retention.keep_monthly', 6),
       last_evaluated_at, enabled_since - 90 * 86400000, created_at - 90 * 86400000, updated_at
FROM jobs, made_up WHERE jobs.id = 1;
INSERT INTO job_databases (job_id, database, seen_since)
SELECT rowid + 1, database, unixepoch('now', '-90 days') * 1000 FROM made_up;

-- One run a day and job. `chance` is the same for the same day and job.
CREATE TEMP TABLE planned AS
WITH RECURSIVE days (ago) AS (SELECT 90 UNION ALL SELECT ago - 1 FROM days WHERE ago > 0)
SELECT made_up.rowid + 1 AS job_id, made_up.*, days.ago,
       (days.ago * 7919 + made_up.rowid * 104729 + days.ago * made_up.rowid * 31) % 100 AS chance,
       unixepoch('now', 'start of day', '-' || days.ago || ' days') * 1000
           + made_up.hour * 3600000 + made_up.minute * 60000 AS at
FROM days, made_up;
DELETE FROM planned WHERE at > unixepoch('now') * 1000 - 60000;

INSERT INTO backup_runs (job_id, job_name, trigger_type, status, scheduled_for, queued_at, started_at, completed_at,
                         error_message, error_hint, backup_size_bytes, server_version, tool_version)
SELECT job_id, name,
       CASE WHEN ago = 41 THEN 'catch_up' ELSE 'scheduled' END,
       CASE WHEN ago = 42 THEN 'missed'
            WHEN chance < fails THEN 'failed'
            WHEN ago % 29 = 11 AND job_id % 4 = 1 THEN 'cancelled'
            WHEN ago = 17 AND job_id IN (5, 6) THEN 'skipped'
            WHEN ago = 3 AND job_id = 6 THEN 'interrupted'
            ELSE 'completed' END,
       at, at + CASE WHEN ago = 41 THEN 5400000 ELSE 900 END,
       CASE WHEN ago = 42 OR (ago = 17 AND job_id IN (5, 6)) THEN NULL ELSE at + CASE WHEN ago = 41 THEN 5401000 ELSE 1200 END END,
       at + CASE WHEN ago = 41 THEN 5401000 ELSE 1200 END
          + CASE WHEN ago = 42 OR (ago = 17 AND job_id IN (5, 6)) THEN 0
                 WHEN chance < fails THEN 31000
                 ELSE CAST(seconds * 1000 * (0.85 + chance / 330.0) * (1 + (90 - ago) / 240.0) AS INTEGER) END,
       CASE WHEN ago = 42 THEN 'Nothing carried out the schedule at that time.'
            WHEN chance < fails AND job_id = 11 THEN 'staging.example.com refused the connection: the database system is starting up.'
            WHEN chance < fails THEN 'The disk is full: /srv/backups has 1.2 GiB left, and the dump needs about 9.1 GiB.'
            WHEN ago = 17 AND job_id IN (5, 6) THEN 'The run before was still going on.'
            WHEN ago = 3 AND job_id = 6 THEN 'The process that carried it out ended.' END,
       CASE WHEN chance < fails AND job_id = 11 THEN 'Look whether the server is up, and run the job again.'
            WHEN chance < fails THEN 'Make room on the disk, or shorten the retention, and run the job again.' END,
       CASE WHEN ago = 42 OR chance < fails OR (ago = 17 AND job_id IN (5, 6)) OR (ago = 3 AND job_id = 6)
                 OR (ago % 29 = 11 AND job_id % 4 = 1) THEN NULL
            ELSE CAST(mib * 1048576 * (0.97 + chance / 1600.0) * (1 + (90 - ago) / 150.0) AS INTEGER) END,
       '16.14', '16.14'
FROM planned ORDER BY at;

-- What retention would have left: two weeks, then Sundays.
INSERT INTO backups (job_id, job_name, run_id, server_name, database, created_at, path, size_bytes, trust, status,
                     server_version, tool_version, table_count)
SELECT runs.job_id, runs.job_name, runs.id, servers.name, made_up.database, runs.started_at,
       '/srv/backups/' || runs.job_name || '/' || made_up.database || '/' || runs.id, runs.backup_size_bytes,
       CASE WHEN runs.scheduled_for / 86400000 % 7 = 3 THEN made_up.trust ELSE 2 END,
       CASE WHEN made_up.name = 'events nightly' AND runs.scheduled_for / 86400000 = unixepoch('now') / 86400 - 5
            THEN 'damaged' ELSE 'good' END,
       runs.server_version, runs.tool_version, 40 + made_up.rowid * 17
FROM backup_runs AS runs
JOIN made_up ON runs.job_id = made_up.rowid + 1
JOIN servers ON servers.id = made_up.server
WHERE runs.status = 'completed'
  AND (runs.scheduled_for > (unixepoch('now') - 14 * 86400) * 1000 OR runs.scheduled_for / 86400000 % 7 = 3);
UPDATE backups SET pinned = 1 WHERE id = (SELECT max(id) - 9 FROM backups WHERE job_id = 2);
UPDATE backup_runs SET backup_id = (SELECT id FROM backups WHERE run_id = backup_runs.id) WHERE backup_id IS NULL;
COMMIT;
