-- What a job is for: an operator's own, or the one whose backups are made before restores, which has no schedule. And the
-- name that the replaced database got when a swap was undone.

ALTER TABLE jobs ADD COLUMN purpose TEXT NOT NULL DEFAULT 'ordinary' CHECK (purpose IN ('ordinary', 'safety'));
UPDATE jobs SET purpose = 'safety' WHERE name LIKE 'before restores on %' AND enabled = 0;

ALTER TABLE restores ADD COLUMN undone_as TEXT;
