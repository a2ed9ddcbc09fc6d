CREATE TABLE new_swaps (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    other_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    session_starts_at TIMESTAMP NOT NULL,
    other_starts_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'agreed', 'declined', 'undone')),
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
UPDATE swaps SET state = 'declined' WHERE state = 'outdated';
INSERT INTO new_swaps SELECT * FROM swaps;
DROP TABLE swaps;
ALTER TABLE new_swaps RENAME TO swaps;
CREATE INDEX swaps_by_school ON swaps (school_id, created_at);
ALTER TABLE sessions DROP COLUMN moved_by;
