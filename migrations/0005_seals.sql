-- The sha256 of each backup's manifest as it was published: a manifest that was edited since is noticed, whatever
-- was edited. NULL for backups that were recorded before.

ALTER TABLE backups ADD COLUMN manifest_sha256 TEXT;
