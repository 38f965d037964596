-- What a restore was asked for, as JSON without the typed confirmation: which parts, whose objects, how. NULL for restores
-- that were recorded before.

ALTER TABLE restores ADD COLUMN spec TEXT;
