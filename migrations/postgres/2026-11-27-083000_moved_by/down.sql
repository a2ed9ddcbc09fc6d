UPDATE swaps SET state = 'declined' WHERE state = 'outdated';
ALTER TABLE swaps DROP CONSTRAINT swaps_state_check;
ALTER TABLE swaps ADD CONSTRAINT swaps_state_check CHECK (state IN ('proposed', 'agreed', 'declined', 'undone'));
ALTER TABLE sessions DROP COLUMN moved_by;
