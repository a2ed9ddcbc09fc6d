-- When reasons, links and notes were taken out of an archived round's wishes: they are not read again.
ALTER TABLE rounds ADD COLUMN blanked_at TIMESTAMP;
