-- Who took a class from where it was planned. Until now the start that somebody chose was written into the wish, as a window
-- without a cost of moving; no wish that people enter has such a window, so they go, and the wishes are as they were entered.
ALTER TABLE sessions ADD COLUMN moved_by TEXT CHECK (moved_by IN ('teacher', 'school', 'swap'));
DELETE FROM request_windows
WHERE base = 0 AND per_step = 0 AND first_at = last_at
  AND request_id IN (SELECT id FROM requests WHERE wish IS NOT NULL);

-- A proposal is over, too, when one of its classes has moved or was called off.
CREATE TABLE new_swaps (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    other_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    session_starts_at TIMESTAMP NOT NULL,
    other_starts_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'agreed', 'declined', 'undone', 'outdated')),
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
INSERT INTO new_swaps SELECT * FROM swaps;
DROP TABLE swaps;
ALTER TABLE new_swaps RENAME TO swaps;
CREATE INDEX swaps_by_school ON swaps (school_id, created_at);
