ALTER TABLE rounds DROP COLUMN blanked_at;
