-- Who took a class from where it was planned. Until now the start that somebody chose was written into the wish, as a window
-- without a cost of moving; no wish that people enter has such a window, so they go, and the wishes are as they were entered.
ALTER TABLE sessions ADD COLUMN moved_by TEXT CHECK (moved_by IN ('teacher', 'school', 'swap'));
DELETE FROM request_windows
WHERE base = 0 AND per_step = 0 AND first_at = last_at
  AND request_id IN (SELECT id FROM requests WHERE wish IS NOT NULL);

-- A proposal is over, too, when one of its classes has moved or was called off.
ALTER TABLE swaps DROP CONSTRAINT swaps_state_check;
ALTER TABLE swaps ADD CONSTRAINT swaps_state_check CHECK (state IN ('proposed', 'agreed', 'declined', 'undone', 'outdated'));
