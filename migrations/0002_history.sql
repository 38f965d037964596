-- The history stays quick under every filter: the longest run by day among the sums, and indices that give the
-- largest and the longest runs of a job, and hold what the filters ask of a run.

ALTER TABLE run_days ADD COLUMN longest_ms INTEGER NOT NULL DEFAULT 0;
UPDATE run_days SET longest_ms = found.longest
FROM (SELECT coalesce(job_id, 0) AS job, job_name AS name, queued_at / 86400000 AS on_day, status AS state,
             trigger_type AS kind, coalesce(max(completed_at - started_at), 0) AS longest
      FROM backup_runs GROUP BY 1, 2, 3, 4, 5) AS found
WHERE run_days.job_id = found.job AND run_days.job_name = found.name AND run_days.day = found.on_day
  AND run_days.status = found.state AND run_days.trigger_type = found.kind AND found.longest > 0;

DROP INDEX run_days_day;
CREATE INDEX run_days_day ON run_days (day, runs, duration_ms, bytes, longest_ms);
CREATE INDEX run_days_status ON run_days (status, day, runs, duration_ms, longest_ms);

DROP INDEX runs_size;
DROP INDEX runs_duration;
CREATE INDEX runs_size ON backup_runs (backup_size_bytes, id, job_id, status, trigger_type, queued_at);
CREATE INDEX runs_job_size ON backup_runs (job_id, backup_size_bytes, id, status, trigger_type, queued_at);
CREATE INDEX runs_duration ON backup_runs ((completed_at - started_at), id, job_id, status, trigger_type, queued_at);
-- The same, as small as can be, for a walk through all runs.
CREATE INDEX runs_longest ON backup_runs ((completed_at - started_at));
CREATE INDEX runs_job_duration
    ON backup_runs (job_id, (completed_at - started_at), id, status, trigger_type, queued_at);

DROP TRIGGER runs_inserted;
DROP TRIGGER runs_deleted;
DROP TRIGGER runs_updated;
CREATE TRIGGER runs_inserted AFTER INSERT ON backup_runs BEGIN
    INSERT INTO run_days (job_id, job_name, day, status, trigger_type, runs, duration_ms, bytes, longest_ms)
    VALUES (coalesce(new.job_id, 0), new.job_name, new.queued_at / 86400000, new.status, new.trigger_type, 1,
            coalesce(new.completed_at - new.started_at, 0), coalesce(new.backup_size_bytes, 0),
            max(0, coalesce(new.completed_at - new.started_at, 0)))
    ON CONFLICT DO UPDATE SET runs = runs + 1, duration_ms = duration_ms + excluded.duration_ms,
                              bytes = bytes + excluded.bytes, longest_ms = max(longest_ms, excluded.longest_ms);
END;
-- When the longest run of a day goes, the next one is looked up among that day's runs of the job.
CREATE TRIGGER runs_deleted AFTER DELETE ON backup_runs BEGIN
    UPDATE run_days SET runs = runs - 1,
                        duration_ms = duration_ms - coalesce(old.completed_at - old.started_at, 0),
                        bytes = bytes - coalesce(old.backup_size_bytes, 0)
    WHERE job_id = coalesce(old.job_id, 0) AND job_name = old.job_name AND day = old.queued_at / 86400000
      AND status = old.status AND trigger_type = old.trigger_type;
    DELETE FROM run_days
    WHERE job_id = coalesce(old.job_id, 0) AND job_name = old.job_name AND day = old.queued_at / 86400000
      AND status = old.status AND trigger_type = old.trigger_type AND runs = 0;
    UPDATE run_days SET longest_ms = coalesce(
        (SELECT max(0, max(completed_at - started_at)) FROM backup_runs
         WHERE job_name = old.job_name AND queued_at >= old.queued_at / 86400000 * 86400000
           AND queued_at < (old.queued_at / 86400000 + 1) * 86400000 AND job_id IS old.job_id
           AND status = old.status AND trigger_type = old.trigger_type), 0)
    WHERE job_id = coalesce(old.job_id, 0) AND job_name = old.job_name AND day = old.queued_at / 86400000
      AND status = old.status AND trigger_type = old.trigger_type
      AND longest_ms > 0 AND longest_ms = old.completed_at - old.started_at;
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
    INSERT INTO run_days (job_id, job_name, day, status, trigger_type, runs, duration_ms, bytes, longest_ms)
    VALUES (coalesce(new.job_id, 0), new.job_name, new.queued_at / 86400000, new.status, new.trigger_type, 1,
            coalesce(new.completed_at - new.started_at, 0), coalesce(new.backup_size_bytes, 0),
            max(0, coalesce(new.completed_at - new.started_at, 0)))
    ON CONFLICT DO UPDATE SET runs = runs + 1, duration_ms = duration_ms + excluded.duration_ms,
                              bytes = bytes + excluded.bytes, longest_ms = max(longest_ms, excluded.longest_ms);
    UPDATE run_days SET longest_ms = coalesce(
        (SELECT max(0, max(completed_at - started_at)) FROM backup_runs
         WHERE job_name = old.job_name AND queued_at >= old.queued_at / 86400000 * 86400000
           AND queued_at < (old.queued_at / 86400000 + 1) * 86400000 AND job_id IS old.job_id
           AND status = old.status AND trigger_type = old.trigger_type), 0)
    WHERE job_id = coalesce(old.job_id, 0) AND job_name = old.job_name AND day = old.queued_at / 86400000
      AND status = old.status AND trigger_type = old.trigger_type
      AND longest_ms > 0 AND longest_ms = old.completed_at - old.started_at;
END;
