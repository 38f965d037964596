-- The backup that was made of an existing database before a restore changed it. NULL where none was made, where it was
-- removed since, and for restores that were recorded before.

ALTER TABLE restores ADD COLUMN safety_backup_id INTEGER REFERENCES backups (id) ON DELETE SET NULL;
